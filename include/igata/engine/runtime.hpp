// What a program does with a store, whatever its type: declares variables and finds them, packs weights; and what it asks of a call's inputs.
#pragma once
#include "../core/scalar_code.hpp"
#include "../ir/initialize.hpp"
#include "../ir/name_sets.hpp"
#include "../kernels/dispatch.hpp"
#include "../oracle/evaluate.hpp"
#include "dim.hpp"
#include "execute.hpp"
#include "facts.hpp"
#include "packed_form.hpp"
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
// The first one. `sizes`: n, or all symbols. A status is made of it where there is one: clearing its memory in each call would be noticed.
template <class Sizes>
[[gnu::always_inline]] inline misfit first_misfit(const input_facts* facts, int count, const void* const* inputs, const Sizes& sizes,
                                                  int max_batch) noexcept {
  const int n = rows_in(sizes, batch_symbol);
  if (n < 1 || n > max_batch) return {misfit::rows};
  for (int i = 0; i < count; ++i) {
    if (!inputs[i]) return {i};
    if (facts[i].type != i32 || facts[i].limit == 0) continue;
    const std::int32_t* numbers = static_cast<const std::int32_t*>(inputs[i]);
    const std::ptrdiff_t given = static_cast<std::ptrdiff_t>(rows_in(sizes, facts[i].batched)) * facts[i].row;
    for (std::ptrdiff_t k = 0; k < given; ++k)
      if (numbers[k] < 0 || numbers[k] >= facts[i].limit) return {i, k};
  }
  return {};
}
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
          static_cast<const std::int32_t*>(inputs[found.input])[found.element],
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
[[gnu::cold]] inline void declare_variables(variable_list variables, variable_store& store, seed s) {
  [[maybe_unused]] const detail::exact_scope exact;
  for (const variable_facts& v : variables) {
    const bool fresh = !store.find(v.path);
    variable_store::entry& e = store.add(v.path, v.kind, v.type, v.dims, v.init, v.trainable);
    if (!fresh) continue;
    e.automatic = v.automatic;
    if (v.kind == role::key) {
      e.ints()[0] = static_cast<std::int32_t>(s.value);
      continue;
    }
    const vec<double> first = ir::initialize(v.init, v.dims, s.value, v.path);
    for (int i = 0; i < first.size(); ++i) {
      if (v.type == f32) e.floats()[static_cast<std::size_t>(i)] = static_cast<float>(first[i]);
      else e.ints()[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(first[i]);
    }
  }
}

// All variables of a graph; inference programs have them in their bind graph, so this is for fresh weights of a model alone.
[[gnu::cold]] inline void declare_variables(const ir::graph& g, variable_store& store, seed s) {
  for (const ir::variable& v : g.variables) {
    const text path = g.path_of(v);
    const variable_facts facts{path.view(), v.kind, v.type, v.dims, v.init, v.trainable, v.optimizer, g.automatic_parts(v)};
    declare_variables({&facts, 1}, store, s);
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

// A variable of a store, of this shape and type.
[[gnu::cold]] inline const variable_store::entry& expect_variable(const variable_store& store, std::string_view call, std::string_view path,
                                                                  dtype type, const shape& dims) {
  const variable_store::entry* found = store.find(path);
  text line;
  if (!found) raise(line << call << ": no variable '" << path << "' among the weights of another model" << store.near_names(path));
  if (!(found->dims == dims) || found->type != type)
    raise(line << call << ": " << path << ": expected " << name_of(type) << dims << ", got " << name_of(found->type) << found->dims
               << "; the weights were made for another model");
  return *found;
}
[[gnu::cold]] inline vec<void*> variable_pointers(variable_list variables, variable_store& store) {
  vec<void*> pointers;
  for (const variable_facts& v : variables) pointers.push(expect_variable(store, "bind", v.path, v.type, v.dims).memory.data());
  return pointers;
}

// What pack(weights) makes: values that programs read and never write; shared by any number of them, on any thread.
class packed_weights {
 public:
  packed_weights() = default;
  const void* const* pointers() const { return pointers_.data(); }
  std::size_t bytes() const { return memory_ ? memory_->size() : 0; }
  bool empty() const { return !memory_; }
  // Throws where they are not the values that a program reads.
  [[gnu::cold]] void expect(const plan::bound_value* values, int count) const {
    text line;
    line << "use: ";
    if (values_.size() != count)
      raise(line << "packed weights: expected " << count << (count == 1 ? " value" : " values") << ", got " << values_.size()
                 << "; pack them with this program's pack");
    for (int i = 0; i < count; ++i) {
      const plan::bound_value &want = values[i], &got = values_[i];
      if (got.type != want.type || !(got.dims == want.dims))
        raise(line << "packed weights: value " << i + 1 << ": expected " << name_of(want.type) << want.dims << ", got " << name_of(got.type)
                   << got.dims << "; pack them with this program's pack");
      if (got.form != want.form || got.transposed != want.transposed)
        raise(line << "packed weights: value " << i + 1 << ": expected " << name_of(want.type) << want.dims
                   << " in this program's form, got another; pack them with this program's pack");
    }
  }

  // Runs the bind graph with the scalar references (`rules`) in double, then rounds once.
  [[gnu::cold]] static packed_weights make(const ir::graph& bind, const plan::bound_value* values, int count, const variable_store& store,
                                           const ir::evaluation_rule* rules) {
    [[maybe_unused]] const detail::exact_scope exact;
    vec<text> paths(bind.variables.size());
    vec<ir::named_path> names;
    for (int i = 0; i < bind.variables.size(); ++i) {
      paths[i] = bind.path_of(bind.variables[i]);
      names.push({paths[i].view(), bind.automatic_parts(bind.variables[i])});
    }
    detail::expect_same_names("pack", names, store, "the weights");
    ir::environment env;
    for (const ir::variable& v : bind.variables) {
      const variable_store::entry* found = &expect_variable(store, "pack", bind.path_of(v).view(), v.type, v.dims);
      vec<double> numbers(static_cast<int>(found->count()));
      for (int i = 0; i < numbers.size(); ++i)
        numbers[i] = v.type == f32 ? static_cast<double>(found->floats()[static_cast<std::size_t>(i)]) : found->ints()[static_cast<std::size_t>(i)];
      env.variables.push(std::move(numbers));
    }
    const vec<vec<double>> results = evaluate(bind, env, rules);
    packed_weights p;
    vec<std::size_t> at;
    std::size_t total = 0;
    for (int i = 0; i < count; ++i) {
      at.push(total);
      const std::ptrdiff_t size = detail::packed_floats(values[i]);
      total += plan::readable_lines(static_cast<std::size_t>(size));
    }
    p.memory_ = shared<aligned_memory>(aligned_memory(total * 4 + 4));
    for (int i = 0; i < count; ++i) {
      p.values_.push(values[i]);
      std::byte* to = p.memory_->data() + at[i] * 4;
      const vec<double>& from = results[bind.outputs[i].id];
      vec<float> plain(from.size());
      for (int k = 0; k < from.size(); ++k) {
        plain[k] = static_cast<float>(from[k]);
        if (values[i].type == i32) reinterpret_cast<std::int32_t*>(to)[k] = static_cast<std::int32_t>(from[k]);
        if (values[i].type == boolean) reinterpret_cast<std::int32_t*>(to)[k] = -(from[k] != 0);
      }
      if (winograd_tile_of(values[i].form) > 0) {
        drivers::pack_winograd(from.begin(), values[i].dims[2], values[i].dims[3], winograd_tile_of(values[i].form), reinterpret_cast<float*>(to));
      } else if (values[i].form == plan::weight_form::panels) {
        const int k = detail::panel_rows(values[i]), n = detail::panel_columns(values[i]);
        drivers::pack(plain.data(), values[i].transposed ? 1 : n, values[i].transposed ? k : 1, k, n, reinterpret_cast<float*>(to));
      } else if (values[i].type == f32) {
        std::memcpy(to, plain.data(), static_cast<std::size_t>(plain.size()) * 4);
      }
      p.pointers_.push(to);
    }
    return p;
  }

 private:
  shared<aligned_memory> memory_;
  vec<const void*> pointers_;
  vec<plan::bound_value> values_;  // what each is
};

}  // namespace igata::inline IGATA_ABI

IGATA_SCALAR_CODE_END
