// What happens where values are put into what is there by an index: scatter (gather.hpp) and put_along_axis (along_axis.hpp).
//
//   scatter(table, tokens, rows, scatter_reduction::add);
//
// Values are taken in the order of the index. So the later of two of one place wins where nothing is reduced, and sums are the same in every call.
#pragma once
#include "index.hpp"
#include "reduce.hpp"

namespace igata::inline IGATA_ABI {

// none: the value takes the place of what is there; others: both together.
enum class scatter_reduction : std::uint8_t { none, add, mul, max, min };

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

// Of two operands, sums, there is nothing that they are put into: zeros.
struct scatter_attributes {
  IGATA_ATTRIBUTES(reduction = 1);

  constexpr scatter_reduction how() const { return static_cast<scatter_reduction>(reduction); }
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

// Whether the primitive can be told so: (values, index) or (values, index, what they are put into).
constexpr bool may_scatter(const graph& g, const node& v, scatter_reduction how) {
  const dtype type = g.operand_node(v, 0).type;
  if (g.operand_node(v, 1).type != i32 || how < scatter_reduction::none || how > scatter_reduction::min) return false;
  if (how != scatter_reduction::none && !is_floating(type) && type != i32 && type != i64) return false;
  if (v.arity != 3) return v.arity == 2 && how == scatter_reduction::add;
  return g.operand_node(v, 2).type == type && g.operand_node(v, 2).dims == v.dims;
}
// The reference of both.
constexpr double reduced(double there, double x, scatter_reduction how, dtype type) {
  if (how == scatter_reduction::none) return x;
  if (is_whole(type)) {
    const std::uint64_t a = whole_of(there, type), b = whole_of(x, type);
    if (how == scatter_reduction::add) return held_as(a + b, type);
    if (how == scatter_reduction::mul) return held_as(a * b, type);
    return (static_cast<std::int64_t>(b) > static_cast<std::int64_t>(a)) == (how == scatter_reduction::max) ? x : there;
  }
  if (how == scatter_reduction::add) return there + x;
  if (how == scatter_reduction::mul) return there * x;
  if (math::is_nan(there)) return there;
  return math::is_nan(x) || (how == scatter_reduction::max ? x > there : x < there) ? x : there;
}
constexpr void start_scatter(const evaluation& e) {
  for (int i = 0; i < e.out.size(); ++i) e.out[i] = e.v.arity == 3 ? e.in(2)[i] : 0;
}

constexpr value with_rank(value x, int rank) {
  shape dims = x.dims();
  while (dims.rank < rank) dims.push(1);
  return reshape_to(x, dims);
}
// chosen(x): what the index chooses of x. put(x, there, how): x put into it by the index. positions(): of each value, 0, 1 …, as the index; invalid
// where they are not known before a call. `places`: where they are put. Equal extremes share the gradient, with what is there.
template <class Chosen, class Put, class Positions>
constexpr void scatter_gradient(ir::backward& b, scatter_reduction how, Chosen chosen, Put put, Positions positions, const shape& places) {
  const value x = b.in(0), dy = b.dy;
  if (!has_fractions(dy.type())) return;
  if (how == scatter_reduction::add) {
    b.add(0, chosen(dy));
    if (b.v.arity == 3) b.add(2, dy);
    return;
  }
  const value there = b.in(2);
  if (how == scatter_reduction::none) {  // who came last has all of it
    b.add(2, put(broadcast_to(constant(b.g, 0, dy.type(), {}), x.dims()), dy, how));
    if (!b.wanted(0)) return;
    const value position = positions();
    if (!position.valid()) {
      b.g.fail(name_of(b.v.code), "no gradient of the values where the index has a batch; add instead, scatter_reduction::add", {});
      return;
    }
    const value last = put(position, broadcast_to(constant(b.g, -1, i32, {}), places), how);
    b.add(0, select(with_rank(chosen(last) == position, x.rank()), chosen(dy), 0));
  } else if (how == scatter_reduction::mul) {  // the product of the others, as of reduce_prod
    const value none_x = x == 0, none_there = there == 0, one_x = select(none_x, 1, x), one_there = select(none_there, 1, there);
    const value zeros = put(cast(none_x, dy.type()), cast(none_there, dy.type()), scatter_reduction::add), rest = put(one_x, one_there, how);
    const value without_one = dy * select(zeros == 1, rest, 0), all = select(zeros == 0, rest, 0);
    b.add(0, select(none_x, chosen(without_one), chosen(dy) * (chosen(all) / one_x)));
    b.add(2, select(none_there, without_one, dy * (all / one_there)));
  } else {
    const value equal_x = cast(x == chosen(b.y), dy.type()), equal_there = cast(there == b.y, dy.type());
    const value each = dy / put(equal_x, equal_there, scatter_reduction::add);
    b.add(0, equal_x * chosen(each));
    b.add(2, equal_there * each);
  }
}

// put(values, there) of primitives, in types that have kernels.
template <class Put>
constexpr value scattered(value there, value x, scatter_reduction how, std::string_view what, source at, Put put) {
  graph& g = there.owner();
  if (x.type() != there.type())
    return g.fail(what, text() << "values of " << name_of(x.type()) << " into " << name_of(there.type()) << "; cast one of them", at), poison(g);
  if (how == scatter_reduction::none) return put(x, there);
  if (there.type() == boolean) return g.fail(what, "needs numbers, got bool; cast(x, i32) first, or scatter_reduction::none", at), poison(g);
  const double half = there.type() == u64 ? 0x1p63 : 0x1p31;  // types with a sign order those without from which it is taken
  const bool moves = (there.type() == u32 || there.type() == u64) && how >= scatter_reduction::max;
  const auto in = [&](value v) { return ir::widened_for_kernels(moves ? v + half : v, at); };
  const value y = ir::narrowed_as(put(in(x), in(there)), there.type(), at);
  return moves && y.valid() ? y + half : y;
}

}  // namespace igata::inline IGATA_ABI::detail
