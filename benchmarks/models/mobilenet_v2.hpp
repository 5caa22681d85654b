// MobileNetV2 (Sandler, Howard, Zhu, Zhmoginov, Chen 2018), width 1.
#pragma once
#include <igata/igata.hpp>

using namespace igata;

struct mobilenet_v2 {
  int classes = 1000;

  static constexpr value conv_norm(value x, int filters, int kernel, int stride) {
    return nn::batch_norm(nn::conv2d(x, {.filters = filters, .kernel = kernel, .stride = stride, .padding = kernel / 2, .use_bias = false}));
  }
  static constexpr value block(value x, int expansion, int filters, int stride) {
    value y = x;
    if (expansion > 1) y = relu6(conv_norm(y, expansion * x.extent(-1), 1, 1));
    y = relu6(nn::batch_norm(nn::depthwise_conv2d(y, {.kernel = 3, .stride = stride, .padding = 1, .use_bias = false})));
    y = conv_norm(y, filters, 1, 1);
    return stride == 1 && filters == x.extent(-1) ? x + y : y;
  }
  constexpr value operator()(value x) const {
    x = relu6(conv_norm(x, 32, 3, 2));
    constexpr int stages[][4] = {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    for (const auto& [expansion, filters, count, stride] : stages)
      for (int i = 0; i < count; ++i) x = block(x, expansion, filters, i == 0 ? stride : 1);
    x = relu6(conv_norm(x, 1280, 1, 1));
    return nn::dense(nn::global_avg_pool2d(x), {.units = classes});
  }
};
