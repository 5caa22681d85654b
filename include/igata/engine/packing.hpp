// How the values of a graph of weights are packed: each is written once, in pieces, in the form that kernels want, and rounded once. What is only
// copied needs nothing else; what is computed comes from oracle/bind_graph.hpp, a block at a time.
#pragma once
#include <cstring>  // memcpy

#include "../core/scalar_code.hpp"
#include "../kernels/dispatch.hpp"
#include "../oracle/bind_graph.hpp"
#include "packed_form.hpp"
#include "parts.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI::detail {

// What is packed: the values of a graph of weights, each to memory of its own.
struct pack_job {
  const ir::graph& bind;
  const plan::bound_value* values;
  int count;
  const vec<ir::numbers_in_memory>& weights;  // of each variable
  void* const* to;
  const executor& threads;
};
// A variable as it is, or in panels.
constexpr bool is_copied(const ir::node* nodes, int id, const plan::bound_value& v) {
  return nodes[id].code == ir::op::variable && plan::winograd_tile_of(v.form) == 0;
}
constexpr std::ptrdiff_t smaller_of(std::ptrdiff_t a, std::ptrdiff_t b) { return a < b ? a : b; }
constexpr std::ptrdiff_t parts_of(std::ptrdiff_t all, std::ptrdiff_t part) { return (all + part - 1) / part; }

// A panel of numbers of another type, as floats: some rows at a time.
inline void pack_panel_of(const ir::numbers_in_memory& from, bool transposed, const panel_matrix& m, std::ptrdiff_t first, std::ptrdiff_t columns,
                          float* out) {
  constexpr std::ptrdiff_t most = 64;
  alignas(64) float stage[most * plan::panel_width];
  for (std::ptrdiff_t row = 0; row < m.rows; row += most) {
    const std::ptrdiff_t rows = smaller_of(m.rows - row, most);
    if (transposed)
      for (std::ptrdiff_t c = 0; c < columns; ++c) ir::read_block(from.at((first + c) * m.rows + row), from.type, stage + c * most, rows);
    else
      for (std::ptrdiff_t r = 0; r < rows; ++r) ir::read_block(from.at((row + r) * m.columns + first), from.type, stage + r * columns, columns);
    drivers::pack(stage, transposed ? 1 : columns, transposed ? most : 1, rows, columns, out + row * plan::whole_lines(columns));
  }
}

static_assert(plan::byte_panel == plan::panel_width);

// Panels of bytes, and the sums of their columns before them. `from`: one of column `first`, with strides.
inline void pack_bytes(const char* from, std::ptrdiff_t by_row, std::ptrdiff_t by_column, const panel_matrix& m, std::ptrdiff_t first,
                       std::ptrdiff_t columns, bool has_sign, void* to) {
  using drivers::whole_in_memory;
  whole_in_memory* const sums = static_cast<whole_in_memory*>(to);
  char* const panels = static_cast<char*>(to) + 4 * plan::whole_lines(m.columns);
  drivers::pack_byte_panel({from, by_row, by_column, m.rows, columns, has_sign, 1, sums + first, panels + 4 * ((m.rows + 3) / 4) * first}, nullptr);
}

