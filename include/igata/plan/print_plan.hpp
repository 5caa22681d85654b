// A plan as text, a line for each step, then its totals; the same bytes from every compiler, at compile time and at run time.
//
//    0  conv2d + bias + maximum  [n,28,28,1] x [5,5,1,6] -> [n,24,24,6]  to arena 0  @conv2d
//    7  reduce_sum <- sub mul  [n,10] -> [n,1]  to arena 4096  @batch_norm
//   12  pointwise: mul mul add  [120,84]  to variable "dense/kernel"
//
// `a + b`: b is done on each block of a's results before they leave the cache. `a <- b`: b is computed while a reads.
// Offsets in the arena are bytes, for max_batch rows, and dims at the most.
#pragma once
#include "../ops/matmul.hpp"
#include "fusion.hpp"
#include "plan.hpp"

namespace igata::inline IGATA_ABI::detail {

// Adds where a field says that results lie. Functions of no class: clang 16 leaves a member's template undefined in constant evaluation.
template <class T>
constexpr void add_results(vec<place>&, const T&) {}
template <class T>
constexpr void add_results(vec<place>& to, const planned_address<T>& at) {
  if (!std::is_const_v<T> && at.where != space::none) to.push(at);
}
template <class T, std::size_t N>
constexpr void add_results(vec<place>& to, const T (&list)[N]) {
  for (const T& item : list) add_results(to, item);
}

// Where the results of a step lie.
struct step_results {
  vec<place> places;
  bool has_bias = false;

  constexpr step_results(const execution_plan& p, const plan_step& s) {
    const int* const from = p.ints.items + s.first;
    with_planned(s.kind, from, [&]<class Fields>(const Fields& fields) {
      if constexpr (requires { fields.bias; }) has_bias = fields.bias.where != space::none;
      Fields::each(fields, fields, [&](const auto& field, const auto&) { add_results(places, field); });
      const planned_loop loop = loop_in(fields);
      for (int i = loop.inputs - loop.given; i < loop.operands(); ++i)
        places.push(read_fields<planned_operand>(operand_at(from + words_of<Fields>, loop, i)).at);
    });
  }
};

class plan_printer {
 public:
  constexpr plan_printer(const graph& g, const fusion& f, const execution_plan& p) : g_(g), f_(f), p_(p) {}

  constexpr text run() {
    if (!p_.failure.empty()) return t_ << "error: " << p_.failure << '\n', std::move(t_);
    for (int i = 0; i < p_.steps.size(); ++i) {
      const plan_step& s = p_.steps[i];
      const step_results results(p_, s);
      write_name(i, results.has_bias);
      t_ << "  to ";
      for (int k = 0; k < results.places.size(); ++k) {
        if (k) t_ << ", ";
        write_place(results.places[k]);
      }
      if (s.group >= 0) write_scope(f_.groups[s.group]);
      t_ << '\n';
    }
    t_ << p_.steps.size() << " steps, " << p_.programs.size() << " distinct pointwise programs\n"
       << "arena " << bytes(p_.arena) << " bytes, without reuse " << bytes(p_.arena_without_reuse) << ", for " << p_.max_batch << " rows";
    for (int i = 0; i < g_.symbols.count; ++i) t_ << ", " << g_.symbols.items[i].most << ' ' << g_.view(g_.symbols.items[i].name);
    t_ << '\n';
    return std::move(t_);
  }
  // A step without its places.
  constexpr text step(int i) {
    write_name(i, step_results(p_, p_.steps[i]).has_bias);
    if (p_.steps[i].group >= 0) write_scope(f_.groups[p_.steps[i].group]);
    return std::move(t_);
  }

 private:
  constexpr void write_name(int i, bool has_bias) {
    for (int width = 100; width > 1 && i < width; width /= 10) t_ << ' ';
    t_ << i << "  ";
    if (p_.steps[i].group < 0) t_ << "copy";
    else write_group(p_.steps[i], has_bias);
  }
  static constexpr long long bytes(long long elements) { return 4LL * elements; }

