// What a call of a program is given: arrays, spans, vectors, tensors, or pointers, one for each input or result, in braces.
//
//   t.step({x, y}, 4);      net.run({sample, state}, {next, score}, 1);
//
// A wrong number of them, a wrong element type and, where a type tells its extent, a number of elements that is no whole number of rows do not
// compile. Other sizes are compared in the call. Of a pointer only the element type is known.
#pragma once
#include <concepts>  // convertible_to
#include <cstddef>   // ptrdiff_t, size_t
#include <utility>   // index_sequence, tuple_size

#include "../core/fixed_string.hpp"
#include "../core/type_name.hpp"
#include "dim.hpp"
#include "ill_formed.hpp"
#include "status.hpp"

namespace igata::inline IGATA_ABI::detail {

// Arrays of arrays are one row of elements.
template <class T>
struct elements_in {
  using element = T;
  static constexpr long long count = 1;
};
template <class T, std::size_t N>
struct elements_in<T[N]> {
  using element = typename elements_in<T>::element;
  static constexpr long long count = static_cast<long long>(N) * elements_in<T>::count;
};
template <class T>
  requires requires(T& x) { std::tuple_size<std::remove_const_t<T>>::value, *x.data(); }
struct elements_in<T> {
  using inner = elements_in<std::remove_pointer_t<decltype(std::declval<T&>().data())>>;
  using element = typename inner::element;
  static constexpr long long count = static_cast<long long>(std::tuple_size<std::remove_const_t<T>>::value) * inner::count;
};

template <class T>
concept SizedRange = requires(T& x) { *x.data(), static_cast<std::ptrdiff_t>(x.size()); };

// Of an argument's type: the element type, void where it is no array; the number of elements, -1 where the type does not tell it.
template <class T>
struct argument_traits {
  using element = void;
  static constexpr long long extent = -1;
  static constexpr bool is_sized = false;
};
template <class T>
  requires(std::is_pointer_v<T> && !std::is_function_v<std::remove_pointer_t<T>>)
struct argument_traits<T> {
  using element = typename elements_in<std::remove_pointer_t<T>>::element;
  static constexpr long long extent = -1;
  static constexpr bool is_sized = false;
};
template <class T>
  requires(std::is_bounded_array_v<T>)
struct argument_traits<T> {
  using element = typename elements_in<T>::element;
  static constexpr long long extent = elements_in<T>::count;
  static constexpr bool is_sized = true;
};
template <SizedRange T>
struct argument_traits<T> {
  using block = elements_in<std::remove_pointer_t<decltype(std::declval<T&>().data())>>;
  using element = typename block::element;
  static constexpr long long extent = [] {
    if constexpr (elements_in<T>::count != 1 || requires { std::tuple_size<std::remove_const_t<T>>::value; }) return elements_in<T>::count;
    else if constexpr (requires { std::integral_constant<std::size_t, T::extent>{}; })
      return T::extent == static_cast<std::size_t>(-1) ? -1 : static_cast<long long>(T::extent) * block::count;
    else if constexpr (requires { std::bool_constant<T::extents_type::is_static>{}; })
      return T::extents_type::is_static ? static_cast<long long>(typename T::extents_type{}.count()) : -1;
    else return -1LL;
  }();
  static constexpr bool is_sized = true;
};

// The inputs or results that a call of a program has, a part of the program's.
template <class Runner, int First, int Count>
struct inputs_of {
  static constexpr bool is_sound = Runner::is_sound, is_written = false;
  static constexpr int count = Count;
  static constexpr std::string_view kind = "input";
  static constexpr const input_facts& at(int i) { return Runner::inputs[First + i]; }
};
template <class Runner, int First, int Count>
struct results_of {
  static constexpr bool is_sound = Runner::is_sound, is_written = true;
  static constexpr int count = Count;
  static constexpr std::string_view kind = "result";
  static constexpr const output_facts& at(int i) { return Runner::outputs[First + i]; }
};

template <class Table, class Element>
constexpr bool is_element(dtype t) {
  return is_type<std::conditional_t<Table::is_written, Element, std::remove_const_t<Element>>>(t);
}

// {x, y}
template <class Table>
constexpr text names_in_braces() {
  text t;
  t << '{';
  for (int i = 0; i < Table::count; ++i) t << (i ? ", " : "") << Table::at(i).name;
  return t << '}';
}

// The first mistake that the types of the arguments show. `Counted`: the call has no number of rows, their sizes give it.
template <fixed_string Call, class Table, bool Counted, class... Args>
struct argument_mistake {
  static constexpr int given = sizeof...(Args);
  static constexpr text make() {
    text why;
    if constexpr (!Table::is_sound) return why;  // of a model that does not compile
    (..., (why.empty() && is_void_pointer<typename argument_traits<Args>::element>
               ? void(why << Call.view() << ": " << type_name<Args>() << " has no type to check; pass " << names_in_braces<Table>() << ", or call "
                          << Call.view() << "_unchecked")
               : void()));
    if (!why.empty()) return why;
    if (given != Table::count) {
      why << Call.view() << ": got " << given << ' ' << Table::kind << (given == 1 ? "" : "s") << ", expected " << Table::count;
      if (Table::count > 0) why << ": " << names_in_braces<Table>();
      return why;
    }
    if constexpr (given == Table::count) {
      int i = 0;
      (..., (why.empty() ? type<Args>(why, i++) : void()));
      i = 0;
      long long rows[max_symbols] = {-1, -1, -1, -1, -1};  // by symbol
      (..., (why.empty() ? size<Args>(why, i++, rows) : void()));
      if (Counted && !Table::is_written && why.empty() && !any_sized())
        why << Call.view() << ": " << (given > 0 ? "pointers do not say" : "no input says") << " how many rows there are; pass n";
    }
    return why;
  }