// What is there already.
inline void pack_copy(const plan::bound_value& v, const ir::numbers_in_memory& from, void* to, const executor& threads) {
  const std::ptrdiff_t count = v.dims.count();
  if (v.form == plan::weight_form::plain) {
    constexpr std::ptrdiff_t piece = 4096;
    in_parts(threads, parts_of(count, piece), count, [=, &v](std::ptrdiff_t begin, std::ptrdiff_t end) {
      begin *= piece, end = smaller_of(end * piece, count);
      if (begin >= end) return;
      const std::ptrdiff_t bytes = size_of(v.type);
      if (from.type == v.type) std::memcpy(static_cast<char*>(to) + begin * bytes, from.at(begin), static_cast<std::size_t>((end - begin) * bytes));
      else ir::read_block(from.at(begin), from.type, static_cast<float*>(to) + begin, end - begin);
    });
    return;
  }
  const panel_matrix m(v);
  in_parts(threads, parts_of(m.columns, plan::panel_width), count, [=, &v](std::ptrdiff_t panel, std::ptrdiff_t end) {
    for (; panel < end; ++panel) {
      const std::ptrdiff_t first = panel * plan::panel_width, some = smaller_of(m.columns - first, plan::panel_width);
      float* const out = static_cast<float*>(to) + first * m.rows;
      if (v.form == plan::weight_form::bytes) {
        const char* const columns = static_cast<const char*>(from.at(first * (v.transposed ? m.rows : 1)));
        pack_bytes(columns, v.transposed ? 1 : m.columns, v.transposed ? m.rows : 1, m, first, some, v.type == i8, to);
      } else if (from.type == f32) {
        const float* const columns = static_cast<const float*>(from.at(first * (v.transposed ? m.rows : 1)));
        drivers::pack(columns, v.transposed ? 1 : m.columns, v.transposed ? m.rows : 1, m.rows, some, out);
      } else {
        pack_panel_of(from, v.transposed, m, first, some, out);
      }
    }
  });
}

// One value that is computed, in pieces that any thread may take. In the form of a matrix some rows at a time, or where they are long a part of one;
// turned, a panel at a time.
struct packing {
  const plan::bound_value& value;
  const ir::block_routine& from;
  void* to;
  plan::filter_points_fn transform;
  int tile = plan::winograd_tile_of(value.form);
  std::ptrdiff_t block = from.block(), rows = 0, columns = 0, at_once = 1, pieces = 0;

  packing(const plan::bound_value& v, const ir::block_routine& r, void* memory, plan::filter_points_fn f)
      : value(v), from(r), to(memory), transform(f) {
    if (v.form == plan::weight_form::plain) {
      pieces = parts_of(r.count, block);
      return;
    }
    const panel_matrix m(v);
    rows = tile > 0 ? v.dims[2] : m.rows, columns = m.columns;
    at_once = columns <= block ? block / columns : 1;
    const bool by_panels = v.transposed || v.form == plan::weight_form::bytes;
    pieces = by_panels ? parts_of(columns, plan::panel_width) : parts_of(rows, at_once);
  }
  float* floats() const { return static_cast<float*>(to); }
  std::ptrdiff_t columns_at_once() const { return columns <= block ? columns : block / plan::panel_width * plan::panel_width; }
};
using pack_writer = void (*)(const packing& p, std::ptrdiff_t begin, std::ptrdiff_t end);

inline void pack_plain(const packing& p, std::ptrdiff_t begin, std::ptrdiff_t end) {
  begin *= p.block, end = smaller_of(end * p.block, p.from.count);
  ir::block_worker worker(p.from);
  for (; begin < end; begin += p.block) {
    const std::ptrdiff_t count = smaller_of(end - begin, p.block);
    ir::narrow_block(worker.run(begin, static_cast<int>(count)), p.value.type, static_cast<char*>(p.to) + begin * size_of(p.value.type), count);
  }
}

inline void pack_transposed(const packing& p, std::ptrdiff_t begin, std::ptrdiff_t end) {
  constexpr std::ptrdiff_t most = 64;
  const std::ptrdiff_t some = smaller_of(most, p.block);
  ir::block_worker worker(p.from);
  alignas(64) float stage[plan::panel_width][most];
  for (std::ptrdiff_t panel = begin; panel < end; ++panel) {
    const std::ptrdiff_t first = panel * plan::panel_width, count = smaller_of(p.columns - first, plan::panel_width), wide = plan::whole_lines(count);
    for (std::ptrdiff_t row = 0; row < p.rows; row += some) {
      const std::ptrdiff_t rows = smaller_of(p.rows - row, some);
      for (std::ptrdiff_t c = 0; c < count; ++c)
        ir::narrow_block(worker.run((first + c) * p.rows + row, static_cast<int>(rows)), stage[c], rows);
      float* out = p.floats() + first * p.rows + row * wide;
      for (std::ptrdiff_t r = 0; r < rows; ++r)
        for (std::ptrdiff_t c = 0; c < wide; ++c) *out++ = c < count ? stage[c][r] : 0.f;
    }
  }
}

