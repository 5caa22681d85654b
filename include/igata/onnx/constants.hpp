// What is known of an ONNX graph's values before it runs: constants, and arithmetic of shapes.
#pragma once
#include <cstring>      // memcpy
#include <optional>     // optional
#include <type_traits>  // conditional, is_integral
#include <utility>      // move

#include "../core/shape.hpp"
#include "../core/whole.hpp"
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

// None of types that the language does not have.
constexpr std::optional<dtype> dtype_of(element_type t) {
  switch (t) {
#define IGATA_DTYPE(name, text, bytes, type, code) \
  case element_type::name: return dtype::name;
#include "../core/dtype.inc"
#undef IGATA_DTYPE
    default: return {};
  }
}
// Its name in ONNX.
constexpr std::string_view onnx_name_of(dtype t) {
  switch (t) {
#define IGATA_DTYPE(name, text, bytes, type, code) \
  case dtype::name: return name_of(element_type::name);
#include "../core/dtype.inc"
#undef IGATA_DTYPE
  }
  return {};
}

// Numbers of a type with their shape.
struct constant {
  dtype type = f32;
  extents dims;
  std::vector<std::int64_t> whole;  // of whole types and truth; of UINT64 their bits
  std::vector<float> real;          // of FLOAT, FLOAT16 and BFLOAT16
  std::vector<double> wide;         // of DOUBLE

  bool is_whole() const { return !has_fractions(type); }
  std::int64_t count() const { return count_of(dims); }
  std::size_t size() const { return is_whole() ? whole.size() : type == f64 ? wide.size() : real.size(); }
  // Rounded to a double.
  double at(std::size_t i) const { return number_of(held(i), type); }
  // As constants of graphs hold it (core/whole.hpp).
  double held(std::size_t i) const {
    return is_whole() ? held_as(static_cast<std::uint64_t>(whole[i]), type) : type == f64 ? wide[i] : static_cast<double>(real[i]);
  }
  void push_held(double x) {
    if (is_whole()) whole.push_back(static_cast<std::int64_t>(whole_of(x, type)));
    else if (type == f64) wide.push_back(x);
    else real.push_back(static_cast<float>(x));
  }
  // Fractions, rounded to the type.
  void push(double x) { push_held(held_in(x, type)); }
  void set(std::size_t i, double x) {
    if (type == f64) wide[i] = x;
    else real[i] = static_cast<float>(held_in(x, type));
  }
  // An element of another one of the type.
  void push(const constant& c, std::size_t i) {
    if (is_whole()) whole.push_back(c.whole[i]);
    else if (type == f64) wide.push_back(c.wide[i]);
    else real.push_back(c.real[i]);
  }
  // Of so many elements, all 0.
  void clear_to(std::int64_t n) {
    const auto size = static_cast<std::size_t>(n);
    whole.assign(is_whole() ? size : 0, 0);
    wide.assign(type == f64 ? size : 0, 0);
    real.assign(is_whole() || type == f64 ? 0 : size, 0);
  }
};
inline constant whole_numbers(std::vector<std::int64_t> numbers, dtype type = i64) {  // a vector of them
  constant c;
  c.type = type;
  c.dims = {static_cast<std::int64_t>(numbers.size())};
  c.whole = std::move(numbers);
  return c;
}

// False of types that the language does not have.
inline bool read_constant(const tensor& t, constant& to) {
  const std::optional<dtype> type = dtype_of(t.type);
  if (!type) return false;
  to.type = *type;
  to.dims = t.dims;
  const std::size_t n = static_cast<std::size_t>(t.count());
  const std::byte* const from = t.bytes().data();
  if (to.type == f32) {
    to.real.resize(n);
    if (n) std::memcpy(to.real.data(), from, n * sizeof(float));
    return true;
  }
  const auto each = [&]<class T>(T) {
    std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T> x{};
    for (std::size_t i = 0; i < n; ++i) {
      std::memcpy(static_cast<void*>(&x), from + i * sizeof x, sizeof x);
      if constexpr (std::is_same_v<T, bool>) to.whole.push_back(x != 0);
      else if constexpr (std::is_integral_v<T>) to.whole.push_back(static_cast<std::int64_t>(x));
      else to.push_held(static_cast<double>(x));
    }
  };
  switch (to.type) {
#define IGATA_DTYPE(name, text, bytes, type, code) \
  case dtype::name: each(type{}); break;
#include "../core/dtype.inc"
#undef IGATA_DTYPE
  }
  return true;
}

// The same elements with the axes in another order: axis i of the result is axis order[i].
inline constant permuted(const constant& c, const std::vector<int>& order) {
  constant to;
  to.type = c.type;
  const std::size_t rank = order.size();
  extents step(rank, 1), at(rank, 0), stride(rank, 1);
  for (const int i : order) to.dims.push_back(c.dims[static_cast<std::size_t>(i)]);
  const std::int64_t n = c.count();
  if (n == 0) return to;  // the other extents may be of any size
  for (std::size_t i = rank; i-- > 1;) step[i - 1] = step[i] * c.dims[i];
  for (std::size_t i = 0; i < rank; ++i) stride[i] = step[static_cast<std::size_t>(order[i])];
  std::int64_t from = 0;
  for (std::int64_t k = 0; k < n; ++k) {
    to.push(c, static_cast<std::size_t>(from));
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

// Repeated to extents that they broadcast to.
inline constant repeated(const constant& c, const extents& dims) {
  const std::size_t rank = dims.size(), more = rank - c.dims.size();
  extents stride(rank, 0), at(rank, 0);
  constant all;
  all.type = c.type;
  all.dims = dims;
  if (all.count() == 0) return all;
  std::int64_t step = 1;
  for (std::size_t i = c.dims.size(); i-- > 0;) {
    stride[i + more] = c.dims[i] == 1 ? 0 : step;
    step *= c.dims[i];
  }
  std::int64_t from = 0;
  for (std::int64_t n = count_of(dims); n > 0; --n) {
    all.push(c, static_cast<std::size_t>(from));
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