 private:
  template <class E>
  static constexpr bool is_void_pointer = std::is_void_v<std::remove_pointer_t<E>> && std::is_pointer_v<E>;
  static constexpr text& start(text& why, int i) { return why << Call.view() << ": " << Table::kind << " '" << Table::at(i).name << "' "; }
  template <class A>
  static constexpr void type(text& why, int i) {
    if (is_element<Table, typename argument_traits<A>::element>(Table::at(i).type)) return;
    start(why, i) << "is " << type_name<A>()
                  << (Table::at(i).type == boolean ? "; pass an array, span or pointer of " : "; pass an array, vector, span or pointer of ")
                  << element_name(Table::at(i).type);
  }
  template <class A>
  static constexpr void size(text& why, int i, long long (&all)[max_symbols]) {
    const long long have = argument_traits<A>::extent, row = Table::at(i).row;
    long long& rows = all[Table::at(i).rows_of];
    if (have < 0 || have == 0) return empty(why, i, have);
    if (!Table::at(i).rows_of) {
      if (have < row || (Counted && have != row)) start(why, i) << "has " << have << " elements; expected " << row;
    } else if (have % row != 0) {
      start(why, i) << "has " << have << " elements; expected rows of " << row;
    } else if (Counted) {
      if (rows >= 0 && have / row != rows)
        start(why, i) << "has " << have << " elements; expected " << rows * row << ", " << row << " for each of " << rows
                      << (rows == 1 ? " row" : " rows");
      rows = have / row;
    }
  }
  static constexpr void empty(text& why, int i, long long have) {
    if (have == 0) start(why, i) << "has 0 elements; expected rows of " << Table::at(i).row;
  }
  static constexpr bool any_sized() {
    int i = 0;
    bool any = false;
    (..., (any |= argument_traits<Args>::is_sized && Table::at(i).rows_of, void(++i)));
    return any;
  }
};

[[gnu::cold, gnu::noinline]] inline status wrong_argument(const std::string_view& name, bool is_result, const void* at, std::ptrdiff_t got, int row,
                                                          int rows) noexcept {
  using code = status::code;
  if (got == -2) return {code::not_contiguous, 0, 0, 0, 0, &name, is_result};
  if (!at && got != 0) return {code::missing_input, 0, 0, 0, 0, &name, is_result};
  return {code::wrong_size, 0, rows, got, row, &name, is_result};
}

template <fixed_string Call, class Table, bool Counted>
class call_arguments {
  using pointer = std::conditional_t<Table::is_written, void*, const void*>;
  static constexpr int count = Table::count;
  using indices = std::make_index_sequence<static_cast<std::size_t>(count)>;

 public:
  template <class... Args>
    requires(!(sizeof...(Args) == 1 && (std::is_same_v<std::remove_cvref_t<Args>, call_arguments> && ...)))
  [[gnu::always_inline]] constexpr call_arguments(Args&&... args) noexcept {
    static_assert(sizeof(text_verdict<argument_mistake<Call, Table, Counted, std::remove_reference_t<Args>...>>) > 0);
    if constexpr (sizeof...(Args) == count) {
      int i = 0;
      (set(i++, args), ...);
    }
  }

