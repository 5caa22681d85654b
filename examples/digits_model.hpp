// The network that digits.cpp trains and digits_inference.cpp runs, and the images that both of them read.
#pragma once
#include <string>

#include <igata/igata.hpp>
#include <igata/train.hpp>

namespace digits {
using namespace igata;

constexpr value conv_norm(value x, int filters, int kernel, int stride = 1) {
  x = nn::conv2d(
      x,
      {.filters = filters, .kernel = kernel, .stride = stride, .padding = padding::same, .use_bias = false, .kernel_initializer = init::he_normal});
  return nn::batch_norm(x, {.momentum = 0.9});
}
struct residual {
  int filters, stride = 1;
  constexpr value operator()(value x) const {
    const value y = conv_norm(relu(conv_norm(x, filters, 3, stride)), filters, 3);
    if (stride != 1) x = conv_norm(x, filters, 1, stride);
    return relu(x + y);
  }
};
struct residual_net {
  constexpr value operator()(value x) const {
    x = relu(conv_norm(x, 24, 3));
    x = nn::block(x, "residual1", residual{.filters = 24});
    x = nn::block(x, "residual2", residual{.filters = 48, .stride = 2});
    return nn::dense(nn::global_avg_pool2d(x), {.units = 10});
  }
};

// A fifth of the images of every digit is the test, always the same; nothing is learnt or chosen by it.
inline train::dataset::parts load(const std::string& file) {
  const io::csv::table t = io::csv::load(file);
  return train::from_csv(t, {{.name = "image", .row = {8, 8, 1}, .scale = 1 / 16.f}, {.name = "digit", .from = {-1}, .classes = 10}})
      .stratified_split(0.2, 7, "digit");
}

}  // namespace digits
