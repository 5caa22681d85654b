// A plan as text, a line for each step, then its totals; the same bytes from every compiler, at compile time and at run time.
//
//    0  conv2d + bias + maximum  [n,28,28,1] x [5,5,1,6] -> [n,24,24,6]  to arena 0  @conv2d
//    7  reduce_sum <- sub mul  [n,10] -> [n,1]  to arena 4096  @batch_norm
//   12  pointwise: mul mul add  [120,84]  to variable "dense/kernel"
//
// `a + b`: b is done on each block of a's results before they leave the cache. `a <- b`: b is computed while a reads.
// Offsets in the arena are bytes, for max_batch rows.
#pragma once
#include "fuse.hpp"
#include "plan.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// Where the results of a step lie: finds their fields in its record.
class result_finder {
 public:
  constexpr result_finder(const plan& p, const plan_step& s) : at_(p.ints.items + s.first) {}

  constexpr vec<place> run(step_kind kind) {
    constexpr int geometry = 2;
    switch (kind) {
      case step_kind::pointwise:
      case step_kind::long_pointwise:
      case step_kind::nested_pointwise: return stored(0);
      case step_kind::reduce:
      case step_kind::reduce_sum: {
        skip(3);  // o, r, i
        const int count = at_[1];
        skip(1 + max_reductions + 1);
        const bool has_program = !is_word();
        skip(2);
        vec<place> found = list(count);
        skip((count < max_reductions) + 3);
        if (has_program)
          for (const place& p : stored(0)) found.push(p);
        return found;
      }
      case step_kind::batched_gemm:
        skip(4);
        [[fallthrough]];
      case step_kind::gemm:
        skip(3 + 3 + 4);  // m, n, k; a; b
        return results(1);
      case step_kind::conv2d:
        skip(geometry + 2 + 3);
        return results(0);
      case step_kind::direct_conv2d:
      case step_kind::winograd2_conv2d:
      case step_kind::winograd4_conv2d:
      case step_kind::depthwise_conv2d:
        skip(geometry + 1 + 2);
        return results(6);
      case step_kind::winograd2_filters:
      case step_kind::winograd4_filters: return one(4);
      case step_kind::conv2d_filter_grad:
      case step_kind::winograd4_filter_grad:
      case step_kind::conv2d_input_grad:
      case step_kind::depthwise_filter_grad:
      case step_kind::depthwise_input_grad: return one(geometry + 4);
      case step_kind::max_pool2d:
      case step_kind::avg_pool2d: return one(geometry + 1);
      case step_kind::max_pool2d_grad:
      case step_kind::avg_pool2d_grad: return one(geometry + 2);
      case step_kind::gather:
      case step_kind::scatter_add: return one(2);
      case step_kind::copy: {
        const int rank = at_[1], room = rank < max_copy_rank;
        return one(1 + rank + room + 2 * (1 + room) + 1);
      }
      case step_kind::fill: return one(0);
    }
    return {};
  }
  // Of a gemm or convolution, after run().
  constexpr bool has_bias() const { return has_bias_; }

 private:
  constexpr void skip(int fields) {
    while (fields-- > 0) at_ += length_of_field(at_);
  }
  constexpr bool is_word() const { return at_[0] == static_cast<int>(field::word); }
  constexpr vec<place> list(int count) {
    vec<place> found;
    for (; count > 0; --count) {
      found.push({static_cast<space>(at_[0]), at_[1], at_[2]});
      skip(1);
    }
    return found;
  }
  constexpr vec<place> one(int fields) {
    skip(fields);
    return list(1);
  }
  // Of an epilogue whose first inputs are the kernel's block.
  constexpr vec<place> stored(int skipped) {
    skip(1);
    const int inputs = at_[1];
    skip(1);
    const int outputs = at_[1], room = (skipped > 0) + (inputs < max_pointwise_inputs);
    skip(1 + 3 * room + inputs - skipped + 2 * (inputs > skipped));
    return list(outputs);
  }
  // Behind scratch memory and share: bias, result, `fields` and epilogue. Where there is one, it stores the results.
  constexpr vec<place> results(int fields) {
    skip(2);
    has_bias_ = !is_word();
    skip(1);
    const vec<place> direct = list(!is_word());
    skip(direct.empty() + fields);
    const bool has_epilogue = !is_word();
    skip(1);
    if (has_epilogue) return stored(1);
    return direct;
  }

  const int* at_;
  bool has_bias_ = false;
};

