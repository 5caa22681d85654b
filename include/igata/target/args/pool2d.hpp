// Pooling and its gradients.
#pragma once
#include "window.hpp"

namespace igata::inline IGATA_ABI::plan {

// Whether max(number, x) costs time before images so wide and of so many channels are pooled: convolutions set limits for nothing, but for those of
// few filters on long lines.
constexpr bool limit_costs(int width, int channels) { return channels <= 8 && width >= 8; }

// y = largest value of each window (padding is never the largest; a window of padding only gives -inf), or its sum times `scale`
// (average: scale = 1 / window size; with exclude_padding the sum is divided by the number of elements inside the image instead).
template <class As>
struct pool2d_fields {
  window_fields<As> g{};
  typename As::template address<const float> x{};
  typename As::template address<float> y{};
  float scale{};
  typename As::flag exclude_padding{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    window_fields<As>::each(p.g, b.g, f), f(p.x, b.x), f(p.y, b.y), f(p.scale, b.scale), f(p.exclude_padding, b.exclude_padding);
  }
};
using pool2d_args = pool2d_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const pool2d_fields<planned>& p, const pool2d_args& s, T& t) {
  t.reads(p.x, {{image_pixels(s.g) * s.g.c}});
  t.writes(p.y, {{result_pixels(s.g) * s.g.c}});
}
// dx: the gradient of each window goes to its first largest element in row-major order (max), or to each element (average).
template <class As>
struct pool2d_grad_fields {
  window_fields<As> g{};
  typename As::template address<const float> x{};     // max only
  typename As::template address<const float> dy{};
  typename As::template address<float> dx{};
  float scale{};
  typename As::flag exclude_padding{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    window_fields<As>::each(p.g, b.g, f), f(p.x, b.x), f(p.dy, b.dy), f(p.dx, b.dx), f(p.scale, b.scale), f(p.exclude_padding, b.exclude_padding);
  }
};
using pool2d_grad_args = pool2d_grad_fields<bound>;
template <class T>
constexpr void each_touched(step_kind kind, const pool2d_grad_fields<planned>& p, const pool2d_grad_args& s, T& t) {
  if (kind == step_kind::max_pool2d_grad) t.reads(p.x, {{image_pixels(s.g) * s.g.c}});
  t.reads(p.dy, {{result_pixels(s.g) * s.g.c}});
  t.writes(p.dx, {{image_pixels(s.g) * s.g.c}});
}

}  // namespace igata::inline IGATA_ABI::plan
