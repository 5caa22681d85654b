// A graph of weights computed in double, a block of one node's numbers at a time: what is large is never there as a whole. The same bits as the
// oracle's.
//
//   bind_graph values(g, rules, weights);
//   for (int id = 0; id < g.nodes.size(); values.release(id++)) {
//     values.compute(id);                            nothing, if it is computed where it is read
//     const block_routine r = values.routine_of(id);
//     block_worker(r).run(begin, count);             some of the numbers
//   }
//
// Elementwise primitives and those that only say what is read are computed in blocks; what a reader wants at another place than its own, and what the
// oracle's own references make (sums, products), is kept as a whole until its last reader is done.
#pragma once
#include "block_worker.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI::ir {

class bind_graph {
 public:
  // `weights`: of each variable, as it lies in memory.
  bind_graph(const graph& g, const bind_rule* rules, const vec<numbers_in_memory>& weights)
      : g_(g), rules_(rules), weights_(weights), values_(g.nodes.size()), whole_(g.nodes.size()), last_(g.nodes.size(), -1),
        released_(g.nodes.size(), -1), next_(g.nodes.size(), -1), step_of_(g.nodes.size(), -1) {
    choose();
    live();
  }

  // Nodes in their order, each released before the next.
  void compute(int id) {
    const node& v = g_.nodes[id];
    const int count = static_cast<int>(v.dims.count());
    if (!whole_[id] || count == 0) return;
    if (v.code == op::iota) {
      values_[id] = vec<double>(count);
      count_up(values_[id], v.type);
    } else if (rules_[static_cast<int>(v.code)].whole) {
      values_[id] = vec<double>(count);
      rules_[static_cast<int>(v.code)].whole(evaluation{g_, v, symbol_sizes(), values_, values_[id]});
    } else {
      const block_routine r = routine_of(id);
      block_worker worker(r);
      vec<double> all;
      all.reserve(count);
      double* const out = all.extend(count);
      for (int begin = 0; begin < count; begin += worker.block()) {
        const int some = count - begin < worker.block() ? count - begin : worker.block();
        detail::copy_items(out + begin, worker.run(begin, some), some);
      }
      values_[id] = std::move(all);
    }
  }
  // A node's numbers; of one that is an operand of a node which was not released.
  block_routine routine_of(int id) {
    block_routine r;
    r.count = g_.nodes[id].dims.count();
    const shape& dims = g_.nodes[id].dims;
    r.row = dims.rank > 0 ? dims[dims.rank - 1] : 1;
    if (r.row < 1) r.row = 1;
    add(r, source_of(id));
    for (const int done : added_) step_of_[done] = -1;
    added_.clear();
    return r;
  }
  void release(int id) {
    for (int i = released_[id]; i >= 0; i = next_[i]) values_[i] = vec<double>();
  }

 private:
  static constexpr int few_numbers = 4096;

  static bool same_numbers(op code) { return code == op::reshape || code == op::stop_gradient; }
  // What holds the numbers of a node.
  int source_of(int id) const {
    while (same_numbers(g_.nodes[id].code) && (!whole_[id] || values_[id].empty())) id = g_.operand(g_.nodes[id], 0);
    return id;
  }
  bool in_memory(int id) const { return g_.nodes[id].code == op::variable || g_.nodes[id].code == op::constant; }

  // Where a node that is computed in blocks reads an operand.
  read_places places_of(const node& v, int operand) const {
    const shape &out = v.dims, &in = g_.operand_node(v, operand).dims;
    read_places p;
    const strides from(in);
    long long steps[max_rank]{};
    if (v.code == op::transpose) {
      const per_axis<transpose_axis> order = attributes_of<op::transpose>(g_, v);
      for (int i = 0; i < out.rank; ++i) steps[i] = from[order[i].from];
    } else if (v.code == op::slice) {
      const per_axis<slice_axis> part = attributes_of<op::slice>(g_, v);
      for (int i = 0; i < out.rank; ++i) steps[i] = part[i].step * from[i], p.offset += part[i].begin * from[i];
    } else if (v.code == op::reverse) {
      const int mask = attributes_of<op::reverse>(g_, v).axis_mask;
      for (int i = 0; i < out.rank; ++i) {
        steps[i] = mask >> i & 1 ? -from[i] : from[i];
        if (mask >> i & 1) p.offset += (out[i] - 1) * from[i];
      }
    } else {
      const broadcast_index places(out, in);
      for (int i = 0; i < out.rank; ++i) steps[i] = places.step[i];
    }
    for (int i = 0; i < out.rank; ++i) {  // axes that are walked as one are one
      if (out[i] == 1) continue;
      if (p.rank > 0 && p.steps[p.rank - 1] == steps[i] * out[i]) p.extents[p.rank - 1] *= out[i], p.steps[p.rank - 1] = steps[i];
      else p.extents[p.rank] = out[i], p.steps[p.rank++] = steps[i];
    }
    p.same = p.offset == 0 && in.count() == out.count() && (p.rank == 0 || (p.rank == 1 && p.steps[0] == 1));
    return p;
  }

