// Sessions that compute in lanes of 64 bits beside the programs that a compiler makes of the same functions: the same bits on every instruction set.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include <igata/engine/dump.hpp>
#include <igata/igata.hpp>
#include <igata/session.hpp>
#include <igata/f64.hpp>

namespace {
using namespace igata;

// A bit of everything that loops, reductions and moves have of f64, beside f32 and i32.
struct reals {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({7, 3}), f64), y = s.input("y", rows({7, 1}));
    s.output("scaled", x * 1e-300 + 0.1);
    s.output("functions", exp(x * 0.01) + tanh(x) - log(abs(x) + 1) * erf(x) + sin(x) * cos(x));
    s.output("softmax", softmax(x));
    s.output("most", reduce_max(x * cast(y, f64), {2}));
    s.output("mean", reduce_mean(x, {1}));
    s.output("where", argmax(x, 2));
    s.output("rounded", cast(x, f32) * y);
    s.output("whole", cast(x * 1e6, i64));
    s.output("small", cast(round(x), u8));
    s.output("chosen", select(x > 0 && x < 50, x, -1));
    s.output("turned", transpose(x, {0, 2, 1}) * 2);
    s.output("rows", x / cast(batch_size(x.owner()), f64));
  }
};
struct wholes {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({40}), i64), u = cast(x, u64);
    s.output("product", x * 9007199254740993 + 1);
    s.output("order", select(x < 0, -x, minimum(x, 9007199254740993)));
    s.output("unsigned", maximum(u, 5) * 3);
    s.output("below", cast(u < 18446744073709551557u, i32));
    s.output("real", cast(x, f64));
    s.output("back", cast(cast(u, f64) * 0.5, u64));
    s.output("narrow", cast(x, i32) + 1);
  }
};
// Products, convolutions and pools with weights of f64, packed once.
struct layers {
  constexpr void operator()(builder& s) const {
    value x = tanh(nn::batch_norm(nn::conv2d(s.input("x", rows({8, 8, 2}), f64), {.filters = 5, .kernel = 3})));
    x = nn::max_pool2d(x, {.size = 2});
    s.output("y", nn::dense(tanh(nn::dense(nn::flatten(x), {.units = 9})), {.units = 4}));
  }
};

struct bytes {
  std::vector<std::vector<unsigned char>> all;
  std::vector<void*> at;
  void add(dtype type, int count) {
    all.emplace_back(static_cast<std::size_t>(count) * static_cast<std::size_t>(size_of(type)), static_cast<unsigned char>(0xb3));
    at.push_back(all.back().data());
  }
};
template <class T>
void fill(std::vector<unsigned char>& to, std::uint32_t stream) {
  for (std::size_t i = 0; i < to.size() / sizeof(T); ++i) {
    const auto [a, b] = random_bits({7, stream}, {static_cast<std::uint32_t>(i), 0});
    const T x = std::is_floating_point_v<T> ? static_cast<T>((a * 0x1p-32 - 0.4) * 100)
                                            : static_cast<T>(i % 3 == 0 ? a % 100 : std::uint64_t{a} << 32 | b);  // NOLINT: small and large ones
    std::memcpy(to.data() + i * sizeof(T), &x, sizeof(T));
  }
}
session_input input_of(const void* at, dtype type) {
  if (type == f64) return static_cast<const double*>(at);
  if (type == i64) return static_cast<const std::int64_t*>(at);
  return static_cast<const float*>(at);
}
session_result result_of(void* at, dtype type) {
  if (type == f64) return static_cast<double*>(at);
  if (type == i64) return static_cast<std::int64_t*>(at);
  if (type == u64) return static_cast<std::uint64_t*>(at);
  if (type == i32) return static_cast<std::int32_t*>(at);
  if (type == u8) return static_cast<std::uint8_t*>(at);
  return static_cast<float*>(at);
}