class plan_printer {
 public:
  constexpr plan_printer(const graph& g, const fusion& f, const plan& p) : g_(g), f_(f), p_(p) {}

  constexpr text run() {
    if (!p_.failure.empty()) return t_ << "error: " << p_.failure << '\n', std::move(t_);
    for (int i = 0; i < p_.steps.size(); ++i) {
      const plan_step& s = p_.steps[i];
      result_finder finder(p_, s);
      const vec<place> results = finder.run(s.kind);
      for (int width = 100; width > 1 && i < width; width /= 10) t_ << ' ';
      t_ << i << "  ";
      if (s.group < 0) t_ << "copy";
      else write_group(s, finder.has_bias());
      t_ << "  to ";
      for (int k = 0; k < results.size(); ++k) {
        if (k) t_ << ", ";
        write_place(results[k]);
      }
      if (s.group >= 0) write_scope(f_.groups[s.group]);
      t_ << '\n';
    }
    t_ << p_.steps.size() << " steps, " << p_.programs.size() << " distinct pointwise programs\n"
       << "arena " << bytes(p_.arena) << " bytes, without reuse " << bytes(p_.arena_without_reuse) << ", for " << p_.max_batch << " rows\n";
    return std::move(t_);
  }

 private:
  static constexpr long long bytes(long long elements) { return 4LL * elements; }

  constexpr void write_ops(const vec<int>& ids, int begin, std::string_view between) {
    for (int i = begin; i < ids.size(); ++i) {
      if (i > begin) t_ << between;
      t_ << name_of(g_.nodes[ids[i]].code);
    }
  }
  constexpr void write_operands(const node& v) {
    t_ << "  ";
    for (int i = 0; i < v.arity; ++i) {
      if (i) t_ << " x ";
      t_ << g_.operand_node(v, i).dims;
      if (v.code == op::matmul && g_.attribute(v, i)) t_ << 'T';  // transposed
    }
    t_ << " -> " << v.dims;
  }
  constexpr void write_group(const plan_step& s, bool has_bias) {
    const group& of = f_.groups[s.group];
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
      case group_kind::dense: {
        const node& v = g_.nodes[of.anchor];
        t_ << name_of(v.code);
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
      case space::arena: t_ << "arena " << bytes(p.offset); return;
      case space::output: t_ << "output \"" << g_.view(g_.outputs[p.index].name) << '"'; return;
      case space::variable: t_ << "variable \"" << g_.path_of(g_.variables[p.index]) << '"'; return;
      case space::input:
      case space::bound:
      case space::constant:
      case space::rows: t_ << "read-only memory"; return;  // never: only the three above are written
    }
  }
  // Of the node that the loop is built around.
  constexpr void write_scope(const group& of) {
    const int id = of.anchor >= 0 ? of.anchor : !of.members.empty() ? of.members[0] : of.reductions[0];
    if (g_.nodes[id].scope <= 0) return;
    t_ << "  @";
    g_.write_path(t_, g_.nodes[id].scope);
  }

  const graph& g_;
  const fusion& f_;
  const plan& p_;
  text t_;
};

}  // namespace detail

constexpr text print_plan(const graph& main, const fusion& f, const plan& p) {
  detail::plan_printer printer(main, f, p);
  return printer.run();
}

// The loops that were found: what each reads, computes and reduces.
//
//   group 3 contraction [n,24,24,6]: %4 conv2d | %6 add %8 maximum | reads %5
constexpr text print_fusion(const graph& g, const fusion& f) {
  text t;
  const std::string_view kinds[] = {"pointwise", "reduce", "contraction", "dense", "copy"};
  const auto list = [&](std::string_view before, const vec<int>& ids, bool names) {
    if (ids.empty()) return;
    t << before;
    for (const int id : ids) {
      t << " %" << id;
      if (names) t << ' ' << name_of(g.nodes[id].code);
    }
  };
  for (int i = 0; i < f.groups.size(); ++i) {
    const group& of = f.groups[i];
    t << "group " << i << ' ' << kinds[static_cast<int>(of.kind)] << ' ' << of.dims << ':';
    if (of.anchor >= 0) t << " %" << of.anchor << ' ' << name_of(g.nodes[of.anchor].code);
    list(of.anchor >= 0 ? " |" : "", of.members, true);
    list(of.members.empty() ? "" : " |", of.reductions, true);
    list(" | reads", of.inputs, false);
    t << '\n';
  }
  return t;
}

}  // namespace igata::inline IGATA_ABI
