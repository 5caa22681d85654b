// Writes the fields of a step, as they are planned, to what its kernel is called with. `Memory` says what addresses and extents become:
// write(place, pointer to an address) and write(planned_extent, number).
#pragma once
#include "../core/scalar_code.hpp"
#include "../plan/plan.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI::detail {

// One field, by its planned form. `behind`: the loop of the same step. Calls, not inlined: a kernel has twenty fields.
template <class Memory>
struct field_writer {
  Memory memory;
  epilogue* behind;

  template <class T>
  void operator()(const place& from, T*& to) const { memory.write(from, &to); }
  void operator()(const planned_extent& from, std::ptrdiff_t& to) const { memory.write(from, to); }
  void operator()(const planned_loop&, const epilogue*& to) const { to = behind; }
  template <class T, class U>
    requires std::is_arithmetic_v<T>
  void operator()(const T& from, U& to) const { to = static_cast<U>(from); }
  template <class T, class U, std::size_t N>
  void operator()(const T (&from)[N], U (&to)[N]) const {
    for (std::size_t i = 0; i < N; ++i) (*this)(from[i], to[i]);
  }
  template <class T>
    requires std::is_enum_v<T>
  void operator()(const T& from, T& to) const { to = from; }
};

// A step's loop, with its operands, whose strides along outer axes go to `stride`.
template <class Memory>
[[gnu::cold]] void write_loop(const Memory& memory, pointwise_fn program, const planned_loop& loop, const int* operands, epilogue* to,
                              std::ptrdiff_t* stride, int lane_bytes = 4) {
  to->fn = program;
  to->inputs = loop.inputs;
  to->outputs = loop.outputs;
  to->strides = stride;
  memory.write(loop.rows, to->args.rows);
  memory.write(loop.cols, to->args.cols);
  to->args.index_row = static_cast<std::uint32_t>(loop.index_row);
  for (int i = 0; i < loop.operands(); ++i) {
    const int* const at = operand_at(operands, loop, i);
    const planned_operand x = read_fields<planned_operand>(at);
    const int k = i + loop.given < loop.inputs ? i + loop.given : i + loop.given - loop.inputs;
    if (i + loop.given < loop.inputs) {
      memory.write(x.at, &to->args.in[k]);
      to->args.in_row[k] = x.row;
      to->args.in_col[k] = x.column;
      to->args.sizes.set_input(k, x.at.size, lane_bytes);
    } else {
      memory.write(x.at, &to->args.out[k]);
      to->args.out_row[k] = x.row;
      to->args.sizes.set_output(k, x.at.size, lane_bytes);
    }
    for (int axis = 0; axis < loop.outer; ++axis) *stride++ = at[operand_words + axis];
  }
}

}  // namespace igata::inline IGATA_ABI::detail

IGATA_SCALAR_CODE_END
