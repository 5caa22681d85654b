// Reductions.
#pragma once
#include "../fields.hpp"
#include "../lines.hpp"

namespace igata::inline IGATA_ABI::plan {

enum class reduction : std::uint8_t { sum, max, min, argmax, argmin, prod };  // argmax, argmin: index of the first, i32

// out[o][i] = reduction over r of value[o][r][i]. Values come from `in` ([o][r][i], contiguous) or from the program `pre`, which then
// runs over rows × cols = o × r when i == 1, else (o*r) × i; its first outputs are stored to memory as a pointwise step's, its last
// `count` outputs are the values to be reduced. One pass over the input whatever the count.
// The order of the additions depends on the extents only, and result o does not depend on the number of o.
inline constexpr int max_reductions = 4;
template <class As>
struct reduce_fields {
  typename As::extent o{}, r{};
  typename As::number i{};
  int count{};
  reduction kind[max_reductions]{};
  typename As::template address<const float> in{};    // when pre is null: count is 1
  typename As::loop pre{};                            // args.out of the reduced values are set by the kernel
  int pre_outputs{};                                  // all outputs of the program, the reduced ones included
  typename As::template address<void> out[max_reductions]{};  // [o][i], f32, or i32 for argmax / argmin
  typename As::scratch partial{};                     // partial_floats() that all shares see, or null
  typename As::scratch scratch{};                     // scratch_floats() of this share's own
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    f(p.o, b.o), f(p.r, b.r), f(p.i, b.i), f(p.count, b.count), f(p.kind, b.kind), f(p.in, b.in), f(p.pre, b.pre), f(p.pre_outputs, b.pre_outputs),
        f(p.out, b.out);
    f(p.partial, b.partial), f(p.scratch, b.scratch);
  }
};
using reduce_args = reduce_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const reduce_fields<planned>& p, const reduce_args& s, T& t) {
  t.reads(p.in, {{s.o * s.r * s.i}});
  for (int i = 0; i < s.count; ++i) t.writes(p.out[i], {{s.o * s.i}});
  t.loop(p.pre, s.i == 1 ? s.o : s.o * s.r, s.i == 1 ? s.r : s.i, nullptr, 0);
}
// With `partial` the single result (o == 1) of sums, maxima or minima is made in pieces of r, each worth a thread, that are put together
// at the end: their number.
constexpr std::ptrdiff_t reduce_pieces(std::ptrdiff_t r, std::ptrdiff_t i) {
  const std::ptrdiff_t worth = r * i / 16384, pieces = worth < 16 ? worth : 16;
  return pieces < 2 || i > 4096 ? 1 : pieces < r ? pieces : r;
}
constexpr std::ptrdiff_t reduce_partial(std::ptrdiff_t r, std::ptrdiff_t i, int count) {
  return reduce_pieces(r, i) > 1 ? readable_lines(reduce_pieces(r, i) * count * i) : 0;
}
constexpr std::ptrdiff_t reduce_scratch(std::ptrdiff_t i, int count) {
  return count * ((i < 4096 ? 4096 : i) + readable_behind) + count * (i < 256 ? 256 : i) + readable_behind;
}
constexpr std::ptrdiff_t partial_floats(step_kind, const reduce_args& a) {
  for (int i = 0; i < a.count; ++i)
    if (a.kind[i] == reduction::argmax || a.kind[i] == reduction::argmin) return 0;
  return a.o == 1 ? reduce_partial(a.r, a.i, a.count) : 0;
}
constexpr std::ptrdiff_t scratch_floats(step_kind, const reduce_args& a) { return reduce_scratch(a.i, a.count); }

}  // namespace igata::inline IGATA_ABI::plan
