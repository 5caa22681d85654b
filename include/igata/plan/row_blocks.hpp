// Steps that follow each other and go through the rows of a batch alike: a block of rows at a time goes through all of them while it is in the second
// cache level, instead of all rows through each. A softmax of long rows then reads its operand from memory once, and so does a layer norm.
//
// Only reductions and loops over elements, whose results do not depend on how their rows are cut. What one of them writes must lie in memory as
// the others have it, row by row: the planner may have given memory that is free after one step to the next one.
#pragma once
#include "placement.hpp"

namespace igata::inline IGATA_ABI::detail {

class row_blocks {
 public:
  constexpr row_blocks(const planning& in, const placement& placed, vec<plan_step>& steps)
      : in_(in), g_(in.g), f_(in.f), places_(placed.places), scratch_(placed.scratch), scratch_sizes_(placed.scratch_sizes), steps_(steps) {}

  constexpr void find() {
    for (int s = 0; s < steps_.size();) {
      int end = s;
      touched_.clear();
      if (const int index = group_of_step(s); index >= 0 && in_.begins_row_blocks(index))
        while (end < steps_.size() && end - s < most_together && joins(end)) ++end;
      if (end - s > 1) {
        steps_[s].together = end - s;
        steps_[s].row = floats_of_a_row();
      }
      s = end > s ? end : s + 1;
    }
  }

 private:
  struct region {
    place at;
    int row;          // floats for each row of the batch; 0: it is not read in order
    long long count;  // of the whole
    bool written, scratch;
  };

  template <class T>
  static constexpr T in_words(T elements, int size) {
    return size == 4 ? elements : (elements * size + 3) / 4;
  }
  static constexpr long long first_of(const region& r) { return r.at.offset * static_cast<long long>(r.at.size) / 4; }
  constexpr int group_of_step(int step) const {
    const int index = steps_[step].group;
    return index < f_.groups.size() ? index : -1;
  }
  constexpr bool joins(int step) {
    const int index = group_of_step(step), before = touched_.size();
    if (index < 0 || !in_.is_loop_over_rows(index)) return false;
    const node_group* const of = &f_.groups[index];
    if (scratch_sizes_[index] > 0) touched_.push({{space::arena, 0, scratch_[index]}, 0, scratch_sizes_[index], true, true});
    for (const int x : of->inputs) {
      const int base = f_.seen_by(index, x).base;
      if (f_.group_of[base] < 0 && !f_.copied_for(index, base)) continue;  // nobody writes it
      const shape& dims = g_.nodes[base].dims;
      const view v = broadcast_view(f_.seen_by(index, x), g_.nodes[x].dims, of->dims);
      const bool in_order = dims.rows_of == batch_symbol && v.offset == 0 && v.stride[0] * of->dims[0] == dims.count() && places_[base].part_of < 0;
      const int size = places_[base].at.size;
      touched_.push(
          {places_[base].at, in_order ? static_cast<int>(in_words(dims.count(), size)) : 0, in_words(dims.count(in_.most), size), false, false});
    }
    bool fits = true;
    const auto writes = [&](int id) {
      const shape& dims = g_.nodes[id].dims;  // batched, as the loop: it is no variable
      fits &= places_[id].part_of < 0;
      const int size = places_[id].at.size;
      touched_.push({places_[id].at, static_cast<int>(in_words(dims.count(), size)), in_words(dims.count(in_.most), size), true, false});
    };
    for (const int id : of->members)
      if (f_.stored(id)) writes(id);
    for (const int id : of->reductions) writes(id);
    for (int i = before; i < touched_.size() && fits; ++i)
      for (int k = 0; k < i && fits; ++k) fits = agree(touched_[i], touched_[k]);
    if (!fits) touched_.resize(before);
    return fits;
  }
  // Whether the rows of one may be done before earlier rows of the other.
  constexpr bool agree(const region& a, const region& b) const {
    if ((!a.written && !b.written) || (a.scratch && b.scratch) || a.at.where != b.at.where || a.at.index != b.at.index) return true;
    if (first_of(a) + a.count <= first_of(b) || first_of(b) + b.count <= first_of(a)) return true;
    return a.row > 0 && a.row == b.row && first_of(a) == first_of(b) && a.at.size == b.at.size;
  }
  constexpr int floats_of_a_row() const {
    long long sum = 0;
    for (int i = 0; i < touched_.size(); ++i) {
      bool known = false;
      for (int k = 0; k < i; ++k)
        known |= touched_[k].at.where == touched_[i].at.where && touched_[k].at.index == touched_[i].at.index &&
                 touched_[k].at.offset == touched_[i].at.offset;
      if (!known) sum += touched_[i].row;
    }
    return sum < 2147483647 ? static_cast<int>(sum) : 2147483647;
  }

  const planning& in_;
  const graph& g_;
  const fusion& f_;
  const vec<home>& places_;
  const vec<int>&scratch_, &scratch_sizes_;
  vec<plan_step>& steps_;
  vec<region> touched_;
};

}  // namespace igata::inline IGATA_ABI::detail
