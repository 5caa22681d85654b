// Pooling of images [n, h, w, c]: windows of .size (moved by .stride, or by their size) or whole images.
//
//   x = nn::max_pool2d(x, {.size = 3, .stride = 2, .padding = padding::same});      x = nn::global_avg_pool2d(x);
#pragma once
#include "layer.hpp"

namespace igata::inline IGATA_ABI::nn {

using igata::avg_pool2d;
using igata::max_pool2d;
// Of max_pool2d and avg_pool2d.
using pool2d_options = pool2d_parameters;

struct global_pool2d_options {
  bool keep_dims = false;  // [n, 1, 1, c] instead of [n, c]
};

namespace detail {
constexpr bool is_image(value x, std::string_view what, source at) {
  if (x.rank() == 4) return true;
  if (x.valid()) x.owner().fail(what, text() << "needs images [n, height, width, channels], got " << x.dims() << "; reshape first", at);
  return false;
}
}  // namespace detail

// [n, h, w, c] becomes [n, c]: the mean of each channel of each image.
constexpr value global_avg_pool2d(value x, global_pool2d_options o = {}, source at = source::here()) {
  const ir::library_call call(x, at);
  return detail::is_image(x, "global_avg_pool2d", at) ? reduce_mean(x, {1, 2}, o.keep_dims) : value();
}
// [n, h, w, c] becomes [n, c]: the largest element of each channel of each image.
constexpr value global_max_pool2d(value x, global_pool2d_options o = {}, source at = source::here()) {
  const ir::library_call call(x, at);
  return detail::is_image(x, "global_max_pool2d", at) ? reduce_max(x, {1, 2}, o.keep_dims) : value();
}

}  // namespace igata::inline IGATA_ABI::nn
