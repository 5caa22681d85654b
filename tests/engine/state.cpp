// Variables, batches and stores: partial batches, seeds, frozen parameters, callbacks' learning rates, shared blocks, wrong calls.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>

#include <igata/igata.hpp>

namespace {
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    x = relu(nn::batch_norm(nn::conv2d(x, {.filters = 6, .kernel = 3, .padding = padding::same})));
    x = nn::dropout(nn::flatten(nn::max_pool2d(x)), {.rate = 0.3});
    return nn::dense(x, {.units = 5, .name = "head"});
  }
};
template <int Batch>
using train = training<net{}, in<"image", 8, 8, 1>, labels<"class", i32, 5>, loss::softmax_cross_entropy{},
                       optim::sgd{.learning_rate = 0.1, .momentum = 0.9}, metrics<metric::accuracy{}>, max_batch{Batch}>;

struct batch {
  std::vector<float> x;
  std::vector<std::int32_t> y;
  explicit batch(int n, std::uint32_t key = 1) {
    for (int i = 0; i < n * 64; ++i) x.push_back(random_uniform(random_bits({key, 2}, {static_cast<std::uint32_t>(i), 0}).x));
    for (int i = 0; i < n; ++i) y.push_back(static_cast<std::int32_t>(random_bits({key, 3}, {static_cast<std::uint32_t>(i), 0}).x % 5));
  }
};

bool same_bits(const variable_store& a, const variable_store& b) {
  if (a.size() != b.size()) return false;
  for (int i = 0; i < a.size(); ++i)
    if (a[i].path != b[i].path || std::memcmp(a[i].memory.data(), b[i].memory.data(), a[i].memory.size()) != 0) return false;
  return true;
}

TEST(state, partial_batch_is_a_batch_of_that_size) {
  batch data(3);
  train<16> large{seed{5}};
  train<3> exact{seed{5}};
  batch full(16);
  ASSERT_TRUE(static_cast<bool>(large.evaluate({full.x, full.y}, 16)));  // other rows are in the arena now
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(static_cast<bool>(large.step({data.x, data.y}, 3)));
    ASSERT_TRUE(static_cast<bool>(exact.step({data.x, data.y}, 3)));
    EXPECT_EQ(large.metric(0), exact.metric(0));
  }
  EXPECT_TRUE(same_bits(large.weights(), exact.weights()));
}

TEST(state, a_row_does_not_depend_on_its_batch) {
  batch data(16);
  train<16> t{seed{5}};
  std::vector<float> all(16 * 5), one(5);
  ASSERT_TRUE(static_cast<bool>(t.predict(data.x, 16, all.data())));
  for (int r = 0; r < 16; ++r) {
    ASSERT_TRUE(static_cast<bool>(t.predict({data.x.data() + r * 64}, 1, one.data())));
    EXPECT_EQ(std::memcmp(one.data(), all.data() + r * 5, sizeof(float) * 5), 0) << r;
  }
}

TEST(state, same_seed_same_bits) {
  batch data(16);
  train<16> a{seed{9}}, b{seed{9}}, c{seed{10}};
  for (int i = 0; i < 5; ++i)
    for (auto* t : {&a, &b, &c}) ASSERT_TRUE(static_cast<bool>(t->step({data.x, data.y}, 16)));
  EXPECT_TRUE(same_bits(a.weights(), b.weights()));
  EXPECT_FALSE(same_bits(a.weights(), c.weights()));
}

TEST(state, dropout_changes_with_the_step) {
  batch data(16);
  train<16> t{seed{9}};
  t.variables().floats("optimizer/learning_rate")[0] = 0;
  ASSERT_TRUE(static_cast<bool>(t.step({data.x, data.y}, 16)));
  const float first = t.metric(0);
  ASSERT_TRUE(static_cast<bool>(t.step({data.x, data.y}, 16)));
  EXPECT_NE(first, t.metric(0));
}

