// Runs loops over strided operands with the pointwise kernels. Nothing here depends on an expression's type.
#pragma once
#include "../core/float_control.hpp"
#include "../core/shape.hpp"
#include "../engine/require_isa.hpp"
#include "../kernels/dispatch.hpp"
#include "workspace.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {
inline isa& chosen_isa() noexcept {
  static isa chosen = best_isa();
  return chosen;
}
}  // namespace detail

// The instruction set of all expressions from now on, in place of the best one: for tests and comparisons. Not while expressions run.
inline void use_isa(isa which) {
  detail::require_isa(which);
  detail::chosen_isa() = which;
}

namespace detail {

// Memory as axes with strides in elements.
struct strided_memory {
  const void* data;
  std::ptrdiff_t stride[max_rank];
};
// out[i…] = program(in[i…]…); broadcast operands have stride 0.
struct loop {
  int rank, inputs;
  std::ptrdiff_t extent[max_rank];
  strided_memory in[max_pointwise_inputs], out;
};
struct loop_functions {
  pointwise_fn contiguous, strided;
  const column_access* kind;  // by input, what `contiguous` expects: column stride 1, or 0 (scalar)
  const bool* single;  // by input: one element, which fits any
  drivers::stream_kernel stream;
};

struct address_range {
  std::uintptr_t begin, end;
};
inline address_range range_of(const strided_memory& m, int rank, const std::ptrdiff_t* extent) {
  std::ptrdiff_t low = 0, high = 1;
  for (int i = 0; i < rank; ++i) {
    const std::ptrdiff_t reach = (extent[i] - 1) * m.stride[i];
    (reach < 0 ? low : high) += reach;
  }
  const std::uintptr_t base = reinterpret_cast<std::uintptr_t>(m.data);
  return {base + static_cast<std::uintptr_t>(low * 4), base + static_cast<std::uintptr_t>(high * 4)};
}
inline bool overlap(address_range a, address_range b) { return a.begin < b.end && b.begin < a.end; }
inline bool is_empty(int rank, const std::ptrdiff_t* extent) {
  for (int i = 0; i < rank; ++i)
    if (extent[i] == 0) return true;
  return false;
}
inline std::ptrdiff_t product_of(const std::ptrdiff_t* extent, int rank) {
  std::ptrdiff_t count = 1;
  for (int i = 0; i < rank; ++i) count *= extent[i];
  return count;
}
inline void contiguous_strides(int rank, const std::ptrdiff_t* extent, std::ptrdiff_t* stride) {
  std::ptrdiff_t step = 1;
  for (int i = rank; i-- > 0; step *= extent[i]) stride[i] = step;
}

// Whether the loop writes what it still reads: an input may be the result's own memory only if every element is read where it is written.
inline bool overwrites_inputs(const loop& l) {
  const address_range written = range_of(l.out, l.rank, l.extent);
  for (int i = 0; i < l.inputs; ++i) {
    if (!overlap(written, range_of(l.in[i], l.rank, l.extent))) continue;
    bool same = l.in[i].data == l.out.data;
    for (int k = 0; k < l.rank; ++k) same = same && (l.extent[k] == 1 || l.in[i].stride[k] == l.out.stride[k]);
    if (!same) return true;
  }
  return false;
}

inline void swap_axes(loop& l, int i, int k) {
  std::swap(l.extent[i], l.extent[k]);
  std::swap(l.out.stride[i], l.out.stride[k]);
  for (int x = 0; x < l.inputs; ++x) std::swap(l.in[x].stride[i], l.in[x].stride[k]);
}
inline void shift(strided_memory& m, std::ptrdiff_t elements) { m.data = static_cast<const std::uint32_t*>(m.data) + elements; }
inline std::ptrdiff_t size_of_step(std::ptrdiff_t stride) { return stride < 0 ? -stride : stride; }

// Axes in the order of the result's memory, forwards, as few as possible.
inline void normalize(loop& l) {
  int rank = 0;
  for (int i = 0; i < l.rank; ++i) {
    if (l.extent[i] == 1) continue;
    if (i != rank) swap_axes(l, i, rank);
    if (l.out.stride[rank] < 0) {
      const std::ptrdiff_t last = l.extent[rank] - 1;
      shift(l.out, last * l.out.stride[rank]);
      l.out.stride[rank] = -l.out.stride[rank];
      for (int x = 0; x < l.inputs; ++x) {
        shift(l.in[x], last * l.in[x].stride[rank]);
        l.in[x].stride[rank] = -l.in[x].stride[rank];
      }
    }
    for (int k = rank; k > 0 && l.out.stride[k] > l.out.stride[k - 1]; --k) swap_axes(l, k, k - 1);
    ++rank;
  }
  l.rank = rank;
  int kept = 0;  // axis i joins axis kept - 1 where every operand goes on there
  for (int i = 0; i < rank; ++i) {
    bool joins = kept > 0 && l.out.stride[kept - 1] == l.out.stride[i] * l.extent[i];
    for (int x = 0; x < l.inputs && joins; ++x) joins = l.in[x].stride[kept - 1] == l.in[x].stride[i] * l.extent[i];
    const int to = joins ? kept - 1 : kept++;
    l.extent[to] = joins ? l.extent[to] * l.extent[i] : l.extent[i];
    l.out.stride[to] = l.out.stride[i];
    for (int x = 0; x < l.inputs; ++x) l.in[x].stride[to] = l.in[x].stride[i];
  }
  l.rank = kept;
}

inline bool expects(const loop_functions& f, int input, std::ptrdiff_t column_stride) {
  return f.single[input] || column_stride == (f.kind[input] == column_access::scalar ? 0 : 1);
}
// Whether `contiguous` reads all operands from `first` on as they lie. Where a stride does not matter, because there is one column or one
// element, it becomes what the functions take it for.
inline bool choose_columns(pointwise_args& a, const loop_functions& f, int first, int inputs, std::ptrdiff_t cols) {
  bool contiguous = true;
  for (int x = first; x < inputs; ++x) {
    if (cols == 1 || f.single[x]) a.in_col[x] = f.kind[x] == column_access::scalar ? 0 : 1;
    contiguous = contiguous && expects(f, x, a.in_col[x]);
  }
  return contiguous;
}

// A plane of rows and columns whose results do not lie beside each other: by way of a buffer.
[[gnu::cold]] inline void run_scattered(pointwise_args a, std::ptrdiff_t out_row, std::ptrdiff_t out_col, int inputs, pointwise_fn run) {
  constexpr std::ptrdiff_t width = 512;
  alignas(64) std::uint32_t results[width];
  std::uint32_t* const out = static_cast<std::uint32_t*>(a.out[0]);
  const std::ptrdiff_t rows = a.rows, cols = a.cols;
  const void* in[max_pointwise_inputs];
  for (int x = 0; x < inputs; ++x) in[x] = a.in[x];
  a.rows = 1;
  a.out[0] = results;
  for (std::ptrdiff_t r = 0; r < rows; ++r)
    for (std::ptrdiff_t c = 0; c < cols; c += width) {
      for (int x = 0; x < inputs; ++x) a.in[x] = static_cast<const std::uint32_t*>(in[x]) + r * a.in_row[x] + c * a.in_col[x];
      a.cols = cols - c < width ? cols - c : width;
      run(a);
      for (std::ptrdiff_t i = 0; i < a.cols; ++i) out[r * out_row + (c + i) * out_col] = results[i];
    }
}
// A plane with operands that run down its columns: these are turned, a tile at a time, into memory that stays in the first cache level.
inline void run_turned(pointwise_args a, int inputs, const loop_functions& f) {
  constexpr std::ptrdiff_t height = 16, width = 64;
  constexpr int most = 4;
  alignas(64) std::uint32_t tiles[most][height * width];
  int turned[max_pointwise_inputs], count = 0;
  bool rest = true;  // fits the contiguous function
  for (int x = 0; x < inputs; ++x) {
    turned[x] = -1;
    if (expects(f, x, a.in_col[x])) continue;
    if (count < most && f.kind[x] == column_access::contiguous) turned[x] = count++;
    else rest = false;
  }
  const pointwise_fn run = rest ? f.contiguous : f.strided;
  pointwise_args tile = a;
  for (std::ptrdiff_t c = 0; c < a.cols; c += width)
    for (std::ptrdiff_t r = 0; r < a.rows; r += height) {
      tile.rows = a.rows - r < height ? a.rows - r : height;
      tile.cols = a.cols - c < width ? a.cols - c : width;
      for (int x = 0; x < inputs; ++x) {
        const std::uint32_t* from = static_cast<const std::uint32_t*>(a.in[x]) + r * a.in_row[x] + c * a.in_col[x];
        tile.in[x] = from;
        if (turned[x] < 0) continue;
        std::uint32_t* const to = tiles[turned[x]];
        for (std::ptrdiff_t j = 0; j < tile.cols; ++j)
          for (std::ptrdiff_t i = 0; i < tile.rows; ++i) to[i * width + j] = from[i * a.in_row[x] + j * a.in_col[x]];
        tile.in[x] = to;
        tile.in_row[x] = width;
        tile.in_col[x] = 1;
      }
      tile.out[0] = static_cast<std::uint32_t*>(a.out[0]) + r * a.out_row[0] + c;
      drivers::run_rows(run, tile, inputs, 1);
    }
}

// The loop, which is not empty and overwrites no input.
inline void run_plain(loop& l, const loop_functions& f) {
  normalize(l);
  const auto last = [&](const strided_memory& m, int back) { return l.rank >= back ? m.stride[l.rank - back] : 0; };
  pointwise_args a;
  a.rows = l.rank >= 2 ? l.extent[l.rank - 2] : 1;
  a.cols = l.rank >= 1 ? l.extent[l.rank - 1] : 1;
  a.index = a.index_row = 0;
  bool turns = false;
  for (int x = 0; x < l.inputs; ++x) {
    a.in_row[x] = last(l.in[x], 2);
    a.in_col[x] = last(l.in[x], 1);
    turns = turns || (a.cols > 1 && a.rows > 1 && size_of_step(a.in_col[x]) > size_of_step(a.in_row[x]) && a.in_row[x] != 0);
  }
  const pointwise_fn run = choose_columns(a, f, 0, l.inputs, a.cols) ? f.contiguous : f.strided;
  a.out_row[0] = last(l.out, 2);
  const std::ptrdiff_t out_col = l.rank ? l.out.stride[l.rank - 1] : 1;
  std::ptrdiff_t at[max_rank]{};
  for (;;) {
    for (int x = 0; x < l.inputs; ++x) a.in[x] = l.in[x].data;
    a.out[0] = const_cast<void*>(l.out.data);
    if (out_col != 1) run_scattered(a, a.out_row[0], out_col, l.inputs, run);
    else if (turns) run_turned(a, l.inputs, f);
    else drivers::run_rows(run, a, l.inputs, 1, a.cols * a.rows < drivers::streamed_floats / 8 ? nullptr : f.stream);
    int axis = l.rank - 3;
    for (; axis >= 0; --axis) {  // an odometer over the outer axes
      const bool carries = ++at[axis] == l.extent[axis];
      const std::ptrdiff_t steps = carries ? 1 - l.extent[axis] : 1;
      for (int x = 0; x < l.inputs; ++x) shift(l.in[x], steps * l.in[x].stride[axis]);
      shift(l.out, steps * l.out.stride[axis]);
      if (!carries) break;
      at[axis] = 0;
    }
    if (axis < 0) return;
  }
}

[[gnu::cold]] inline void copy_memory(const strided_memory& from, const strided_memory& to, int rank, const std::ptrdiff_t* extent) {
  copy_args c{};
  c.rank = rank;
  for (int i = 0; i < rank; ++i) {
    c.extent[i] = extent[i];
    c.in_stride[i] = from.stride[i];
    c.out_stride[i] = to.stride[i];
  }
  c.in = from.data;
  c.out = const_cast<void*>(to.data);
  drivers::copy(c);
}

[[gnu::cold]] inline void run_aside(loop& l, const loop_functions& f) {
  workspace::frame temporary;
  const loop whole = l;
  l.out.data = temporary.allocate(product_of(l.extent, l.rank));
  contiguous_strides(l.rank, l.extent, l.out.stride);
  const strided_memory results = l.out;
  run_plain(l, f);
  copy_memory(results, whole.out, whole.rank, whole.extent);
}
inline void run_loop(loop& l, const loop_functions& f) {
  [[maybe_unused]] const exact_scope exact;
  if (is_empty(l.rank, l.extent)) return;
  if (overwrites_inputs(l)) [[unlikely]] run_aside(l, f);
  else run_plain(l, f);
}

}  // namespace detail

}  // namespace igata::inline IGATA_ABI
