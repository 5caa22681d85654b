// What a call of a session is given: as a program's (arguments.hpp), but how many there are, and of what type, is known at run time only.
#pragma once
#include <initializer_list>  // initializer_list

#include "arguments.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

template <class A>
using argument_element = typename argument_traits<std::remove_reference_t<A>>::element;
template <class A, bool Written>
concept SessionArgument =
    ElementType<std::remove_const_t<argument_element<A>>> && !(Written && std::is_const_v<argument_element<A>>);

// An array, vector, span, tensor or pointer.
template <bool Written>
struct session_argument {
  using pointer = std::conditional_t<Written, void*, const void*>;
  pointer at = nullptr;
  std::ptrdiff_t size = -1;  // elements; -1: not known, -2: not one after the other
  dtype type = f32;

  session_argument() = default;
  template <SessionArgument<Written> A>
  session_argument(A&& x) noexcept : type(type_of<std::remove_const_t<argument_element<A>>>()) {
    using plain = std::remove_reference_t<A>;
    using traits = argument_traits<plain>;
    if constexpr (SizedRange<plain>) at = x.data();
    else if constexpr (std::is_bounded_array_v<plain>) at = &x[0];
    else at = x;
    if constexpr (std::is_bounded_array_v<plain>) {
      size = static_cast<std::ptrdiff_t>(traits::extent);
    } else if constexpr (traits::is_sized) {
      size = static_cast<std::ptrdiff_t>(x.size()) * static_cast<std::ptrdiff_t>(traits::block::count);
      if constexpr (requires { { x.is_contiguous() } -> std::convertible_to<bool>; })
        if (!x.is_contiguous()) size = -2;
    }
  }
};

// All inputs or all results of a call.
template <bool Written>
class session_arguments {
  using argument = session_argument<Written>;

 public:
  session_arguments() = default;
  session_arguments(std::initializer_list<argument> all) noexcept : count_(static_cast<int>(all.size())) { all_ = all.begin(); }  // for the call
  session_arguments(const argument* all, int count) noexcept : all_(all), count_(count) {}
  template <SessionArgument<Written> A>
  session_arguments(A&& one) noexcept : one_(one), count_(1) {}

  int size() const noexcept { return count_; }
  const argument& operator[](int i) const noexcept { return all_ ? all_[i] : one_; }

  // What is wrong whatever the number of rows: how many there are, and of what type. `names`: "{x, y}".
  template <class Facts>
  status wrong_kind(const vec<Facts>& facts, const std::string_view& names) const noexcept {
    if (count_ != facts.size()) return {status::code::wrong_count, 0, 0, count_, facts.size(), &names, Written};
    for (int i = 0; i < count_; ++i)
      if ((*this)[i].type != facts[i].type && element_name((*this)[i].type) != element_name(facts[i].type))
        return {status::code::wrong_type, i, 0, static_cast<int>((*this)[i].type), static_cast<int>(facts[i].type), &facts[i].name, Written};
    return {};
  }
  // How many rows by a symbol the first argument that tells has; 0 where it does not hold whole rows, not_told where none tells.
  template <class Facts>
  int rows_by(const vec<Facts>& facts, symbol s) const noexcept {
    for (int i = 0; i < count_; ++i)
      if (const std::ptrdiff_t size = (*this)[i].size, row = facts[i].row; facts[i].rows_of == s && size >= 0)
        return size % row || size / row > 0x7fffffff ? 0 : static_cast<int>(size / row);
    return not_told;
  }
  // What does not hold these rows, exactly or at least.
  template <class Facts>
  status wrong_size(const vec<Facts>& facts, const symbol_sizes& sizes, bool exactly) const noexcept {
    for (int i = 0; i < count_; ++i) {
      const argument& a = (*this)[i];
      const std::ptrdiff_t need = std::ptrdiff_t{facts[i].row} * sizes[facts[i].rows_of];
      if ((a.size == -1 || (exactly ? a.size == need : a.size >= need)) && a.at) continue;
      status s = wrong_argument(facts[i].name, Written, a.at, a.size, facts[i].row, sizes[facts[i].rows_of]);
      s.input = i;
      return s;
    }
    return {};
  }

 private:
  argument one_;
  const argument* all_ = nullptr;
  int count_ = 0;
};

}  // namespace detail

// What a session is given where the number of arrays is known at run time: session_inputs(list.data(), count).
using session_input = detail::session_argument<false>;
using session_result = detail::session_argument<true>;
using session_inputs = detail::session_arguments<false>;
using session_results = detail::session_arguments<true>;

}  // namespace igata::inline IGATA_ABI
