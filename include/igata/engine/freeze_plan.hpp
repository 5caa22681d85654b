// Groups, places and plans as static data; see freeze.hpp.
#pragma once
#include "freeze.hpp"

namespace igata::inline IGATA_ABI::detail {

// A group whose lists are parts of one array.
struct frozen_group : group_facts {
  int first, member_count, input_count, reduction_count;
};

// What fuse decided; `Lists` is the room for their members, inputs and reductions.
template <int Nodes, int Lists>
struct frozen_fusion {
  frozen<frozen_group, Nodes / 2 + 16> groups;
  frozen<int, Lists> lists;
  frozen<int, Nodes> group_of, copied_by, uses, inside;
  frozen<view, Nodes> views;
  frozen<choice, Nodes / 4 + 16> choices;
  int count, choice_count, list_count = 0;

  constexpr explicit frozen_fusion(const fusion& f)
      : group_of(f.group_of), copied_by(f.copied_by), uses(f.uses), inside(f.inside), views(f.views), choices(f.choices), count(f.groups.size()),
        choice_count(f.choices.size()) {
    for (int i = 0; i < count; ++i) {
      const node_group& from = f.groups.items[i];
      const int first = list_count;
      append(from.members);
      append(from.inputs);
      append(from.reductions);
      if (i < groups.size())
        groups.items[i] = {from, first, from.members.count, from.inputs.count, from.reductions.count};
    }
  }
  constexpr bool fits() const { return count <= groups.size() && choice_count <= choices.size() && list_count <= Lists; }
  constexpr void append(const vec<int>& list) {
    if (list_count + list.count <= Lists)
      for (int i = 0; i < list.count; ++i) lists.items[list_count + i] = list.items[i];
    list_count += list.count;
  }

  constexpr fusion thaw() const {
    fusion f;
    f.group_of = vec<int>::borrowed(group_of.items, Nodes);
    f.copied_by = vec<int>::borrowed(copied_by.items, Nodes);
    f.uses = vec<int>::borrowed(uses.items, Nodes);
    f.inside = vec<int>::borrowed(inside.items, Nodes);
    f.views = vec<view>::borrowed(views.items, Nodes);
    f.choices = vec<choice>::borrowed(choices.items, choice_count);
    node_group* const to = f.groups.extend(count);
    for (int i = 0; i < count; ++i) {
      const frozen_group& from = groups.items[i];
      node_group& g = to[i];
      static_cast<group_facts&>(g) = from;
      const int* const list = lists.items + from.first;
      g.members = vec<int>::borrowed(list, from.member_count);
      g.inputs = vec<int>::borrowed(list + from.member_count, from.input_count);
      g.reductions = vec<int>::borrowed(list + from.member_count + from.input_count, from.reduction_count);
    }
    return f;
  }
};

// Where everything is stored.
template <int Nodes, int Groups>
struct frozen_placement {
  frozen<home, Nodes> places;
  frozen<int, Groups> scratch, scratch_sizes;
  int largest_scratch;
  long long arena, arena_without_reuse;

  constexpr explicit frozen_placement(const placement& p)
      : places(p.places), scratch(p.scratch), scratch_sizes(p.scratch_sizes), largest_scratch(p.largest_scratch), arena(p.arena),
        arena_without_reuse(p.arena_without_reuse) {}
  constexpr placement thaw() const {
    return {vec<home>::borrowed(places.items, Nodes),
            vec<int>::borrowed(scratch.items, Groups),
            vec<int>::borrowed(scratch_sizes.items, Groups),
            largest_scratch,
            arena,
            arena_without_reuse,
            {}};
  }
};

struct plan_sizes {
  int steps = 0, ints = 0, programs = 0, constants = 0, failure = 0;
  constexpr bool holds(const plan_sizes& s) const {
    return s.steps <= steps && s.ints <= ints && s.programs <= programs && s.constants <= constants && s.failure <= failure;
  }
};
constexpr plan_sizes sizes_of(const execution_plan& p) {
  return {p.steps.size(), p.ints.size(), p.programs.size(), p.constants.size(), p.failure.size()};
}

template <plan_sizes Size>
struct frozen_plan {
  frozen<plan_step, Size.steps> steps;
  frozen<int, Size.ints> ints;
  frozen<pointwise_program, Size.programs> programs;
  alignas(8) frozen<std::uint32_t, Size.constants> constants;  // some are of 8 bytes
  frozen<char, Size.failure> failure;
  plan_sizes size;
  int arena, records, scratch, max_batch;
  long long arena_without_reuse;

  constexpr explicit frozen_plan(const execution_plan& p)
      : steps(p.steps), ints(p.ints), programs(p.programs), constants(p.constants), failure(chars_of(p.failure)), size(sizes_of(p)), arena(p.arena),
        records(p.records), scratch(p.scratch), max_batch(p.max_batch), arena_without_reuse(p.arena_without_reuse) {}
  template <plan_sizes Larger>
  constexpr explicit frozen_plan(const frozen_plan<Larger>& p)
      : steps(p.steps.items), ints(p.ints.items), programs(p.programs.items), constants(p.constants.items), failure(p.failure.items), size(p.size),
        arena(p.arena), records(p.records), scratch(p.scratch), max_batch(p.max_batch), arena_without_reuse(p.arena_without_reuse) {}

  constexpr execution_plan thaw() const {
    execution_plan p;
    p.steps = vec<plan_step>::borrowed(steps.items, size.steps);
    p.ints = vec<int>::borrowed(ints.items, size.ints);
    p.programs = vec<pointwise_program>::borrowed(programs.items, size.programs);
    p.constants = vec<std::uint32_t>::borrowed(constants.items, size.constants);
    p.arena = arena;
    p.records = records;
    p.scratch = scratch;
    p.arena_without_reuse = arena_without_reuse;
    p.max_batch = max_batch;
    return p;
  }
};

template <plan_sizes Size, int Nodes>
struct frozen_plan_begun {
  frozen_plan<Size> written;
  frozen<int, Nodes> iota;
  plan_sizes size;
  int next;
  constexpr explicit frozen_plan_begun(const plan_begun& p) : written(p.written), iota(p.iota), size(written.size), next(p.next) {}
  constexpr plan_begun thaw() const { return {written.thaw(), vec<int>::borrowed(iota.items, Nodes), next}; }
};

}  // namespace igata::inline IGATA_ABI::detail
