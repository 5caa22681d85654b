// An expression, an array or a number written into memory of given extents, to which it is broadcast, and an expression's value as a tensor.
#pragma once
#include "evaluate.hpp"

namespace igata::inline IGATA_ABI::detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void throw_assignment(const shape& to, const shape& from) {
  raise(text() << "assign: " << from << " does not fit " << to << "; extents must be equal or 1");
}

template <class T, class Extents, class From>
struct assignment_type {
  static constexpr text make() {
    const dtype to = dtype_of<T>, from = dtype_of<typename From::element>;
    const shape &into = Extents::given, &dims = From::extents_type::given;
    if (to != from) return text() << "assign: " << name_of(from) << " to " << name_of(to) << "; there is no implicit promotion: cast the expression";
    if (!fits(into, dims)) return text() << "assign: " << dims << " does not fit " << into << "; extents must be equal or 1";
    return {};
  }
  static constexpr bool fits(const shape& into, const shape& dims) {
    shape both = into;
    bool fine = dims.rank <= into.rank && broadcast_into(both, dims) == broadcast_mistake::none;
    for (int i = 0; i < into.rank && fine; ++i) fine = both[i] == into[i] || into[i] == dynamic;
    return fine;
  }
};

template <class T, class Extents, class X>
auto write(const view_parts<T, Extents>& to, const X& x) {
  if constexpr (is_mistaken<X>) {
    return;
  } else if constexpr (Literal<X>) {
    write(to, literal_of<T>(x));
  } else {
    using E = kept_t<const X&>;
    using type = assignment_type<T, Extents, E>;
    static_assert(sizeof(text_verdict<type>) > 0);
    const shape into = to.extent.dims(), dims = x.dims();
    if (!(into == dims) && !type::fits(into, dims)) throw_assignment(into, dims);
    strided_memory out;
    out.data = to.data;
    for (int i = 0; i < Extents::rank; ++i) out.stride[i] = to.stride[i];
    const auto run = [&](const E& e) {
      if (into == dims) return evaluate(e, out);
      if constexpr (is_memory<E> || is_pointwise<E>) {
        evaluate_loop(e, into, out);
      } else {  // once, then to every place
        workspace::frame memory;
        view_parts<const typename E::element, typename E::extents_type> values;
        values.data = static_cast<const stored_t<typename E::element>*>(materialize(e, memory, values.stride));
        values.extent = e.extent;
        evaluate_loop(view_t<const typename E::element, typename E::extents_type>(values), into, out);
      }
    };
    if constexpr (Array<X>) run(kept(x));
    else run(x);
  }
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI {

// The value now, in a tensor of its own.
template <Expression X>
result_t<X> eval(const X& x) {
  return result_t<X>(x);
}

}  // namespace igata::inline IGATA_ABI
