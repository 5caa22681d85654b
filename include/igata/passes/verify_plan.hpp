// Checks a plan element by element: every step reads what those steps wrote that make what it is to read, and nothing that another one has written
// since; it touches nothing outside of its memory, nor twice what it writes; results are whole at the end; integers and records are as long as the
// kernels' fields say; blocks and scratch memory are aligned and large enough. A plan that breaks one of these is a bug of the library.
//
// At run time only (compilation.hpp): it takes as long as executing the plan.
#pragma once
#include "../plan/placement.hpp"
#include "../plan/touched.hpp"
#include "split.hpp"

namespace igata::inline IGATA_ABI::detail {

class plan_verifier {
 public:
  constexpr plan_verifier(const planning& in, const placement& placed, const vec<bound_value>& values, const execution_plan& p)
      : in_(in), g_(in.g), f_(in.f), placed_(placed), values_(values), p_(p) {}

  // The first mistake, or nothing.
  constexpr text run() {
    lengths();
    execute(in_.most);
    if (why_.empty()) execute(symbol_sizes());
    for (int i = 1; i <= g_.symbols.count && why_.empty(); ++i) {  // each at the most while the others are 1
      symbol_sizes alone;
      alone.of[1 + i] = in_.most.of[1 + i];
      execute(alone);
    }
    return std::move(why_);
  }

 private:
  // Who wrote an element of the arena, an output or a variable last: a step, or nobody.
  static constexpr int nobody = -1;
  struct memory {
    vec<int> by, step;  // `step`: the last one that wrote here in this run, to see what is written twice
    vec<int> parts;     // and which bytes it wrote
  };
  // Where a node that a group reads lies.
  struct source_of {
    int base;
    place at;
    bool given;  // by the caller: nobody writes it before
  };

  template <class Text>
  constexpr void broken(int step, const Text& what) {
    if (!why_.empty()) return;
    why_ << "plan: internal error: ";
    if (step >= 0) why_ << "step " << step << " (" << name_of(p_.steps[step].kind) << "): ";
    why_ << what << "; please report it";
  }
  static constexpr text shown(const place& at) {
    constexpr std::string_view names[] = {"none", "arena", "input", "output", "variable", "bound", "constant", "rows", "host"};
    text t;
    t << names[static_cast<int>(at.where)];
    if (at.where != space::arena) t << ' ' << at.index;
    t << " + " << at.offset;
    return t;
  }

  constexpr void lengths() {
    if (p_.max_batch != in_.max_batch) broken(-1, "it is for another number of rows");
    for (int i = 0; i < p_.steps.size(); ++i) {
      const plan_step& s = p_.steps[i];
      const bool last = i + 1 == p_.steps.size();
      const int ints = (last ? p_.ints.size() : p_.steps[i + 1].first) - s.first, bytes = (last ? p_.records : p_.steps[i + 1].record) - s.record;
      if (ints < 0 || s.first < 0 || s.first + ints > p_.ints.size()) return broken(i, "its integers lie outside");
      if (s.program >= p_.programs.size()) return broken(i, "no such program");
      if (s.together < 0 || s.together > p_.steps.size() - i || (s.together > 0 && s.row < 1))
        return broken(i, "more steps go together than there are");
      with_fields<planned>(s.kind, [&]<template <class> class Fields>(const Fields<planned>&) {
        if (ints < words_of<Fields<planned>>) return broken(i, "fewer integers than its kernel's fields");
        const planned_loop loop = loop_in(read_fields<Fields<planned>>(p_.ints.data() + s.first));
        if (loop.is_there() != (s.program >= 0)) return broken(i, "a loop without a program, or a program without a loop");
        if (ints != words_of<Fields<planned>> + (loop.is_there() ? loop.operands() * (operand_words + loop.outer) : 0))
          return broken(i, "its integers are not as many as its kernel's fields");
        const int wanted =
            static_cast<int>(sizeof(Fields<bound>)) +
            (loop.is_there() ? static_cast<int>(sizeof(epilogue)) + loop.operands() * loop.outer * static_cast<int>(sizeof(std::ptrdiff_t)) : 0);
        if (bytes != wanted || s.record % static_cast<int>(alignof(Fields<bound>)) != 0)
          broken(i, "its record is not as long as its kernel's fields");
      });
      if (!why_.empty()) return;
    }
    for (const home& h : placed_.places)
      if (h.block >= 0 && h.part_of < 0 && h.at.offset * h.at.size % 64 != 0)
        return broken(-1, text() << "a block at arena + " << h.at.offset << " is not aligned");
  }

