// What is known of an ONNX graph's values before it runs: constants, and arithmetic of shapes.
#pragma once
#include <bit>      // bit_cast
#include <cstring>  // memcpy
#include <utility>  // move

#include "../core/half.hpp"
#include "../core/shape.hpp"
#include "../engine/error.hpp"
#include "model.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

using extents = std::vector<std::int64_t>;

// Of extents from 0; 2^62 where there are more.
inline std::int64_t count_of(const extents& dims) {
  constexpr std::int64_t most = std::int64_t{1} << 62;
  std::int64_t n = 1;
  for (const std::int64_t d : dims) n = d != 0 && n > most / d ? most : n * d;
  return n;
}

// Numbers with their shape: whole ones (integers, truth) or real ones.
struct constant {
  bool is_whole = false;
  element_type type = element_type::undefined;  // of a tensor of the file
  extents dims;
  std::vector<std::int64_t> whole;
  std::vector<float> real;

  std::int64_t count() const { return count_of(dims); }
  double at(std::size_t i) const { return is_whole ? static_cast<double>(whole[i]) : static_cast<double>(real[i]); }
};

// False of types that have no numbers here, and of UINT64 above 2^63 - 1.
inline bool read_constant(const tensor& t, constant& to) {
  const std::size_t n = static_cast<std::size_t>(t.count());
  to.dims = t.dims;
  to.type = t.type;
  const std::byte* from = t.bytes().data();
  const auto each = [&]<class T>(T, auto store) {
    for (std::size_t i = 0; i < n; ++i) {
      T x;
      std::memcpy(&x, from + i * sizeof x, sizeof x);
      store(x);
    }
    return true;
  };
  const auto to_real = [&](auto x) { to.real.push_back(static_cast<float>(x)); };
  const auto to_whole = [&](auto x) { to.whole.push_back(static_cast<std::int64_t>(x)); };
  to.is_whole = true;
  switch (t.type) {
    case element_type::i64: return each(std::int64_t{}, to_whole);
    case element_type::i32: return each(std::int32_t{}, to_whole);
    case element_type::i16: return each(std::int16_t{}, to_whole);
    case element_type::i8: return each(std::int8_t{}, to_whole);
    case element_type::u32: return each(std::uint32_t{}, to_whole);
    case element_type::u64: {
      bool fits = true;
      each(std::uint64_t{}, [&](std::uint64_t x) { fits &= x >> 63 == 0, to_whole(x); });
      return fits;
    }
    case element_type::u16: return each(std::uint16_t{}, to_whole);
    case element_type::u8: case element_type::boolean: return each(std::uint8_t{}, to_whole);
    default: break;
  }
  to.is_whole = false;
  switch (t.type) {
    case element_type::f32: to.real.resize(n); if (n) std::memcpy(to.real.data(), from, n * 4); return true;
    case element_type::f64: return each(double{}, to_real);
    case element_type::f16: return each(std::uint16_t{}, [&](std::uint16_t x) { to_real(static_cast<float>(float16::of_bits(x))); });
    case element_type::bf16: return each(std::uint16_t{}, [&](std::uint16_t x) { to_real(static_cast<float>(bfloat16::of_bits(x))); });
    default: return false;
  }
}

// The same elements with the axes in another order: axis i of the result is axis order[i].
inline constant permuted(const constant& c, const std::vector<int>& order) {
  constant to;
  to.is_whole = c.is_whole;
  const std::size_t rank = order.size();
  extents step(rank, 1), at(rank, 0), stride(rank, 1);
  for (std::size_t i = rank; i-- > 1;) step[i - 1] = step[i] * c.dims[i];
  for (std::size_t i = 0; i < rank; ++i) {
    to.dims.push_back(c.dims[static_cast<std::size_t>(order[i])]);
    stride[i] = step[static_cast<std::size_t>(order[i])];
  }
  const std::int64_t n = c.count();
  std::int64_t from = 0;
  for (std::int64_t k = 0; k < n; ++k) {
    if (c.is_whole) to.whole.push_back(c.whole[static_cast<std::size_t>(from)]);
    else to.real.push_back(c.real[static_cast<std::size_t>(from)]);
    for (std::size_t i = rank; i-- > 0;) {
      from += stride[i];
      if (++at[i] < to.dims[i]) break;
      from -= stride[i] * to.dims[i];
      at[i] = 0;
    }
  }
  return to;
}

// NumPy's rule: `a` becomes the common extents; false where there are none.
inline bool broadcast_extents(extents& a, const extents& b) {
  extents longer = a.size() >= b.size() ? a : b;
  const extents& shorter = a.size() >= b.size() ? b : a;
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    std::int64_t& d = longer[longer.size() - 1 - i];
    const std::int64_t other = shorter[shorter.size() - 1 - i];
    if (d == 1) d = other;
    else if (other != 1 && other != d) return false;
  }
  a = std::move(longer);
  return true;
}
// Whole numbers, repeated to extents that they broadcast to.
inline std::vector<std::int64_t> repeated(const constant& c, const extents& dims) {
  const std::size_t rank = dims.size(), more = rank - c.dims.size();
  extents stride(rank, 0), at(rank, 0);
  std::int64_t step = 1;
  for (std::size_t i = c.dims.size(); i-- > 0;) {
    stride[i + more] = c.dims[i] == 1 ? 0 : step;
    step *= c.dims[i];
  }
  std::vector<std::int64_t> all;
  std::int64_t from = 0;
  for (std::int64_t n = count_of(dims); n > 0; --n) {
    all.push_back(c.whole[static_cast<std::size_t>(from)]);
    for (std::size_t i = rank; i-- > 0;) {
      from += stride[i];
      if (++at[i] < dims[i]) break;
      from -= stride[i] * dims[i];
      at[i] = 0;
    }
  }
  return all;
}

}  // namespace igata::inline IGATA_ABI::onnx::detail
