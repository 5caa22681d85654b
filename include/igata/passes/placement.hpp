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
  constexpr group_facts(const graph& g, const fusion& f, int max_batch, const weight_forms& forms) : g_(g), f_(f), forms_(forms), max_batch_(max_batch) {}

 protected:
  constexpr long long size_of(int id) const { return g_.nodes.items[id].dims.count(max_batch_); }

  struct extents {
    int o = 1, r = 1, i = 1;
    bool o_batched = false, r_batched = false;
  };
  constexpr extents reduction_extents(int index) const {
    const group& of = f_.groups.items[index];
    const int mask = g_.attribute(g_.nodes.items[of.reductions[0]], 0);
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

  // See row_blocks.hpp.
  constexpr bool is_loop_over_rows(int index) const {
    const group& of = f_.groups.items[index];
    if ((of.kind != group_kind::reduce && of.kind != group_kind::pointwise) || of.random || !of.dims.batched) return false;
    return of.kind == group_kind::pointwise || reduction_extents(index).o_batched;
  }
  constexpr bool begins_row_blocks(int index) const {
    const group& of = f_.groups.items[index];
    return of.kind == group_kind::reduce && max_batch_ > 1 && of.dims.count(max_batch_) > row_block_floats && is_loop_over_rows(index);
  }

  constexpr int partial_of(const node& filter_grad) const {
    const shape dy = g_.operand_node(filter_grad, 1).dims;
    window_geometry w = geometry(filter_grad, g_.operand_node(filter_grad, 0).dims, dy);
    w.n = dy[0] * (dy.batched ? max_batch_ : 1);
    return static_cast<int>(conv2d_filter_grad_partial(w, dy[3], groups_of(filter_grad)));
  }
  // Room for the pieces of a single result; of none where the number of results is that of the rows.
  constexpr int partial_of(int index, const extents& e) const {
    const vec<int>& reductions = f_.groups.items[index].reductions;
    for (const int id : reductions)
      if (g_.nodes.items[id].code == op::argmax || g_.nodes.items[id].code == op::argmin) return 0;
    const std::ptrdiff_t length = static_cast<std::ptrdiff_t>(e.r) * (e.r_batched ? max_batch_ : 1);
    return e.o == 1 && !e.o_batched ? static_cast<int>(reduce_partial(length, e.i, reductions.size())) : 0;
  }
  constexpr int groups_of(const node& v) const { return g_.attribute(v, window::count); }
  constexpr window_geometry geometry(const node& v, const shape& x, const shape& y) const { return geometry_of(g_, v, x, y); }
  // How the weight below x is stored.
  constexpr weight_form form_of(int index, int x) const {
    const node& w = g_.nodes.items[f_.seen_by(index, x).base];
    return w.code == op::bound ? forms_.bound[g_.attribute(w, 0)] : weight_form::plain;
  }
  constexpr bool is_depthwise(const node& v, int channels, int filters) const { return channels > 1 && groups_of(v) == channels && filters == channels; }
  // A convolution, or what the gradient of its input is as one: the window, whose n is for all rows; the filters and their number.
  struct convolution {
    window_geometry g;
    int filters, o;
    bool batched;
  };
  constexpr convolution convolution_of(const node& v) const {
    const bool turned = v.code == op::conv2d_input_grad;
    const shape x = turned ? v.dims : g_.operand_node(v, 0).dims, y = turned ? g_.operand_node(v, 1).dims : v.dims;
    convolution c{geometry(v, x, y), g_.operand(v, turned ? 0 : 1), turned ? x[3] : y[3], x.batched};
    if (turned) c.g = turned_window(c.g, y[3]);
    return c;
  }
  // 2 or 4: its filters are no bound value, and are transformed for Winograd's method in every run.
  constexpr int winograd_each_run(int index, const node& v) const {
    if (!forms_.winograd || v.type != f32 || groups_of(v) != 1) return 0;
    if (v.code == op::conv2d_input_grad && !input_grad_is_conv(geometry(v, v.dims, g_.operand_node(v, 1).dims), 1)) return 0;
    convolution c = convolution_of(v);
    if (g_.nodes[f_.seen_by(index, c.filters).base].code == op::bound) return 0;
    if (c.batched) c.g.n *= max_batch_;
    return winograd_tile(c.g, c.o, 1, true);
  }
  constexpr window_geometry batched_geometry(const node& filter_grad) const {
    const shape x = g_.operand_node(filter_grad, 0).dims;
    window_geometry w = geometry(filter_grad, x, g_.operand_node(filter_grad, 1).dims);
    if (x.batched) w.n *= max_batch_;
    return w;
  }
  constexpr bool winograd_filter_grad(const node& v) const {
    return forms_.winograd && v.type == f32 && winograd_filter_grad_pays(batched_geometry(v), v.dims[3], groups_of(v));
  }
  // Of the transformed filters, and of the step that reads them.
  constexpr int winograd_filters_size(const convolution& c, int tile) const { return static_cast<int>(winograd_packed_size(c.g.c, c.o, tile) + 79) / 16 * 16; }
  constexpr int winograd_scratch_of(const node& v, int tile, bool filters) const {
    convolution c = convolution_of(v);
    if (c.batched) c.g.n *= max_batch_;
    return static_cast<int>(winograd_scratch(c.g, tile)) + (filters ? winograd_filters_size(c, tile) : 0);
  }

  // The kernel of a convolution: by the form of its weights, but for a few filters on one channel.
  constexpr step_kind conv2d_kind(int index, const node& v) const {
    switch (form_of(index, g_.operand(v, 1))) {
      case weight_form::winograd2: return step_kind::winograd2_conv2d;
      case weight_form::winograd4: return step_kind::winograd4_conv2d;
      case weight_form::panels:
        if (!conv2d_in_octs(geometry(v, g_.operand_node(v, 0).dims, v.dims), v.dims[3])) return step_kind::direct_conv2d;
        return step_kind::conv2d;
      case weight_form::plain: break;
    }
    if (const int tile = winograd_each_run(index, v)) return tile == 4 ? step_kind::winograd4_conv2d : step_kind::winograd2_conv2d;
    return is_depthwise(v, g_.operand_node(v, 0).dims[3], v.dims[3]) ? step_kind::depthwise_conv2d : step_kind::conv2d;
  }

  constexpr int scratch_of(int index) const {
    const group& of = f_.groups.items[index];
    if (of.kind == group_kind::reduce) {
      const extents e = reduction_extents(index);
      const int count = of.reductions.size();
      return static_cast<int>(reduce_scratch(e.i, count)) + partial_of(index, e);
    }
    if (of.kind != group_kind::contraction && of.kind != group_kind::dense) return 0;
    const node& v = g_.nodes.items[of.anchor];
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
          case step_kind::winograd2_conv2d: return winograd_scratch_of(v, 2, winograd_each_run(index, v) > 0);
          case step_kind::winograd4_conv2d: return winograd_scratch_of(v, 4, winograd_each_run(index, v) > 0);
          default: return static_cast<int>(conv2d_scratch(w, v.dims[3], groups_of(v)));
        }
      }
      case op::conv2d_filter_grad: {
        if (winograd_filter_grad(v)) return static_cast<int>(winograd_filter_grad_scratch(batched_geometry(v), v.dims[3]));
        const window_geometry w = geometry(v, g_.operand_node(v, 0).dims, g_.operand_node(v, 1).dims);
        return static_cast<int>(conv2d_filter_grad_scratch(w, g_.operand_node(v, 1).dims[3], groups_of(v))) + partial_of(v);
      }
      case op::conv2d_input_grad: {
        if (const int tile = winograd_each_run(index, v)) return winograd_scratch_of(v, tile, true);
        window_geometry w = geometry(v, v.dims, g_.operand_node(v, 1).dims);
        if (v.dims.batched) w.n *= max_batch_;
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
  const weight_forms& forms_;
  const int max_batch_;
};