  constexpr std::ptrdiff_t size_of(const place& at, const symbol_sizes& sizes) const {
    switch (at.where) {
      case space::arena: return (p_.arena - 64) * std::ptrdiff_t{4} / at.size;
      case space::input: return at.index < g_.inputs.size() ? g_.inputs[at.index].dims.count(sizes) : 0;
      case space::output: return at.index < g_.outputs.size() ? g_.nodes[g_.outputs[at.index].id].dims.count(sizes) : 0;
      case space::variable: return at.index < g_.variables.size() ? g_.variables[at.index].dims.count() : 0;
      case space::bound: return at.index < values_.size() ? elements_of(values_[at.index]) : 0;
      case space::constant: return p_.constants.size() * std::ptrdiff_t{4} / at.size;
      case space::rows: return 1 + g_.symbols.count;
      case space::host:
      case space::none: break;
    }
    return 0;
  }
  static constexpr std::ptrdiff_t elements_of(const bound_value& v) {
    if (const int tile = winograd_tile_of(v.form)) return winograd_packed_size(v.dims[2], v.dims[3], tile);
    const std::ptrdiff_t columns = v.transposed ? v.dims[0] : v.dims[v.dims.rank - 1];
    if (v.form == weight_form::bytes) return 4 * byte_panels_floats(v.dims.count() / columns, columns);
    return v.form == weight_form::plain ? v.dims.count() : packed_size(v.dims.count() / columns, columns);
  }
  constexpr memory* memory_of(const place& at) {
    return at.where == space::arena      ? &arena_
           : at.where == space::output   ? &outputs_[at.index]
           : at.where == space::variable ? &variables_[at.index]
                                         : nullptr;
  }
  static constexpr memory fresh(std::ptrdiff_t words) {
    const int size = static_cast<int>(words);
    return {vec<int>(size, nobody), vec<int>(size, nobody), vec<int>(size, 0)};
  }

  // Memory is looked at by words of 4 bytes.
  constexpr std::ptrdiff_t words_at(const place& at, dtype type, const symbol_sizes& sizes) const {
    return (size_of(at, sizes) * igata::size_of(type) + 3) / 4;
  }

  constexpr void execute(const symbol_sizes& sizes) {
    arena_ = fresh(p_.arena - 64);
    outputs_.clear();
    variables_.clear();
    for (int i = 0; i < g_.outputs.size(); ++i) outputs_.push(fresh(words_at({space::output, i, 0}, g_.nodes[g_.outputs[i].id].type, sizes)));
    for (int i = 0; i < g_.variables.size(); ++i) variables_.push(fresh(words_at({space::variable, i, 0}, g_.variables[i].type, sizes)));
    for (int i = 0; i < p_.steps.size() && why_.empty(); ++i) step(i, sizes);
    for (int i = 0; i < g_.outputs.size() && why_.empty(); ++i) whole(g_.outputs[i].id, {space::output, i, 0}, sizes);
    for (const assignment& a : g_.assigns)
      if (why_.empty()) whole(a.id, {space::variable, a.variable, 0}, sizes);
  }
  constexpr void step(int index, const symbol_sizes& sizes) {
    const int of = p_.steps[index].group;
    for_each_scratch(p_, index, sizes, [&](const place& at, std::ptrdiff_t floats) {
      if (floats == 0 || !why_.empty()) return;
      if (at.where != space::arena || of < 0) return broken(index, "its scratch memory lies nowhere");
      if (at.offset % 16 != 0) return broken(index, "its scratch memory is not aligned");
      if (at.offset < placed_.scratch[of] || at.offset + floats > placed_.scratch[of] + placed_.scratch_sizes[of] || floats > p_.scratch)
        broken(index, "its scratch memory is larger than what it has");
      for (std::ptrdiff_t i = at.offset; i < at.offset + floats && why_.empty(); ++i) arena_.by[static_cast<int>(i)] = index;
    });
    if (!why_.empty()) return;
    const vec<touched_region> touched = touched_by(p_, index, sizes);
    const vec<source_of> sources = sources_of(of);
    for (const touched_region& r : touched) {
      if (r.empty()) continue;
      if (r.first() < 0 || r.last() >= size_of(r.at, sizes))
        return broken(index, text() << shown(r.at) << ": " << (r.written ? "writes" : "reads") << " outside of it");
      if (r.written ? !memory_of(r.at) : false) return broken(index, text() << shown(r.at) << ": writes what is only read");
      if (!r.written) read(index, of, r, sources, sizes);
    }
    for (const touched_region& r : touched)
      if (r.written && !r.empty()) write(index, r);
    for (const touched_region& r : touched)
      if (!r.written && !r.empty() && why_.empty()) look_for_own(index, r, touched);
  }
  constexpr void write(int index, const touched_region& r) {
    memory& m = *memory_of(r.at);
    r.for_each_part([&](std::ptrdiff_t i, int part) {
      const int at = static_cast<int>(i);
      if (m.step[at] != index) m.parts[at] = 0;
      if (m.parts[at] & part) broken(index, text() << shown({r.at.where, r.at.index, at}) << ": writes it twice");
      m.parts[at] |= part;
      m.by[at] = m.step[at] = index;
    });
  }
  // What a step writes it may read too, but in the same order: element by element.
  constexpr void look_for_own(int index, const touched_region& r, const vec<touched_region>& touched) {
    memory* const m = memory_of(r.at);
    if (!m) return;
    for (const touched_region& w : touched)
      if (w.written && w.of_loop && r.of_loop && w.walks_as(r)) return;
    r.for_each([&](std::ptrdiff_t i) {
      if (m->step[static_cast<int>(i)] == index)
        broken(index, text() << shown({r.at.where, r.at.index, static_cast<int>(i)}) << ": writes what it reads");
    });
  }

