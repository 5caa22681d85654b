// Which nodes of a plan are stored where and for how long, and what scratch memory every step needs.
#pragma once
#include "convolution.hpp"
#include "fuse.hpp"
#include "measure.hpp"
#include "memory.hpp"
#include "plan.hpp"

namespace igata::inline IGATA_ABI::detail {

// Where a stored node lies.
struct home {
  place at;
  bool known = false;  // not in the arena
  bool allocated = false;
  int part_of = -1;    // written straight into this concatenation
  int shift = 0;       // from its first element
};

// The decisions of a placer, each made once.
struct placement {
  vec<home> places;  // by stored node
  vec<int> scratch;  // by group: arena offset
  int largest_scratch = 0;
  long long arena = 0, arena_without_reuse = 0;  // elements
};

// What placing and writing steps must agree on: kernels of groups, extents and scratch of kernels.
class group_facts {
 public:
  constexpr group_facts(const graph& g, const fusion& f, int max_batch, const vec<weight_form>& forms) : g_(g), f_(f), forms_(forms), max_batch_(max_batch) {}

 protected:
  constexpr long long size_of(int id) const { return g_.nodes[id].dims.count(max_batch_); }

  struct extents {
    int o = 1, r = 1, i = 1;
    bool o_batched = false, r_batched = false;
  };
  constexpr extents reduction_extents(int index) const {
    const group& of = f_.groups[index];
    const int mask = g_.attribute(g_.nodes[of.reductions[0]], 0);
    extents e;
    bool behind = false;
    for (int axis = 0; axis < of.dims.rank; ++axis) {
      if (!varies(of.dims, axis)) continue;
      const bool batched = axis == 0 && of.dims.batched;
      if (mask >> axis & 1) {
        e.r *= of.dims[axis];
        e.r_batched |= batched;
        behind = true;
      } else if (behind) {
        e.i *= of.dims[axis];
      } else {
        e.o *= of.dims[axis];
        e.o_batched |= batched;
      }
    }
    return e;
  }

  constexpr int partial_of(const node& filter_grad) const {
    const shape dy = g_.operand_node(filter_grad, 1).dims;
    window_geometry w = geometry(filter_grad, g_.operand_node(filter_grad, 0).dims, dy);
    w.n = dy[0] * (dy.batched ? max_batch_ : 1);
    return static_cast<int>(conv2d_filter_grad_partial(w, dy[3], groups_of(filter_grad)));
  }
  // Room for the pieces of a single result; of none where the number of results is that of the rows.
  constexpr int partial_of(int index, const extents& e) const {
    const vec<int>& reductions = f_.groups[index].reductions;
    for (const int id : reductions)
      if (g_.nodes[id].code == op::argmax || g_.nodes[id].code == op::argmin) return 0;
    const std::ptrdiff_t length = static_cast<std::ptrdiff_t>(e.r) * (e.r_batched ? max_batch_ : 1);
    return e.o == 1 && !e.o_batched ? static_cast<int>(reduce_partial(length, e.i, reductions.size())) : 0;
  }
  constexpr int groups_of(const node& v) const { return g_.attribute(v, window::count); }
  constexpr window_geometry geometry(const node& v, const shape& x, const shape& y) const { return geometry_of(g_, v, x, y); }
  // How the weight below x is stored.
  constexpr weight_form form_of(int index, int x) const {
    const node& w = g_.nodes[f_.seen_by(index, x).base];
    return w.code == op::bound ? forms_[g_.attribute(w, 0)] : weight_form::plain;
  }
  constexpr bool is_depthwise(const node& v, int channels, int filters) const { return channels > 1 && groups_of(v) == channels && filters == channels; }
  // The kernel of a convolution: by the form of its weights, but for a few filters on one channel.
  constexpr step_kind conv2d_kind(int index, const node& v) const {
    switch (form_of(index, g_.operand(v, 1))) {
      case weight_form::winograd2: return step_kind::winograd2_conv2d;
      case weight_form::winograd4: return step_kind::winograd4_conv2d;
      case weight_form::panels:
        if (!conv2d_in_quads(geometry(v, g_.operand_node(v, 0).dims, v.dims), v.dims[3])) return step_kind::direct_conv2d;
        return step_kind::conv2d;
      case weight_form::plain: break;
    }
    return is_depthwise(v, g_.operand_node(v, 0).dims[3], v.dims[3]) ? step_kind::depthwise_conv2d : step_kind::conv2d;
  }

