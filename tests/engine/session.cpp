// Sessions beside the programs that a compiler makes of the same functions: the same bits, dumps and errors.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <igata/engine/dump.hpp>
#include <igata/engine/profile.hpp>
#include <igata/engine/summary.hpp>
#include <igata/igata.hpp>
#include <igata/session.hpp>

#include "../graph_test.hpp"

namespace {
using namespace igata;

std::vector<float> random_floats(int count, std::uint32_t stream) {
  std::vector<float> all(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) all[static_cast<std::size_t>(i)] = static_cast<float>(testing_graphs::number_between(-1, 1, stream, i));
  return all;
}

struct mlp {
  constexpr void operator()(builder& s) const {
    value x = s.input("x", rows({16}));
    x = tanh(nn::dense(relu(nn::dense(x, {.units = 64})), {.units = 64}));
    s.output("y", nn::dense(x, {.units = 4}));
  }
};
struct lenet {
  constexpr void operator()(builder& s) const {
    value x =
        nn::max_pool2d(relu(nn::conv2d(s.input("image", rows({28, 28, 1})), {.filters = 6, .kernel = 5, .padding = padding::same})), {.size = 2});
    x = nn::max_pool2d(relu(nn::batch_norm(nn::conv2d(x, {.filters = 16, .kernel = 5}))), {.size = 2});
    x = relu(nn::dense(relu(nn::dense(nn::flatten(x), {.units = 120})), {.units = 84}));
    s.output("scores", softmax(nn::dense(x, {.units = 10})));
  }
};
struct residual {
  constexpr void operator()(builder& s) const {
    value x = s.input("image", rows({16, 16, 8}));
    value y = relu(nn::batch_norm(nn::conv2d(x, {.filters = 32, .kernel = 3, .padding = 1, .use_bias = false})));
    y = nn::batch_norm(nn::conv2d(y, {.filters = 32, .kernel = 3, .padding = 1, .use_bias = false}));
    y = relu(nn::conv2d(x, {.filters = 32, .kernel = 1}) + y);
    y = minimum(nn::depthwise_conv2d(y, {.kernel = 3, .stride = 2, .padding = padding::same}), 6);
    s.output("pooled", nn::global_avg_pool2d(y));
  }
};
struct recurrent {
  constexpr void operator()(builder& s) const {
    const value x = nn::gru(s.input("x", rows({9, 5})), {.units = 12, .return_sequences = true});
    s.output("last", nn::dense(nn::lstm(x, {.units = 7}), {.units = 3}));
  }
};
struct attention {
  constexpr void operator()(builder& s) const {
    const value x = nn::layer_norm(nn::embedding(s.input("ids", rows({7}), i32, 11), {.size = 11, .units = 6}));
    const value q = nn::dense(x, {.units = 6}), k = nn::dense(x, {.units = 6}), v = nn::dense(x, {.units = 6});
    const value seen = matmul(softmax(matmul(q, k, {.transpose_b = true}) * 0.4), v);
    s.output("seen", x + seen);
    s.output("most", reduce_max(gelu(seen), 1));
    s.output("where", argmax(seen, 2));
  }
};

// Arrays for a session's inputs and results.
struct call {
  std::vector<std::vector<float>> in, out;
  std::vector<std::vector<std::int32_t>> ids;
  std::vector<session_input> inputs;
  std::vector<session_result> results;
  std::vector<const void*> raw_in;
  std::vector<void*> raw_out;

  call(const session& s, int n) {
    in.resize(static_cast<std::size_t>(s.input_count())), ids.resize(in.size()), out.resize(static_cast<std::size_t>(s.output_count()));
    for (int i = 0; i < s.input_count(); ++i) {
      auto& x = in[static_cast<std::size_t>(i)];
      x = random_floats(s.input_row(i) * n, static_cast<std::uint32_t>(i + 1));
      auto& whole = ids[static_cast<std::size_t>(i)];
      for (const float f : x) whole.push_back(static_cast<std::int32_t>((f + 1) * 5));
      if (s.input_type(i) == f32) inputs.emplace_back(x), raw_in.push_back(x.data());
      else inputs.emplace_back(whole), raw_in.push_back(whole.data());
    }
    for (int i = 0; i < s.output_count(); ++i) {
      auto& y = out[static_cast<std::size_t>(i)];
      y.assign(static_cast<std::size_t>(s.output_row(i) * n), -77);
      if (s.output_type(i) == f32) results.emplace_back(y);
      else results.emplace_back(reinterpret_cast<std::int32_t*>(y.data()));
      raw_out.push_back(y.data());
    }
  }
  session_inputs given() const { return {inputs.data(), static_cast<int>(inputs.size())}; }
  session_results taken() const { return {results.data(), static_cast<int>(results.size())}; }
};
bool same_bits(const std::vector<std::vector<float>>& a, const std::vector<std::vector<float>>& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i].size() != b[i].size() || std::memcmp(a[i].data(), b[i].data(), a[i].size() * 4) != 0) return false;
  return a.size() == b.size();
}