inline void pack_rows(const packing& p, std::ptrdiff_t begin, std::ptrdiff_t end) {
  begin *= p.at_once, end = smaller_of(end * p.at_once, p.rows);
  ir::block_worker worker(p.from);
  const std::ptrdiff_t part = p.columns_at_once();
  for (std::ptrdiff_t row = begin; row < end; row += p.at_once)
    for (std::ptrdiff_t column = 0; column < p.columns; column += part) {
      const std::ptrdiff_t rows = smaller_of(end - row, p.at_once), columns = smaller_of(p.columns - column, part);
      const double* from = worker.run(row * p.columns + column, static_cast<int>(rows * columns));
      for (std::ptrdiff_t panel = 0; panel < columns; panel += plan::panel_width) {
        const std::ptrdiff_t first = column + panel, count = smaller_of(p.columns - first, plan::panel_width), wide = plan::whole_lines(count);
        for (std::ptrdiff_t r = 0; r < rows; ++r) {
          float* const out = p.floats() + first * p.rows + (row + r) * wide;
          ir::narrow_block(from + r * columns + panel, out, count);
          for (std::ptrdiff_t c = count; c < wide; ++c) out[c] = 0;
        }
      }
    }
}
// Winograd's filters [3][3][rows][columns] to [columns / 64][(m+2)^2][rows][64].
inline void pack_transformed(const packing& p, std::ptrdiff_t begin, std::ptrdiff_t end) {
  begin *= p.at_once, end = smaller_of(end * p.at_once, p.rows);
  ir::block_worker worker(p.from);
  const std::ptrdiff_t part = p.columns_at_once(), points = (p.tile + 2) * (p.tile + 2);
  vec<double> taps(static_cast<int>(10 * p.at_once * plan::whole_lines(part)));  // of each panel [10][rows][columns of whole lines]
  for (std::ptrdiff_t row = begin; row < end; row += p.at_once)
    for (std::ptrdiff_t column = 0; column < p.columns; column += part) {
      const std::ptrdiff_t rows = smaller_of(end - row, p.at_once), columns = smaller_of(p.columns - column, part);
      for (std::ptrdiff_t tap = 0; tap < 9; ++tap) {
        const double* from = worker.run((tap * p.rows + row) * p.columns + column, static_cast<int>(rows * columns));
        for (std::ptrdiff_t panel = 0; panel < columns; panel += plan::panel_width) {
          const std::ptrdiff_t count = smaller_of(columns - panel, plan::panel_width), wide = plan::whole_lines(count);
          double* const to = taps.begin() + (10 * panel + tap * wide) * rows;
          for (std::ptrdiff_t r = 0; r < rows; ++r) {
            std::memcpy(to + r * wide, from + r * columns + panel, static_cast<std::size_t>(count) * 8);
            for (std::ptrdiff_t c = count; c < wide; ++c) to[r * wide + c] = 0;
          }
        }
      }
      for (std::ptrdiff_t panel = 0; panel < columns; panel += plan::panel_width) {
        const std::ptrdiff_t first = column + panel, wide = plan::whole_lines(smaller_of(columns - panel, plan::panel_width)), size = rows * wide;
        p.transform({taps.begin() + 10 * panel * rows, size, p.tile, p.floats() + first * points * p.rows + row * wide, p.rows * wide});
      }
    }
}

// Each panel [rows][columns], or as it lies where it is turned, and then packed.
inline void pack_computed_bytes(const packing& p, std::ptrdiff_t begin, std::ptrdiff_t end) {
  ir::block_worker worker(p.from);
  const panel_matrix m(p.value);
  vec<char> panel(static_cast<int>(p.rows * plan::byte_panel));
  const auto read = [&](std::ptrdiff_t at, std::ptrdiff_t count, char* to) {
    for (std::ptrdiff_t i = 0; i < count; i += p.block) {
      const std::ptrdiff_t some = smaller_of(count - i, p.block);
      ir::narrow_block(worker.run(at + i, static_cast<int>(some)), p.value.type, to + i, some);
    }
  };
  for (; begin < end; ++begin) {
    const std::ptrdiff_t first = begin * plan::byte_panel, columns = smaller_of(p.columns - first, plan::byte_panel);
    if (p.value.transposed) read(first * p.rows, columns * p.rows, panel.begin());
    else
      for (std::ptrdiff_t r = 0; r < p.rows; ++r) read(r * p.columns + first, columns, panel.begin() + r * columns);
    pack_bytes(panel.begin(), p.value.transposed ? 1 : columns, p.value.transposed ? p.rows : 1, m, first, columns, p.value.type == i8, p.to);
  }
}

