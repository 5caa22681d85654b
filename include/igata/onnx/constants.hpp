// What is known of an ONNX graph's values before it runs: constants, and arithmetic of shapes.
#pragma once
#include <bit>      // bit_cast
#include <cstring>  // memcpy

#include "../core/half.hpp"
#include "../core/shape.hpp"
#include "../engine/error.hpp"
#include "model.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

using extents = std::vector<std::int64_t>;

inline std::int64_t count_of(const extents& dims) {
  std::int64_t n = 1;
  for (const std::int64_t d : dims) n *= d;
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

// False of types that have no numbers here.
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

}  // namespace igata::inline IGATA_ABI::onnx::detail