TEST(state, learning_rate_is_a_variable) {
  batch data(16);
  train<16> t{seed{9}};
  t.variables().floats("optimizer/learning_rate")[0] = 0;
  const variable_store before = t.variables();
  ASSERT_TRUE(static_cast<bool>(t.step({data.x, data.y}, 16)));
  EXPECT_TRUE(std::memcmp(before.find("head/kernel")->memory.data(), t.weights().find("head/kernel")->memory.data(),
                          before.find("head/kernel")->memory.size()) == 0);
  t.variables().floats("optimizer/learning_rate")[0] = 0.5f;
  ASSERT_TRUE(static_cast<bool>(t.step({data.x, data.y}, 16)));
  EXPECT_FALSE(std::memcmp(before.find("head/kernel")->memory.data(), t.weights().find("head/kernel")->memory.data(),
                           before.find("head/kernel")->memory.size()) == 0);
}

TEST(state, batch_norm_statistics_move_in_training_only) {
  batch data(16);
  train<16> t{seed{9}};
  const variable_store before = t.variables();
  ASSERT_TRUE(static_cast<bool>(t.evaluate({data.x, data.y}, 16)));
  EXPECT_TRUE(same_bits(before, t.weights()));
  ASSERT_TRUE(static_cast<bool>(t.step({data.x, data.y}, 16)));
  EXPECT_NE(before.find("batch_norm/moving_mean")->floats()[0], t.weights().find("batch_norm/moving_mean")->floats()[0]);
}

using frozen_t =
    training<net{}, in<"image", 8, 8, 1>, labels<"class", i32, 5>, loss::softmax_cross_entropy{}, optim::adam{}, freeze<"conv2d/*">, max_batch{8}>;
TEST(state, frozen_parameters_stay) {
  batch data(8);
  frozen_t t{seed{9}};
  const variable_store before = t.variables();
  ASSERT_TRUE(static_cast<bool>(t.step({data.x, data.y}, 8)));
  const auto changed = [&](const char* path) {
    return std::memcmp(before.find(path)->memory.data(), t.weights().find(path)->memory.data(), before.find(path)->memory.size()) != 0;
  };
  EXPECT_FALSE(changed("conv2d/kernel"));
  EXPECT_FALSE(changed("conv2d/bias"));
  EXPECT_TRUE(changed("head/kernel"));
  EXPECT_FALSE(before.find("optimizer/momentum/conv2d/kernel")) << "a frozen parameter needs no slot";
}

// Frozen batch norms keep their moving statistics, also of a block that is used twice, and normalise by them: a step sees what evaluation sees.
struct fine_tuned {
  constexpr value operator()(value x) const {
    const auto backbone = nn::block("backbone", [](value v) { return relu(nn::batch_norm(nn::dense(v, {.units = 64}), {.momentum = 0.5})); });
    return nn::dense(nn::batch_norm(backbone(backbone(nn::flatten(x))), {.momentum = 0.5, .name = "norm"}), {.units = 5, .name = "head"});
  }
};
template <auto... Options>
using fine_tuning = training<fine_tuned{}, in<"image", 8, 8, 1>, labels<"class", i32, 5>, loss::softmax_cross_entropy{},
                             optim::sgd{.learning_rate = 0.01}, max_batch{8}, Options...>;
