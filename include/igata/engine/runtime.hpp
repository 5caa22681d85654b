// What a program does with a store, whatever its type: declares variables and finds them; and what it asks of a call's inputs.
#pragma once
#include "../core/scalar_code.hpp"
#include "../ir/name_sets.hpp"
#include "dim.hpp"
#include "execute.hpp"
#include "facts.hpp"
#include "first_values.hpp"
#include "status.hpp"
#include "store.hpp"

namespace igata::inline IGATA_ABI {

// The seed of a program's parameters and random streams.
struct seed {
  std::uint32_t value = 0;
};

namespace detail {

[[gnu::cold, gnu::noinline]] inline status check_symbols(const symbol_facts* symbols, int count, const symbol_sizes& sizes) noexcept {
  for (int i = 0; i < count; ++i)
    if (const int got = sizes.of[2 + i]; got < 1 || got > symbols[i].most)
      return {status::code::wrong_dim, 0, 0, got, symbols[i].most, &symbols[i].name};
  return {};
}
// What a call cannot run with: an input that is null, or whose number `element` is out of range; or the rows that there are.
struct misfit {
  static constexpr int none = -1, rows = -2;
  int input = none;
  std::ptrdiff_t element = -1;
};
// The first number outside [0, limit), or -1.
[[gnu::noinline]] inline std::ptrdiff_t first_outside(const void* numbers, dtype type, std::ptrdiff_t count, int limit) noexcept {
  return of_whole(type, [&](auto x) {
    for (std::ptrdiff_t k = 0; k < count; ++k) {
      __builtin_memcpy(&x, static_cast<const char*>(numbers) + k * static_cast<std::ptrdiff_t>(sizeof x), sizeof x);
      if (static_cast<std::uint64_t>(x) >= static_cast<std::uint64_t>(limit)) return k;
    }
    return std::ptrdiff_t{-1};
  });
}
// Whether there are numbers to look at that are no i32.
template <class Facts>
constexpr bool limits_other_types(const Facts& inputs) {
  for (const input_facts& x : inputs)
    if (x.limit > 0 && x.type != i32) return true;
  return false;
}
// The first one. `sizes`: n, or all symbols. A status is made of it where there is one: clearing its memory in each call would be noticed.
template <bool AllTypes = true, class Sizes>
[[gnu::always_inline]] inline misfit first_misfit(const input_facts* facts, int count, const void* const* inputs, const Sizes& sizes,
                                                  int max_batch) noexcept {
  const int n = rows_in(sizes, batch_symbol);
  if (n < 1 || n > max_batch) return {misfit::rows};
  for (int i = 0; i < count; ++i) {
    if (!inputs[i]) return {i};
    if (facts[i].limit == 0 || (!AllTypes && facts[i].type != i32)) continue;
    const std::ptrdiff_t given = static_cast<std::ptrdiff_t>(rows_in(sizes, facts[i].rows_of)) * facts[i].row;
    if constexpr (AllTypes)
      if (facts[i].type != i32) {
        if (const std::ptrdiff_t k = first_outside(inputs[i], facts[i].type, given, facts[i].limit); k >= 0) return {i, k};
        continue;
      }
    const std::int32_t* numbers = static_cast<const std::int32_t*>(inputs[i]);
    for (std::ptrdiff_t k = 0; k < given; ++k)
      if (numbers[k] < 0 || numbers[k] >= facts[i].limit) return {i, k};
  }
  return {};
}
template <bool AllTypes = true>
[[gnu::cold, gnu::noinline]] inline status status_of(misfit found, const input_facts* facts, const void* const* inputs, int n,
                                                     int max_batch) noexcept {
  using code = status::code;
  if (found.input == misfit::none) return {};
  if (found.input == misfit::rows) return {code::wrong_rows, 0, 0, n, max_batch};
  const input_facts& of = facts[found.input];
  if (found.element < 0) return {code::missing_input, found.input, 0, 0, 0, &of.name};
  return {of.label ? code::label_out_of_range : code::index_out_of_range,
          found.input,
          static_cast<int>(found.element / of.row),
          AllTypes ? number_at(inputs[found.input], of.type, found.element) : static_cast<const std::int32_t*>(inputs[found.input])[found.element],
          of.limit,
          &of.name};
}

}  // namespace detail

}  // namespace igata::inline IGATA_ABI

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI {

namespace detail {
[[gnu::cold]] inline vec<named_path> names_of(const variable_store& store) {
  vec<named_path> names;
  for (const variable_store::entry& e : store)
    if (e.kind != role::slot) names.push({e.path, e.automatic});
  return names;
}
[[gnu::cold]] inline void add_names(variable_list variables, vec<named_path>& names) {
  for (const variable_facts& v : variables)
    if (v.kind != role::slot) names.push({v.path, v.automatic});
}
// What has no name has one meaning in both.
[[gnu::cold]] inline void expect_same_names(std::string_view call, const vec<named_path>& program, const variable_store& store,
                                            std::string_view where) {
  const text why = names_conflict(program, "the program", names_of(store), where);
  if (!why.empty()) raise(text() << call << ": " << why);
}
}  // namespace detail

// Adds variables to a store where they are not there yet, with their first values. Nothing is changed where a name may mean two things: an unnamed
// layer, or an unnamed optimizer of another program.
[[gnu::cold]] inline void declare_variables(variable_list variables, variable_store& store, seed s, const detail::fast_values& fast = {}) {
  [[maybe_unused]] const detail::exact_scope exact;
  for (const variable_facts& v : variables) {
    if (store.find(v.path)) {
      store.add(v.path, v.kind, v.type, v.dims, v.init, v.trainable);  // refuses another shape or type
      continue;
    }
    variable_store::entry& e = store.add_unwritten(v.path, v.kind, v.type, v.dims, v.init, v.trainable);
    e.automatic = v.automatic;
    detail::write_first_values(e, s.value, fast);
  }
}

// All variables of a graph; inference programs have them in their bind graph, so this is for fresh weights of a model alone.
[[gnu::cold]] inline void declare_variables(const ir::graph& g, variable_store& store, seed s, const detail::fast_values& fast = {}) {
  for (const ir::variable& v : g.variables) {
    const text path = g.path_of(v);
    const variable_facts facts{path.view(), v.kind, v.type, v.dims, v.init, v.trainable, v.optimizer, g.automatic_parts(v)};
    declare_variables({&facts, 1}, store, s, fast);
  }
}

// All variables of a program that is bound to a store, first values for those that it lacks. Throws before anything is added where a name may mean
// two things: unnamed layers of which store and program have different ones; an unnamed optimizer of another program (the same program, made again,
// goes on with its own).
[[gnu::cold]] inline void join_store(variable_list variables, variable_store& store, seed s) {
  vec<ir::named_path> names;
  detail::add_names(variables, names);
  detail::expect_same_names("bind", names, store, "the store");
  for (const variable_facts& v : variables)
    if (v.optimizer == optimizer_state::unnamed)
      if (const variable_store::entry* e = store.find(v.path); e && e->optimizer_of && e->optimizer_of != variables.items)
        raise(text() << "bind: '" << v.path
                     << "' belongs to another program's optimizer; give this one a name, optim::name<\"...\">, or the other's to share it");
  for (const variable_facts& v : variables)
    if (v.optimizer == optimizer_state::named)
      if (const variable_store::entry* e = store.find(v.path); e && e->optimizer_of && e->init.scale != v.init.scale)
        raise(text() << "bind: '" << v.path << "' was made as " << e->init.scale << " by another program, and is " << v.init.scale
                     << " here; give both the same, or the optimizers two names");
  declare_variables(variables, store, s);
  for (const variable_facts& v : variables) {
    if (v.optimizer == optimizer_state::none) continue;
    variable_store::entry& e = *store.find(v.path);
    if (v.optimizer == optimizer_state::unnamed) e.optimizer_of = variables.items;
    else if (!e.optimizer_of) e.optimizer_of = &e;
  }
}

// A variable of a store, of this shape and type; floats of any type where who reads them converts.
[[gnu::cold]] inline const variable_store::entry& expect_variable(const variable_store& store, std::string_view call, std::string_view path,
                                                                  dtype type, const shape& dims, bool converts = false) {
  const variable_store::entry* found = store.find(path);
  text line;
  if (!found) raise(line << call << ": no variable '" << path << "' among the weights of another model" << store.near_names(path));
  if (!(found->dims == dims) || (found->type != type && !(converts && type == f32 && has_fractions(found->type))))
    raise(line << call << ": " << path << ": expected " << name_of(type) << dims << ", got " << name_of(found->type) << found->dims
               << "; the weights were made for another model");
  return *found;
}
[[gnu::cold]] inline vec<void*> variable_pointers(variable_list variables, variable_store& store) {
  vec<void*> pointers;
  for (const variable_facts& v : variables) pointers.push(expect_variable(store, "bind", v.path, v.type, v.dims).memory.data());
  return pointers;
}

}  // namespace igata::inline IGATA_ABI

IGATA_SCALAR_CODE_END
