// What a plan's steps touch of memory, element by element, in a call of these sizes: for who verifies plans, not for who makes them.
#pragma once
#include "plan.hpp"

namespace igata::inline IGATA_ABI::plan {

// Elements of a place that a step reads or writes: axes without those that have one position or, of what is read, repeat; neighbours of one stride
// are one.
struct touched_region {
  place at;
  touched_axes axes{};
  bool written = false, of_loop = false;

  // Calls f with the offset of each 4 bytes, in which there may be several elements: in the order of the elements, and once for neighbours.
  template <class F>
  constexpr void for_each(F f) const {
    if (at.size == 4) return for_each_element(f);
    if (at.size == 8) return for_each_element([&](std::ptrdiff_t i) { f(2 * i), f(2 * i + 1); });
    std::ptrdiff_t known = -1;
    for_each_element([&](std::ptrdiff_t i) {
      if (const std::ptrdiff_t word = i * at.size / 4; word != known) f(known = word);
    });
  }
  // The same with which of their bytes it touches, by element.
  template <class F>
  constexpr void for_each_part(F f) const {
    if (at.size >= 4) return for_each([&](std::ptrdiff_t word) { f(word, 15); });
    for_each_element([&](std::ptrdiff_t i) { f(i * at.size / 4, ((1 << at.size) - 1) << i * at.size % 4); });
  }
  constexpr bool empty() const {
    for (int i = 0; i < axes.count; ++i)
      if (axes.list[i].count <= 0) return true;
    return false;
  }
  constexpr std::ptrdiff_t first() const { return end_of(-1); }
  constexpr std::ptrdiff_t last() const { return end_of(1); }
  // The same elements in the same order.
  constexpr bool walks_as(const touched_region& r) const {
    if (at.where != r.at.where || at.index != r.at.index || at.offset != r.at.offset || at.size != r.at.size || axes.count != r.axes.count)
      return false;
    for (int i = 0; i < axes.count; ++i)
      if (axes.list[i].count != r.axes.list[i].count || axes.list[i].stride != r.axes.list[i].stride) return false;
    return true;
  }

 private:
  template <class F>
  constexpr void for_each_element(F f) const {
    for (int i = 0; i < axes.count; ++i)
      if (axes.list[i].count <= 0) return;
    const touched_axis inner = axes.count > 0 ? axes.list[axes.count - 1] : touched_axis{};
    std::ptrdiff_t index[8]{}, from = at.offset;
    for (;;) {
      for (std::ptrdiff_t i = 0; i < inner.count; ++i) f(from + i * inner.stride);
      int axis = axes.count - 2;
      for (; axis >= 0; --axis) {
        from += axes.list[axis].stride;
        if (++index[axis] < axes.list[axis].count) break;
        from -= index[axis] * axes.list[axis].stride;
        index[axis] = 0;
      }
      if (axis < 0) return;
    }
  }
  constexpr std::ptrdiff_t end_of(int sign) const {
    std::ptrdiff_t end = at.offset;
    for (int i = 0; i < axes.count; ++i)
      if (axes.list[i].stride * sign > 0) end += (axes.list[i].count - 1) * axes.list[i].stride;
    return end;
  }
};

}  // namespace igata::inline IGATA_ABI::plan

namespace igata::inline IGATA_ABI::detail {

// Told by each_touched (target/args/).
class touched_regions {
 public:
  vec<touched_region> list;

  constexpr touched_regions(const int* behind, const symbol_sizes& sizes) : behind_(behind), sizes_(sizes) {}
  constexpr std::ptrdiff_t size(const planned_extent& e) const { return std::ptrdiff_t{e.count} * sizes_[e.times]; }
  constexpr void reads(const place& at, const touched_axes& axes) { add(at, axes, false, false); }
  constexpr void writes(const place& at, const touched_axes& axes) { add(at, axes, true, false); }
  constexpr void loop(const planned_loop& loop, std::ptrdiff_t rows, std::ptrdiff_t cols, const std::ptrdiff_t* outer, int axes) {
    for (int i = 0; loop.is_there() && i < loop.operands(); ++i) {
      const int* const at = operand_at(behind_, loop, i);
      const planned_operand x = read_fields<planned_operand>(at);
      const bool written = i + loop.given >= loop.inputs;
      touched_axes all{};
      for (int axis = 0; axis < axes; ++axis) all.list[all.count++] = {outer[axis], at[operand_words + axis]};
      all.list[all.count++] = {rows, x.row};
      all.list[all.count++] = {cols, written ? 1 : x.column};
      add(x.at, all, written, true);
    }
  }

 private:
  constexpr void add(const place& at, const touched_axes& axes, bool written, bool of_loop) {
    if (at.where == space::none) return;
    touched_region r{at, {}, written, of_loop};
    for (int i = 0; i < axes.count; ++i) {
      const touched_axis a = axes.list[i];
      if (a.count == 1 || (a.count > 1 && a.stride == 0 && !written)) continue;
      touched_axis* const before = r.axes.count > 0 ? r.axes.list + r.axes.count - 1 : nullptr;
      if (before && before->stride == a.count * a.stride) *before = {before->count * a.count, a.stride};
      else r.axes.list[r.axes.count++] = a;
    }
    list.push(r);
  }
  const int* behind_;
  const symbol_sizes& sizes_;
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

// All that step `index` touches, but for its scratch memory.
constexpr vec<touched_region> touched_by(const execution_plan& p, int index, const symbol_sizes& sizes) {
  const plan_step& step = p.steps[index];
  switch (step.kind) {
#define IGATA_KERNEL(name, fields)                                                    \
  case step_kind::name: {                                                             \
    const auto f = read_fields<fields<planned>>(p.ints.data() + step.first);          \
    detail::touched_regions found(p.ints.data() + step.first + words_of<fields<planned>>, sizes); \
    each_touched(step.kind, f, sized(f, sizes), found);                               \
    return std::move(found.list);                                                     \
  }
#include "../target/kernels.inc"
#undef IGATA_KERNEL
    case step_kind::count_: break;
  }
  return {};
}

// Scratch memory of a step: f(place, floats) for what is its own and what all shares of it see.
template <class F>
constexpr void for_each_scratch(const execution_plan& p, int index, const symbol_sizes& sizes, F f) {
  const plan_step& step = p.steps[index];
  const auto tell = [&]<template <class> class Fields>(const Fields<planned>& from) {
    const Fields<bound> s = sized(from, sizes);
    const int each = step.wide ? 2 : 1;
    if constexpr (requires { from.scratch; }) f(static_cast<const place&>(from.scratch), each * scratch_floats(step.kind, s));
    if constexpr (requires { from.partial; })
      if (from.partial.where != space::none) f(static_cast<const place&>(from.partial), each * partial_floats(step.kind, s));
  };
  with_planned(step.kind, p.ints.data() + step.first, tell);
}

}  // namespace igata::inline IGATA_ABI::plan