TEST(state, frozen_statistics_stay) {
  batch data(8);
  fine_tuning<> before{seed{3}};
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(static_cast<bool>(before.step({data.x, data.y}, 8)));
  fine_tuning<freeze<"backbone/*">> part{seed{9}};
  fine_tuning<freeze<"backbone/*">, freeze<"norm/*">> norms{seed{9}};
  const auto fill = [&](variable_store& to) {
    for (variable_store::entry& e : to) std::memcpy(e.memory.data(), before.weights().find(e.path)->memory.data(), e.memory.size());
  };
  fill(part.variables()), fill(norms.variables());
  const variable_store started = part.variables();
  ASSERT_TRUE(static_cast<bool>(part.step({data.x, data.y}, 8)));
  int held = 0;
  for (const variable_store::entry& e : started) {
    const bool same = std::memcmp(e.memory.data(), part.weights().find(e.path)->memory.data(), e.memory.size()) == 0;
    EXPECT_EQ(same, e.kind == role::hyper_parameter || e.path.starts_with("backbone/")) << e.path;
    held += e.kind == role::buffer && same;
  }
  EXPECT_EQ(held, 2);
  ASSERT_TRUE(static_cast<bool>(norms.evaluate({data.x, data.y}, 8)));
  const float evaluated = norms.metric(0);
  ASSERT_TRUE(static_cast<bool>(norms.step({data.x, data.y}, 8)));
  EXPECT_NEAR(norms.metric(0), evaluated, 1e-5f);
}

TEST(state, wrong_calls_have_answers) {
  batch data(16);
  train<16> t{seed{1}};
  const variable_store before = t.variables();
  EXPECT_EQ(t.step({data.x, data.y}, 0).value, status::code::wrong_rows);
  EXPECT_EQ(t.step({data.x, data.y}, 17).value, status::code::wrong_rows);
  data.y[11] = 5;
  const status s = t.step({data.x, data.y}, 16);
  EXPECT_EQ(s.value, status::code::label_out_of_range);
  EXPECT_EQ(describe(s, "step").view(), "step: input 'class' row 11: label 5 is outside [0, 5)");
  data.y[11] = -1;
  EXPECT_EQ(t.evaluate({data.x, data.y}, 16).value, status::code::label_out_of_range);
  const float* nothing = nullptr;
  EXPECT_EQ(t.step({nothing, data.y}, 1).value, status::code::missing_input);
  EXPECT_TRUE(same_bits(before, t.weights())) << "a refused step changed a variable";
}

using infer_t = inference<net{}, in<"image", 8, 8, 1>, max_batch{4}>;
struct sum_of_two {
  constexpr value operator()(value x, value z) const { return nn::dense(x + z, {.units = 2}); }
};
TEST(state, rows_in_braces) {
  using pair_training = training<sum_of_two{}, in<"x", 3>, in<"z", 3>, labels<"y", i32, 2>, loss::softmax_cross_entropy{}, optim::sgd{}>;
  using pair_inference = inference<sum_of_two{}, in<"x", 3>, in<"z", 3>>;
  const float x[] = {1, 2, 3}, z[] = {4, 5, 6};
  const std::int32_t y[] = {1};
  const void* const rows[] = {x, z, y};
  pair_training braces{seed{3}}, pointers{seed{3}};
  float one[2], other[2];
  ASSERT_TRUE(braces.step({x, z, y}, 1) && braces.evaluate({x, z, y}, 1) && braces.predict({x, z}, 1, one));
  void* const out[] = {other};
  ASSERT_TRUE(pointers.step_unchecked(rows, 1) && pointers.evaluate_unchecked(rows, 1) && pointers.predict_unchecked(rows, 1, out));
  EXPECT_TRUE(same_bits(braces.weights(), pointers.weights()));
  EXPECT_EQ(braces.metric(0), pointers.metric(0));
  EXPECT_EQ(std::memcmp(one, other, sizeof one), 0);
  pair_inference net{pair_inference::pack(braces.weights())};
  ASSERT_TRUE(net.run({x, z}, 1, other));
  EXPECT_NEAR(one[0], other[0], 1e-5);
  const float* nothing = nullptr;
  EXPECT_EQ(net.run({x, nothing}, 1, other).value, status::code::missing_input);
}