template <auto F, int MaxBatch>
void expect_same() {
  using compiled_t = program<F, mode::packed, max_batch{MaxBatch}>;
  session s(F, {.max_batch = MaxBatch});
  const variable_store weights = s.variables(seed{3});
  compiled_t p{compiled_t::pack(weights)};
  s.use(s.pack(weights));
  for (const char* pass : {"build", "simplify", "main", "bind", "fuse", "plan"}) EXPECT_EQ(s.dump(pass), dump<compiled_t>(pass)) << pass;
  EXPECT_EQ(summary(s), summary<compiled_t>());
  EXPECT_EQ(s.arena_bytes(), compiled_t::arena_bytes);
  EXPECT_EQ(s.parameter_count(), compiled_t::parameter_count);
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    s.use(which), p.use(which);
    for (const int n : {1, 3, MaxBatch}) {
      if (n > MaxBatch) continue;
      call mine(s, n), compiled(s, n);
      ASSERT_EQ(describe(s.run(mine.given(), mine.taken(), n)), "run: ok");
      ASSERT_TRUE(p.run_unchecked(compiled.raw_in.data(), compiled.raw_out.data(), n));
      EXPECT_TRUE(same_bits(mine.out, compiled.out)) << static_cast<int>(which) << ", rows " << n;
      ASSERT_TRUE(s.run(mine.given(), mine.taken()) || s.output_type(s.output_count() - 1) == i32);  // as many as there are
    }
  }
}
TEST(session, mlp) { expect_same<mlp{}, 8>(), expect_same<mlp{}, 1>(); }
TEST(session, lenet) { expect_same<lenet{}, 8>(), expect_same<lenet{}, 1>(); }
TEST(session, residual) { expect_same<residual{}, 4>(); }
TEST(session, recurrent) { expect_same<recurrent{}, 5>(), expect_same<recurrent{}, 1>(); }
TEST(session, attention) { expect_same<attention{}, 6>(); }

TEST(session, profile) {
  using compiled_t = program<residual{}, mode::packed, max_batch{4}>;
  session s(residual{}, {.max_batch = 4});
  const variable_store weights = s.variables(seed{1});
  s.use(s.pack(weights));
  compiled_t p{weights};
  const call c(s, 3);
  const profile_report mine = profile(s, c.given(), 3, 2), compiled = profile(p, c.in[0], 3, 2);
  ASSERT_EQ(mine.steps.size(), compiled.steps.size());
  for (std::size_t i = 0; i < mine.steps.size(); ++i) {
    EXPECT_EQ(mine.steps[i].what, compiled.steps[i].what);
    EXPECT_EQ(mine.steps[i].flops, compiled.steps[i].flops);
    EXPECT_TRUE(mine.steps[i].seconds > 0 && mine.steps[i].seconds < 1) << mine.text();
  }
  EXPECT_EQ(mine.rows, 3);
  EXPECT_GT(mine.whole, 0);
}

// Layers, extents and names that are known at run time only.
TEST(session, of_run_time_numbers) {
  for (const int units : {3, 17, 40}) {
    std::vector<int> widths(static_cast<std::size_t>(units % 4 + 1), units);
    const auto draw = [&](builder& s) {
      value x = s.input("x", rows({units}));
      for (const int w : widths) x = relu(nn::dense(x, {.units = w}));
      s.output("sum", reduce_sum(x, 1));
    };
    session s(draw, {.max_batch = 3});
    s.use(s.pack(s.variables(seed{1})));
    call c(s, 3);
    ASSERT_TRUE(s.run(c.given(), c.taken(), 3));
    for (const float y : c.out[0]) EXPECT_GE(y, 0);
  }
}

