// From groups to a plan: where everything lies, the steps of every group, then what outputs and variables still need.
#pragma once
#include "ops/all.hpp"
#include "row_blocks.hpp"

namespace igata::inline IGATA_ABI::detail {

// Writes the steps of the group at hand, or says what scratch memory they want.
constexpr void lower_group(step_writer& w) {
  const node_group& of = w.of();
  if (of.kind == group_kind::pointwise || of.kind == group_kind::copy) return loop_lowering::write(w);
  if (of.kind == group_kind::reduce) return reduction_lowering::write(w);
  switch (w.anchor().code) {
#define IGATA_OP(name, family, arity) \
  case op::name: return lowering<op::name>::write(w);
#include "../ir/op_list.inc"
#undef IGATA_OP
    case op::count_: break;
  }
}

// A plan whose last groups are to be written yet.
struct plan_begun {
  execution_plan written;
  vec<int> iota;  // by node: where its numbers are in the constants
  int next = 0;   // the group to go on with
};

class planner {
 public:
  constexpr planner(const planning& in, const placement& placed) : in_(in), placed_(placed), w_(in, &placed) {}

  // Goes on where another planner of the same groups ended.
  constexpr void resume(const plan_begun& begun) {
    w_.resume(begun.written, begun.iota);
    next_ = begun.next;
  }
  // The steps of the groups that are left, in order, until so many integers more are written.
  constexpr void write(int most = 2147483647) {
    execution_plan& p = w_.written();
    const int begin = p.ints.count, end = in_.f.groups.count;
    for (; next_ < end && p.ints.count - begin < most && p.failure.empty(); ++next_) {
      w_.begin(next_);
      lower_group(w_);
    }
    if (!p.failure.empty()) next_ = end;
  }
  constexpr plan_begun begun() { return {std::move(w_.written()), std::move(w_.iota()), next_}; }
  constexpr execution_plan finish() {
    execution_plan& p = w_.written();
    if (!p.failure.empty()) return std::move(p);
    p.steps.own();
    row_blocks(in_, placed_, p.steps).find();
    w_.begin(in_.f.groups.size() + 1);
    for (const output_entry& o : in_.g.outputs) {
      const int index = static_cast<int>(&o - in_.g.outputs.begin());
      finish(o.id, {space::output, index, 0, size_of(in_.g.nodes[o.id].type)});
    }
    for (const assignment& a : in_.g.assigns) finish(a.id, {space::variable, a.variable, 0, size_of(in_.g.nodes[a.id].type)});
    p.arena = static_cast<int>(placed_.arena) + readable_behind;  // kernels may read a vector past the end
    p.arena_without_reuse = placed_.arena_without_reuse + readable_behind;
    return std::move(p);
  }

 private:
  // What was not made at its place is copied there.
  constexpr void finish(int id, const place& to) {
    const place& at = placed_.places[id].at;
    if (at.where == to.where && at.index == to.index) return;
    w_.write_copy(id, to, contiguous_view(id, in_.g.nodes[id].dims).stride);
    w_.written().steps.back().group = -1;
  }

  const planning& in_;
  const placement& placed_;
  step_writer w_;
  int next_ = 0;
};

// What each group's kernels need of it, in elements.
constexpr vec<int> scratch_of_groups(const planning& in) {
  step_writer asked(in, nullptr);
  vec<int> sizes(in.f.groups.count);
  for (int i = 0; i < sizes.count; ++i) {
    const group_kind kind = in.f.groups.items[i].kind;
    if (kind == group_kind::pointwise || kind == group_kind::copy) continue;
    asked.begin(i);
    lower_group(asked);
    sizes.items[i] = saturated(asked.temporary_floats());  // the arena is refused then
  }
  return sizes;
}
constexpr placement place_groups(const planning& in) {
  const vec<int> scratch = scratch_of_groups(in);
  return placer(in, scratch).run();
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

constexpr execution_plan make_plan(const graph& g, const fusion& f, int max_batch) {
  const detail::planning in{g, f, max_batch};
  const detail::placement placed = detail::place_groups(in);
  detail::planner pass(in, placed);
  pass.write();
  return pass.finish();
}

}  // namespace igata::inline IGATA_ABI::plan