TEST(state, a_store_is_a_range) {
  variable_store store;
  store.add("a", role::weight, f32, {2}).floats()[1] = 3;
  store.add("b", role::weight, f32, {});
  const variable_store& same = store;
  std::string paths;
  for (variable_store::entry& e : store) e.floats()[0] = 1;
  for (const variable_store::entry& e : same) paths += std::string(e.path) + (e.floats()[0] == 1 ? "1" : "");
  EXPECT_EQ(paths, "a1b1");
}

TEST(state, packing_another_models_weights) {
  const auto refused = [](const variable_store& weights) -> std::string {
    try {
      infer_t::pack(weights);
      return "nothing";
    } catch (const error& e) {
      return e.what();
    }
  };
  EXPECT_TRUE(refused(variable_store()).ends_with("' among the weights of another model; there are none"));
  variable_store misspelt;
  for (const variable_store::entry& e : infer_t::variables())
    if (e.path == "head/kernel") misspelt.add("haed/kernel", e.kind, e.type, e.dims);
    else misspelt.add(e);
  EXPECT_EQ(refused(misspelt), "pack: no variable 'head/kernel' among the weights of another model; did you mean 'haed/kernel'?");
  train<16> t{seed{1}};
  variable_store odd;
  for (int i = 0; i < t.variables().size(); ++i) {
    const auto& v = t.variables()[i];
    odd.add(v.path, v.kind, v.type, v.path == "head/kernel" ? shape{3, 5} : v.dims);
  }
  EXPECT_EQ(refused(odd), "pack: head/kernel: expected f32[96,5], got f32[3,5]; the weights were made for another model");
}

TEST(state, inference_equals_evaluation) {
  batch data(4);
  train<16> t{seed{1}};
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(static_cast<bool>(t.step({data.x, data.y}, 4)));
  infer_t net{infer_t::pack(t.weights())};
  std::vector<float> expected(20), got(20);
  ASSERT_TRUE(static_cast<bool>(t.predict(data.x, 4, expected.data())));
  ASSERT_TRUE(static_cast<bool>(net.run(data.x, got)));
  for (std::size_t i = 0; i < 20; ++i) EXPECT_NEAR(got[i], expected[i], 1e-4 * (1 + std::abs(expected[i])));
  infer_t alone{t.weights()};  // packs by itself
  std::vector<float> same(20);
  ASSERT_TRUE(static_cast<bool>(alone.run(data.x, same)));
  EXPECT_EQ(same, got);
  EXPECT_EQ(net.run(std::span<const float>(data.x).first(63), got).value, status::code::wrong_size);
  EXPECT_EQ(net.run(data.x, std::span<float>(got).first(19)).value, status::code::wrong_size);
}

// One block entered twice has one set of parameters, and its gradient is the sum of both uses.
struct twice {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({3}));
    const auto layer = [](value v) { return tanh(nn::dense(v, {.units = 3})); };
    const value y = nn::block("same", layer)(nn::block("same", layer)(x));
    const value loss = reduce_mean(y * y);
    s.minimize(loss, "*", optim::sgd{.learning_rate = 1});
    s.output("loss", loss);
  }
};
TEST(state, shared_blocks) {
  variable_store store;
  program<twice{}, max_batch{2}> p(store, seed{4});
  int weights = 0;
  for (int i = 0; i < store.size(); ++i) weights += store[i].kind == role::weight;
  EXPECT_EQ(weights, 2);
  const variable_store before = store;
  const float x[] = {0.3f, -0.2f, 0.9f, 0.1f, 0.5f, -0.7f};
  float loss = 0;
  ASSERT_TRUE(static_cast<bool>(p.run({x}, {&loss}, 2)));
  const auto value_at = [&](const variable_store& w, std::size_t changed, double by) {
    double sum = 0;
    for (int r = 0; r < 2; ++r) {
      double v[3] = {x[r * 3], x[r * 3 + 1], x[r * 3 + 2]};
      for (int layer = 0; layer < 2; ++layer) {
        double next[3];
        for (int j = 0; j < 3; ++j) {
          next[j] = w.find("same/dense/bias")->floats()[static_cast<std::size_t>(j)];
          for (int i = 0; i < 3; ++i) {
            const std::size_t k = static_cast<std::size_t>(i * 3 + j);
            next[j] += v[i] * (w.find("same/dense/kernel")->floats()[k] + (k == changed ? by : 0));
          }
          next[j] = std::tanh(next[j]);
        }
        for (int j = 0; j < 3; ++j) v[j] = next[j];
      }
      for (const double y : v) sum += y * y / 6;
    }
    return sum;
  };
  EXPECT_NEAR(loss, value_at(before, 99, 0), 1e-6);
  for (std::size_t k = 0; k < 9; ++k) {
    const double gradient = (value_at(before, k, 1e-4) - value_at(before, k, -1e-4)) / 2e-4;
    EXPECT_NEAR(before.find("same/dense/kernel")->floats()[k] - store.find("same/dense/kernel")->floats()[k], gradient, 1e-5) << k;
  }
}

