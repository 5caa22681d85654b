// Pointwise programs over arrays.
#pragma once
#include "../fields.hpp"

namespace igata::inline IGATA_ABI::plan {

template <class As>
struct loop_fields {
  typename As::loop loop{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) { f(p.loop, b.loop); }
};
using loop_args = loop_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const loop_fields<planned>& p, const loop_args&, T& t) {
  t.loop(p.loop, t.size(p.loop.rows), t.size(p.loop.cols), nullptr, 0);
}

// Over more than two axes: what `loop` says at each position of the outer ones, which add to its operands' addresses.
inline constexpr int max_outer_axes = 4;
template <class As>
struct nested_loop_fields {
  typename As::loop loop{};
  typename As::number axes{};
  typename As::extent extent[max_outer_axes]{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) { f(p.loop, b.loop), f(p.axes, b.axes), f(p.extent, b.extent); }
};
using nested_loop_args = nested_loop_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const nested_loop_fields<planned>& p, const nested_loop_args& s, T& t) {
  t.loop(p.loop, t.size(p.loop.rows), t.size(p.loop.cols), s.extent, static_cast<int>(s.axes));
}

}  // namespace igata::inline IGATA_ABI::plan
