// A view: elements of some array at a stride for each axis. It shares the ownership of an array's memory; of memory that a pointer or span
// was given for it owns nothing, and the caller keeps that alive. Assigning to a view writes elements.
//
//   tensor_view<float, dynamic, 3> v(rows, {n, 3});      a(slice(1, 5)) = a(slice(0, 4));      v = tanh(v) * 2;
#pragma once
#include <concepts>  // same_as
#include <span>      // span

#include "../engine/error.hpp"
#include "buffer.hpp"
#include "element.hpp"
#include "extents.hpp"

namespace igata::inline IGATA_ABI {

template <class T, int... E> class tensor_view;
template <class T, int... E> class tensor;

namespace detail {

// The shape of x(indices…) as far as it is known, and whether its axes fit.
struct indexed {
  shape dims;
  int taken = 0;  // axes of x
  constexpr void add(const shape&, int) { ++taken; }
  constexpr void add(const shape&, slice_range) {
    ++taken;
    dims.push(dynamic);
  }
  constexpr void add(const shape& x, whole_axis) { dims.push(taken < x.rank ? x[taken] : 0), ++taken; }
  constexpr void add(const shape&, new_axis_t) { dims.push(1); }
  template <class... Index>
  static constexpr indexed of(const shape& x, Index... index) {
    indexed r;
    (r.add(x, index), ...);
    while (r.taken < x.rank) r.add(x, whole_axis{});
    return r;
  }
};
template <class Extents, class... Index>
struct indexed_type {
  static constexpr indexed result = indexed::of(Extents::given, Index{}...);
  static constexpr shape dims = result.dims;
};
template <class T, class Extents> struct view_type;
template <class T, int... E> struct view_type<T, extents<E...>> { using type = tensor_view<T, E...>; };
template <class T, class Extents> using view_t = typename view_type<T, Extents>::type;

// Of every array and view: pointer, owner, extents, strides in elements.
template <class T, class Extents>
struct view_parts {
  stored_t<T>* data = nullptr;
  Extents extent;
  std::ptrdiff_t stride[Extents::rank ? Extents::rank : 1]{};
  buffer owner;
};
template <class Extents>
constexpr void make_contiguous(const Extents& e, std::ptrdiff_t* stride) {
  std::ptrdiff_t step = 1;
  for (int i = Extents::rank; i-- > 0; step *= e[i]) stride[i] = step;
}

[[noreturn, gnu::cold, gnu::noinline]] inline void throw_slice(int axis, slice_range r, int extent) {
  raise(text() << "slice: axis " << axis << ": from " << r.begin << " to " << r.end << " by " << r.step << " is no range inside [0, " << extent
               << ')');
}
[[noreturn, gnu::cold, gnu::noinline]] inline void throw_index(int axis, int i, int extent) {
  raise(text() << "index: axis " << axis << ": " << i << " is outside [" << -extent << ", " << extent << ')');
}
[[noreturn, gnu::cold, gnu::noinline]] inline void throw_shape(std::string_view what, const shape& expected, const shape& got,
                                                               std::string_view remedy) {
  raise(text() << what << ": expected " << expected << ", got " << got << "; " << remedy);
}

// Writes the parts of x(indices…) axis by axis.
template <class T, class From, class To>
struct indexing {
  const view_parts<T, From>& x;
  view_parts<T, To>& y;
  int from = 0, to = 0;
  void add(int i) {
    const int extent = x.extent[from];
    if (i < -extent || i >= extent) throw_index(from, i, extent);
    y.data += (i < 0 ? i + extent : i) * x.stride[from++];
  }
  void add(slice_range r) {
    const int extent = x.extent[from];
    const slice_range asked = r;
    if (r.begin < 0) r.begin += extent;
    if (r.end == to_end) r.end = extent;
    if (r.end < 0) r.end += extent;
    if (r.step < 1 || r.begin < 0 || r.end > extent || r.begin > r.end) throw_slice(from, asked, extent);
    y.data += r.begin * x.stride[from];
    y.extent.d[to] = (r.end - r.begin + r.step - 1) / r.step;
    y.stride[to++] = x.stride[from++] * r.step;
  }
  void add(whole_axis) {
    y.extent.d[to] = x.extent[from];
    y.stride[to++] = x.stride[from++];
  }
  void add(new_axis_t) {
    y.extent.d[to] = 1;
    y.stride[to++] = 0;
  }
};
template <class T, class From, class... Index>
auto index_parts(const view_parts<T, From>& x, Index... index) {
  static_assert(indexed_type<From, Index...>::result.taken == From::rank, "tensor: more indices than axes");
  using To = extents_of<indexed_type<From, Index...>>;
  view_parts<T, To> y;
  y.data = x.data;
  y.owner = x.owner;
  indexing<T, From, To> walk{x, y};
  (walk.add(index), ...);
  while (walk.from < From::rank) walk.add(whole_axis{});
  return y;
}

template <class Index> inline constexpr bool is_number = std::is_convertible_v<Index, int> && !std::is_floating_point_v<Index>;
template <class... Index> inline constexpr bool all_numbers = (is_number<Index> && ...);
template <class... Index>
inline constexpr bool all_indices = ((is_number<Index> || std::is_same_v<Index, slice_range> || std::is_same_v<Index, whole_axis> ||
                                      std::is_same_v<Index, new_axis_t>)&&...);
template <class Index> constexpr auto plain_index(Index i) {
  if constexpr (is_number<Index>) return static_cast<int>(i);
  else return i;
}

// What an array can be made of: other arrays, expressions.
template <class X>
concept HasElements = requires(const X& x) {
  typename X::element;
  { x.dims() } -> std::same_as<shape>;
};
// Defined in expr/assign.hpp: writes an expression, an array or a number into a view, broadcast to it.
template <class T, class Extents, class X>
auto write(const view_parts<T, Extents>& to, const X& x);

}  // namespace detail

template <class T, int... E>
class tensor_view {
 public:
  using element = std::remove_const_t<T>;
  using extents_type = extents<E...>;
  static constexpr int rank = sizeof...(E);

