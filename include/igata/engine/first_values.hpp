// The first values of a variable, written into its memory in parts: ir/initialize.hpp's, rounded once.
#pragma once
#include <cstring>  // memcpy

#include "../core/scalar_code.hpp"
#include "../core/whole.hpp"
#include "../ir/initialize.hpp"
#include "../kernels/dispatch.hpp"
#include "../plan/lane_bits.hpp"
#include "parts.hpp"
#include "store.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI::detail {

// Where many are drawn: threads, and the target's own way to draw.
struct fast_values {
  executor threads{};
  plan::draw_uniform_fn (*uniform)(isa) = nullptr;
};
inline constexpr long long many_values = 1 << 18;  // fewer take less than some milliseconds

// Of any type; a fraction in a whole type is truncated.
inline void write_numbers(const vec<double>& from, variable_store::entry& e) {
  const int bytes = size_of(e.type);
  std::byte* to = e.memory.data();
  for (int i = 0; i < from.size(); ++i, to += bytes) {
    const std::uint64_t number = memory_bits(is_whole(e.type) ? truncated(from[i], e.type) : from[i], e.type);
    std::memcpy(to, &number, static_cast<std::size_t>(bytes));  // the lower bits are first
  }
}

[[gnu::cold]] inline void write_first_values(variable_store::entry& e, std::uint32_t seed, const fast_values& fast) {
  if (e.kind == role::key) {
    e.ints()[0] = static_cast<std::int32_t>(seed);
    return;
  }
  // A matrix is made orthogonal as a whole; numbers of other types are few.
  if (e.type != f32 || e.init.kind == initial::orthogonal || e.init.unit_forget) {
    return write_numbers(ir::initialize(e.init, e.dims, seed, e.path), e);
  }
  float* const to = e.floats().data();
  const random_pair key{seed, stream(e.path)};
  const initial kind = e.init.kind;
  const double scale = kind == initial::constant ? e.init.scale : ir::scale_of(e.init, e.dims);
  const plan::draw_uniform_fn uniform = fast.uniform && kind == initial::uniform ? fast.uniform(best_isa()) : nullptr;
  constexpr std::ptrdiff_t piece = 4096;
  const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(e.count());
  in_parts(fast.threads, (count + piece - 1) / piece, count, [=](std::ptrdiff_t begin, std::ptrdiff_t end) {
    begin *= piece;
    end = end * piece < count ? end * piece : count;
    if (uniform) return uniform(key.x, key.y, static_cast<std::uint32_t>(begin), end - begin, scale, to + begin);
    const float same = static_cast<float>(scale);
    for (std::ptrdiff_t i = begin; i < end; ++i)
      to[i] = kind == initial::constant ? same : static_cast<float>(ir::first_value(kind, scale, key, static_cast<std::uint32_t>(i)));
  });
}

}  // namespace igata::inline IGATA_ABI::detail

IGATA_SCALAR_CODE_END
