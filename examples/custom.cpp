// A layer, a loss and an optimizer of one's own: compositions of primitives. Their gradients are derived and their loops fused like those of
// the library's own. Two spirals, which no straight line separates.
#include <cmath>
#include <cstdio>
#include <vector>

#include <igata/igata.hpp>
#include <igata/train.hpp>

using namespace igata;

// A layer: a function with a scope for its parameters. PReLU (He et al. 2015) learns the slope below 0 of every feature.
constexpr value prelu(value x, source at = source::here()) {
  const nn::layer scope(x, "prelu", {}, at);
  const value slope = nn::parameter(x, "slope", {x.extent(-1)}, init::constant(0.25), at);
  return select(x > 0, x, x * slope);
}

// A loss: a function of prediction and target. Focal loss (Lin et al. 2017) counts easy rows less.
struct focal_loss {
  double gamma = 2;
  constexpr value operator()(value logit, value target) const {
    const value right = select(target > 0.5, logit, -logit);  // above 0: on the right side
    return reduce_mean(pow(sigmoid(-right), gamma) * softplus(-right));
  }
};

// An optimizer: the new value of a parameter, from it and its gradient. Lion (Chen et al. 2023) steps by a sign.
struct lion {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.99;
  template <class Update>
  constexpr value operator()(Update& u, value w, value g) const {
    const value m = u.slot("momentum");
    assign(m, m * beta2 + g * (1 - beta2));
    return w - u.learning_rate(learning_rate) * sign(m * beta1 + g * (1 - beta1));
  }
};

struct spiral_net {
  constexpr value operator()(value x) const {
    for (int i = 0; i < 3; ++i) x = prelu(nn::dense(x, {.units = 32}));
    return nn::dense(x, {.units = 1});
  }
};
using train_t = training<spiral_net{}, in<"point", 2>, labels<"arm", f32, 0, 1>, focal_loss{.gamma = 1}, metrics<metric::binary_accuracy{}>,
                         lion{.learning_rate = 1e-3}, max_batch{32}>;

train::dataset spirals(int rows) {
  std::vector<float> points, arms;
  for (int i = 0; i < rows; ++i) {
    const float arm = static_cast<float>(i % 2), t = static_cast<float>(i) / static_cast<float>(rows), angle = 9 * t + 3.14159265f * arm;
    points.insert(points.end(), {t * std::cos(angle), t * std::sin(angle)});
    arms.push_back(arm);
  }
  train::dataset d;
  d.add_features("point", points, {2});
  d.add_features("arm", arms, {1});
  return d;
}

int main() {
  const auto [rest, test] = spirals(1000).split(0.2, 7);
  train_t t{seed{7}};
  train::fit(t, rest, {.epochs = 60, .progress = train::progress_mode::silent});
  std::printf("%saccuracy on unseen points: %.1f %%\n", summary<train_t>().c_str(), 100 * train::evaluate(t, test)["binary_accuracy"]);
}