template <auto F, int MaxBatch>
void expect_same() {
  using compiled_t = program<F, mode::packed, max_batch{MaxBatch}>;
  session s(F, {.max_batch = MaxBatch});
  const variable_store weights = s.variables(seed{3});
  compiled_t p{compiled_t::pack(weights)};
  s.use(s.pack(weights));
  EXPECT_EQ(s.dump("plan"), dump<compiled_t>("plan"));
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    s.use(which), p.use(which);
    for (const int n : {1, MaxBatch}) {
      bytes in, mine, theirs;
      std::vector<session_input> given;
      std::vector<session_result> taken;
      for (int i = 0; i < s.input_count(); ++i) {
        const dtype type = s.input_type(i);
        in.add(type, s.input_row(i) * n);
        const auto stream = static_cast<std::uint32_t>(i);
        if (type == f64) fill<double>(in.all.back(), stream);
        else if (type == i64) fill<std::int64_t>(in.all.back(), stream);
        else fill<float>(in.all.back(), stream);
        given.push_back(input_of(in.at.back(), type));
      }
      for (int i = 0; i < s.output_count(); ++i) {
        mine.add(s.output_type(i), s.output_row(i) * n), theirs.add(s.output_type(i), s.output_row(i) * n);
        taken.push_back(result_of(mine.at.back(), s.output_type(i)));
      }
      ASSERT_EQ(describe(s.run({given.data(), s.input_count()}, {taken.data(), s.output_count()}, n)), "run: ok");
      ASSERT_TRUE(p.run_unchecked(std::vector<const void*>(in.at.begin(), in.at.end()).data(), theirs.at.data(), n));
      for (std::size_t i = 0; i < mine.all.size(); ++i)
        EXPECT_EQ(mine.all[i], theirs.all[i]) << s.output_name(static_cast<int>(i)) << ", " << static_cast<int>(which) << ", rows " << n;
    }
  }
}
TEST(session_wide, reals) { expect_same<reals{}, 5>(), expect_same<reals{}, 70>(); }
TEST(session_wide, wholes) { expect_same<wholes{}, 3>(); }
TEST(session_wide, layers) { expect_same<layers{}, 3>(); }

// Learns in f64: what the weights are is what x is.
struct learning {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}), f64), e = nn::dense(tanh(nn::dense(x, {.units = 5})), {.units = 1}) - reduce_sum(x, {1}, true);
    const value loss = reduce_mean(e * e);
    s.minimize(loss, "*", optim::adam{.learning_rate = 0.01});
    s.output("loss", loss);
  }
};

TEST(session_wide, training) {
  using compiled_t = program<learning{}, mode::training, max_batch{8}>;
  variable_store mine, theirs;
  session s(learning{}, mine, {.max_batch = 8, .made_for = mode::training}, seed{5});
  compiled_t p{theirs, seed{5}};
  std::vector<double> x(8 * 6);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = random_bits({5, 6}, {static_cast<std::uint32_t>(i), 0}).x * 0x1p-32 - 0.5;
  double first = 0, loss = 0, expected = 0;
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE(s.run({x}, {&loss}, 8) && p.run({x}, {&expected}, 8));
    EXPECT_EQ(loss, expected) << i;
    if (i == 0) first = loss;
  }
  EXPECT_LT(loss, first / 2);
  ASSERT_EQ(mine.size(), theirs.size());
  for (int i = 0; i < mine.size(); ++i)
    EXPECT_EQ(std::memcmp(mine[i].memory.data(), theirs[i].memory.data(), mine[i].memory.size()), 0) << mine[i].path;
}