class placer : group_facts {
 public:
  constexpr placer(const graph& g, const fusion& f, int max_batch, const weight_forms& forms) : group_facts(g, f, max_batch, forms), places_(g.nodes.size()), last_(g.nodes.size(), -1) {}

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
    const group& of = f_.groups.items[index];
    const auto base = [&](int x) {
      const int b = f_.seen_by(index, x).base;
      if (family_of(g_.nodes.items[b].code) != family::leaf || f_.copied_for(index, b)) f(b);
    };
    for (const int x : of.inputs) base(x);
    if (of.kind == group_kind::contraction || of.kind == group_kind::dense)
      for (int i = 0; i < g_.nodes.items[of.anchor].arity; ++i) base(g_.operand(g_.nodes.items[of.anchor], i));
  }
  // Calls f for every node that group `index` stores.
  template <class F>
  constexpr void for_each_stored(int index, F f) const {
    const group& of = f_.groups.items[index];
    if (of.kind == group_kind::dense || of.kind == group_kind::copy || (of.kind == group_kind::contraction && f_.stored(of.anchor))) f(of.anchor);
    for (const int id : of.members)
      if (f_.stored(id)) f(id);
    for (const int id : of.reductions) f(id);
  }

  constexpr void find_lifetimes() {
    for (int i = 0; i < f_.groups.size(); ++i) {
      for_each_stored(i, [&](int id) { last_.items[id] = i; });
      for_each_read(i, [&](int id) { last_.items[id] = i; });
    }
  }

  // Results go straight to the caller's memory or into their variable where nothing later needs the old contents.
  constexpr void choose_places() {
    const int end = f_.groups.size();
    vec<int> last_read(g_.variables.size(), -1);  // of each variable
    for (int i = 0; i < end; ++i) {
      const group& of = f_.groups.items[i];
      const auto note = [&](int x) {
        const int b = f_.seen_by(i, x).base;
        if (g_.nodes.items[b].code == op::variable && !f_.copied_for(i, b)) last_read.items[g_.attribute(g_.nodes.items[b], 0)] = i;
      };
      for (const int x : of.inputs) note(x);
      if (of.anchor >= 0 && of.kind != group_kind::copy)
        for (int k = 0; k < g_.nodes.items[of.anchor].arity; ++k) note(g_.operand(g_.nodes.items[of.anchor], k));
    }
    for (const assignment& a : g_.assigns) {
      const int by = f_.group_of.items[a.id];
      const bool own = by >= 0 && f_.copied_by.items[a.id] < 0 && family_of(g_.nodes.items[a.id].code) == family::elementwise;
      bool safe = own && last_read.items[a.variable] <= by && !places_.items[a.id].known;
      if (safe && last_read.items[a.variable] == by)  // read and written at the same place by the same loop
        for (const int x : f_.groups.items[by].inputs) {
          const view& v = f_.seen_by(by, x);
          if (g_.nodes.items[v.base].code == op::variable && g_.attribute(g_.nodes.items[v.base], 0) == a.variable)
            safe &= v.base == x && g_.nodes.items[x].dims == f_.groups.items[by].dims;
        }
      if (safe && f_.groups.items[by].anchor >= 0)
        for (int k = 0; k < g_.nodes.items[f_.groups.items[by].anchor].arity; ++k) {
          const node& x = g_.nodes.items[f_.seen_by(by, g_.operand(g_.nodes.items[f_.groups.items[by].anchor], k)).base];
          safe &= !(x.code == op::variable && g_.attribute(x, 0) == a.variable);
        }
      if (safe) places_.items[a.id] = {{space::variable, a.variable, 0}, true};
      else last_.items[a.id] = end;
    }
    for (const output_entry& o : g_.outputs) {
      const int index = static_cast<int>(&o - g_.outputs.begin());
      if (!places_.items[o.id].known && last_.items[o.id] == f_.group_of.items[o.id] && f_.uses.items[o.id] - f_.inside.items[o.id] == 1) places_.items[o.id] = {{space::output, index, 0}, true};
      else if (!places_.items[o.id].known) last_.items[o.id] = end;
    }
  }

  // What only a concatenation reads is written into its memory, by loops whose results may have any row stride.
  constexpr void join_concatenations() {
    for (int i = 0; i < f_.groups.size(); ++i) {
      const int id = f_.groups.items[i].anchor;
      if (id < 0 || g_.nodes.items[id].code != op::concat) continue;
      const view whole = contiguous_view(id, g_.nodes.items[id].dims);
      const int axis = g_.attribute(g_.nodes.items[id], 0);
      int shift = 0;
      for (int k = 0; k < g_.nodes.items[id].arity; ++k) {
        const int x = g_.operand(g_.nodes.items[id], k), by = f_.group_of.items[x];
        const bool lone = f_.views.items[x].base == x && f_.copied_by.items[x] < 0 && f_.uses.items[x] - f_.inside.items[x] == 1 && !places_.items[x].known && places_.items[x].part_of < 0;
        if (lone && by >= 0 && family_of(g_.nodes.items[x].code) == family::elementwise) {
          const group& of = f_.groups.items[by];
          int inner = of.dims.rank - 1;  // results of a loop are neighbours along its last axis
          while (inner > 0 && !varies(of.dims, inner)) --inner;
          const bool rows = collapse(whole, g_.nodes.items[x].dims, 0, of.split).ok;  // at one stride
          if (whole.stride[inner] == 1 && (of.kind == group_kind::pointwise || (of.kind == group_kind::contraction && rows))) {
            places_.items[x].part_of = id;
            places_.items[x].shift = shift;
          }
        }
        shift += g_.nodes.items[x].dims[axis] * whole.stride[axis];
      }
    }
  }

  constexpr void allocate() {
    const int end = f_.groups.size();
    vec<int> head(end + 1, -1), next(g_.nodes.size(), -1);  // nodes by the group after which they are dead
    scratch_.resize(end, 0);
    vec<int> until(end + 1);  // by group: the last one that may run while its operands and scratch are in use
    for (int i = 0, last = -1; i <= end; ++i) {
      if (i > last && i < end && begins_row_blocks(i))
        for (last = i; last + 1 < end && last + 1 - i < most_together && is_loop_over_rows(last + 1);) ++last;
      until.items[i] = i > last ? i : last;
    }
    struct block {
      long long at;
      int size;
    };
    vec<block> scratch;  // not released yet
    inherited_.resize(g_.nodes.size(), 0);
    for (int i = 0; i < end; ++i) {
      const auto dies = [&](int id) {
        int& first = head.items[until.items[last_.items[id]]];
        next.items[id] = first;
        first = id;
      };
      const auto allocate_node = [&](int id) {
        places_.items[id].at.offset = static_cast<int>(arena_.allocate(size_of(id)));
        places_.items[id].allocated = true;
        dies(id);
      };
      for_each_stored(i, [&](int id) {
        const int whole = places_.items[id].part_of;
        if (whole >= 0) {
          if (!places_.items[whole].known && !places_.items[whole].allocated) allocate_node(whole);
          places_.items[id].at = places_.items[whole].at;
          places_.items[id].at.offset += places_.items[id].shift;
          return;
        }
        if (places_.items[id].known || places_.items[id].allocated) return;
        const int heir = f_.groups.items[i].kind == group_kind::pointwise ? dying_input(i, id) : -1;
        if (heir >= 0) {
          places_.items[id].at = places_.items[heir].at;
          inherited_.items[heir] = 1;
          dies(id);
        } else {
          allocate_node(id);
        }
      });
      const int need = scratch_of(i);
      if (need) {
        if (need > largest_scratch_) largest_scratch_ = need;
        scratch_.items[i] = static_cast<int>(arena_.allocate(need));
        scratch.push({scratch_.items[i], need});
      }
      for (; until.items[i] == i && !scratch.empty(); scratch.pop()) arena_.release(scratch.back().at, scratch.back().size);
      for (int id = head.items[i]; id >= 0; id = next.items[id])
        if (!inherited_.items[id]) arena_.release(places_.items[id].at.offset, size_of(id));
    }
  }
  // An operand of a pointwise loop that is read for the last time, element by element, and is as large as the result.
  constexpr int dying_input(int index, int id) const {
    const group& of = f_.groups.items[index];
    if (g_.nodes.items[id].dims.rank == 0) return -1;
    for (const int x : of.inputs) {
      const int base = f_.seen_by(index, x).base;
      if (base != x || last_.items[x] != index || f_.group_of.items[x] < 0 || f_.group_of.items[x] == index || places_.items[x].known || places_.items[x].part_of >= 0) continue;
      if (!(g_.nodes.items[x].dims == of.dims) || !(g_.nodes.items[id].dims == of.dims)) continue;
      bool free = !inherited_.items[x];
      for (const int y : of.inputs) free &= y == x || f_.seen_by(index, y).base != x;  // nobody reads it through another view
      if (free) return x;
    }
    return -1;
  }

  arena_allocator arena_;
  vec<home> places_;
  vec<int> last_;  // by stored node: the last group that reads it
  vec<int> scratch_;
  vec<char> inherited_;  // by stored node: its memory is another's
  int largest_scratch_ = 0;
};

}  // namespace igata::inline IGATA_ABI::detail
