// ResNet-18 and ResNet-50 (He, Zhang, Ren, Sun 2015) as a structural value: resnet{.depth = 50}.
#pragma once
#include <igata/igata.hpp>

using namespace igata;

struct resnet {
  int depth = 50;
  int classes = 1000;

  static constexpr value conv_norm(value x, int filters, int kernel, int stride) {
    return nn::batch_norm(nn::conv2d(x, {.filters = filters, .kernel = kernel, .stride = stride, .padding = kernel / 2, .use_bias = false}));
  }
  constexpr value block(value x, int filters, int stride) const {
    const bool bottleneck = depth >= 50;
    const int out = bottleneck ? 4 * filters : filters;
    value y = x;
    if (bottleneck) {
      y = relu(conv_norm(y, filters, 1, 1));
      y = relu(conv_norm(y, filters, 3, stride));
      y = conv_norm(y, out, 1, 1);
    } else {
      y = relu(conv_norm(y, filters, 3, stride));
      y = conv_norm(y, filters, 3, 1);
    }
    if (stride != 1 || x.extent(-1) != out) x = conv_norm(x, out, 1, stride);
    return relu(y + x);
  }
  constexpr value operator()(value x) const {
    x = relu(conv_norm(x, 64, 7, 2));
    x = nn::max_pool2d(x, {.size = 3, .stride = 2, .padding = 1});
    const int counts[2][4] = {{2, 2, 2, 2}, {3, 4, 6, 3}};
    for (int stage = 0; stage < 4; ++stage)
      for (int i = 0; i < counts[depth >= 34][stage]; ++i) x = block(x, 64 << stage, i == 0 && stage > 0 ? 2 : 1);
    return nn::dense(nn::global_avg_pool2d(x), {.units = classes});
  }
};
