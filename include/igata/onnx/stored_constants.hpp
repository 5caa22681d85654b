// Constants as variables of a store, and back.
#pragma once
#include "../core/vec.hpp"
#include "../engine/store.hpp"
#include "constants.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// f(T{}) of the type in C++.
template <class F>
void of_type(dtype type, F f) {
  switch (type) {
#define IGATA_DTYPE(name, text, bytes, type, code) \
  case dtype::name: f(type{}); break;
#include "../core/dtype.inc"
#undef IGATA_DTYPE
  }
}
// Where the variable has fewer bits than the constant: the first number that it does not hold.
inline const std::int64_t* write_constant(const constant& c, variable_store::entry& e) {
  const std::int64_t* lost = nullptr;
  of_type(e.type, [&]<class T>(T) {
    const std::span<T> to = e.values<T>();
    for (std::size_t i = 0; i < c.size() && i < to.size(); ++i) {
      if constexpr (std::is_same_v<T, double>) to[i] = c.wide[i];
      else if constexpr (!std::is_integral_v<T>) to[i] = static_cast<T>(c.real[i]);
      else to[i] = static_cast<T>(c.whole[i]);
      if constexpr (std::is_same_v<T, std::int32_t>)
        if (!lost && to[i] != c.whole[i]) lost = &c.whole[i];
    }
  });
  return lost;
}
// As the reference takes them (core/whole.hpp).
inline vec<double> held_numbers(const variable_store::entry& e) {
  vec<double> numbers;
  of_type(e.type, [&]<class T>(T) {
    for (const T x : e.values<T>())
      if constexpr (std::is_integral_v<T>) numbers.push(held_as(static_cast<std::uint64_t>(x), e.type));
      else numbers.push(static_cast<double>(x));
  });
  return numbers;
}

}  // namespace igata::inline IGATA_ABI::onnx::detail
