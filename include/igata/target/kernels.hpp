// All kernels that kernels.inc lists, with their fields: tables of functions, one for each instruction set, and subsets of them.
//
// Strides count elements (4 bytes). Tensors are row-major. Every buffer written by igata is followed by at least 64 readable floats,
// so a kernel may read (never write) up to 64 floats past the last element of `b`, of weights, of the filter gradient's `dy` and of
// its scratch.
#pragma once
#include "args/along_axis.hpp"
#include "args/byte_conv2d.hpp"
#include "args/call.hpp"
#include "args/conv2d_grad.hpp"
#include "args/copy.hpp"
#include "args/cumsum.hpp"
#include "args/loop.hpp"
#include "args/pool2d.hpp"
#include "args/reduce.hpp"
#include "args/scatter.hpp"
#include "args/table.hpp"

namespace igata::inline IGATA_ABI::plan {

// Whether a kernel has these fields. Addresses of tags: each kernel's type compared with each other's would be hundreds of instantiations.

}  // namespace igata::inline IGATA_ABI::plan

namespace igata::inline IGATA_ABI::detail {

template <class Fields>
inline constexpr char fields_tag = 0;
inline constexpr const char* kernel_tags[] = {
#define IGATA_KERNEL(name, fields) &fields_tag<fields<planned>>,
#include "kernels.inc"
#undef IGATA_KERNEL
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

template <class Fields>
constexpr bool is_told(step_kind kind) { return detail::kernel_tags[static_cast<int>(kind)] == &detail::fields_tag<Fields>; }
// Every kernel says what it touches (fields.hpp).

}  // namespace igata::inline IGATA_ABI::plan

namespace igata::inline IGATA_ABI::detail {

struct any_touched {
  std::ptrdiff_t size(const planned_extent&) const;
  void reads(const place&, const touched_axes&);
  void writes(const place&, const touched_axes&);
  void loop(const planned_loop&, std::ptrdiff_t rows, std::ptrdiff_t cols, const std::ptrdiff_t* outer, int axes);
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

#define IGATA_KERNEL(name, fields) \
  static_assert(requires(const fields<planned>& p, const fields<bound>& s, detail::any_touched& t) { each_touched(step_kind::name, p, s, t); });
#include "kernels.inc"
#undef IGATA_KERNEL
// Calls f with fields<As>{} of a kernel.
template <class As, class F>
constexpr decltype(auto) with_fields(step_kind kind, F f) {
  switch (kind) {
#define IGATA_KERNEL(name, fields) \
  case step_kind::name: return f(fields<As>{});
#include "kernels.inc"
#undef IGATA_KERNEL
    case step_kind::count_: break;
  }
  return f(loop_fields<As>{});
}

// Some of the kernels, of lanes of 32 bits and then of 64 bits. A template argument, hence plain numbers.
struct kernel_subset {
  static constexpr int words = (static_cast<int>(step_kind::count_) + 31) / 32;
  std::uint32_t bits[2 * words];
  constexpr kernel_subset() {
    for (std::uint32_t& b : bits) b = 0;  // one by one: g++ 12 names a template by the elements that were written, whatever stands before them
  }
  constexpr bool has(step_kind kind, bool wide = false) const {
    return bits[static_cast<int>(kind) / 32 + (wide ? words : 0)] >> static_cast<int>(kind) % 32 & 1;
  }
  constexpr bool has_either(step_kind kind) const { return has(kind) || has(kind, true); }
  constexpr bool has_wide() const {
    for (int i = words; i < 2 * words; ++i)
      if (bits[i]) return true;
    return false;
  }
  constexpr void add(step_kind kind, bool wide = false) {
    bits[static_cast<int>(kind) / 32 + (wide ? words : 0)] |= std::uint32_t{1} << static_cast<int>(kind) % 32;
  }
  // Those of lanes of 64 bits, as wide_kernels_of wants them.
  constexpr kernel_subset of_wide() const {
    kernel_subset s;
    for (int i = 0; i < words; ++i) s.bits[i] = bits[words + i];
    return s;
  }
  constexpr bool empty() const {
    for (const std::uint32_t b : bits)
      if (b) return false;
    return true;
  }
  template <class... Kinds>
  static constexpr kernel_subset of(Kinds... kinds) {
    kernel_subset s;
    (s.add(kinds), ...);
    return s;
  }
  static constexpr kernel_subset all() {
    kernel_subset s;
    for (int i = 0; i < static_cast<int>(step_kind::count_); ++i) s.add(static_cast<step_kind>(i));
    return s;
  }
  // All of lanes of 32 bits, and all of 64.
  static constexpr kernel_subset of_both() {
    kernel_subset s = all();
    for (int i = 0; i < words; ++i) s.bits[words + i] = s.bits[i];
    return s;
  }
};

// One per instruction set: `avx512::kernels<Used>`, …, chosen once when a program is constructed. Null where a kernel is not in Used.
struct kernel_set {
  const char* name;               // "avx512", "avx2", … of simd/targets.inc
  int vector_floats;
#define IGATA_KERNEL(name, fields) void (*name)(const fields<bound>&) noexcept;
#include "kernels.inc"
#undef IGATA_KERNEL
  void (*pack)(const float* b, std::ptrdiff_t b_k, std::ptrdiff_t b_n, std::ptrdiff_t k, std::ptrdiff_t n, float* panels) noexcept;
  void (*stream)(float* out, const float* in, std::ptrdiff_t n) noexcept;  // a copy past the caches; to a multiple of 64 bytes, n of 16
};

}  // namespace igata::inline IGATA_ABI::plan
