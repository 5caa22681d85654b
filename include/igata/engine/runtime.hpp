// A plan bound to memory: the part of a program that does not depend on its type.
#pragma once
#include <memory>  // shared_ptr
#include <vector>  // vector

#include "../ir/initialize.hpp"
#include "../kernels/dispatch.hpp"
#include "../passes/evaluate.hpp"
#include "../passes/split.hpp"
#include "execute.hpp"
#include "status.hpp"
#include "store.hpp"

namespace igata::inline IGATA_ABI {

// The seed of a program's parameters and random streams.
struct seed {
  std::uint32_t value = 0;
};

// What a caller passes: pointers to rows, one for each input in order.
struct input_facts {
  std::string_view name;
  dtype type;
  int row;      // elements of a row
  int limit;    // i32: numbers must lie in [0, limit); 0: any
  bool label;
};
struct output_facts {
  std::string_view name;
  dtype type;
  int row;        // elements; of a row where it has one
  bool batched;
};

namespace detail {

// The range that an integer input must keep: declared, or the rows of the tables that it indexes.
constexpr int index_limit(const graph& g, int input, bool& is_label) {
  int limit = g.inputs[input].classes;
  is_label = limit > 0;
  for (const node& v : g.nodes) {
    if (v.code != op::gather) continue;
    const node& index = g.operand_node(v, 1);
    const int rows = g.operand_node(v, 0).dims[0];
    if (index.code == op::input && g.attribute(index, 0) == input && (limit == 0 || rows < limit)) limit = rows, is_label = false;
  }
  return limit;
}

inline status check_inputs(const input_facts* facts, int count, const void* const* inputs, int n, int max_batch) noexcept {
  if (n < 1 || n > max_batch) return {status::code::wrong_rows, 0, 0, n, max_batch};
  for (int i = 0; i < count; ++i) {
    if (!inputs[i]) return {status::code::missing_input, i, 0, 0, 0};
    if (facts[i].type != i32 || facts[i].limit == 0) continue;
    const std::int32_t* numbers = static_cast<const std::int32_t*>(inputs[i]);
    for (std::ptrdiff_t k = 0; k < static_cast<std::ptrdiff_t>(n) * facts[i].row; ++k)
      if (numbers[k] < 0 || numbers[k] >= facts[i].limit)
        return {facts[i].label ? status::code::label_out_of_range : status::code::index_out_of_range, i, static_cast<int>(k / facts[i].row), numbers[k], facts[i].limit};
  }
  return {};
}

}  // namespace detail

// Adds a graph's variables to a store where they are not there yet, with their first values.
inline void declare_variables(const graph& g, variable_store& store, seed s) {
  for (const variable& v : g.variables) {
    const text path = g.path_of(v);
    const bool fresh = !store.find(path.view());
    variable_store::entry& e = store.add(path.view(), v.kind, v.type, v.dims, v.init, v.trainable);
    if (!fresh) continue;
    if (v.kind == role::key) {
      e.ints()[0] = static_cast<std::int32_t>(s.value);
      continue;
    }
    const vec<double> first = initialize(v.init, v.dims, s.value, path.view());
    for (int i = 0; i < first.size(); ++i) {
      if (v.type == f32) e.floats()[static_cast<std::size_t>(i)] = static_cast<float>(first[i]);
      else e.ints()[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(first[i]);
    }
  }
}

// Pointers to a graph's variables in a store; shapes must agree.
inline std::vector<void*> variable_pointers(const graph& g, variable_store& store) {
  std::vector<void*> pointers;
  for (const variable& v : g.variables) {
    const text path = g.path_of(v);
    const variable_store::entry* found = store.find(path.view());
    text line;
    if (!found) throw error(line << "bind: no variable '" << path << "' in the store; it was made for another model");
    if (!(found->dims == v.dims) || found->type != v.type)
      throw error(line << "bind: " << path << ": expected " << name_of(v.type) << v.dims << ", got " << name_of(found->type) << found->dims << "; it was made for another model");
    pointers.push_back(found->memory.data());
  }
  return pointers;
}

// What pack(weights) makes: values that programs read and never write; shared by any number of them, on any thread.
class packed_weights {
 public:
  packed_weights() = default;
  const void* const* pointers() const { return pointers_.data(); }
  std::size_t bytes() const { return memory_ ? memory_->size() : 0; }
  bool empty() const { return !memory_; }

  // Runs the bind graph with the scalar references in double, then rounds once.
  static packed_weights make(const graph& bind, const bound_value* values, int count, const variable_store& store) {
    environment env;
    for (const variable& v : bind.variables) {
      const text path = bind.path_of(v);
      const variable_store::entry* found = store.find(path.view());
      text line;
      if (!found) throw error(line << "pack: no variable '" << path << "' in the weights; they are another model's");
      if (!(found->dims == v.dims) || found->type != v.type)
        throw error(line << "pack: " << path << ": expected " << name_of(v.type) << v.dims << ", got " << name_of(found->type) << found->dims << "; the weights are another model's");
      vec<double> numbers(static_cast<int>(found->count()));
      for (int i = 0; i < numbers.size(); ++i)
        numbers[i] = v.type == f32 ? static_cast<double>(found->floats()[static_cast<std::size_t>(i)]) : found->ints()[static_cast<std::size_t>(i)];
      env.variables.push(std::move(numbers));
    }
    const vec<vec<double>> results = evaluate(bind, env);
    packed_weights p;
    std::vector<std::size_t> at;
    std::size_t total = 0;
    const auto panel_rows = [](const bound_value& v) { return v.transposed ? v.dims[1] : static_cast<int>(v.dims.count()) / v.dims[v.dims.rank - 1]; };
    const auto panel_columns = [](const bound_value& v) { return v.transposed ? v.dims[0] : v.dims[v.dims.rank - 1]; };
    for (int i = 0; i < count; ++i) {
      at.push_back(total);
      const std::ptrdiff_t size = values[i].panels ? packed_size(panel_rows(values[i]), panel_columns(values[i])) : values[i].dims.count();
      total += (static_cast<std::size_t>(size) + 79) / 16 * 16;
    }
    p.memory_ = std::make_shared<aligned_memory>(total * 4 + 4);
    for (int i = 0; i < count; ++i) {
      std::byte* to = p.memory_->data() + at[static_cast<std::size_t>(i)] * 4;
      const vec<double>& from = results[bind.outputs[i].id];
      std::vector<float> plain(static_cast<std::size_t>(from.size()));
      for (int k = 0; k < from.size(); ++k) {
        plain[static_cast<std::size_t>(k)] = static_cast<float>(from[k]);
        if (values[i].type == i32) reinterpret_cast<std::int32_t*>(to)[k] = static_cast<std::int32_t>(from[k]);
      }
      if (values[i].panels) {
        const int k = panel_rows(values[i]), n = panel_columns(values[i]);
        kernels_of(best_isa()).pack(plain.data(), values[i].transposed ? 1 : n, values[i].transposed ? k : 1, k, n, reinterpret_cast<float*>(to));
      } else if (values[i].type == f32) {
        std::memcpy(to, plain.data(), plain.size() * 4);
      }
      p.pointers_.push_back(to);
    }
    return p;
  }

 private:
  std::shared_ptr<aligned_memory> memory_;
  std::vector<const void*> pointers_;
};

}  // namespace igata::inline IGATA_ABI