  constexpr int scratch_of(int index) const {
    const group& of = f_.groups[index];
    if (of.kind == group_kind::reduce) {
      const extents e = reduction_extents(index);
      const int count = of.reductions.size();
      return static_cast<int>(reduce_scratch(e.i, count)) + partial_of(index, e);
    }
    if (of.kind != group_kind::contraction && of.kind != group_kind::dense) return 0;
    const node& v = g_.nodes[of.anchor];
    switch (v.code) {
      case op::matmul: {
        const shape b = g_.operand_node(v, 1).dims;
        return static_cast<int>(packed_size(b[b.rank - 2], b[b.rank - 1])) + packed_extra(b);
      }
      case op::conv2d: {
        window_geometry w = geometry(v, g_.operand_node(v, 0).dims, v.dims);
        if (v.dims.batched) w.n *= max_batch_;
        switch (conv2d_kind(index, v)) {
          case step_kind::direct_conv2d:
          case step_kind::depthwise_conv2d: return 0;
          case step_kind::winograd2_conv2d: return static_cast<int>(winograd_scratch(w, 2));
          case step_kind::winograd4_conv2d: return static_cast<int>(winograd_scratch(w, 4));
          default: return static_cast<int>(conv2d_scratch(w, v.dims[3], groups_of(v)));
        }
      }
      case op::conv2d_filter_grad: {
        const window_geometry w = geometry(v, g_.operand_node(v, 0).dims, g_.operand_node(v, 1).dims);
        return static_cast<int>(conv2d_filter_grad_scratch(w, g_.operand_node(v, 1).dims[3], groups_of(v))) + partial_of(v);
      }
      case op::conv2d_input_grad: {
        const window_geometry w = geometry(v, v.dims, g_.operand_node(v, 1).dims);
        return static_cast<int>(conv2d_input_grad_scratch(w, g_.operand_node(v, 1).dims[3], groups_of(v)));
      }
      default: return 0;
    }
  }
  constexpr int packed_extra(const shape& b) const {  // either extent may become the columns
    const int rows = b[b.rank - 2] * (b.batched && b.rank == 2 ? max_batch_ : 1), columns = b[b.rank - 1];
    const auto larger = packed_size(columns, rows) > packed_size(rows, columns) ? packed_size(columns, rows) : packed_size(rows, columns);
    return static_cast<int>(larger) - static_cast<int>(packed_size(b[b.rank - 2], columns)) + 64;
  }

  const graph& g_;
  const fusion& f_;
  const vec<weight_form>& forms_;  // by bound value
  const int max_batch_;
};

class placer : group_facts {
 public:
  constexpr placer(const graph& g, const fusion& f, int max_batch, const vec<weight_form>& forms) : group_facts(g, f, max_batch, forms), places_(g.nodes.size()), last_(g.nodes.size(), -1) {}

  constexpr placement run() {
    find_lifetimes();
    choose_places();
    join_concatenations();
    allocate();
    return {std::move(places_), std::move(scratch_), largest_scratch_, arena_.end(), arena_.total()};
  }

