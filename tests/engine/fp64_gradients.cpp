// Whole smooth nets in f64: the gradients of compiled programs against central differences of their loss, on every instruction set.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include <igata/igata.hpp>
#include <igata/f64.hpp>

#include "../isa_name.hpp"

namespace {
using namespace igata;

// Leaves weights as they are and keeps their gradients.
struct keep_gradient {
  constexpr value operator()(update& u, value w, value g) const {
    assign(u.slot("gradient"), g);
    return w;
  }
};

// A model of x whose loss compares with y, rows of so many numbers.
template <auto Model, auto Loss, int Row, int... Extents>
struct graded {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({Extents...})), y = Row > 0 ? s.input("y", rows({Row})) : s.input("y", rows({}), i32, -Row);
    const value loss = Loss(Model(x), y);
    s.minimize(loss, "*", keep_gradient{});
    s.output("loss", cast(loss, f64));
  }
};
template <auto Model, auto Loss, int Row, int... Extents>
using graded_t = program<graded<Model, Loss, Row, Extents...>{}, mode::training, max_batch{3}, precision::fp64{}>;

constexpr int batch = 3;

// f'(x) by f at x ± h and x ± 2h: wrong by h^4 f'''''/30.
template <class P>
void expect_gradients(std::size_t row, std::size_t labels, int classes) {
  std::vector<float> x(batch * row), reals(batch * labels);
  std::vector<std::int32_t> digits(batch);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = random_uniform(random_bits({1, 1}, {static_cast<std::uint32_t>(i), 0}).x) * 2 - 1;
  for (std::size_t i = 0; i < reals.size(); ++i) reals[i] = 0.1f + 0.8f * random_uniform(random_bits({1, 2}, {static_cast<std::uint32_t>(i), 0}).x);
  for (std::size_t i = 0; i < digits.size(); ++i) digits[i] = static_cast<int>(i * 2) % (classes ? classes : 1);
  const void* const in[] = {x.data(), classes ? static_cast<const void*>(digits.data()) : reals.data()};
  for (const isa which : compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    variable_store store;
    P net(store, seed{4});
    net.use(which);
    double loss = 0;
    void* const out[] = {&loss};
    const auto run = [&] {
      EXPECT_TRUE(static_cast<bool>(net.run_unchecked(in, out, batch)));
      return loss;
    };
    // Away from zeros and ones.
    for (const auto& e : store)
      if (e.kind == role::weight)
        for (std::size_t i = 0; double& w : e.template values<double>())
          w += 0.2 * (random_uniform(random_bits({3, 3}, {static_cast<std::uint32_t>(i++), 0}).x) - 0.5);
    int compared = 0;
    for (const auto& e : store) {
      if (e.kind != role::weight) continue;
      ASSERT_EQ(e.type, f64) << e.path;
      const auto* slot = store.find("optimizer/gradient/" + std::string(e.path));
      ASSERT_TRUE(slot) << e.path;
      const std::span<double> weights = e.template values<double>(), kept = slot->template values<double>();
      run();
      const std::vector<double> gradient(kept.begin(), kept.end());
      for (std::size_t i = 0; i < weights.size(); ++i) {
        const double w = weights[i], h = 2e-3;
        const auto at = [&](double moved) {
          weights[i] = w + moved;
          return run();
        };
        const double slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        weights[i] = w;
        EXPECT_NEAR(gradient[i], slope, 1e-8 * std::abs(slope) + 2e-11) << e.path << '[' << i << "] on " << isa_name(which);
        ++compared;
      }
    }
    EXPECT_GT(compared, 10);
  }
}

struct mlp {
  constexpr value operator()(value x) const { return nn::dense(tanh(nn::dense(x, {.units = 7})), {.units = 3}); }
};
TEST(fp64_gradients, losses) {
  expect_gradients<graded_t<mlp{}, loss::mse{}, 3, 5>>(5, 3, 0);
  expect_gradients<graded_t<mlp{}, loss::huber{.delta = 5}, 3, 5>>(5, 3, 0);
  expect_gradients<graded_t<mlp{}, loss::binary_cross_entropy{}, 3, 5>>(5, 3, 0);
  expect_gradients<graded_t<mlp{}, loss::kl_divergence{}, 3, 5>>(5, 3, 0);
  expect_gradients<graded_t<mlp{}, loss::softmax_cross_entropy{}, -3, 5>>(5, 0, 3);
  expect_gradients<graded_t<mlp{}, loss::softmax_cross_entropy{.label_smoothing = 0.1}, -3, 5>>(5, 0, 3);
}

struct conv_net {
  constexpr value operator()(value x) const {
    x = tanh(nn::conv2d(x, {.filters = 4, .kernel = 3, .padding = padding::same}));
    x = sigmoid(nn::depthwise_conv2d(x, {.kernel = 3}));
    x = nn::avg_pool2d(x, {.size = 2});
    x = tanh(nn::conv2d(x, {.filters = 6, .kernel = 2, .stride = 2, .padding = padding::same, .groups = 2}));
    return nn::dense(nn::flatten(x), {.units = 3});
  }
};
struct normalised_conv_net {
  constexpr value operator()(value x) const {
    x = tanh(nn::batch_norm(nn::conv2d(x, {.filters = 4, .kernel = 3, .dilation = 2, .use_bias = false})));
    return nn::dense(reduce_mean(x, {1, 2}), {.units = 3});
  }
};
TEST(fp64_gradients, convolutions) {
  expect_gradients<graded_t<conv_net{}, loss::softmax_cross_entropy{}, -3, 8, 8, 2>>(128, 0, 3);
  expect_gradients<graded_t<normalised_conv_net{}, loss::mse{}, 3, 8, 7, 2>>(112, 3, 0);
}

struct gru_net {
  constexpr value operator()(value x) const { return nn::dense(nn::gru(x, {.units = 4}), {.units = 3}); }
};
struct lstm_net {
  constexpr value operator()(value x) const { return nn::dense(nn::lstm(x, {.units = 3}), {.units = 3}); }
};
TEST(fp64_gradients, recurrent) {
  expect_gradients<graded_t<gru_net{}, loss::mse{}, 3, 5, 3>>(15, 3, 0);
  expect_gradients<graded_t<lstm_net{}, loss::mse{}, 3, 4, 3>>(12, 3, 0);
}

// One head of attention, with residuals and layer norms.
struct attention {
  constexpr value operator()(value x) const {
    const value z = nn::layer_norm(x), q = nn::dense(z, {.units = 4, .name = "q"}), k = nn::dense(z, {.units = 4, .name = "k"}),
                v = nn::dense(z, {.units = 4, .name = "v"});
    x = x + matmul(softmax(matmul(q, k, {.transpose_b = true}) * 0.5), v);
    x = x + nn::dense(gelu(nn::dense(nn::layer_norm(x), {.units = 6})), {.units = 4});
    return nn::dense(reduce_mean(x, 1), {.units = 3});
  }
};
TEST(fp64_gradients, attention) { expect_gradients<graded_t<attention{}, loss::mse{}, 3, 5, 4>>(20, 3, 0); }

}  // namespace