// Variables of 64 bits that a step writes: counters beyond what a double has, in the store's own type.
struct counting {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", {3}, i64);
    const auto keep = [&](std::string_view name, dtype type, double first, auto next) {
      const value v = state_variable(x, name, role::buffer, {3}, constant_initializer(first), type);
      assign(v, next(v));
      s.output(name, v);
    };
    keep("sum", i64, -1, [&](value v) { return v * 3 + x; });
    keep("most", u64, 0x1p63, [&](value v) { return maximum(v, cast(x, u64)) + 1; });
    keep("real", f64, 0.1, [&](value v) { return v / 3 + cast(x, f64); });
    keep("passed", boolean, 0, [&](value v) { return v || x > 9007199254740993; });
  }
};
template <class P>
void expect_counted(P& p, const variable_store& store) {
  std::int64_t x[3] = {9007199254740993, -4611686018427387905, 7}, sum[3], now_sum[3] = {-1, -1, -1};
  std::uint64_t most[3], now_most[3] = {1ull << 63, 1ull << 63, 1ull << 63};
  double real[3], now_real[3] = {0.1, 0.1, 0.1};
  bool passed[3], now_passed[3] = {};
  for (int step = 0; step < 7; ++step) {
    ASSERT_TRUE(p.run({x}, {sum, most, real, passed}, 1));
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(sum[i], now_sum[i]);
      EXPECT_EQ(most[i], now_most[i]);
      EXPECT_EQ(real[i], now_real[i]);
      EXPECT_EQ(passed[i], now_passed[i]);
      const auto bits = static_cast<std::uint64_t>(x[i]);
      now_sum[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(now_sum[i]) * 3 + bits);
      now_most[i] = (now_most[i] < bits ? bits : now_most[i]) + 1;
      now_real[i] = now_real[i] / 3 + static_cast<double>(x[i]);
      now_passed[i] = now_passed[i] || x[i] > 9007199254740993;
    }
    EXPECT_EQ(std::memcmp(store.find("sum")->memory.data(), now_sum, sizeof now_sum), 0);
    EXPECT_EQ(std::memcmp(store.find("most")->memory.data(), now_most, sizeof now_most), 0);
    EXPECT_EQ(std::memcmp(store.find("passed")->memory.data(), now_passed, sizeof now_passed), 0);
    x[0] += 1, x[2] *= 99;
  }
}
TEST(session_wide, variables) {
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    variable_store mine, theirs;
    session s(counting{}, mine, {.made_for = mode::training});
    program<counting{}, mode::training> p{theirs};
    s.use(which), p.use(which);
    expect_counted(p, theirs), expect_counted(s, mine);
  }
}

// precision::fp64, and what its gradients are handed to.
struct line {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 1, .name = "line"}); }
};
TEST(session_wide, fp64) {
  using train_t =
      training<line{}, in<"x", 3>, labels<"y", f32, 0, 1>, loss::mse{}, optim::adam{}, optim::gradient_hook{}, max_batch{4}, precision::fp64{}>;
  variable_store learnt;
  session s = session::training<in<"x", 3>, labels<"y", f32, 0, 1>, loss::mse{}, optim::adam{}, optim::gradient_hook{}, precision::fp64{}>(
      line{}, learnt, {.max_batch = 4}, seed{3});
  train_t t{seed{3}};
  const auto halve = [](std::string_view, std::span<double> gradient) {
    for (double& g : gradient) g /= 2;
  };
  std::string said;
  try {
    s.on_gradient([](std::string_view, std::span<float>) {});
  } catch (const error& e) {
    said = e.what();
  }
  EXPECT_EQ(said, "session: on_gradient: the function must take (std::string_view parameter, std::span<double> gradient)");
  s.on_gradient(halve), t.on_gradient(halve);
  const std::vector<float> x = {1, 2, 3, -1, 0.5f, 2, 0.1f, 0, 1, 3, -2, 1}, y = {1, 2, 0.5f, -1};
  for (int i = 0; i < 3; ++i) {
    float loss = 0;
    ASSERT_TRUE(s.run({x, y}, {&loss}, 4) && t.step({x, y}));
    EXPECT_EQ(loss, t.metric(0));
  }
  for (const auto& e : t.weights()) {
    EXPECT_NE(e.type, f32) << e.path;
    EXPECT_EQ(std::memcmp(learnt.find(e.path)->memory.data(), e.memory.data(), e.memory.size()), 0) << e.path;
  }
}

// Of numbers that come at run time: a plan for each shape, a copy for each caller.
TEST(session_wide, shapes_and_copies) {
  session s([](builder& b) { b.output("y", reduce_sum(b.input("x", rows({3}), f64) * 0.1, 1)); }, {.max_batch = 2});
  std::vector<double> x(2 * 5, 3), y(2);
  s.resize({{"x", {5}}});
  session other = s;
  ASSERT_TRUE(other.run({x}, {y}));
  EXPECT_NEAR(y[1], 1.5, 1e-15);
  EXPECT_NE(y[1], static_cast<float>(y[1]) + 1e-8);
}

}  // namespace