 private:
  // Calls f for every node whose memory group `index` reads.
  template <class F>
  constexpr void for_each_read(int index, F f) const {
    const group& of = f_.groups[index];
    const auto base = [&](int x) {
      const int b = f_.seen_by(index, x).base;
      if (family_of(g_.nodes[b].code) != family::leaf || f_.copied_for(index, b)) f(b);
    };
    for (const int x : of.inputs) base(x);
    if (of.kind == group_kind::contraction || of.kind == group_kind::dense)
      for (int i = 0; i < g_.nodes[of.anchor].arity; ++i) base(g_.operand(g_.nodes[of.anchor], i));
  }
  // Calls f for every node that group `index` stores.
  template <class F>
  constexpr void for_each_stored(int index, F f) const {
    const group& of = f_.groups[index];
    if (of.kind == group_kind::dense || of.kind == group_kind::copy || (of.kind == group_kind::contraction && f_.stored(of.anchor))) f(of.anchor);
    for (const int id : of.members)
      if (f_.stored(id)) f(id);
    for (const int id : of.reductions) f(id);
  }

  constexpr void find_lifetimes() {
    for (int i = 0; i < f_.groups.size(); ++i) {
      for_each_stored(i, [&](int id) { last_[id] = i; });
      for_each_read(i, [&](int id) { last_[id] = i; });
    }
  }

  // Results go straight to the caller's memory or into their variable where nothing later needs the old contents.
  constexpr void choose_places() {
    const int end = f_.groups.size();
    vec<int> last_read(g_.variables.size(), -1);  // of each variable
    for (int i = 0; i < end; ++i) {
      const group& of = f_.groups[i];
      const auto note = [&](int x) {
        const int b = f_.seen_by(i, x).base;
        if (g_.nodes[b].code == op::variable && !f_.copied_for(i, b)) last_read[g_.attribute(g_.nodes[b], 0)] = i;
      };
      for (const int x : of.inputs) note(x);
      if (of.anchor >= 0 && of.kind != group_kind::copy)
        for (int k = 0; k < g_.nodes[of.anchor].arity; ++k) note(g_.operand(g_.nodes[of.anchor], k));
    }
    for (const assignment& a : g_.assigns) {
      const int by = f_.group_of[a.id];
      const bool own = by >= 0 && f_.copied_by[a.id] < 0 && family_of(g_.nodes[a.id].code) == family::elementwise;
      bool safe = own && last_read[a.variable] <= by && !places_[a.id].known;
      if (safe && last_read[a.variable] == by)  // read and written at the same place by the same loop
        for (const int x : f_.groups[by].inputs) {
          const view& v = f_.seen_by(by, x);
          if (g_.nodes[v.base].code == op::variable && g_.attribute(g_.nodes[v.base], 0) == a.variable)
            safe &= v.base == x && g_.nodes[x].dims == f_.groups[by].dims;
        }
      if (safe && f_.groups[by].anchor >= 0)
        for (int k = 0; k < g_.nodes[f_.groups[by].anchor].arity; ++k) {
          const node& x = g_.nodes[f_.seen_by(by, g_.operand(g_.nodes[f_.groups[by].anchor], k)).base];
          safe &= !(x.code == op::variable && g_.attribute(x, 0) == a.variable);
        }
      if (safe) places_[a.id] = {{space::variable, a.variable, 0}, true};
      else last_[a.id] = end;
    }
    for (const output_entry& o : g_.outputs) {
      const int index = static_cast<int>(&o - g_.outputs.begin());
      if (!places_[o.id].known && last_[o.id] == f_.group_of[o.id] && f_.uses[o.id] - f_.inside[o.id] == 1) places_[o.id] = {{space::output, index, 0}, true};
      else if (!places_[o.id].known) last_[o.id] = end;
    }
  }

