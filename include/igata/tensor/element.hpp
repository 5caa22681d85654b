// What an array may hold: float, std::int32_t, or bool, which is stored as the mask lanes that kernels read.
#pragma once
#include "../core/dtype.hpp"

namespace igata::inline IGATA_ABI {

// A bool of 32 bits, 0 or -1.
struct truth {
  std::int32_t bits = 0;
  constexpr truth() = default;
  constexpr truth(bool b) : bits(b ? -1 : 0) {}
  constexpr operator bool() const { return bits != 0; }
};

namespace detail {
template <class T> struct element_traits {
  static constexpr dtype type = f32;  // in front, so that there is no other error
  using stored = T;
  static_assert(sizeof(T) == 0, "tensor: the element type must be float, std::int32_t or bool");
};
template <> struct element_traits<float> {
  static constexpr dtype type = f32;
  using stored = float;
};
template <> struct element_traits<std::int32_t> {
  static constexpr dtype type = i32;
  using stored = std::int32_t;
};
template <> struct element_traits<bool> {
  static constexpr dtype type = boolean;
  using stored = truth;
};
template <class T> struct element_traits<const T> {
  static constexpr dtype type = element_traits<T>::type;
  using stored = const typename element_traits<T>::stored;
};
template <dtype T> struct element_of;
template <> struct element_of<f32> { using type = float; };
template <> struct element_of<i32> { using type = std::int32_t; };
template <> struct element_of<boolean> { using type = bool; };
}  // namespace detail

template <class T> using stored_t = typename detail::element_traits<T>::stored;
template <class T> inline constexpr dtype dtype_of = detail::element_traits<T>::type;

}  // namespace igata::inline IGATA_ABI
