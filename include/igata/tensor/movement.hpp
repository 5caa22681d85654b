// Other views of an array's elements: transpose, reverse, reshape, broadcast_to. Nothing is copied.
//
//   transpose(a)  all axes in reverse order      transpose<0, 2, 1>(a)      reverse<0>(a)      reshape<2, -1>(a)      reshape(a, {2, n})
#pragma once
#include "tensor.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

template <class Extents, int... Order>
struct transposed_type {
  static constexpr int order[sizeof...(Order) + 1]{Order..., 0};
  static constexpr bool is_order() {
    bool fits = sizeof...(Order) == Extents::rank, seen[max_rank]{};
    for (int i = 0; i < Extents::rank && fits; ++i) {
      fits = order[i] >= 0 && order[i] < Extents::rank && !seen[order[i]];
      if (fits) seen[order[i]] = true;
    }
    return fits;
  }
  static_assert(is_order(), "transpose: the order must name each axis once");
  static constexpr shape dims = [] {
    shape s;
    for (int i = 0; i < Extents::rank; ++i) s.push(Extents::given[order[i]]);
    return s;
  }();
};
template <int... Order, class T, int... E>
auto transposed(const tensor_view<T, E...>& x) {
  using type = transposed_type<extents<E...>, Order...>;
  view_parts<T, extents_of<type>> y;
  y.data = x.data();
  y.owner = x.parts().owner;
  for (int i = 0; i < static_cast<int>(sizeof...(E)); ++i) {
    y.extent.d[i] = x.extent(type::order[i]);
    y.stride[i] = x.stride(type::order[i]);
  }
  return view_t<T, extents_of<type>>(std::move(y));
}
template <class T, int... E, std::size_t... I>
auto transposed_all(const tensor_view<T, E...>& x, std::index_sequence<I...>) {
  return transposed<static_cast<int>(sizeof...(I) - 1 - I)...>(x);
}

template <class Extents, int... R>
struct reshaped_type {
  static constexpr int wanted[sizeof...(R) + 1]{R..., 0};
  static constexpr shape dims = [] {  // -1 is counted where the extents are known, else dynamic
    shape s{R...};
    long long known = 1, total = 1;
    for (int i = 0; i < s.rank; ++i) known *= s[i] == -1 ? 1 : s[i];
    for (int i = 0; i < Extents::rank; ++i) total *= Extents::given[i];
    for (int i = 0; i < s.rank; ++i)
      if (s[i] == -1 && Extents::is_static && known > 0 && total % known == 0) s[i] = static_cast<int>(total / known);
    return s;
  }();
};
[[noreturn, gnu::cold, gnu::noinline]] inline void throw_reshape(const shape& from, const shape& to) {
  raise(text() << "reshape: " << from << " to " << to << " changes the number of elements; the product of the extents must stay");
}
template <class Extents, class T, int... E>
auto reshaped(const tensor_view<T, E...>& x, shape to) {
  std::ptrdiff_t known = 1;
  int open = -1;
  for (int i = 0; i < to.rank; ++i) {
    if (to[i] >= 0) known *= to[i];
    else if (open < 0) open = i;
    else raise(text("reshape: only one extent may be -1"));
  }
  if (open >= 0 && known > 0 && x.size() % known == 0) to[open] = static_cast<int>(x.size() / known);
  if (to.count() != x.size() || (open >= 0 && to[open] < 0)) throw_reshape(x.dims(), to);
  if (!x.is_contiguous())
    raise(text() << "reshape: " << x.dims() << " is a view whose elements do not lie one after the other; copy it first: tensor(x)");
  view_parts<T, Extents> y;
  y.data = x.data();
  y.owner = x.parts().owner;
  y.extent = Extents(to);
  make_contiguous(y.extent, y.stride);
  return view_t<T, Extents>(std::move(y));
}
template <std::size_t> inline constexpr int any_extent = dynamic;
template <std::size_t... I>
extents<any_extent<I>...> dynamic_extents(std::index_sequence<I...>);

}  // namespace detail

template <int... Order, detail::Array A>
auto transpose(A&& a) {
  auto x = detail::view_of(a);
  if constexpr (sizeof...(Order) > 0) return detail::transposed<Order...>(x);
  else return detail::transposed_all(x, std::make_index_sequence<static_cast<std::size_t>(decltype(x)::rank)>{});
}

// The elements of an axis from the last to the first.
template <int Axis, detail::Array A>
auto reverse(A&& a) {
  auto x = detail::view_of(a);
  using view_type = decltype(x);
  static_assert(Axis >= -view_type::rank && Axis < view_type::rank, "reverse: the axis is out of range");
  constexpr int axis = Axis < 0 ? Axis + view_type::rank : Axis;
  auto y = x.parts();
  if (x.extent(axis) > 0) y.data += (x.extent(axis) - 1) * x.stride(axis);
  y.stride[axis] = -y.stride[axis];
  return view_type(std::move(y));
}

// The elements in row-major order with other extents; one may be -1. Of a view whose elements lie one after the other.
template <int... R, detail::Array A>
auto reshape(A&& a) {
  auto x = detail::view_of(a);
  using type = detail::extents_of<detail::reshaped_type<typename decltype(x)::extents_type, R...>>;
  return detail::reshaped<type>(x, shape{R...});
}
template <detail::Array A, std::size_t Rank>
auto reshape(A&& a, const int (&to)[Rank]) {
  using type = decltype(detail::dynamic_extents(std::make_index_sequence<Rank>{}));
  shape s;
  for (const int e : to) s.push(e);
  return detail::reshaped<type>(detail::view_of(a), s);
}

}  // namespace igata::inline IGATA_ABI