  // What only a concatenation reads is written into its memory, by loops whose results may have any row stride.
  constexpr void join_concatenations() {
    for (int i = 0; i < f_.groups.size(); ++i) {
      const int id = f_.groups[i].anchor;
      if (id < 0 || g_.nodes[id].code != op::concat) continue;
      const view whole = contiguous_view(id, g_.nodes[id].dims);
      const int axis = g_.attribute(g_.nodes[id], 0);
      int shift = 0;
      for (int k = 0; k < g_.nodes[id].arity; ++k) {
        const int x = g_.operand(g_.nodes[id], k), by = f_.group_of[x];
        const bool lone = f_.views[x].base == x && f_.copied_by[x] < 0 && f_.uses[x] == 1 && !places_[x].known && places_[x].part_of < 0;
        if (lone && by >= 0 && family_of(g_.nodes[x].code) == family::elementwise) {
          const group& of = f_.groups[by];
          int inner = of.dims.rank - 1;  // results of a loop are neighbours along its last axis
          while (inner > 0 && !varies(of.dims, inner)) --inner;
          const bool rows = collapse(whole, g_.nodes[x].dims, 0, of.split).ok;  // at one stride
          if (whole.stride[inner] == 1 && (of.kind == group_kind::pointwise || (of.kind == group_kind::contraction && rows))) {
            places_[x].part_of = id;
            places_[x].shift = shift;
          }
        }
        shift += g_.nodes[x].dims[axis] * whole.stride[axis];
      }
    }
  }

  constexpr void allocate() {
    const int end = f_.groups.size();
    vec<int> head(end + 1, -1), next(g_.nodes.size(), -1);  // nodes by the group after which they are dead
    scratch_.resize(end, 0);
    for (int i = 0; i < end; ++i) {
      int taken[max_pointwise_inputs]{}, taken_count = 0;
      const auto allocate_node = [&](int id) {
        places_[id].at.offset = static_cast<int>(arena_.allocate(size_of(id)));
        places_[id].allocated = true;
        next[id] = head[last_[id]];
        head[last_[id]] = id;
      };
      for_each_stored(i, [&](int id) {
        const int whole = places_[id].part_of;
        if (whole >= 0) {
          if (!places_[whole].known && !places_[whole].allocated) allocate_node(whole);
          places_[id].at = places_[whole].at;
          places_[id].at.offset += places_[id].shift;
          return;
        }
        if (places_[id].known || places_[id].allocated) return;
        const int heir = f_.groups[i].kind == group_kind::pointwise ? dying_input(i, id, taken, taken_count) : -1;
        if (heir >= 0) {
          places_[id].at = places_[heir].at;
          taken[taken_count++] = heir;
          next[id] = head[last_[id]];
          head[last_[id]] = id;
        } else {
          allocate_node(id);
        }
      });
      const int need = scratch_of(i);
      if (need) {
        if (need > largest_scratch_) largest_scratch_ = need;
        scratch_[i] = static_cast<int>(arena_.allocate(need));
        arena_.release(scratch_[i], need);
      }
      for (int id = head[i]; id >= 0; id = next[id]) {
        bool inherited = false;
        for (int k = 0; k < taken_count; ++k) inherited |= taken[k] == id;
        if (!inherited) arena_.release(places_[id].at.offset, size_of(id));
      }
    }
  }
  // An operand of a pointwise loop that is read for the last time, element by element, and is as large as the result.
  constexpr int dying_input(int index, int id, const int* taken, int taken_count) const {
    const group& of = f_.groups[index];
    if (g_.nodes[id].dims.rank == 0) return -1;
    for (const int x : of.inputs) {
      const int base = f_.seen_by(index, x).base;
      if (base != x || last_[x] != index || f_.group_of[x] < 0 || f_.group_of[x] == index || places_[x].known || places_[x].part_of >= 0) continue;
      if (!(g_.nodes[x].dims == of.dims) || !(g_.nodes[id].dims == of.dims)) continue;
      bool free = true;
      for (int k = 0; k < taken_count; ++k) free &= taken[k] != x;
      for (const int y : of.inputs) free &= y == x || f_.seen_by(index, y).base != x;  // nobody reads it through another view
      if (free) return x;
    }
    return -1;
  }

  arena_allocator arena_;
  vec<home> places_;
  vec<int> last_;  // by stored node: the last group that reads it
  vec<int> scratch_;
  int largest_scratch_ = 0;
};

}  // namespace igata::inline IGATA_ABI::detail
