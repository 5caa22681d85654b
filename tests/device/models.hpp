// The models of the firmware: a controller of 4-16-16-2, and a classifier of small images.
#pragma once
#include <igata/embedded.hpp>

namespace ig = igata;

struct controller {
  constexpr ig::value operator()(ig::value x) const {
    x = tanh(ig::nn::dense(x, {.units = 16, .name = "first"}));
    x = tanh(ig::nn::dense(x, {.units = 16, .name = "second"}));
    return ig::nn::dense(x, {.units = 2, .name = "action"});
  }
};

struct classifier {
  constexpr ig::value operator()(ig::value x) const {
    x = ig::relu(ig::nn::conv2d(x, {.filters = 8, .kernel = 3, .padding = ig::padding::same, .name = "edges"}));
    x = ig::nn::max_pool2d(x, {.size = 2});
    x = ig::relu(ig::nn::conv2d(x, {.filters = 12, .kernel = 3, .name = "parts"}));
    x = ig::nn::flatten(x);
    return ig::nn::dense(x, {.units = 10, .name = "scores"});
  }
};

inline constexpr auto state = ig::in<"state", 4>;
inline constexpr auto image = ig::in<"image", 8, 8, 1>;