  explicit tensor_view(detail::view_parts<T, extents_type> parts) : parts_(std::move(parts)) {}
  // Elements one after the other; the extents that are not in the type must be there at run time.
  explicit tensor_view(stored_t<T>* data, const shape& dims = extents_type::given) {
    if (!extents_type::holds(dims)) detail::throw_shape("tensor_view", extents_type::given, dims, "extents of the type must stay");
    for (int i = 0; i < rank; ++i)
      if (dims[i] < 0) detail::throw_shape("tensor_view", extents_type::given, dims, "give every dynamic extent");
    parts_.data = data;
    parts_.extent = extents_type(dims);
    detail::make_contiguous(parts_.extent, parts_.stride);
  }
  explicit tensor_view(std::span<stored_t<T>> s) requires(rank == 1) : tensor_view(s.data(), shape{static_cast<int>(s.size())}) {}
  tensor_view(const tensor_view&) = default;
  tensor_view(tensor_view&&) = default;
  // Read-only access to what may be written.
  operator tensor_view<const T, E...>() const requires(!std::is_const_v<T>) {
    detail::view_parts<const T, extents_type> p;
    p.data = parts_.data;
    p.extent = parts_.extent;
    for (int i = 0; i < rank; ++i) p.stride[i] = parts_.stride[i];
    p.owner = parts_.owner;
    return tensor_view<const T, E...>(std::move(p));
  }

  // Elements are written; x is broadcast to this view.
  tensor_view& operator=(const tensor_view& x) requires(!std::is_const_v<T>) {
    detail::write(parts_, x);
    return *this;
  }
  template <class X>
  tensor_view& operator=(const X& x) requires(!std::is_const_v<T>) {
    detail::write(parts_, x);
    return *this;
  }

  stored_t<T>* data() const { return parts_.data; }
  constexpr int extent(int axis) const { return parts_.extent[axis < 0 ? axis + rank : axis]; }
  std::ptrdiff_t stride(int axis) const { return parts_.stride[axis < 0 ? axis + rank : axis]; }
  constexpr shape dims() const { return parts_.extent.dims(); }
  std::ptrdiff_t size() const { return parts_.extent.count(); }
  bool is_contiguous() const {
    std::ptrdiff_t step = 1;
    bool all = true;
    for (int i = rank; i-- > 0; step *= parts_.extent[i]) all &= parts_.extent[i] == 1 || parts_.stride[i] == step;
    return all;
  }
  const detail::view_parts<T, extents_type>& parts() const { return parts_; }

  // An element (not checked), or a part: numbers, slice(…), new_axis for the first axes.
  template <class... Index>
  decltype(auto) operator()(Index... index) const requires detail::all_indices<Index...> {
    if constexpr (sizeof...(Index) == rank && detail::all_numbers<Index...>) {
      std::ptrdiff_t at = 0;
      int axis = 0;
      ((at += static_cast<std::ptrdiff_t>(index) * parts_.stride[axis++]), ...);
      return (parts_.data[at]);
    } else {
      using To = detail::extents_of<detail::indexed_type<extents_type, decltype(detail::plain_index(index))...>>;
      return detail::view_t<T, To>(detail::index_parts(parts_, detail::plain_index(index)...));
    }
  }
  operator element() const requires(rank == 0) { return *parts_.data; }

 private:
  detail::view_parts<T, extents_type> parts_;
};

}  // namespace igata::inline IGATA_ABI