  // Which nodes are kept as a whole.
  void choose() {
    vec<int> readers(g_.nodes.size());
    for (const output_entry& o : g_.outputs) ++readers[o.id];
    for (int id = 0; id < g_.nodes.size(); ++id) {
      const node& v = g_.nodes[id];
      const bool by_oracle = rules_[static_cast<int>(v.code)].whole != nullptr;
      if (by_oracle || v.code == op::iota) whole_[id] = 1;
      for (int k = 0; k < v.arity; ++k) {
        const int x = g_.operand(v, k), from = source_of(x);
        if (by_oracle) whole_[x] = 1;
        else if (same_numbers(v.code) || places_of(v, k).same) readers[from] += !same_numbers(v.code);
        else if (!in_memory(from)) whole_[from] = 1;
      }
    }
    for (int id = 0; id < g_.nodes.size(); ++id)
      if (readers[id] > 1 && !in_memory(id) && g_.nodes[id].dims.count() <= few_numbers) whole_[id] = 1;
  }
  // When a node is read for the last time: as an operand of what is kept as a whole or is a result, or of what is computed for one of those.
  void live() {
    for (const output_entry& o : g_.outputs) last_[o.id] = o.id;
    for (int id = g_.nodes.size(); id-- > 0;) {
      const node& v = g_.nodes[id];
      const int own = whole_[id] && last_[id] < id ? id : last_[id], read = whole_[id] ? id : own;
      if (whole_[id]) {
        next_[id] = released_[own];
        released_[own] = id;
      }
      for (int k = 0; k < v.arity; ++k)
        if (int& at = last_[g_.operand(v, k)]; at < read) at = read;
    }
  }

  // The step that makes a node's block, of nodes that are their own source.
  int add(block_routine& r, int id) {
    if (step_of_[id] >= 0) return step_of_[id];
    const node& v = g_.nodes[id];
    block_step s;
    s.v = &v;
    if (!values_[id].empty()) {
      s.from = {values_[id].begin(), f64}, s.places.same = true;
    } else if (in_memory(id)) {
      s.from = memory_of(id), s.places.same = true;
    } else if (const block_rule rule = rules_[static_cast<int>(v.code)].in_blocks) {
      s.rule = rule;
      s.type = g_.operand_node(v, 0).type;
      for (int k = 0; k < v.arity; ++k) s.in[k] = read(r, v, k);
    } else {
      return step_of_[added_.push(id)] = read(r, v, 0);
    }
    r.steps.push(s);
    return step_of_[added_.push(id)] = r.steps.size() - 1;
  }
  int read(block_routine& r, const node& v, int operand) {
    const int from = source_of(g_.operand(v, operand));
    block_step s;
    s.places = places_of(v, operand);
    if (s.places.same) return add(r, from);
    s.v = &v;
    s.from = values_[from].empty() ? memory_of(from) : numbers_in_memory{values_[from].begin(), f64};
    r.steps.push(s);
    return r.steps.size() - 1;
  }
  numbers_in_memory memory_of(int id) const {
    const node& v = g_.nodes[id];
    if (v.code == op::variable) return weights_[leaf_index(g_, v)];
    return {&v.number, f64};
  }

  const graph& g_;
  const bind_rule* rules_;
  const vec<numbers_in_memory>& weights_;
  vec<vec<double>> values_;
  vec<char> whole_;
  vec<int> last_, released_, next_;  // released_: the first of those that are done with behind a node
  vec<int> step_of_, added_;         // of the routine that is made
};

}  // namespace igata::inline IGATA_ABI::ir

IGATA_SCALAR_CODE_END
