// A pointwise program while it is written: its inputs, instructions and results; and casts, which are several instructions.
#pragma once
#include "fusion.hpp"
#include "lane_bits.hpp"

namespace igata::inline IGATA_ABI::plan {

// An input of a program: a node read from memory, or a constant's bits.
struct program_input {
  int id = -1;
  std::uint64_t bits = 0;
};

struct lowered {
  pointwise_program program{};   // without kinds: those come with the strides
  vec<program_input> inputs;
  vec<int> outputs;              // nodes: stored members, then (reduce) the operands of the reductions
};

}  // namespace igata::inline IGATA_ABI::plan

namespace igata::inline IGATA_ABI::detail {

class program_writer {
 public:
  constexpr program_writer(const graph& g, const fusion& f) : g_(g), f_(f), register_(g.nodes.size(), -1) {}

 protected:
  static constexpr int first_result = 100;  // registers of instructions while the number of inputs is not known

  constexpr void set(int id, int r) {
    register_.items[id] = r;
    used_.push(id);
  }
  // The register that holds a node: a member's, or an input's, added at its first use.
  constexpr int input(int x) {
    const node& v = g_.nodes.items[x];
    if (v.code == op::constant) return number(v.number, v.type);
    if (register_.items[x] >= 0) return register_.items[x];
    out_.inputs.push({x, 0});
    set(x, out_.inputs.count - 1);
    return out_.inputs.count - 1;
  }
  constexpr int bits(std::uint64_t b) {
    for (int i = 0; i < out_.inputs.count; ++i)
      if (out_.inputs.items[i].id < 0 && out_.inputs.items[i].bits == b) return i;
    out_.inputs.push({-1, b});
    return out_.inputs.count - 1;
  }
  constexpr int number(double x, dtype type) { return bits(wide_ ? wide_bits(x, type) : lane_bits(x, type)); }
  // Of i32, or in lanes of 64 bits of i64.
  constexpr int whole(int x) { return bits(wide_ ? static_cast<std::uint64_t>(std::int64_t{x}) : static_cast<std::uint32_t>(x)); }
  constexpr int operand(const node& v, int i) { return input(g_.operand(v, i)); }
  constexpr int emit(opcode code, int a, int b = 0, int c = 0) {
    code_.push({code, static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b), static_cast<std::uint8_t>(c)});
    return first_result + code_.count - 1;
  }
  constexpr void result(int r, int id) {
    out_.program.result[out_.outputs.count] = static_cast<std::uint8_t>(r);
    out_.program.stores |= static_cast<std::uint32_t>(storage_of(g_.nodes.items[id].type, wide_)) << 4 * out_.outputs.count;
    out_.outputs.push(id);
  }

  constexpr std::uint64_t uppermost() const { return std::uint64_t{1} << (wide_ ? 63 : 31); }
  // The upper half of the bits as a number with a sign, and the lower half: only their sum is rounded.
  constexpr int real_without_sign(int x, std::uint64_t lower, double end, dtype type) {
    const int low = emit(opcode::bit_and, x, bits(lower)), high = emit(opcode::bit_and, x, bits(wide_ ? ~lower : lower << 16)),
              below = emit(opcode::ilt, x, whole(0)), upper = emit(opcode::to_f32, high);
    const int lifted = emit(opcode::select, below, emit(opcode::add, upper, number(end, type)), upper);
    return emit(opcode::add, lifted, emit(opcode::to_f32, low));
  }
  // Truncated and saturated at 0 and at twice `half`.
  constexpr int whole_without_sign(int x, double half, dtype type) {
    const int most = emit(opcode::max, x, number(0, type)), large = emit(opcode::le, number(half, type), most);
    const int within = emit(opcode::to_i32, most), above = emit(opcode::to_i32, emit(opcode::sub, most, number(half, type)));
    const int lifted = emit(opcode::bit_xor, above, bits(uppermost()));
    const int there = emit(opcode::select, large, lifted, within), end = emit(opcode::le, number(2 * half, type), most);
    return emit(opcode::select, end, bits(wide_ ? ~std::uint64_t{0} : 0xffffffffu), there);
  }
  // A cast in lanes of 64 bits, which hold all fractions as f64 and all whole numbers as i64 or u64. What a store drops need not be dropped here.
  constexpr int converted_wide(const node& v) {
    int x = operand(v, 0);
    const dtype from = g_.operand_node(v, 0).type, to = v.type;
    if (from == boolean) return emit(has_fractions(to) ? opcode::mask_to_f32 : opcode::mask_to_i32, x);
    if (has_fractions(from) == has_fractions(to)) return x;
    if (has_fractions(to)) {
      if (to != f64 && holds_bits(from)) x = emit(from == u64 ? opcode::uodd : opcode::odd, x);  // its store rounds what is rounded here
      if (from != u64) return emit(opcode::to_f32, x);
      return real_without_sign(x, 0xffffffffu, 0x1p64, f64);
    }
    if (to == u64) return whole_without_sign(x, 0x1p63, f64);
    const int truncated = emit(opcode::to_i32, x);
    if (to == i64) return truncated;
    const int low = to == i32 ? whole(-2147483647 - 1) : to == u32 ? whole(0) : whole(lowest_of(to)),
              high = to == i32 ? whole(2147483647) : to == u32 ? bits(0xffffffffu) : whole(highest_of(to));
    return emit(opcode::imin, emit(opcode::imax, truncated, low), high);
  }
  // A narrow number is i32 in a register. What fractions give it saturates; of i32 it has the lower bits, which a store takes anyway. Fractions of 16
  // bits are f32 in a register, which a store rounds.
  constexpr int converted(int id, const node& v) {
    int x = operand(v, 0);
    const dtype from = g_.operand_node(v, 0).type;
    const bool of_real = has_fractions(from);
    if (from == boolean) return emit(has_fractions(v.type) ? opcode::mask_to_f32 : opcode::mask_to_i32, x);
    if (has_fractions(v.type)) {
      if (v.type == bf16 && !of_real && !is_narrow(from)) x = emit(from == u32 ? opcode::uodd : opcode::odd, x);
      const int real = of_real ? x : from == u32 ? real_without_sign(x, 0xffff, 0x1p32, f32) : emit(opcode::to_f32, x);
      if (v.type == f32 || f_.inside.items[id] == 0) return real;
      return emit(v.type == f16 ? opcode::round_f16 : opcode::round_bf16, real);
    }
    if (v.type == u32 && of_real) return whole_without_sign(x, 0x1p31, f32);
    const int integer = of_real ? emit(opcode::to_i32, x) : x;
    if (!is_narrow(v.type)) return integer;
    if (of_real) {
      const int low = whole(lowest_of(v.type)), high = whole(highest_of(v.type));
      return emit(opcode::imin, emit(opcode::imax, integer, low), high);
    }
    return f_.inside.items[id] == 0 ? integer
           : v.type == u8  ? emit(opcode::wrap_u8, integer)
           : v.type == i8  ? emit(opcode::wrap_i8, integer)
           : v.type == u16 ? emit(opcode::wrap_u16, integer)
                           : emit(opcode::wrap_i16, integer);
  }

  const graph& g_;
  const fusion& f_;
  int index_ = 0, failed_ = -1;
  bool wide_ = false;
  vec<int> register_, used_;
  vec<instruction> code_;
  lowered out_;
};

}  // namespace igata::inline IGATA_ABI::detail