  constexpr void write_ops(const vec<int>& ids, int begin, std::string_view between) {
    for (int i = begin; i < ids.size(); ++i) {
      if (i > begin) t_ << between;
      t_ << name_of(g_.nodes[ids[i]].code);
    }
  }
  constexpr void write_operands(const node& v) {
    t_ << "  ";
    const matmul_attributes transposed = v.code == op::matmul || v.code == op::byte_matmul ? matmul_attributes_of(g_, v) : matmul_attributes{};
    for (int i = 0; i < v.arity; ++i) {
      if (i) t_ << " x ";
      t_ << g_.operand_node(v, i).dims;
      if (i ? transposed.transpose_b : transposed.transpose_a) t_ << 'T';
    }
    t_ << " -> " << v.dims;
  }
  constexpr void write_group(const plan_step& s, bool has_bias) {
    const node_group& of = f_.groups[s.group];
    switch (of.kind) {
      case group_kind::pointwise:
        t_ << "pointwise: ";
        write_ops(of.members, 0, " ");
        t_ << "  " << of.dims;
        return;
      case group_kind::copy: t_ << "copy  " << of.dims; return;
      case group_kind::reduce:
        write_ops(of.reductions, 0, " ");
        if (!of.members.empty()) t_ << " <- ";
        write_ops(of.members, 0, " ");
        t_ << "  " << of.dims << " -> " << g_.nodes[of.reductions[0]].dims;
        return;
      case group_kind::contraction:
      case group_kind::opaque: {
        const node& v = g_.nodes[of.anchor];
        t_ << name_of(v.code);
        if (v.code == op::call) {
          t_ << " with the gradient of \"" << g_.path_of(g_.variables[leaf_index(g_, g_.operand_node(v, 1))]) << "\"  " << v.dims;
          return;
        }
        if (s.kind == step_kind::winograd2_conv2d) t_ << " (Winograd 2x2)";
        if (s.kind == step_kind::winograd4_conv2d || s.kind == step_kind::winograd4_filter_grad) t_ << " (Winograd 4x4)";
        if (s.kind == step_kind::winograd2_filters || s.kind == step_kind::winograd4_filters) {
          t_ << " (filters for Winograd " << (s.kind == step_kind::winograd2_filters ? "2x2)" : "4x4)");
          return write_operands(v);
        }
        if (s.kind == step_kind::depthwise_conv2d) t_ << " (depthwise)";
        if (s.kind == step_kind::copy) t_ << " (copy)";
        if (s.kind == step_kind::fill) t_ << " (fill)";
        if (has_bias) t_ << " + bias";
        if (of.members.size() > has_bias) t_ << " + ";
        write_ops(of.members, has_bias, " + ");
        write_operands(v);
        return;
      }
    }
  }
  constexpr void write_place(const place& p) {
    switch (p.where) {
      case space::arena: t_ << "arena " << static_cast<long long>(p.size) * p.offset; return;
      case space::output: t_ << "output \"" << g_.view(g_.outputs[p.index].name) << '"'; return;
      case space::variable: t_ << "variable \"" << g_.path_of(g_.variables[p.index]) << '"'; return;
      default: return;  // nothing else is written
    }
  }
  // Of the node that the loop is built around.
  constexpr void write_scope(const node_group& of) {
    const int id = of.anchor >= 0 ? of.anchor : !of.members.empty() ? of.members[0] : of.reductions[0];
    if (g_.nodes[id].scope <= 0) return;
    t_ << "  @";
    g_.write_path(t_, g_.nodes[id].scope);
  }

  const graph& g_;
  const fusion& f_;
  const execution_plan& p_;
  text t_;
};


constexpr void print_choice(text& t, const choice& c) {
  t << " | " << name_of(c.kernel) << " of " << name_of(c.form);
  if (c.tile_each_run) t << ", transformed in every run";
  if (c.splits > 1) t << ", " << c.splits << " sums";
  const ending& last = c.last;
  if (last.bias >= 0) t << " + bias %" << last.bias;
  if (last.addend >= 0) t << " + %" << last.addend;
  constexpr ending none;
  if (last.low > none.low) t << ", at least " << static_cast<double>(last.low);
  if (last.high < none.high) t << ", at most " << static_cast<double>(last.high);
  if (!last.whole) t << ", then a program";
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

constexpr text print_plan(const graph& main, const fusion& f, const execution_plan& p) {
  detail::plan_printer printer(main, f, p);
  return printer.run();
}

// The loops that were found: what each reads, computes and reduces; and what is decided about products and convolutions.
//
//   group 3 contraction [n,24,24,6]: %4 conv2d | %6 add %8 maximum | reads %5 | direct_conv2d of panels + bias %5, at least 0
constexpr text print_fusion(const graph& g, const fusion& f) {
  text t;
  const std::string_view kinds[] = {"pointwise", "reduce", "contraction", "opaque", "copy"};
  const auto list = [&](std::string_view before, const vec<int>& ids, bool names) {
    if (ids.empty()) return;
    t << before;
    for (const int id : ids) {
      t << " %" << id;
      if (names) t << ' ' << name_of(g.nodes[id].code);
    }
  };
  for (int i = 0; i < f.groups.size(); ++i) {
    const node_group& of = f.groups[i];
    t << "group " << i << ' ' << kinds[static_cast<int>(of.kind)] << ' ' << of.dims << ':';
    if (of.anchor >= 0) t << " %" << of.anchor << ' ' << name_of(g.nodes[of.anchor].code);
    list(of.anchor >= 0 ? " |" : "", of.members, true);
    list(of.members.empty() ? "" : " |", of.reductions, true);
    list(" | reads", of.inputs, false);
    if (of.chosen >= 0) detail::print_choice(t, f.choices[of.chosen]);
    t << '\n';
  }
  return t;
}

}  // namespace igata::inline IGATA_ABI::plan