// A copy is another caller's; weights are exchanged between runs.
TEST(session, copies_and_weights) {
  session s(lenet{}, {.max_batch = 4});
  call c(s, 2), d(s, 2);
  EXPECT_EQ(describe(s.run(c.given(), c.taken(), 2)), "run: the session has no weights; give it some, session.use(session.pack(store))");
  const packed_weights one = s.pack(s.variables(seed{1})), two = s.pack(s.variables(seed{2}));
  s.use(one);
  session other = s;
  ASSERT_TRUE(s.run(c.given(), c.taken(), 2) && other.run(d.given(), d.taken(), 2));
  EXPECT_TRUE(same_bits(c.out, d.out));
  other.use(two);
  ASSERT_TRUE(s.run(c.given(), c.taken(), 2) && other.run(d.given(), d.taken(), 2));
  EXPECT_FALSE(same_bits(c.out, d.out));
  other = s;
  ASSERT_TRUE(other.run(d.given(), d.taken(), 2));
  EXPECT_TRUE(same_bits(c.out, d.out));
  const session moved = std::move(other);
  EXPECT_EQ(moved.input_name(0), "image");
}

// One plan and one set of weights, eight callers at once.
TEST(session, threads) {
  session s(residual{}, {.max_batch = 2});
  s.use(s.pack(s.variables(seed{1})));
  call expected(s, 2);
  ASSERT_TRUE(s.run(expected.given(), expected.taken(), 2));
  std::vector<std::thread> threads;
  std::vector<int> right(8);
  for (std::size_t t = 0; t < right.size(); ++t)
    threads.emplace_back([&, t] {
      session mine = s;
      for (int i = 0; i < 20; ++i) {
        call c(mine, 2);
        right[t] += mine.run(c.given(), c.taken(), 2) && same_bits(c.out, expected.out);
      }
    });
  for (std::thread& t : threads) t.join();
  for (const int r : right) EXPECT_EQ(r, 20);
}

// Bound to a store, as a training: it learns as the compiled program does, with any caller's threads.
struct learning {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6})), y = s.input("y", rows({}), i32, 3);
    const value scores = nn::dense(nn::dropout(relu(nn::batch_norm(nn::dense(x, {.units = 20}))), {.rate = 0.25}), {.units = 3});
    const value loss = loss::softmax_cross_entropy{}(scores, y);
    if (s.get().training) s.minimize(loss, "*", optim::adam{.learning_rate = 0.01});
    s.output("loss", loss);
  }
};
TEST(session, training) {
  using compiled_t = program<learning{}, mode::training, max_batch{16}>;
  using measured_t = program<learning{}, mode::inference, max_batch{16}>;
  variable_store mine, theirs;
  session s(learning{}, mine, {.max_batch = 16, .made_for = mode::training}, seed{5});
  session measured(learning{}, mine, {.max_batch = 16, .made_for = mode::inference});
  compiled_t p{theirs, seed{5}};
  measured_t q{theirs};
  EXPECT_EQ(s.dump("plan"), dump<compiled_t>("plan"));
  EXPECT_EQ(summary(s), summary<compiled_t>());
  EXPECT_EQ(measured.dump("plan"), dump<measured_t>("plan"));
  const std::vector<float> x = random_floats(16 * 6, 9);
  std::vector<std::int32_t> y;
  for (int i = 0; i < 16; ++i) y.push_back(x[static_cast<std::size_t>(6 * i)] > 0 ? 1 : 0);
  float first = 0, loss = 0, expected = 0;
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE(s.run({x, y}, {&loss}, 16) && p.run({x, y}, {&expected}, 16));
    EXPECT_EQ(loss, expected) << i;
    if (i == 0) first = loss;
  }
  EXPECT_LT(loss, first / 2);
  ASSERT_EQ(mine.size(), theirs.size());
  for (int i = 0; i < mine.size(); ++i) {
    EXPECT_EQ(mine[i].path, theirs[i].path);
    EXPECT_EQ(std::memcmp(mine[i].memory.data(), theirs[i].memory.data(), mine[i].memory.size()), 0) << mine[i].path;
  }
  ASSERT_TRUE(measured.run({x, y}, {&loss}, 16) && q.run({x, y}, {&expected}, 16));
  EXPECT_EQ(loss, expected);
}
TEST(session, hands_gradients_out) {
  const auto draw = [](builder& s) {
    const value x = s.input("x", rows({3})), e = nn::dense(x, {.units = 1}) - 1;
    s.minimize(reduce_mean(e * e), "*", optim::sgd{.learning_rate = 0.5}, optim::gradient_hook{});
    s.output("e", e);
  };
  variable_store store;
  session s(draw, store, {.max_batch = 2, .made_for = mode::training});
  const std::vector<float> x{1, 2, 3};
  float e = 0;
  EXPECT_EQ(s.run({x}, {&e}, 1).value, status::code::missing_function);
  std::string seen;
  s.on_gradient(
      [&](std::string_view path, std::span<float> gradient) { seen.append(path).append(" ").append(std::to_string(gradient.size())).append(";"); });
  ASSERT_TRUE(s.run({x}, {&e}, 1));
  EXPECT_NE(seen.find("dense/kernel 3;"), seen.npos) << seen;
  EXPECT_NE(seen.find("dense/bias 1;"), seen.npos) << seen;
}

