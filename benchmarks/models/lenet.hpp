// LeNet-5 (LeCun, Bottou, Bengio, Haffner 1998) with relu and max pooling.
#pragma once
#include <igata/igata.hpp>

using namespace igata;

struct lenet {
  constexpr value operator()(value x) const {
    x = relu(nn::conv2d(x, {.filters = 6, .kernel = 5}));
    x = nn::max_pool2d(x, {.size = 2});
    x = relu(nn::conv2d(x, {.filters = 16, .kernel = 5}));
    x = nn::flatten(nn::max_pool2d(x, {.size = 2}));
    x = relu(nn::dense(x, {.units = 120}));
    x = relu(nn::dense(x, {.units = 84}));
    return nn::dense(x, {.units = 10});
  }
};
