// Pointwise programs over arrays.
#pragma once
#include "../fields.hpp"

namespace igata::inline IGATA_ABI {

template <class As>
struct loop_fields {
  typename As::loop loop{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) { f(p.loop, b.loop); }
};
using loop_args = loop_fields<bound>;

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

}  // namespace igata::inline IGATA_ABI