// Rows by a second number.
TEST(session, dims) {
  const auto draw = [](builder& s) {
    const program_dim points = s.dim("points", 9);
    const value x = s.input("x", rows({2})), set = s.input("set", rows({2}, points));
    s.output("row", x * reduce_sum(set, 0));
    s.output("point", set * 2);
  };
  session s(draw, {.max_batch = 4});
  const std::vector<float> x = random_floats(3 * 2, 1), set = random_floats(5 * 2, 2);
  std::vector<float> row(3 * 2), point(5 * 2), again(3 * 2);
  ASSERT_TRUE(s.run({x, set}, {row, point}));
  for (std::size_t i = 0; i < point.size(); ++i) EXPECT_EQ(point[i], set[i] * 2);
  constexpr auto points = dim<"points", 9>;
  ASSERT_TRUE(s.run({x.data(), set.data()}, {again.data(), point.data()}, 3, points(5)));
  EXPECT_EQ(row, again);
  const auto said = [](const status& s) { return std::string(describe(s).view()); };
  EXPECT_EQ(said(s.run({x.data(), set.data()}, {again.data(), point.data()}, 3)),
            "run: dim 'points': expected 1 to 9, got pointers, which do not tell it; pass it behind n");
  EXPECT_EQ(said(s.run({x.data(), set.data()}, {again.data(), point.data()}, 3, points(10))),
            "run: dim 'points': expected 1 to 9, got 10; pass less at a time, or give it a larger maximum");
  constexpr auto others = dim<"others", 9>;
  EXPECT_EQ(said(s.run({x.data(), set.data()}, {again.data(), point.data()}, 3, others(5))),
            "run: dim 'others': the session has no dim of this name; those that it has are its inputs' first extents");
}

TEST(session, wrong_calls) {
  const auto draw = [](builder& s) {
    const value x = s.input("x", rows({3})), id = s.input("id", rows({1}), i32, 5);
    s.output("y", x * cast(id, f32));
  };
  session s(draw, {.max_batch = 4});
  std::vector<float> x(6), y(6), long_x(30);
  std::vector<std::int32_t> id{1, 2};
  const float* none = nullptr;
  const auto said = [](const status& s) { return std::string(describe(s).view()); };
  EXPECT_EQ(said(s.run({x, id}, {y}, 2)), "run: ok");
  EXPECT_EQ(said(s.run({x, id}, {y})), "run: ok");
  EXPECT_EQ(said(s.run({x}, {y}, 2)), "run: got 1 input, expected 2: {x, id}");
  EXPECT_EQ(said(s.run({x, id}, {y, y}, 2)), "run: got 2 results, expected 1: {y}");
  EXPECT_EQ(said(s.run({x, x}, {y}, 2)), "run: input 'id' has elements of float; pass an array, vector, span or pointer of std::int32_t");
  EXPECT_EQ(said(s.run({x, id}, {id}, 2)), "run: result 'y' has elements of std::int32_t; pass an array, vector, span or pointer of float");
  EXPECT_EQ(said(s.run({x, id}, {y}, 3)), "run: input 'x': expected 3 rows of 3 (9 elements), got 6");
  EXPECT_EQ(said(s.run({long_x, id}, {y})), "run: rows: expected 1 to 4 (max_batch), got 10; pass the data in batches");
  EXPECT_EQ(said(s.run({x, id}, {y}, 0)), "run: rows: expected 1 to 4 (max_batch), got 0; pass the data in batches");
  EXPECT_EQ(said(s.run({x, id}, {std::span<float>(y).first(3)}, 2)), "run: result 'y': expected 2 rows of 3 (6 elements), got 3");
  EXPECT_EQ(said(s.run({none, id}, {y}, 2)), "run: input 'x': expected rows, got a null pointer");
  EXPECT_EQ(said(s.run({x.data(), id.data()}, {y.data()})), "run: pointers do not say how many rows there are; pass n");
  id[1] = 5;
  EXPECT_EQ(said(s.run({x, id}, {y}, 2)), "run: input 'id' row 1: label 5 is outside [0, 5)");
}

