// An array that owns its elements, row-major: tensor<float, 2, 3> has its shape in its type, tensor<float, dynamic, 3> a part of it.
//
// A copy has elements of its own. Views and expressions made of a tensor share the ownership of its memory: they stay valid when the tensor
// is destroyed, moved or given another shape, and see what is written to the same memory before they are evaluated.
//
//   tensor<float, 2, 3> a{{1, 2, 3}, {4, 5, 6}};      tensor<float, dynamic, dynamic> x(m, n);      auto y = eval(tanh(a) * 2);
#pragma once
#include <initializer_list>  // initializer_list
#include <type_traits>       // type_identity_t

#include "view.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

template <class T, int Rank> struct nested_list { using type = std::initializer_list<typename nested_list<T, Rank - 1>::type>; };
template <class T> struct nested_list<T, 0> { using type = T; };

[[noreturn, gnu::cold, gnu::noinline]] inline void throw_ragged() {
  raise(text("tensor: the lists of one level differ in length; give every row as many elements"));
}
// The extents of a nested list, and its elements in order.
template <int Rank, class List>
void list_extents(const List& list, shape& s) {
  s.push(static_cast<int>(list.size()));
  if constexpr (Rank > 1) {
    if (list.size() == 0) return [&s] { while (s.rank < Rank) s.push(0); }();
    list_extents<Rank - 1>(*list.begin(), s);
  }
}
template <class S, class List>
void copy_list(const List& list, const shape& s, int axis, S*& to) {
  if (static_cast<int>(list.size()) != s[axis]) throw_ragged();
  for (const auto& item : list) {
    if constexpr (requires { item.size(); }) copy_list(item, s, axis + 1, to);
    else *to++ = item;
  }
}

}  // namespace detail

template <class T, int... E>
class tensor {
 public:
  using element = T;
  using extents_type = extents<E...>;
  static constexpr int rank = sizeof...(E);
  static_assert(!std::is_const_v<T>, "tensor: of elements that can be written; a const tensor has const elements");

  // Zeros; a dynamic extent is 0.
  tensor() { allocate(extents_type{}.dims(), true); }
  explicit tensor(const shape& dims) { allocate(checked(dims), true); }
  template <class... N>
  explicit tensor(int n, N... more) requires(sizeof...(N) + 1 == rank && detail::all_numbers<N...>) : tensor(shape{n, static_cast<int>(more)...}) {}
  tensor(typename detail::nested_list<T, rank>::type list) requires(rank > 0) {
    shape s;
    if constexpr (rank > 0) detail::list_extents<rank>(list, s);
    while (s.rank < rank) s.push(0);
    allocate(checked(s), false);
    stored_t<T>* to = data();
    if constexpr (rank > 0) if (size() > 0 || list.size() > 0) detail::copy_list(list, s, 0, to);
  }
  tensor(std::type_identity_t<T> x) requires(rank == 0) {
    allocate({}, false);
    *data() = x;
  }
  tensor(const tensor& other) {
    allocate(other.dims(), false);
    copy_elements(other);
  }
  tensor(tensor&& other) noexcept : parts_(std::move(other.parts_)) { other.forget(); }
  // Of an expression, a view or another tensor; broadcast to a shape that is known.
  template <detail::HasElements X>
  tensor(const X& x) {
    if constexpr (extents_type::is_static) allocate(extents_type{}.dims(), false);
    else allocate(checked(x.dims()), false);
    detail::write(parts_, x);
  }

  // The memory stays where the shape does, else a new one is made. A known shape stays: x is broadcast to it.
  tensor& operator=(const tensor& other) {
    if (this == &other) return *this;
    if (!fits(other.dims())) allocate(other.dims(), false);
    copy_elements(other);
    return *this;
  }
  tensor& operator=(tensor&& other) noexcept {
    std::swap(parts_, other.parts_);
    return *this;
  }
  template <detail::HasElements X>
  tensor& operator=(const X& x) {
    const shape dims = extents_type::is_static ? extents_type{}.dims() : x.dims();
    if (fits(dims)) {
      detail::write(parts_, x);
    } else {
      tensor fresh(dims, not_initialised{});
      detail::write(fresh.parts_, x);  // x may read this tensor
      std::swap(parts_, fresh.parts_);
    }
    return *this;
  }
  // Every element.
  tensor& operator=(T x) {
    detail::write(parts_, x);
    return *this;
  }

