// einsum: sums of products, by letters for axes. (NumPy, PyTorch, ONNX.)
//
//   value y = einsum("bij,bjk->bik", {a, b});      value d = einsum("ii->i", {m});      value s = einsum("bhqd,bhkd->bhqk", {q, k});
//
// Letters that the result lacks are summed over; without "->" it has those that stand once, in the alphabet's order. "..." stands for the axes that
// no letter names, which are broadcast. Two operands at a time meet in one batched product.
#pragma once
#include "along_axes.hpp"

namespace igata::inline IGATA_ABI::detail {

// A value whose axes have names; -1 to -6 name those of "...", counted from the end.
struct named_axes {
  value x;
  vec<int> names;

  constexpr int find(int name) const {
    for (int i = 0; i < names.size(); ++i)
      if (names[i] == name) return i;
    return -1;
  }
};

constexpr value transposed_by(value x, const vec<int>& order) {
  ir::per_axis<ir::transpose_axis> axes;
  bool stays = true;
  for (int i = 0; i < order.size(); ++i) {
    axes.push({order[i]});
    stays &= order[i] == i;
  }
  return stays ? x : ir::emit<ir::op::transpose>(x.owner(), {x}, axes, 0, {});
}

struct einsum_terms {
  vec<vec<int>> operands;
  vec<int> result;
  bool has_result = false;
};
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline constexpr int ellipsis = 1000;
// Letters and ellipsis of each term; an empty text, or what is wrong.
constexpr text parse_einsum(std::string_view equation, einsum_terms& to) {
  to.operands.push({});
  bool dotted = false;
  for (std::size_t i = 0; i < equation.size(); ++i) {
    const char c = equation[i];
    vec<int>& names = to.has_result ? to.result : to.operands.back();
    if (c == ' ') continue;
    if (c == ',' && !to.has_result) {
      to.operands.push({});
      dotted = false;
    } else if (equation.substr(i, 2) == "->" && !to.has_result) {
      to.has_result = true;
      dotted = false;
      ++i;
    } else if (equation.substr(i, 3) == "..." && !dotted) {
      names.push(ellipsis);
      dotted = true;
      i += 2;
    } else if (is_letter(c)) {
      names.push(c);
    } else {
      return text() << "'" << equation << "' at " << i << "; letters, commas, ... and one -> are possible";
    }
  }
  return {};
}
// Names the axes of x; -1 to -6 those of "...". What is wrong, or an empty text.
constexpr text name_axes(const vec<int>& term, const shape& dims, vec<int>& names) {
  int letters = 0;
  for (const int name : term) letters += name != ellipsis;
  const bool dotted = letters < term.size();
  if (letters > dims.rank || (!dotted && letters < dims.rank)) return text() << letters << " letters for " << dims;
  for (const int name : term)
    if (name != ellipsis) names.push(name);
    else
      for (int k = dims.rank - letters; k > 0; --k) names.push(-k);
  return {};
}

// Equal names become one axis: its diagonal.
constexpr void take_diagonals(named_axes& a) {
  for (int i = 0; i < a.names.size(); ++i)
    for (int j = i + 1; j < a.names.size(); ++j)
      while (j < a.names.size() && a.names[j] == a.names[i]) {
        shape row, column;
        for (int k = 0; k < a.names.size(); ++k) row.push(k == j ? a.x.dims()[k] : 1), column.push(k == i ? a.x.dims()[k] : 1);
        ir::graph& g = a.x.owner();
        const value hit = reshape_to(ir::iota(g, a.x.dims()[i]), column) == reshape_to(ir::iota(g, a.x.dims()[j]), row);
        a.x = reduce_sum(select(hit, a.x, 0), j);
        vec<int> left;
        for (int k = 0; k < a.names.size(); ++k)
          if (k != j) left.push(a.names[k]);
        a.names = left;
        if (!a.x.valid()) return;
      }
}
// Sums over the axes that neither the other terms nor the result name.
template <class Needed>
constexpr void sum_rest(named_axes& a, Needed needed) {
  for (int i = a.names.size(); i-- > 0;) {
    if (needed(a.names[i])) continue;
    a.x = reduce_sum(a.x, i);
    vec<int> left;
    for (int k = 0; k < a.names.size(); ++k)
      if (k != i) left.push(a.names[k]);
    a.names = left;
  }
}

// Axes in groups of names, each group one axis. A symbol of extents stays the first.
constexpr value grouped(const named_axes& from, std::initializer_list<const vec<int>*> groups) {
  vec<int> order;
  shape dims;
  for (const vec<int>* group : groups)
    for (const int name : *group) order.push(from.find(name));
  const value t = transposed_by(from.x, order);
  if (!t.valid()) return t;
  dims.rows_of = t.dims().rows_of;
  int axis = 0;
  for (const vec<int>* group : groups) {
    int extent = 1;
    for (int i = 0; i < group->size(); ++i) extent *= t.dims()[axis++];
    dims.push(extent);
  }
  return reshape_to(t, dims);
}

// The product of two, summed over the names that both have and nobody needs. An extent of 1 meets any other.
template <class Needed>
constexpr named_axes product_of_two(named_axes a, named_axes b, Needed needed) {
  if (!a.x.dims().rows_of && b.x.dims().rows_of) return product_of_two(b, a, needed);
  for (named_axes* one : {&a, &b}) {
    const named_axes& other = one == &a ? b : a;
    shape dims = one->x.dims();
    for (int i = 0; i < one->names.size(); ++i)
      if (const int j = other.find(one->names[i]); j >= 0 && dims[i] == 1 && !(i == 0 && dims.rows_of)) dims[i] = other.x.dims()[j];
    one->x = broadcast_to(one->x, dims);
    if (!one->x.valid()) return *one;
  }
  named_axes y;
  vec<int> shared, summed, of_a, of_b;
  for (const int name : a.names) (b.find(name) < 0 ? of_a : needed(name) ? shared : summed).push(name);
  for (const int name : b.names)
    if (a.find(name) < 0) of_b.push(name);
  shape dims;
  dims.rows_of = a.x.dims().rows_of;
  if (dims.rows_of && summed.size() > 0 && summed[0] == a.names[0]) dims.rows_of = no_symbol;
  for (const vec<int>* part : {&shared, &of_a, &of_b})
    for (const int name : *part) {
      y.names.push(name);
      dims.push(a.find(name) >= 0 ? a.x.dims()[a.find(name)] : b.x.dims()[b.find(name)]);
    }
  if (shared.empty()) {
    const bool turned = a.x.dims().rows_of && !dims.rows_of;  // sums over the batch
    y.x = matmul(turned ? grouped(a, {&summed, &of_a}) : grouped(a, {&of_a, &summed}), grouped(b, {&summed, &of_b}), {.transpose_a = turned});
  } else if (summed.empty()) {
    y.x = grouped(a, {&shared, &of_a, &summed}) * grouped(b, {&shared, &summed, &of_b});
  } else {
    y.x = matmul(grouped(a, {&shared, &of_a, &summed}), grouped(b, {&shared, &summed, &of_b}));
  }
  y.x = reshape_to(y.x, dims);
  return y;
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI {

// Sums of products of the operands' elements, one letter for each axis.
constexpr value einsum(std::string_view equation, const value* operands, int count, source at = source::here()) {
  for (int i = 0; i < count; ++i)
    if (!operands[i].valid()) return operands[i];
  if (count < 1) return {};
  ir::graph& g = operands[0].owner();
  const ir::library_call call(operands[0], at);
  const auto fail = [&](const text& why) { return g.fail("einsum", why, at), ir::poison(g); };
  detail::einsum_terms terms;
  if (const text why = detail::parse_einsum(equation, terms); !why.empty()) return fail(why);
  if (terms.operands.size() != count)
    return fail(text() << "'" << equation << "' has " << terms.operands.size() << " terms for " << count << " operands");
  vec<detail::named_axes> left;
  vec<int> names, extents, times;
  for (int i = 0; i < count; ++i) {
    detail::named_axes a{operands[i], {}};
    if (const text why = detail::name_axes(terms.operands[i], a.x.dims(), a.names); !why.empty())
      return fail(text() << "'" << equation << "', operand " << i << ": " << why);
    for (int k = 0; k < a.names.size(); ++k) {
      const int extent = a.x.dims()[k];
      int known = 0;
      while (known < names.size() && names[known] != a.names[k]) ++known;
      if (known == names.size()) names.push(a.names[k]), extents.push(extent), times.push(0);
      if (extents[known] == 1) extents[known] = extent;
      if (extent != 1 && extent != extents[known])
        return fail(text() << "'" << equation << "', operand " << i << ", axis " << k << ": extent " << extent << ", but " << extents[known]
                           << " before");
      ++times[known];
    }
    left.push(a);
  }
  vec<int> result;
  for (const int name : terms.result) {
    if (name == detail::ellipsis) {
      for (int k = max_rank; k > 0; --k)
        for (const int known : names)
          if (known == -k) result.push(known);
      continue;
    }
    int known = 0;
    while (known < names.size() && names[known] != name) ++known;
    if (known == names.size() || detail::named_axes{{}, result}.find(name) >= 0)
      return fail(text() << "'" << equation << "': the result's letters must stand in a term, and once");
    result.push(name);
  }
  if (!terms.has_result) {
    for (int k = max_rank; k > 0; --k)
      for (const int known : names)
        if (known == -k) result.push(known);
    for (int c = 'A'; c <= 'z'; ++c)
      for (int i = 0; i < names.size(); ++i)
        if (names[i] == c && times[i] == 1) result.push(c);
  }
  const auto needed_from = [&](int first) {
    return [&, first](int name) {
      if (detail::named_axes{{}, result}.find(name) >= 0) return true;
      for (int i = first; i < left.size(); ++i)
        if (left[i].find(name) >= 0) return true;
      return false;
    };
  };
  for (int i = 0; i < left.size(); ++i) {
    detail::take_diagonals(left[i]);
    if (g.failed()) return ir::poison(g);
  }
  detail::named_axes y = left[0];
  detail::sum_rest(y, needed_from(1));
  for (int i = 1; i < left.size() && !g.failed(); ++i) {
    const auto needed = needed_from(i + 1);
    detail::sum_rest(left[i], [&](int name) { return needed(name) || y.find(name) >= 0; });
    y = detail::product_of_two(y, left[i], needed);
  }
  if (g.failed()) return ir::poison(g);
  vec<int> order;
  for (const int name : result) order.push(y.find(name));
  return detail::transposed_by(y.x, order);
}
constexpr value einsum(std::string_view equation, std::initializer_list<value> operands, source at = source::here()) {
  return einsum(equation, operands.begin(), static_cast<int>(operands.size()), at);
}

}  // namespace igata::inline IGATA_ABI