std::string thrown(auto f) {
  try {
    f();
  } catch (const igata::error& e) {
    return e.what();
  }
  return "nothing";
}
// The text that stands in tests/negative for the compiler.
struct unused {
  constexpr void operator()(builder& s) const {
    s.input("z", rows({2}), f32, 0, {});
    s.output("y", s.input("x", rows({3})) * 2);
  }
};
struct two_shapes {
  constexpr void operator()(builder& s) const { s.output("y", s.input("x", rows({3})) + s.input("z", rows({4}))); }
};
struct drops {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({3}));
    s.output("y", x * random_like(x, "noise"));
  }
};
template <auto F>
std::string said_by_the_compiler_of() {
  using failure = detail::failure_of<detail::program_spec<F, mode::packed>>;
  std::string text;
  for (int i = 0; i < failure::size; ++i) text += failure::text[i];
  return text;
}
TEST(session, wrong_graphs) {
  EXPECT_EQ(thrown([] { session s{two_shapes{}}; }), said_by_the_compiler_of<two_shapes{}>());
  EXPECT_NE(said_by_the_compiler_of<two_shapes{}>(), "");
  for (const auto& [mine, compiled] : {std::pair{thrown([] { session s{unused{}}; }), said_by_the_compiler_of<unused{}>()},
                                       std::pair{thrown([] { session s{drops{}}; }), said_by_the_compiler_of<drops{}>()}}) {
    ASSERT_GT(mine.size(), 8u) << mine;
    EXPECT_EQ(mine.substr(0, 8), "session<");  // where the compiler names the program
    EXPECT_EQ(compiled.substr(0, 8), "program<");
    EXPECT_EQ(mine.substr(7), compiled.substr(7));
  }
  EXPECT_EQ(thrown([] { session s(mlp{}, {.max_batch = 0}); }).find("session<"), 0u);
  const std::string wide = thrown([] { session s([](builder& b) { b.output("y", b.input("x", rows({3}), f64) * 2); }); });
  EXPECT_EQ(wide.substr(wide.find(": ")),
            ": computes in f64, i64 or u64; #include <igata/f64.hpp> beside <igata/session.hpp>, or cast(x, f32), cast(x, i32)");
  EXPECT_EQ(thrown([] { session s(mlp{}, {.made_for = mode::training}); }),
            "session: it reads the variables of a store; pass one behind the function, or give it mode::packed");
  variable_store store;
  session bound(mlp{}, store, {.made_for = mode::inference});
  EXPECT_EQ(thrown([&] { (void)bound.pack(store); }), "session: pack: its weights are the variables of a store; give it mode::packed");
  EXPECT_EQ(thrown([&] { bound.use(packed_weights()); }), "session: use: its weights are the variables of a store; give it mode::packed");
  EXPECT_EQ(thrown([&] { bound.on_gradient([](std::string_view, std::span<float>) {}); }),
            "session: on_gradient: the session hands no gradients out; give it optim::gradient_hook{}");
  session s{mlp{}};
  EXPECT_EQ(thrown([&] { (void)s.pack(variable_store()); }), "pack: no variable 'dense/kernel' among the weights of another model; there are none");
  session other{lenet{}};
  EXPECT_NE(thrown([&] { s.use(other.pack(other.variables())); }).find("use: packed weights: expected"), std::string::npos);
  EXPECT_EQ(thrown([&] { (void)profile(s, std::vector<float>(3), 1); }), "profile: run: input 'x': expected 1 row of 16 (16 elements), got 3");
  EXPECT_EQ(thrown([&] { (void)s.dump("plans"); }), "dump: pass: expected build, simplify, main, bind, fuse or plan, got 'plans'");
}

}  // namespace