  stored_t<T>* data() { return parts_.data; }
  const stored_t<T>* data() const { return parts_.data; }
  constexpr int extent(int axis) const { return parts_.extent[axis < 0 ? axis + rank : axis]; }
  shape dims() const { return parts_.extent.dims(); }
  std::ptrdiff_t size() const { return parts_.extent.count(); }
  stored_t<T>* begin() { return data(); }
  stored_t<T>* end() { return data() + size(); }
  const stored_t<T>* begin() const { return data(); }
  const stored_t<T>* end() const { return data() + size(); }

  tensor_view<T, E...> view() { return tensor_view<T, E...>(parts_); }
  tensor_view<const T, E...> view() const { return tensor_view<T, E...>(parts_); }
  template <class... Index>
  decltype(auto) operator()(Index... index) requires detail::all_indices<Index...> {
    if constexpr (sizeof...(Index) == rank && detail::all_numbers<Index...>) return (parts_.data[place(index...)]);
    else return view()(index...);
  }
  template <class... Index>
  decltype(auto) operator()(Index... index) const requires detail::all_indices<Index...> {
    if constexpr (sizeof...(Index) == rank && detail::all_numbers<Index...>) return (data()[place(index...)]);
    else return view()(index...);
  }
  operator T() const requires(rank == 0) { return *data(); }
  const detail::view_parts<T, extents_type>& parts() const { return parts_; }

 private:
  struct not_initialised {};
  tensor(const shape& dims, not_initialised) { allocate(checked(dims), false); }

  template <class... Index>
  std::ptrdiff_t place(Index... index) const {
    std::ptrdiff_t at = 0;
    int axis = 0;
    ((at += static_cast<std::ptrdiff_t>(index) * parts_.stride[axis++]), ...);
    return at;
  }
  static const shape& checked(const shape& dims) {
    bool fits = extents_type::holds(dims);
    for (int i = 0; i < rank && fits; ++i) fits = dims[i] >= 0;
    if (!fits) detail::throw_shape("tensor", extents_type::given, dims, "extents of the type must stay, and none is negative");
    return dims;
  }
  bool fits(const shape& dims) const { return parts_.owner && dims == parts_.extent.dims(); }
  void allocate(const shape& dims, bool zeroed) {
    if (dims.elements() > 0x1p40)
      raise(text() << "tensor: " << dims << " has more than 2^40 elements; use smaller extents");  // their bytes may be a small number again
    const extents_type e(dims);
    const std::size_t bytes = static_cast<std::size_t>(e.count()) * sizeof(stored_t<T>);
    buffer memory(bytes);
    parts_.extent = e;
    detail::make_contiguous(e, parts_.stride);
    parts_.data = static_cast<stored_t<T>*>(memory.data());
    if (zeroed) std::memset(static_cast<void*>(parts_.data), 0, bytes);
    parts_.owner = std::move(memory);
  }
  void copy_elements(const tensor& other) {
    std::memcpy(static_cast<void*>(data()), other.data(), static_cast<std::size_t>(size()) * sizeof(stored_t<T>));
  }
  void forget() {  // moved from: empty, until something is assigned
    parts_.data = nullptr;
    for (int i = 0; i < rank; ++i) parts_.extent.d[i] = 0;
  }

  detail::view_parts<T, extents_type> parts_;
};

namespace detail {
template <class A> inline constexpr bool is_array = false;
template <class T, int... E> inline constexpr bool is_array<tensor<T, E...>> = true;
template <class T, int... E> inline constexpr bool is_array<tensor_view<T, E...>> = true;
// A tensor or a view.
template <class A>
concept Array = is_array<std::remove_cvref_t<A>>;

template <class T, class Extents> struct tensor_type;
template <class T, int... E> struct tensor_type<T, extents<E...>> { using type = tensor<T, E...>; };

template <class T, int... E> tensor_view<T, E...> view_of(tensor<T, E...>& a) { return a.view(); }
template <class T, int... E> tensor_view<const T, E...> view_of(const tensor<T, E...>& a) { return a.view(); }
template <class T, int... E> const tensor_view<T, E...>& view_of(const tensor_view<T, E...>& a) { return a; }
}  // namespace detail

// The tensor that holds an array's or expression's value.
template <class X>
using result_t = typename detail::tensor_type<typename std::remove_cvref_t<X>::element, typename std::remove_cvref_t<X>::extents_type>::type;
template <class T, int... E>
tensor(const tensor_view<T, E...>&) -> tensor<std::remove_const_t<T>, E...>;

}  // namespace igata::inline IGATA_ABI
