// Copies and fills.
#pragma once
#include "../fields.hpp"

namespace igata::inline IGATA_ABI::plan {

// Any strided copy of up to 6 dimensions of 4-byte elements: out[i…] = in[i…]. Strides may be 0 (in) or negative.
inline constexpr int max_copy_rank = 6;
template <class As>
struct copy_fields {
  int rank{};
  typename As::extent extent[max_copy_rank]{};
  typename As::number in_stride[max_copy_rank]{}, out_stride[max_copy_rank]{};
  typename As::template address<const void> in{};
  typename As::template address<void> out{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    f(p.rank, b.rank), f(p.extent, b.extent), f(p.in_stride, b.in_stride), f(p.out_stride, b.out_stride), f(p.in, b.in), f(p.out, b.out);
  }
};
using copy_args = copy_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const copy_fields<planned>& p, const copy_args& s, T& t) {
  touched_axis from[max_copy_rank], to[max_copy_rank];
  for (int i = 0; i < s.rank; ++i) from[i] = {s.extent[i], s.in_stride[i]}, to[i] = {s.extent[i], s.out_stride[i]};
  t.reads(p.in, touched_axes(from, static_cast<std::size_t>(s.rank)));
  t.writes(p.out, touched_axes(to, static_cast<std::size_t>(s.rank)));
}
template <class As>
struct fill_fields {
  typename As::template address<void> out{};
  typename As::extent count{};
  int bytes{};                                        // of an element
  std::uint32_t bits{}, upper_bits{};                 // 8 bytes of them
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    f(p.out, b.out), f(p.count, b.count), f(p.bytes, b.bytes), f(p.bits, b.bits), f(p.upper_bits, b.upper_bits);
  }
};
using fill_args = fill_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const fill_fields<planned>& p, const fill_args& s, T& t) {
  t.writes(p.out, {{s.count}});
}

}  // namespace igata::inline IGATA_ABI::plan