  const pointer* pointers() const noexcept { return pointers_; }
  // How many rows there are: those of the first argument that tells; 0 where it does not hold whole rows.
  [[gnu::always_inline]] constexpr int rows() const noexcept { return rows(indices{}); }
  static constexpr bool has_n() {
    for (int i = 0; i < count; ++i)
      if (Table::at(i).rows_of == batch_symbol) return true;
    return false;
  }
  // The same by another symbol; -1 where nothing tells.
  constexpr int rows_by(symbol s) const noexcept {
    for (int i = 0; i < count; ++i)
      if (Table::at(i).rows_of == s && sizes_[i] >= 0)
        return sizes_[i] % Table::at(i).row || sizes_[i] / Table::at(i).row > 0x7fffffff ? 0 : static_cast<int>(sizes_[i] / Table::at(i).row);
    return not_told;
  }
  // Whether all hold as many rows, `Exactly` or at least; if not, what is wrong. `sizes`: n, or all symbols. Two calls: a status is memory to clear,
  // which a call of a small program would notice.
  template <bool Exactly = Counted, class Sizes>
  [[gnu::always_inline]] bool holds(const Sizes& sizes) const noexcept {
    return holds<Exactly>(sizes, indices{});
  }
  template <bool Exactly = Counted, class Sizes>
  [[gnu::cold, gnu::noinline]] status wrong(const Sizes& sizes) const noexcept {
    return wrong<Exactly>(sizes, indices{});
  }

 private:
  // Extents are constants here: divisions by them are multiplications.
  template <std::size_t... I>
  [[gnu::always_inline]] constexpr int rows(std::index_sequence<I...>) const noexcept {
    std::ptrdiff_t n = 0;
    (void)(... || rows_of<static_cast<int>(I)>(n));
    return static_cast<int>(n);
  }
  template <int I>
  [[gnu::always_inline]] constexpr bool rows_of(std::ptrdiff_t& n) const noexcept {
    if constexpr (Table::at(I).rows_of == batch_symbol) {
      constexpr std::size_t row = static_cast<std::size_t>(Table::at(I).row);
      if (sizes_[I] < 0) return false;
      const std::size_t size = static_cast<std::size_t>(sizes_[I]), whole = size / row;
      n = size == whole * row && whole <= 0x7fffffff ? static_cast<std::ptrdiff_t>(whole) : 0;
      return true;
    }
    return false;
  }
  template <class A>
  [[gnu::always_inline]] constexpr void set(int i, A& x) noexcept {
    using traits = argument_traits<A>;
    if constexpr (!std::is_void_v<typename traits::element> && requires { pointers_[i] = pointer_of(x); }) {
      pointers_[i] = pointer_of(x);
      sizes_[i] = -1;
      if constexpr (std::is_bounded_array_v<A>) sizes_[i] = static_cast<std::ptrdiff_t>(traits::extent);
      else if constexpr (traits::is_sized) {
        sizes_[i] = static_cast<std::ptrdiff_t>(x.size()) * static_cast<std::ptrdiff_t>(traits::block::count);
        if constexpr (requires { { x.is_contiguous() } -> std::convertible_to<bool>; })
          if (!x.is_contiguous()) sizes_[i] = -2;
      }
    }
  }
  template <class A>
  [[gnu::always_inline]] static constexpr auto pointer_of(A& x) noexcept {
    if constexpr (SizedRange<A>) return x.data();
    else if constexpr (std::is_bounded_array_v<A>) return &x[0];
    else return x;
  }
  template <bool Exactly, int I, class Sizes>
  [[gnu::always_inline]] bool fits(const Sizes& sizes) const noexcept {
    constexpr std::ptrdiff_t row = Table::at(I).row;
    const std::ptrdiff_t need = row * rows_in(sizes, Table::at(I).rows_of);
    return (sizes_[I] == -1 || (Exactly ? sizes_[I] == need : sizes_[I] >= need)) && pointers_[I];
  }
  template <bool Exactly, class Sizes, std::size_t... I>
  [[gnu::always_inline]] bool holds([[maybe_unused]] const Sizes& sizes, std::index_sequence<I...>) const noexcept {
    return (fits<Exactly, static_cast<int>(I)>(sizes) && ...);
  }
  template <bool Exactly, class Sizes, std::size_t... I>
  [[gnu::cold]] status wrong([[maybe_unused]] const Sizes& sizes, std::index_sequence<I...>) const noexcept {
    int i = 0;
    (void)(... && (fits<Exactly, static_cast<int>(I)>(sizes) && (++i, true)));
    status s = wrong_argument(Table::at(i).name, Table::is_written, pointers_[i], sizes_[i], Table::at(i).row, rows_in(sizes, Table::at(i).rows_of));
    s.input = i;
    return s;
  }

  pointer pointers_[count > 0 ? count : 1]{};
  std::ptrdiff_t sizes_[count > 0 ? count : 1]{};  // -1: not known, -2: not one after the other
};

}  // namespace igata::inline IGATA_ABI::detail