  // What a group reads; of final copies, all results.
  constexpr vec<source_of> sources_of(int of) const {
    vec<source_of> list;
    const int reader = of < 0 ? f_.groups.size() + 1 : of;
    const auto add = [&](int x) {
      const int base = f_.seen_by(reader, x).base;
      const node& v = g_.nodes[base];
      const auto in = [&](space where) { list.push({base, {where, leaf_index(g_, v), 0}, true}); };
      if (f_.copied_for(reader, base) || family_of(v.code) != family::leaf) list.push({base, placed_.places[base].at, false});
      else if (v.code == op::input) in(space::input);
      else if (v.code == op::variable) in(space::variable);
      else if (v.code == op::bound) in(space::bound);
    };
    if (of < 0) {
      for (const output_entry& o : g_.outputs) add(o.id);
      for (const assignment& a : g_.assigns) add(a.id);
      return list;
    }
    const node_group& reads = f_.groups[of];
    for (const int x : reads.inputs) add(x);
    if (reads.kind == group_kind::contraction || reads.kind == group_kind::opaque)
      for (int i = 0; i < g_.nodes[reads.anchor].arity; ++i) add(g_.operand(g_.nodes[reads.anchor], i));
    return list;
  }
  // Whether a step of this group stores part of a node.
  constexpr bool makes(int of, int id) const {
    if (of < 0) return false;
    if ((f_.copied_by[id] >= 0 ? f_.copied_by[id] : f_.group_of[id]) == of) return true;
    const node& v = g_.nodes[id];
    for (int i = 0; v.code == op::concat && i < v.arity; ++i)
      if (const int x = g_.operand(v, i); placed_.places[x].part_of == id && f_.group_of[x] == of) return true;
    return false;
  }
  constexpr void read(int index, int of, const touched_region& r, const vec<source_of>& sources, const symbol_sizes& sizes) {
    if (r.at.where == space::constant || r.at.where == space::rows) return;
    memory* const m = memory_of(r.at);
    int known = -2;  // the last writer that was right
    r.for_each([&](std::ptrdiff_t i) {
      const int by = m ? m->by[static_cast<int>(i)] : nobody;
      if (by == known || !why_.empty()) return;
      if (!is_right(of, by, r, sources, sizes)) {
        text what;
        what << "reads " << shown({r.at.where, r.at.index, static_cast<int>(i)}) << ", which ";
        if (by == nobody) what << "nobody has written";
        else what << "step " << by << " has written";
        return broken(index, what);
      }
      known = by;
    });
  }
  constexpr bool is_right(int of, int by, const touched_region& r, const vec<source_of>& sources, const symbol_sizes& sizes) const {
    for (const source_of& s : sources) {
      if (s.at.where != r.at.where || s.at.index != r.at.index) continue;
      if (s.given ? by == nobody
                  : by != nobody && makes(p_.steps[by].group, s.base) && r.first() >= s.at.offset &&
                        r.last() < s.at.offset + g_.nodes[s.base].dims.count(sizes))
        return true;
    }
    // One step of a group hands it to the next.
    return r.at.where == space::arena && by != nobody && of >= 0 && p_.steps[by].group == of && r.first() >= placed_.scratch[of] &&
           r.last() < placed_.scratch[of] + placed_.scratch_sizes[of];
  }
  // A result that was written by those who make it, or by a final copy.
  constexpr void whole(int id, const place& at, const symbol_sizes& sizes) {
    const memory& m = *memory_of(at);
    for (int i = 0; i < static_cast<int>(words_at(at, g_.nodes[id].type, sizes)); ++i) {
      const int by = m.by[i];
      if (by == nobody || (p_.steps[by].group >= 0 && !makes(p_.steps[by].group, id)))
        return broken(-1, text() << shown({at.where, at.index, i}) << " has not its result at the end");
    }
  }

  const planning& in_;
  const graph& g_;
  const fusion& f_;
  const placement& placed_;
  const vec<bound_value>& values_;
  const execution_plan& p_;
  memory arena_;
  vec<memory> outputs_, variables_;
  text why_;
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

// Writes the first mistake into the plan.
constexpr void verify_plan(const detail::planning& in, const detail::placement& placed, const vec<bound_value>& values, execution_plan& p) {
  if (!p.failure.empty()) return;
  const text why = detail::plan_verifier(in, placed, values, p).run();
  if (!why.empty()) p.failure << why;
}

}  // namespace igata::inline IGATA_ABI::plan
