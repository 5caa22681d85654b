// What a running program knows of its model: variables, inputs, outputs, as flat tables. Its graphs stay behind in the compiler.
#pragma once
#include "../ops/along_axis.hpp"
#include "../plan/measure.hpp"
#include "../passes/split.hpp"
#include "freeze.hpp"

namespace igata::inline IGATA_ABI {

struct input_facts {
  std::string_view name;
  dtype type = f32;
  int row = 0;         // elements of a row
  int limit = 0;       // i32: numbers must lie in [0, limit); 0: any
  bool label = false;
  symbol rows_of = batch_symbol;  // what it has rows by
};
struct output_facts {
  std::string_view name;
  dtype type = f32;
  int row = 0;         // elements; of a row where it has one
  symbol rows_of = no_symbol;
};
// Beside n.
struct symbol_facts {
  std::string_view name;
  int most = 1;
};
struct variable_facts {
  std::string_view path;
  role kind = role::weight;
  dtype type = f32;
  shape dims;
  initializer init;
  bool trainable = true;
  optimizer_state optimizer = optimizer_state::none;
  std::uint64_t automatic = 0;  // parts of the path that are automatic names
};

// In the order of a graph's variables.
struct variable_list {
  const variable_facts* items = nullptr;
  int count = 0;
  constexpr const variable_facts* begin() const { return items; }
  constexpr const variable_facts* end() const { return items + count; }
};

namespace detail {

// Whether an input's numbers choose from a table. (limit_index says from how many.)
constexpr bool is_index(const graph& g, int input) {
  for (const node& v : g.nodes) {
    if (v.code < op::gather || v.code > op::put_along_axis) continue;
    const int index = g.operand(v, 1);
    if (input_behind(g, g.nodes[index].code == op::pad ? g.operand(g.nodes[index], 0) : index) == input) return true;  // put_along_axis pads
  }
  return false;
}
constexpr int row_size(const shape& s) {
  int row = 1;
  for (int d = s.rows_of ? 1 : 0; d < s.rank; ++d) row *= s[d];
  return row;
}

struct facts {
  vec<char> chars;  // all names, one after the other
  vec<int> ends;    // of the names of inputs, outputs, variables, symbols
  vec<input_facts> inputs;
  vec<output_facts> outputs;
  vec<variable_facts> variables;
  symbol_facts symbols[max_symbols - 2];
  int symbol_count = 0;
  long long parameters = 0, weight_bytes = 0, flops = 0;

  constexpr void name(std::string_view s) {
    const int size = static_cast<int>(s.size());
    if (size > 0) copy_items(chars.extend(size), s.data(), size);
    ends.push(chars.count);
  }
};

// `model`: the whole graph; `running`: what a plan was made of.
constexpr facts facts_of(const graph& model, const graph& running) {
  facts f;
  for (int i = 0; i < model.inputs.size(); ++i) {
    const input_entry& e = model.inputs[i];
    input_facts x;
    x.type = e.type;
    x.row = row_size(e.dims);
    x.rows_of = e.dims.rows_of;
    x.limit = e.classes;
    x.label = e.classes > 0 && !is_index(model, i);
    f.inputs.push(x);
    f.name(model.view(e.name));
  }
  for (const output_entry& e : model.outputs) {
    const node& v = model.nodes[e.id];
    f.outputs.push({{}, v.type, row_size(v.dims), v.dims.rows_of});
    f.name(model.view(e.name));
  }
  for (const variable& v : running.variables) {
    f.variables.push({{}, v.kind, v.type, v.dims, v.init, v.trainable, v.optimizer, running.automatic_parts(v)});
    f.name(running.path_of(v).view());
  }
  f.symbol_count = model.symbols.count;
  for (int i = 0; i < f.symbol_count; ++i) {
    f.symbols[i].most = model.symbols.items[i].most;
    f.name(model.view(model.symbols.items[i].name));
  }
  f.parameters = variable_count(model, role::weight);
  f.weight_bytes = variable_bytes(model, role::weight);
  f.flops = flops(model);
  return f;
}

template <int Chars, int Inputs, int Outputs, int Variables>
struct frozen_facts {
  static constexpr int capacity = Chars;
  frozen<char, Chars> chars;
  frozen<int, Inputs + Outputs + Variables + max_symbols - 2> ends;
  frozen<input_facts, Inputs> inputs;
  frozen<output_facts, Outputs> outputs;
  frozen<variable_facts, Variables> variables;
  frozen<symbol_facts, max_symbols - 2> symbols;
  int symbol_count;
  long long parameters, weight_bytes, flops;
  int size;

  constexpr explicit frozen_facts(const facts& f)
      : chars(f.chars), ends(f.ends), inputs(f.inputs), outputs(f.outputs), variables(f.variables), symbols(f.symbols), symbol_count(f.symbol_count),
        parameters(f.parameters), weight_bytes(f.weight_bytes), flops(f.flops), size(f.chars.size()) {}
  template <int Larger>
  constexpr explicit frozen_facts(const frozen_facts<Larger, Inputs, Outputs, Variables>& f)
      : chars(f.chars.items), ends(f.ends), inputs(f.inputs), outputs(f.outputs), variables(f.variables), symbols(f.symbols),
        symbol_count(f.symbol_count), parameters(f.parameters), weight_bytes(f.weight_bytes), flops(f.flops), size(f.size) {}
  constexpr std::string_view name(int i) const {
    const int begin = i ? ends[i - 1] : 0;
    return {chars.items + begin, static_cast<std::size_t>(ends[i] - begin)};
  }
};

// The tables with their names; `From` is static data.
template <const auto& From>
struct named_facts {
  static constexpr auto inputs = [] {
    auto t = From.inputs;
    for (int i = 0; i < t.size(); ++i) t.items[i].name = From.name(i);
    return t;
  }();
  static constexpr auto outputs = [] {
    auto t = From.outputs;
    for (int i = 0; i < t.size(); ++i) t.items[i].name = From.name(inputs.size() + i);
    return t;
  }();
  static constexpr auto variables = [] {
    auto t = From.variables;
    for (int i = 0; i < t.size(); ++i) t.items[i].path = From.name(inputs.size() + outputs.size() + i);
    return t;
  }();
  static constexpr auto symbols = [] {
    auto t = From.symbols;
    for (int i = 0; i < From.symbol_count; ++i) t.items[i].name = From.name(inputs.size() + outputs.size() + variables.size() + i);
    return t;
  }();
};

}  // namespace detail

}  // namespace igata::inline IGATA_ABI