// Tokens through an embedding: which of the two halves of a sequence has the larger sum is learned; a token outside the table is refused.
struct reader {
  constexpr value operator()(value tokens, value hint) const {
    const value e = nn::embedding(tokens, {.size = 10, .units = 6});
    return nn::dense(concat({nn::flatten(e), hint}), {.units = 2});
  }
};
using reader_t = training<reader{}, ids<"tokens", 10, 4>, in<"hint", 1>, labels<"class", i32, 2>, loss::softmax_cross_entropy{},
                          optim::adam{.learning_rate = 0.05}, metrics<metric::accuracy{}>, max_batch{32}>;
using read_t = inference<reader{}, ids<"tokens", 10, 4>, in<"hint", 1>, max_batch{32}>;
TEST(state, tokens) {
  std::vector<std::int32_t> tokens, classes;
  const std::vector<float> hint(32, 0.0f);
  for (std::uint32_t i = 0; i < 32; ++i) {
    int sum[2] = {0, 0};
    for (std::uint32_t k = 0; k < 4; ++k) {
      tokens.push_back(static_cast<std::int32_t>(random_bits({1, 2}, {i, k}).x % 10));
      sum[k / 2] += tokens.back();
    }
    classes.push_back(sum[1] > sum[0]);
  }
  reader_t t{seed{3}};
  for (int i = 0; i < 150; ++i) ASSERT_TRUE(static_cast<bool>(t.step({tokens, hint, classes}, 32)));
  ASSERT_TRUE(static_cast<bool>(t.evaluate({tokens, hint, classes}, 32)));
  EXPECT_GE(t.metric(1), 0.95f);
  read_t net{read_t::pack(t.weights())};
  std::vector<float> scores(64), expected(64);
  ASSERT_TRUE(static_cast<bool>(net.run({tokens, hint}, 32, scores)));
  ASSERT_TRUE(static_cast<bool>(t.predict({tokens, hint}, 32, expected)));
  for (std::size_t i = 0; i < 64; ++i) EXPECT_NEAR(scores[i], expected[i], 1e-4);
  tokens[9] = 10;
  const status s = net.run({tokens, hint}, 32, scores);
  EXPECT_EQ(describe(s).view(), "run: input 'tokens' row 2: index 10 is outside [0, 10)");
}

TEST(state, a_checkpoint_in_memory) {
  batch data(16);
  train<16> t{seed{9}}, same{seed{9}};
  const variable_store saved = t.variables();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(static_cast<bool>(t.step({data.x, data.y}, 16)));
  EXPECT_FALSE(same_bits(saved, t.weights()));
  t.variables() = saved;  // the program goes on with these values
  for (auto* p : {&t, &same}) ASSERT_TRUE(static_cast<bool>(p->step({data.x, data.y}, 16)));
  EXPECT_TRUE(same_bits(t.weights(), same.weights()));
}
}  // namespace