// What a program needs to compute values: its primitives, and the forms that they are stored in; nothing where it copies variables.
enum class pack_form { plain, rows, transposed, transformed, bytes, count };
constexpr pack_form form_of(const plan::bound_value& v) {
  return v.form == plan::weight_form::plain           ? pack_form::plain
         : v.form == plan::weight_form::bytes         ? pack_form::bytes
         : plan::winograd_tile_of(v.form) > 0         ? pack_form::transformed
         : v.transposed                               ? pack_form::transposed
                                                      : pack_form::rows;
}
struct bind_code {
  const ir::bind_rule* rules = nullptr;
  pack_writer writers[static_cast<int>(pack_form::count)]{};
  plan::filter_points_fn (*transform)(isa) = nullptr;
  void (*compute)(const pack_job& job, const bind_code& code) = nullptr;
};
inline void pack_computed(const pack_job& job, const bind_code& code) {
  const plan::filter_points_fn transform = code.transform ? code.transform(best_isa()) : nullptr;
  const ir::graph& g = job.bind;
  ir::bind_graph graph(g, code.rules, job.weights);
  vec<int> first(g.nodes.size(), -1), next(job.count, -1);  // the values that are a node's
  for (int i = job.count; i-- > 0;) {
    const int id = g.outputs[i].id;
    if (is_copied(g.nodes.items, id, job.values[i])) continue;
    next[i] = first[id];
    first[id] = i;
  }
  for (int id = 0; id < g.nodes.size(); graph.release(id++)) {
    graph.compute(id);
    for (int i = first[id]; i >= 0; i = next[i]) {
      const ir::block_routine from = graph.routine_of(id);
      if (from.count == 0) continue;
      const packing p(job.values[i], from, job.to[i], transform);
      const pack_writer write = code.writers[static_cast<int>(form_of(job.values[i]))];
      in_parts(job.threads, p.pieces, from.count, [&p, write](std::ptrdiff_t begin, std::ptrdiff_t end) { write(p, begin, end); });
    }
  }
}
// `Forms`: a bit for each that is computed.
template <ir::op_set Used, unsigned Forms>
constexpr bind_code bind_code_of() {
  bind_code c;
  if constexpr (Forms != 0) {
    c.rules = ir::some_bind_rules<Used>;
    if constexpr (Forms >> static_cast<int>(pack_form::plain) & 1) c.writers[static_cast<int>(pack_form::plain)] = pack_plain;
    if constexpr (Forms >> static_cast<int>(pack_form::rows) & 1) c.writers[static_cast<int>(pack_form::rows)] = pack_rows;
    if constexpr (Forms >> static_cast<int>(pack_form::transposed) & 1) c.writers[static_cast<int>(pack_form::transposed)] = pack_transposed;
    if constexpr (Forms >> static_cast<int>(pack_form::bytes) & 1) c.writers[static_cast<int>(pack_form::bytes)] = pack_computed_bytes;
    if constexpr (Forms >> static_cast<int>(pack_form::transformed) & 1) {
      c.writers[static_cast<int>(pack_form::transformed)] = pack_transformed;
      c.transform = plan::filter_points_of;
    }
    c.compute = pack_computed;
  }
  return c;
}
constexpr unsigned computed_forms(const ir::node* nodes, const ir::output_entry* outputs, const plan::bound_value* values, int count) {
  unsigned forms = 0;
  for (int i = 0; i < count; ++i)
    if (!is_copied(nodes, outputs[i].id, values[i])) forms |= 1u << static_cast<int>(form_of(values[i]));
  return forms;
}

}  // namespace igata::inline IGATA_ABI::detail

IGATA_SCALAR_CODE_END
