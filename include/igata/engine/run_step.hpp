// One step of a plan: its record is what its kernel is called with. The only place where plans and kernels meet.
#pragma once
#include "../core/scalar_code.hpp"
#include "../kernels/dispatch.hpp"
#include "context.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI::detail {

template <class Args>
const Args& arguments(const std::byte* record) noexcept {
  return *reinterpret_cast<const Args*>(record);
}
inline bool does_all(const context& c) noexcept { return c.part.parts == 1 && c.part.all == 0; }

// Who shares a step has its own share and scratch memory.
template <class Args>
Args arguments_of_share(const Args& whole, const context& c) noexcept {
  Args mine = whole;
  mine.part = c.part;
  if constexpr (requires { mine.scratch; })
    if (c.part.part > 0) mine.scratch = c.scratch;
  return mine;
}
template <class Args>
void run_kernel(void (*kernel)(const Args&) noexcept, const std::byte* record, const context& c) noexcept {
  if (does_all(c)) kernel(arguments<Args>(record));
  else kernel(arguments_of_share(arguments<Args>(record), c));
}

inline const void* moved(const void* from, std::ptrdiff_t by) noexcept { return static_cast<const std::uint32_t*>(from) + by; }
inline void* moved(void* from, std::ptrdiff_t by) noexcept { return static_cast<std::uint32_t*>(from) + by; }

// A share is a part of the rows; of a single one, whole vectors.
inline void run_pointwise(const std::byte* record, const context& c, drivers::stream_kernel stream) noexcept {
  const epilogue& loop = arguments<epilogue>(record);
  if (does_all(c)) {
    if (loop.args.rows * loop.args.cols > 0) drivers::run_rows(loop.fn, loop.args, loop.inputs, loop.outputs, stream);
    return;
  }
  pointwise_args a = loop.args;
  const bool by_rows = a.rows > 1;
  const range mine = by_rows ? c.part.of(a.rows) : c.part.of(a.cols, 64);
  if (mine.size() == 0 || a.cols == 0) return;
  for (int i = 0; i < loop.inputs; ++i) a.in[i] = moved(a.in[i], mine.begin * (by_rows ? a.in_row[i] : a.in_col[i]));
  for (int i = 0; i < loop.outputs; ++i) a.out[i] = moved(a.out[i], mine.begin * (by_rows ? a.out_row[i] : 1));
  a.index = static_cast<std::uint32_t>(by_rows ? mine.begin * a.cols : mine.begin);
  (by_rows ? a.rows : a.cols) = mine.size();
  drivers::run_rows(loop.fn, a, loop.inputs, loop.outputs, stream);
}

// A share is a part of the outermost axis.
inline void run_nested(const std::byte* record, const context& c) noexcept {
  const nested_loop_args& nest = arguments<nested_loop_args>(record);
  const epilogue& loop = nest.loop;
  const int inputs = loop.inputs, outputs = loop.outputs, axes = static_cast<int>(nest.axes);
  const range mine = c.part.of(nest.extent[0]);
  std::ptrdiff_t blocks = mine.size(), below = loop.args.rows * loop.args.cols;
  for (int i = 1; i < axes; ++i) {
    blocks *= nest.extent[i];
    below *= nest.extent[i];
  }
  if (loop.args.rows * loop.args.cols == 0) return;
  pointwise_args a = loop.args;
  a.index = static_cast<std::uint32_t>(mine.begin * below);
  std::ptrdiff_t at[max_outer_axes] = {mine.begin};
  for (; blocks > 0; --blocks) {  // an odometer over blocks
    const std::ptrdiff_t* stride = nest.strides;
    const auto offset = [&] {
      std::ptrdiff_t sum = 0;
      for (int k = 0; k < axes; ++k) sum += at[k] * *stride++;
      return sum;
    };
    for (int i = 0; i < inputs; ++i) a.in[i] = moved(loop.args.in[i], offset());
    for (int i = 0; i < outputs; ++i) a.out[i] = moved(loop.args.out[i], offset());
    drivers::run_rows(loop.fn, a, inputs, outputs, c.kernels->stream);
    a.index += static_cast<std::uint32_t>(a.rows * a.cols);
    for (int axis = axes - 1; ++at[axis] == nest.extent[axis] && axis > 0; --axis) at[axis] = 0;
  }
}

// Of many products each share takes some whole.
inline void run_batched_gemm(const std::byte* record, const context& c) noexcept {
  const batched_gemm_args& all = arguments<batched_gemm_args>(record);
  gemm_args a = arguments_of_share(all.product, c);
  range mine{0, all.batches};
  if (all.batches >= a.part.parts) {
    mine = a.part.of(all.batches);
    a.part = {};
  }
  a.a += mine.begin * all.step_a, a.b += mine.begin * all.step_b, a.c += mine.begin * all.step_c;
  for (std::ptrdiff_t i = mine.begin; i < mine.end; ++i, a.a += all.step_a, a.b += all.step_b, a.c += all.step_c) c.kernels->gemm(a);
}

}  // namespace igata::inline IGATA_ABI::detail

IGATA_SCALAR_CODE_END
