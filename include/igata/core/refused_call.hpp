// Calls that the compiler refuses for a mistake in the function's own body, of which it has told: igata says nothing more.
#pragma once
#include <type_traits>  // is_class_v, is_final_v

#include "../version.hpp"

namespace igata::inline IGATA_ABI::detail {

// The text of a mistake that the compiler has named itself: not reported again.
inline constexpr char said_by_the_compiler = '\0';

struct other_call {
  void operator()();
};
template <class F>
struct and_other_call : F, other_call {};

// Whether F's calls cannot be looked at: templates, overloads, and a lambda with a mistake in its body, whose result has no type.
template <class F>
constexpr bool has_unclear_calls() {
  if constexpr (std::is_class_v<F> && !std::is_final_v<F>) return !requires { &F::operator(); } && !requires { &and_other_call<F>::operator(); };
  else return false;
}

// For such an F: called<F, Args…>() and looked_at<F>() have the compiler say what is wrong with a call, or with all of them, in functions beside that
// are never called. Where the body is wrong that is nothing more.
template <class F, class... Args>
struct calling {
  static void call(const F& f, Args... args) { static_cast<void>(f(args...)); }
  static constexpr auto address = &call;
};
template <class F, class... Args>
constexpr char called() {
  return calling<F, Args...>::address ? said_by_the_compiler : '?';
}
template <class F>
struct looking {
  static void look() { static_cast<void>(sizeof(&F::operator())); }
  static constexpr auto address = &look;
};
template <class F>
constexpr char looked_at() {
  return looking<F>::address ? said_by_the_compiler : '?';
}

}  // namespace igata::inline IGATA_ABI::detail
