// The convolutions of inference programs beside the oracle: which kernel each gets, and what is done with their results.
#include "oracle.hpp"

#include <igata/engine/dump.hpp>
#include <igata/igata.hpp>

namespace {
using namespace igata;

// Winograd with an addend, a clamp, a program of its own and a place in a concatenation; depthwise; direct with strides.
struct network {
  constexpr value operator()(value x) const {
    x = relu6(nn::conv2d(x, {.filters = 24, .kernel = 3, .stride = 2, .padding = 1}));
    value y = relu(nn::batch_norm(nn::conv2d(x, {.filters = 24, .kernel = 3, .padding = 1, .use_bias = false})));
    y = nn::conv2d(y, {.filters = 24, .kernel = 3, .padding = 1});
    x = relu(x + y);
    y = nn::conv2d(x, {.filters = 20, .kernel = 3, .padding = 1});
    y = y * sigmoid(y);
    value z = relu6(nn::depthwise_conv2d(x, {.kernel = 3, .padding = 1}));
    z = z + x;
    const value w = maximum(nn::conv2d(x, {.filters = 33, .kernel = 3, .padding = padding{0, 1, 2, 1}}), -0.5);
    y = concat({y, relu(nn::conv2d(z, {.filters = 16, .kernel = 1})), w, nn::depthwise_conv2d(x, {.kernel = 5, .padding = 2})});
    y = relu(nn::conv2d(y, {.filters = 40, .kernel = 3, .padding = 2, .dilation = 2}));
    return nn::dense(nn::global_avg_pool2d(nn::conv2d(y, {.filters = 30, .kernel = 3, .stride = 2})), {.units = 7});
  }
};
template <bool Winograd>
struct spec {
  static constexpr bool training = false, splits = true, winograd = Winograd;
  static constexpr int max_batch = 3;
  static constexpr void build(builder& s) { s.output("y", network{}(s.input("image", rows({33, 37, 3})))); }
};
int count(const std::string& all, std::string_view part) {
  int n = 0;
  for (std::size_t at = all.find(part); at != std::string::npos; at = all.find(part, at + 1)) ++n;
  return n;
}

TEST(convolutions, beside_the_oracle) {
  for (const int n : {1, 3}) {
    oracle::compare<spec<true>>(n, 1e-4);
    oracle::compare<spec<false>>(n, 1e-4);
  }
}
TEST(convolutions, kernels) {
  const std::string with = dump<spec<true>>("plan"), without = dump<spec<false>>("plan");
  EXPECT_EQ(count(with, "Winograd 4x4"), 4) << with;
  EXPECT_EQ(count(without, "Winograd"), 0) << without;
  EXPECT_EQ(count(with, "(depthwise)"), 2) << with;
  EXPECT_NE(with.find(" 3 distinct pointwise programs"), std::string::npos)
      << with;  // y * sigmoid(y), relu6(z) + x, the mean; the others: in registers
}

// Sequences: images of one line, in inference and in a step with their gradients.
struct sequence {
  constexpr value operator()(value x) const {
    x = relu(nn::conv1d(x, {.filters = 17, .kernel = 5, .stride = 2, .padding = nn::padding1d::same}));
    value y = tanh(nn::conv1d(x, {.filters = 17, .kernel = 3, .padding = nn::padding1d::causal, .dilation = 2}));
    y = nn::conv1d(x + y, {.filters = 6, .kernel = 1, .use_bias = false});
    return nn::dense(nn::flatten(y), {.units = 3});
  }
};
struct sequence_spec {
  static constexpr bool training = false, splits = true;
  static constexpr int max_batch = 3;
  static constexpr void build(builder& s) { s.output("y", sequence{}(s.input("x", rows({33, 3})))); }
};
struct sequence_step {
  static constexpr bool training = true, splits = false;
  static constexpr int max_batch = 3;
  static constexpr void build(builder& s) {
    const value y = sequence{}(s.input("x", rows({33, 3}))), loss = reduce_mean(y * y);
    s.minimize(loss, "*", optim::sgd{.learning_rate = 0.1});
    s.output("loss", loss);
  }
};
TEST(convolutions, of_sequences) {
  for (const int n : {1, 3}) {
    oracle::compare<sequence_spec>(n, 1e-4);
    oracle::compare<sequence_step>(n, 1e-3);
  }
}

// In training: a step with filters that move, and their gradients; evaluation as inference without binding.
struct trained {
  constexpr value operator()(value x) const {
    x = relu(nn::conv2d(x, {.filters = 24, .kernel = 3, .padding = 1}));
    const value y = relu(nn::conv2d(x, {.filters = 20, .kernel = 3, .padding = padding{2, 2, 0, 0}, .use_bias = false}));
    x = nn::batch_norm(nn::conv2d(y, {.filters = 24, .kernel = 3, .padding = 1, .use_bias = false})) + x * 0.5;
    return nn::dense(nn::global_avg_pool2d(tanh(x)), {.units = 3});
  }
};
template <bool Winograd>
struct training_spec {
  static constexpr bool training = true, splits = false, winograd = Winograd;
  static constexpr int max_batch = 5;
  static constexpr void build(builder& s) {
    const value x = s.input("image", rows({12, 13, 17})), target = s.input("y", rows({3}));
    const value cost = loss::mse{}(trained{}(x), target);
    s.minimize(cost, "*", optim::sgd{.learning_rate = 0.5, .momentum = 0.9});
    s.output("loss", cost);
  }
};
TEST(convolutions, training_beside_the_oracle) {
  for (const int n : {1, 4, 5}) {
    oracle::compare<training_spec<true>>(n, 1e-4, [](variable_store&) {}, 2);
    oracle::compare<training_spec<false>>(n, 1e-4, [](variable_store&) {}, 2);
  }
  const std::string with = dump<training_spec<true>>("plan"), without = dump<training_spec<false>>("plan");
  EXPECT_EQ(count(with, "conv2d (Winograd"), 2) << with;
  EXPECT_EQ(count(with, "conv2d (filters for Winograd"), 2) << with;
  EXPECT_EQ(count(with, "conv2d_input_grad (Winograd"), 2) << with;
  EXPECT_GT(count(with, "conv2d_filter_grad (Winograd"), 0) << with;
  EXPECT_EQ(count(without, "Winograd"), 0) << without;
}
TEST(convolutions, training_options) {
  using fast = training<trained{}, in<"image", 12, 13, 17>, labels<"y", f32, 0, 3>, loss::mse{}, optim::sgd{.learning_rate = 0.1}, max_batch{8}>;
  using exact = training<trained{}, in<"image", 12, 13, 17>, labels<"y", f32, 0, 3>, loss::mse{}, optim::sgd{.learning_rate = 0.1}, max_batch{8},
                         winograd::off>;
  EXPECT_GT(count(dump<fast>("plan"), "Winograd"), 0);
  EXPECT_EQ(count(dump<exact>("plan"), "Winograd"), 0);
  fast a{seed{3}};
  exact b{seed{3}};
  std::vector<float> image(12 * 13 * 17 * 8), y(24);
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = oracle::random_number(4, static_cast<std::uint32_t>(i));
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = oracle::random_number(5, static_cast<std::uint32_t>(i));
  for (int step = 0; step < 20; ++step) {
    ASSERT_TRUE(a.step({image, y}, 8));
    ASSERT_TRUE(b.step({image, y}, 8));
    EXPECT_NEAR(a.metric(0), b.metric(0), 1e-4f * b.metric(0)) << step;
  }
}

// An option of inference: results with and without it are near each other, and not the same.
struct square {
  constexpr value operator()(value x) const { return nn::conv2d(x, {.filters = 32, .kernel = 3, .padding = 1}); }
};
TEST(convolutions, winograd_off) {
  using fast = inference<square{}, in<"image", 20, 20, 32>>;
  using exact = inference<square{}, in<"image", 20, 20, 32>, winograd::off>;
  EXPECT_EQ(count(dump<fast>("plan"), "Winograd"), 1);
  EXPECT_EQ(count(dump<exact>("plan"), "Winograd"), 0);
  const variable_store weights = fast::variables(seed{3});
  fast a{fast::pack(weights)};
  exact b{exact::pack(weights)};
  std::vector<float> image(20 * 20 * 32), p(image.size()), q(image.size());
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<float>(oracle::random_number(4, static_cast<std::uint32_t>(i)));
  ASSERT_TRUE(a.run(image, p));
  ASSERT_TRUE(b.run(image, q));
  double largest = 0, error = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(q[i])));
    error = std::max(error, std::abs(static_cast<double>(p[i]) - q[i]));
  }
  EXPECT_GT(error, 0);
  EXPECT_LT(error, 2e-5 * largest);
}
}  // namespace
