// precision::fp64: a model of f32 that computes in f64, beside the oracle, which is in double; and what a call takes and gives then.
#include "oracle.hpp"

#include <string>
#include <vector>

#include <igata/f64.hpp>
#include <igata/igata.hpp>
#include <igata/train.hpp>

namespace {
using namespace igata;
using namespace igata::plan;

struct net {
  constexpr value operator()(value x) const {
    x = tanh(nn::batch_norm(nn::conv2d(x, {.filters = 3, .kernel = 3, .padding = padding::same, .use_bias = false})));
    x = nn::dropout(nn::max_pool2d(x, {.size = 2}), {.rate = 0.2});
    return nn::dense(nn::flatten(x), {.units = 4});
  }
};
template <auto... Options>
using step_of = igata::detail::training_spec<true, net{}, in<"image", 6, 6, 2>, labels<"digit", i32, 4>, loss::softmax_cross_entropy{}, Options...,
                                             max_batch{5}, precision::fp64{}>;
template <auto... Options>
void follows() {
  oracle::compare<step_of<Options...>>(5, 1e-12, [](variable_store& store) {
    for (const auto& e : store) EXPECT_NE(e.type, f32) << e.path;
  }, 6);
}
TEST(fp64, optimizers) {
  follows<optim::sgd{.learning_rate = 0.1}>();
  follows<optim::sgd{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 1e-3, .nesterov = true}, optim::cosine_decay{.steps = 20, .warmup = 3}>();
  follows<optim::adam{}, optim::clip_by_global_norm{.limit = 0.5}, optim::l2{}>();
  follows<optim::adamw{}, optim::exponential_decay{.steps = 3}, optim::gradient_accumulation{.steps = 2}>();
  follows<optim::rmsprop{.momentum = 0.9}, optim::clip_by_norm{.limit = 0.5}, optim::l1{}>();
  follows<optim::rmsprop{}, optim::clip_by_value{.limit = 0.01}, optim::step_decay{.boundaries = {2, 4}}>();
}
TEST(fp64, evaluation) {
  using spec = igata::detail::training_spec<false, net{}, in<"image", 6, 6, 2>, labels<"digit", i32, 4>, loss::softmax_cross_entropy{},
                                            metrics<metric::accuracy{}>, optim::sgd{}, max_batch{5}, precision::fp64{}>;
  oracle::compare<spec>(4, 1e-6);
}

struct line {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 1, .name = "line"}); }
};
template <auto... Options>
using line_t = training<line{}, in<"x", 2>, labels<"y", f32, 0, 1>, loss::mse{}, max_batch{4}, Options..., precision::fp64{}>;
constexpr float xs[8] = {1, 2, 0.1f, 4, -1, 3, 0.3f, 0.7f}, ys[4] = {1, 0.2f, 3, -1};

// Two steps by hand, in double: 0.1 is no float.
TEST(fp64, a_step) {
  using train_t = line_t<optim::sgd{.learning_rate = 0.1}>;
  static_assert(train_t::input_type(0) == f32 && train_t::weight_bytes == 24);
  train_t t;
  const std::span<double> w = t.variables().at("line/kernel").values<double>(), b = t.variables().at("line/bias").values<double>();
  ASSERT_EQ(w.size() + b.size(), 3u);
  EXPECT_EQ(t.variables().at("optimizer/learning_rate").values<double>()[0], 0.1);
  double expected[3] = {w[0] = 0.3, w[1] = -0.7, b[0] = 0.01};
  for (int step = 0; step < 2; ++step) {
    double slope[3] = {}, cost = 0;
    for (int i = 0; i < 4; ++i) {
      const double off = double{xs[2 * i]} * expected[0] + double{xs[2 * i + 1]} * expected[1] + expected[2] - double{ys[i]};
      cost += off * off / 4;
      for (int k = 0; k < 3; ++k) slope[k] += off / 2 * (k < 2 ? double{xs[2 * i + k]} : 1);
    }
    ASSERT_TRUE(t.step({xs, ys}));
    EXPECT_FLOAT_EQ(t.metric(0), static_cast<float>(cost));
    for (int k = 0; k < 3; ++k) expected[k] -= 0.1 * slope[k];
  }
  EXPECT_NEAR(w[0], expected[0], 1e-15);
  EXPECT_NEAR(w[1], expected[1], 1e-15);
  EXPECT_NEAR(b[0], expected[2], 1e-15);
  float y[4];
  ASSERT_TRUE(t.predict(xs, y));
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(y[i], static_cast<float>(double{xs[2 * i]} * w[0] + double{xs[2 * i + 1]} * w[1] + b[0])) << i;  // rounded once

  // An inference of the same store, and one that is told to give doubles.
  struct exact {
    constexpr value operator()(value x) const { return cast(line{}(x), f64); }
  };
  using exact_t = inference<exact{}, in<"x", f64, 2>, max_batch{4}>;
  using rounded_t = inference<line{}, in<"x", 2>, max_batch{4}, precision::fp64{}>;
  exact_t precise{exact_t::pack(t.weights())};
  rounded_t rounded{rounded_t::pack(t.weights())};
  const double x[2] = {0.1, 0.7};
  double of_doubles = 0;
  float of_floats[4];
  ASSERT_TRUE(precise.run({x}, 1, {&of_doubles}));
  EXPECT_NEAR(of_doubles, 0.1 * w[0] + 0.7 * w[1] + b[0], 1e-16);
  ASSERT_TRUE(rounded.run({xs}, 4, {of_floats}));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(of_floats[i], y[i]);
}

TEST(fp64, gradients_are_doubles) {
  using hooked_t = line_t<optim::sgd{.learning_rate = 1}, optim::gradient_hook{}>;
  using plain_t = line_t<optim::sgd{.learning_rate = 1}>;
  hooked_t hooked;
  plain_t plain;
  int calls = 0;
  hooked.on_gradient([&](std::string_view, std::span<double> gradient) {
    ++calls;
    for (double& g : gradient) g *= 2;
  });
  const auto before = plain.variables().at("line/kernel").values<double>()[0];
  ASSERT_TRUE(hooked.step({xs, ys}));
  ASSERT_TRUE(plain.step({xs, ys}));
  EXPECT_EQ(calls, 2);
  const auto after = [&](auto& t) { return t.variables().at("line/kernel").template values<double>()[0] - before; };
  EXPECT_NEAR(after(hooked), 2 * after(plain), 1e-15);
  EXPECT_NE(after(plain), 0);
}

// The loops of training: a rate in double, and a weight that is NaN.
TEST(fp64, fit) {
  line_t<optim::adam{.learning_rate = 0.01}> t;
  train::dataset data;
  data.add_features("x", {1, 2, 0.1f, 4, -1, 3, 0.3f, 0.7f}, {2});
  data.add_features("y", {1, 0.2f, 3, -1}, {1});
  const train::history h = train::fit(t, data, {.epochs = 20, .progress = train::progress_mode::silent},
                                      train::learning_rate_scheduler{[](int epoch) { return epoch < 10 ? 0.1 : 0.05; }});
  EXPECT_EQ(t.variables().at("optimizer/learning_rate").values<double>()[0], 0.05);
  EXPECT_LT(h["loss"].back(), h["loss"].front());
  t.variables().at("line/kernel").values<double>()[1] = std::nan("");
  try {
    train::fit(t, data, {.progress = train::progress_mode::silent});
    FAIL();
  } catch (const error& e) {
    EXPECT_NE(std::string(e.what()).find("variable 'line/kernel': expected finite numbers, got nan"), std::string::npos) << e.what();
  }
}

}  // namespace
