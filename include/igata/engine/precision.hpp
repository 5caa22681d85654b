// precision::fp64{}: an option of programs, to compute in doubles where a model says f32.
//
//   training<net{}, in<"x", 4>, labels<"y", f32, 0, 2>, loss::mse{}, optim::adam{}, precision::fp64{}> t;
#pragma once
#include <type_traits>  // is_same_v, remove_cvref_t

#include "../draw/builder.hpp"
#include "../draw/in_f64.hpp"

namespace igata::inline IGATA_ABI {

namespace precision {
// Variables are doubles too; what a call takes and gives has the type that the model gives it. Needs <igata/f64.hpp>.
struct fp64 {};
}  // namespace precision

namespace detail {

template <class T> inline constexpr bool is_precision = std::is_same_v<T, precision::fp64>;

// What of a drawn program the options decide.
template <auto... Options>
constexpr void set_precision(builder& s) {
  if constexpr ((is_precision<std::remove_cvref_t<decltype(Options)>> || ...)) ir::compute_in_f64(s.get());
}

}  // namespace detail

}  // namespace igata::inline IGATA_ABI
