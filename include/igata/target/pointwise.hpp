// What a fused group of elementwise operations is, to the compiler passes that make it and to the kernel that runs it.
//
// Registers are numbered: the inputs first (0 … inputs-1), then one per instruction. All lanes have one width, 32 bits, or 64 in a program of wide
// lanes. The program is a template argument of its kernel, so it holds no sizes, strides, pointers or constants: constants are inputs of kind
// `scalar`. Integers only and no padding (clang reads the wrong member of a padded class used as a template argument).
//
//   relu(x * g + b):   inputs 3, code { mul 0 1 -> r3; add 3 2 -> r4; max r4 ... }
#pragma once
#include <cstddef>      // ptrdiff_t
#include <cstdint>      // uint8_t, uint32_t
#include <type_traits>  // has_unique_object_representations

#include "../version.hpp"

namespace igata::inline IGATA_ABI::plan {

enum class opcode : std::uint8_t {
#define IGATA_OPCODE(name, arity) name,
#include "opcodes.inc"
#undef IGATA_OPCODE
  count_
};

inline constexpr std::uint8_t opcode_arity[] = {
#define IGATA_OPCODE(name, arity) arity,
#include "opcodes.inc"
#undef IGATA_OPCODE
};

inline constexpr const char* opcode_name[] = {
#define IGATA_OPCODE(name, arity) #name,
#include "opcodes.inc"
#undef IGATA_OPCODE
};

// How an input's address moves along a row; and in the higher bits, what an element is in memory.
enum class column_access : std::uint8_t {
  contiguous,  // column stride 1
  scalar,      // column stride 0: one value per row
  strided,     // any column stride
};
// lane: the bytes that a register has. Integers become the lane's, fractions its real numbers, bytes of 0 and 1 a mask. Of 4 bytes only in lanes of
// 64 bits.
enum class storage : std::uint8_t { lane, u8, i8, u16, i16, i32, u32, f32, f16, bf16, mask };
constexpr column_access stored_as(column_access access, storage element) {
  return static_cast<column_access>(static_cast<int>(access) | static_cast<int>(element) << 2);
}
constexpr column_access access_of(column_access kind) { return static_cast<column_access>(static_cast<int>(kind) & 3); }
constexpr storage storage_of(column_access kind) { return static_cast<storage>(static_cast<int>(kind) >> 2); }

struct instruction {
  opcode code;
  std::uint8_t a, b, c;  // registers
  constexpr std::uint32_t pack() const {
    return static_cast<std::uint32_t>(code) | std::uint32_t{a} << 8 | std::uint32_t{b} << 16 | std::uint32_t{c} << 24;
  }
  static constexpr instruction unpack(std::uint32_t w) {
    return {static_cast<opcode>(w & 255), static_cast<std::uint8_t>(w >> 8 & 255), static_cast<std::uint8_t>(w >> 16 & 255),
            static_cast<std::uint8_t>(w >> 24)};
  }
};

inline constexpr int max_pointwise_inputs = 20;  // constants included
inline constexpr int max_pointwise_outputs = 8;
inline constexpr int max_pointwise_length = 64;
inline constexpr int max_pointwise_registers = max_pointwise_inputs + max_pointwise_length;

struct pointwise_program {
  std::uint8_t inputs, outputs, length, has_random;          // has_random: 2 in a plan where lanes have 64 bits; kernels never see that
  column_access kind[max_pointwise_inputs];                  // of each input
  std::uint8_t result[max_pointwise_outputs];         // the register that each output stores; outputs are contiguous
  std::uint32_t code[max_pointwise_length];           // packed instructions; zeros behind the last
  std::uint32_t stores;                               // how outputs are stored: four bits of `storage` for each
  friend constexpr bool operator==(const pointwise_program&, const pointwise_program&) = default;
};
static_assert(std::has_unique_object_representations_v<pointwise_program>, "a template argument must not have padding");

constexpr storage storage_of_output(const pointwise_program& p, int output) { return static_cast<storage>(p.stores >> 4 * output & 15); }

constexpr bool is_wide(const pointwise_program& p) { return p.has_random & 2; }
// As its kernel gets it.
constexpr pointwise_program without_width(pointwise_program p) {
  p.has_random &= 1;
  return p;
}

// Whether each row is one value: such loops run over single elements, and one instruction set is enough for them.
constexpr bool is_uniform(const pointwise_program& p) {
  for (int i = 0; i < p.inputs; ++i)
    if (access_of(p.kind[i]) != column_access::scalar) return false;
  return !p.has_random;
}

// Functions of many operations.
constexpr bool is_function(opcode code) {
  return (code >= opcode::exp && code <= opcode::cos) || code == opcode::pow || code == opcode::random ||
         (code >= opcode::idiv && code <= opcode::urem);
}
constexpr bool calls_functions(const pointwise_program& p) {
  for (int i = 0; i < p.length; ++i)
    if (is_function(instruction::unpack(p.code[i]).code)) return true;
  return false;
}

// Of how many bytes the elements of a loop's operands are, inputs and then outputs, two bits each: 0 is the lane's, 1 is 2, 2 is 1, 3 is 4.
struct element_sizes {
  std::uint64_t bits = 0;
  [[gnu::always_inline]] constexpr int of_input(int i, int lane_bytes = 4) const {
    if (lane_bytes == 4) return 4 >> (bits >> 2 * i & 3);
    const int code = static_cast<int>(bits >> 2 * i & 3);
    return code == 0 ? lane_bytes : code == 3 ? 4 : 4 >> code;
  }
  [[gnu::always_inline]] constexpr int of_output(int i, int lane_bytes = 4) const { return of_input(max_pointwise_inputs + i, lane_bytes); }
  constexpr void set_input(int i, int size, int lane_bytes = 4) {
    bits |= std::uint64_t{size == lane_bytes ? 0u : size == 2 ? 1u : size == 1 ? 2u : 3u} << 2 * i;
  }
  constexpr void set_output(int i, int size, int lane_bytes = 4) { set_input(max_pointwise_inputs + i, size, lane_bytes); }
  constexpr bool has_words(int outputs) const { return (bits >> 2 * max_pointwise_inputs & ((1u << 2 * outputs) - 1)) == 0; }  // of so many outputs
};

struct interpreted_program;

// A block of rows × cols elements. Strides count elements. A program's function runs the first row; drivers::run_rows all.
// `out[o][r * out_row[o] + c]` = the program on `in[i][r * in_row[i] + c * in_col[i]]`; an output may be the same memory as an input
// of kind `contiguous` with the same row stride, else they do not overlap.
struct pointwise_args {
  const void* in[max_pointwise_inputs];
  std::ptrdiff_t in_row[max_pointwise_inputs];
  std::ptrdiff_t in_col[max_pointwise_inputs];  // 1, 0 or any, as the program's kinds say
  void* out[max_pointwise_outputs];
  std::ptrdiff_t out_row[max_pointwise_outputs];
  std::ptrdiff_t rows, cols;
  std::uint32_t index, index_row;  // logical index of element (0, 0), and how much a row adds to it: for opcode::random, else 0 will do
  const interpreted_program* program = nullptr;  // of the interpreter (interpreted.hpp); a program's own function knows it
  element_sizes sizes;
};

using pointwise_fn = void (*)(const pointwise_args&) noexcept;

}  // namespace igata::inline IGATA_ABI::plan
