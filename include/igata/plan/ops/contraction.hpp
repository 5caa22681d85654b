// What products and convolutions have in common: what is done to their sums before they are stored.
#pragma once
#include "../pointwise_lowering.hpp"
#include "../step_writer.hpp"

namespace igata::inline IGATA_ABI::detail {

// Walks over the members of a contraction's group as long as each works on the one before, the first on the sums, and nothing else does.
class ending_finder {
 public:
  constexpr explicit ending_finder(const anchored& a) : a_(a), g_(a.in.g), f_(a.in.f), of_(a.of()), current_(of_.anchor) {}

  // `finishes`: the kernel adds a matrix and clamps, where that is all.
  constexpr ending run(bool finishes) {
    find_bias();
    const ending biased = found_;
    if (finishes) {
      find_addend();
      find_limit(op::maximum, found_.low);
      find_limit(op::minimum, found_.high);
    }
    found_.whole = found_.members == of_.members.count;
    if (!found_.whole && found_.members > biased.members) found_ = biased, found_.whole = false;
    return found_;
  }

 private:
  // The other operand of the member that comes next, or -1 where that is none of `code`.
  constexpr int next(op code) const {
    if (found_.members == of_.members.count || f_.stored(current_)) return -1;
    const node& v = g_.nodes.items[of_.members.items[found_.members]];
    if (v.code != code || v.type != f32) return -1;
    const int p = g_.operand(v, 0), q = g_.operand(v, 1);
    if ((p == current_) == (q == current_)) return -1;
    const int other = p == current_ ? q : p;
    return is_of_group(other) ? -1 : other;
  }
  constexpr bool is_of_group(int x) const { return f_.group_of.items[x] == a_.index && f_.views.items[x].base == x; }
  constexpr void take() { current_ = of_.members.items[found_.members++]; }

  constexpr void find_bias() {
    if (of_.members.empty() || f_.stored(of_.anchor) || f_.uses.items[of_.anchor] != 1) return;
    const int x = next(op::add);
    if (x < 0 || g_.nodes.items[x].code == op::constant) return;
    const collapsed rows = strides(x, 0, of_.split), columns = strides(x, of_.split, of_.dims.rank);
    if (!rows.ok || !columns.ok || rows.stride != 0 || columns.stride != 1) return;
    found_.bias = x;
    take();
  }
  constexpr void find_addend() {
    const int x = next(op::add);
    if (x < 0 || g_.nodes.items[x].code == op::constant) return;
    const collapsed rows = strides(x, 0, of_.split), columns = strides(x, of_.split, of_.dims.rank);
    if (!rows.ok || !columns.ok || columns.stride != 1) return;
    found_.addend = x;
    found_.addend_row = rows.stride;
    take();
  }
  constexpr void find_limit(op code, float& limit) {
    const int x = next(code);
    if (x < 0 || g_.nodes.items[x].code != op::constant) return;
    const float number = static_cast<float>(g_.nodes.items[x].number);
    if (number != number) return;
    limit = number;
    found_.clamped = true;
    take();
  }
  constexpr collapsed<int> strides(int x, int begin, int end) const {
    return collapse(broadcast_view(f_.seen_by(a_.index, x), g_.nodes.items[x].dims, of_.dims), of_.dims, begin, end);
  }

  const anchored& a_;
  const graph& g_;
  const fusion& f_;
  const node_group& of_;
  int current_;
  ending found_;
};
constexpr ending ending_of(const anchored& a, bool finishes = false) {
  ending_finder finder(a);
  return finder.run(finishes);
}

// Bias, and where the results go: to a place that `store` gets with its stride of rows, or to those of a loop. `rows_apart`: that stride may be any.
template <class Fields, class Store>
constexpr void set_results(step_writer& w, Fields& fields, int columns, bool rows_apart, Store store) {
  if (!w.writes()) return;
  const node_group& of = w.of();
  const ending& last = w.chosen().last;
  const int result = of.members.empty() ? of.anchor : of.members.back();
  if constexpr (requires { fields.bias; })  // whole sums have none
    if (last.bias >= 0) fields.bias = w.place_of(last.bias);
  if (last.whole && (rows_apart || w.home_of(result).part_of < 0)) return store(w.home_of(result).at, w.row_stride(result, columns));
  lowered l = w.lower(of.anchor, last.bias >= 0 ? of.members[0] : -1);
  fields.post = w.block(l, 1, l.outputs.size(), columns);
}

// Of a kernel without a bias, whose results are a place and its stride of rows.
template <class Fields, class Place, class Number>
constexpr void set_sums(step_writer& w, Fields& fields, int columns, Place& result, Number& row) {
  row = columns;
  if (w.of().kind != group_kind::contraction) result = w.result();
  else
    set_results(w, fields, columns, true, [&](const place& at, int stride) {
      result = at;
      row = stride;
    });
}

}  // namespace igata::inline IGATA_ABI::detail
