// From groups and places to a plan: the steps of every group, then what outputs and variables still need.
#pragma once
#include "row_blocks.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// A plan whose last groups are to be written yet.
struct plan_begun {
  plan written;
  vec<int> iota;  // by node: where its numbers are in the constants
  int next = 0;   // the group to go on with
};

class planner : row_blocks {
 public:
  using row_blocks::row_blocks;

  // Goes on where another planner of the same groups ended.
  constexpr void resume(const plan_begun& begun) {
    plan_ = begun.written;
    iota_ = begun.iota;
    iota_.own();
    next_ = begun.next;
    for (int i = 0; i < plan_.programs.size(); ++i) programs_.find_or_add(hash_of(plan_.programs[i]), i, [](int) { return false; });
  }
  // The steps of the groups that are left, in order, until so many integers more are written.
  constexpr void write(int most = 2147483647) {
    const int begin = plan_.ints.count, end = f_.groups.count;
    for (; next_ < end && plan_.ints.count - begin < most && plan_.failure.empty(); ++next_) write_group(next_);
    if (!plan_.failure.empty()) next_ = end;
  }
  constexpr plan_begun begun() { return {std::move(plan_), std::move(iota_), next_}; }
  constexpr plan finish() {
    if (!plan_.failure.empty()) return std::move(plan_);
    plan_.steps.own();
    find_row_blocks();
    for (const output_entry& o : g_.outputs) {
      const int index = static_cast<int>(&o - g_.outputs.begin());
      if (!(places_[o.id].at.where == space::output && places_[o.id].at.index == index)) copy_to(o.id, {space::output, index, 0});
    }
    for (const assignment& a : g_.assigns)
      if (!(places_[a.id].at.where == space::variable && places_[a.id].at.index == a.variable)) copy_to(a.id, {space::variable, a.variable, 0});
    plan_.arena = static_cast<int>(placed_.arena) + 64;  // kernels may read a vector past the end
    plan_.arena_without_reuse = placed_.arena_without_reuse + 64;
    return std::move(plan_);
  }

 private:
  constexpr void write_group(int index) {
    const group& of = f_.groups[index];
    switch (of.kind) {
      case group_kind::pointwise:
      case group_kind::copy: return write_pointwise(index);
      case group_kind::reduce: return write_reduce(index);
      case group_kind::contraction: return g_.nodes[of.anchor].code == op::matmul ? write_gemm(index) : write_conv2d(index);
      case group_kind::dense: return write_dense(index);
    }
  }

  constexpr void copy_to(int id, const place& to) {
    const view whole = contiguous_view(id, g_.nodes[id].dims);
    write_copy(f_.groups.size() + 1, id, to, whole.stride);
    plan_.steps.back().group = -1;
  }

  int next_ = 0;
};

}  // namespace detail

constexpr detail::placement place_groups(const graph& g, const fusion& f, int max_batch, const weight_forms& forms = {}) { return detail::placer(g, f, max_batch, forms).run(); }
constexpr plan make_plan(const graph& g, const fusion& f, int max_batch, const weight_forms& forms = {}) {
  const detail::placement placed = place_groups(g, f, max_batch, forms);
  detail::planner pass(g, f, max_batch, forms, placed);
  pass.write();
  return pass.finish();
}

}  // namespace igata::inline IGATA_ABI
