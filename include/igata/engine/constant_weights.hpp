// Weights that are constants of a program, as tools/weights_header.py writes them from a safetensors file; and how they are packed when it is
// compiled.
#pragma once
#include "../oracle/evaluate.hpp"
#include "embedded_runner.hpp"

namespace igata::inline IGATA_ABI {

//   inline constexpr constant_weight weights[] = {{"dense/kernel", {4, 16}, dense_kernel}, …};
struct constant_weight {
  std::string_view path;
  shape dims;
  const float* values;
};

namespace detail {

template <const auto& Weights>
constexpr const constant_weight* find_weight(std::string_view path) {
  for (const constant_weight& w : Weights)
    if (w.path == path) return &w;
  return nullptr;
}

// What of a program's variables these weights do not have.
template <class Spec, const auto& Weights>
struct missing_weight {
  static constexpr text make() {
    const ir::graph bind = compiled<Spec>::bind.thaw();
    text why;
    for (const ir::variable& v : bind.variables) {
      const text path = bind.path_of(v);
      const constant_weight* const found = find_weight<Weights>(path.view());
      if (!found) {
        vec<std::string_view> names;
        for (const constant_weight& w : Weights) names.push(w.path);
        return why << "pack: no variable '" << path << "' among the weights of another model" << near_names(path.view(), names);
      }
      if (!(found->dims == v.dims) || v.type != f32)
        return why << "pack: " << path << ": expected " << name_of(v.type) << v.dims << ", got " << name_of(f32) << found->dims
                   << "; the weights were made for another model";
    }
    return why;
  }
};

template <std::size_t Words>
struct packed_words {
  alignas(static_cast<std::size_t>(line_floats) * 4) std::uint32_t words[Words]{};
};

// What pack_byte_panel() makes.
constexpr void write_byte_panels(const bound_value& v, const vec<double>& from, std::uint32_t* to) {
  const panel_matrix m(v);
  const int rows = static_cast<int>(m.rows), columns = static_cast<int>(m.columns), fours = (rows + 3) / 4, less = v.type == i8 ? 0 : 128;
  std::uint32_t* const panels = to + plan::whole_lines(columns);
  for (int c = 0; c < columns; ++c) {
    const int first = c / static_cast<int>(plan::byte_panel) * static_cast<int>(plan::byte_panel), left = columns - first;
    const int width = plan::whole_lines(left < static_cast<int>(plan::byte_panel) ? left : static_cast<int>(plan::byte_panel));
    for (int r = 0; r < rows; ++r) {
      const int x = static_cast<int>(from[v.transposed ? c * rows + r : r * columns + c]), in_word = r % 4;
      to[c] += static_cast<std::uint32_t>(x);
      panels[fours * first + r / 4 * width + (c - first)] |= (static_cast<std::uint32_t>(x - less) & 255)
                                                             << 8 * (std::endian::native == std::endian::little ? in_word : 3 - in_word);
    }
  }
}

// The bits of a value in its packed form.
constexpr void write_packed(const bound_value& v, const vec<double>& from, std::uint32_t* to) {
  if (v.form == weight_form::bytes) return write_byte_panels(v, from, to);
  if (v.type != f32) {
    constexpr bool little = std::endian::native == std::endian::little;
    const int size = size_of(v.type), in_word = size < 4 ? 4 / size : 1;
    for (int k = 0; k < from.size(); ++k) {
      const std::uint64_t bits = memory_bits(from[k], v.type);
      if (size == 8) to[2 * k + !little] = static_cast<std::uint32_t>(bits), to[2 * k + little] = static_cast<std::uint32_t>(bits >> 32);
      else if (size == 4) to[k] = static_cast<std::uint32_t>(bits);
      else
        to[k / in_word] |= (static_cast<std::uint32_t>(bits) & ((1u << 8 * size) - 1))
                           << 8 * size * (little ? k % in_word : in_word - 1 - k % in_word);
    }
    return;
  }
  vec<float> plain(from.size());
  for (int k = 0; k < from.size(); ++k) plain[k] = static_cast<float>(from[k]);
  vec<float> packed(static_cast<int>(packed_floats(v)));
  const float* result = packed.begin();
  if (const int tile = winograd_tile_of(v.form); tile > 0) drivers::pack_winograd(from.begin(), v.dims[2], v.dims[3], tile, packed.begin());
  else if (const panel_matrix m(v); v.form == weight_form::panels)
    drivers::pack(plain.begin(), v.transposed ? 1 : m.columns, v.transposed ? m.rows : 1, m.rows, m.columns, packed.begin());
  else result = plain.begin();
  for (int k = 0; k < packed.size(); ++k) to[k] = std::bit_cast<std::uint32_t>(result[k]);
}

// One of them, with a budget of constant evaluation of its own. Of the bind graph only what it is made of is evaluated.
template <class Spec, const auto& Weights, int I>
struct packed_value {
  static constexpr const bound_value& what = packed_layout<Spec>::values.items[I];
  using words = packed_words<static_cast<std::size_t>(packed_floats(what))>;
  static constexpr vec<double> numbers_of(const ir::graph& bind, const ir::variable& v) {
    const constant_weight& w = *find_weight<Weights>(bind.path_of(v).view());
    vec<double> numbers(static_cast<int>(w.dims.count()));
    for (int i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(w.values[i]);
    return numbers;
  }
  static constexpr words make() {
    const ir::graph bind = compiled<Spec>::bind.thaw();
    const int id = bind.outputs[I].id;
    words packed;
    if (bind.nodes[id].code == op::variable) {  // as it is
      write_packed(what, numbers_of(bind, bind.variables[leaf_index(bind, bind.nodes[id])]), packed.words);
      return packed;
    }
    vec<bool> needed(bind.nodes.size());
    needed[id] = true;
    ir::environment env;
    env.variables = vec<vec<double>>(bind.variables.size());
    for (int k = id; k >= 0; --k) {
      const ir::node& v = bind.nodes[k];
      if (!needed[k]) continue;
      for (int i = 0; i < v.arity; ++i) needed[bind.operand(v, i)] = true;
      if (v.code == op::variable) env.variables[leaf_index(bind, v)] = numbers_of(bind, bind.variables[leaf_index(bind, v)]);
    }
    const vec<vec<double>> results = evaluate(bind, env, ir::evaluation_rules, &needed);
    write_packed(what, results[id], packed.words);
    return packed;
  }
  static constexpr words value = make();
};
template <class Spec, const auto& Weights, std::size_t... I>
constexpr packed_words<packed_layout<Spec>::words> pack_constants(std::index_sequence<I...>) {
  packed_words<packed_layout<Spec>::words> packed;
  const auto copy = [&](const std::uint32_t* from, std::size_t count, int at) { copy_items(packed.words + at, from, static_cast<int>(count)); };
  (copy(packed_value<Spec, Weights, static_cast<int>(I)>::value.words, std::size(packed_value<Spec, Weights, static_cast<int>(I)>::value.words),
        packed_layout<Spec>::value.at[I]), ...);
  return packed;
}

}  // namespace detail

}  // namespace igata::inline IGATA_ABI
