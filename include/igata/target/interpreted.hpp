// A pointwise program as the interpreter runs it (kernels/interpreter.text.hpp): blocks of columns go through one instruction after the other, or
// through two at once, so every value that is computed has a slot for a block of it, or is written where an output wants it.
#pragma once
#include "pointwise.hpp"

namespace igata::inline IGATA_ABI::plan {

// What most loops consist of has functions without strides, that keep numbers in registers: sums, differences, products and limits of two operands,
// and two of them where the second alone reads what the first makes, as its first operand or `behind` the other one.
struct block_rule {
  opcode first, second = opcode::count_;  // count_: one alone
  bool behind = false;
  bool a = false, b = false, c = false;   // operands of the first, and the other one of the second, that are numbers
  friend constexpr bool operator==(const block_rule&, const block_rule&) = default;
};
constexpr bool may_swap(opcode code) { return code == opcode::add || code == opcode::mul; }

struct block_rule_list {
  static constexpr int count = 13 + 6 * 8;
  block_rule of[count]{};
  constexpr block_rule_list() {
    constexpr opcode firsts[] = {opcode::add, opcode::mul, opcode::sub, opcode::max, opcode::min};  // pairs: of the first three and four
    int n = 0;
    for (const opcode code : firsts) {
      of[n++] = {code};
      of[n++] = {.first = code, .b = true};
      if (!may_swap(code)) of[n++] = {.first = code, .a = true};
    }
    for (int first = 0; first < 3; ++first)
      for (int second = 0; second < 4; ++second)
        for (int numbers = 0; numbers < 4; ++numbers)
          of[n++] = {firsts[first], firsts[second], firsts[second] == opcode::max, false, (numbers & 1) != 0, (numbers & 2) != 0};
  }
  constexpr int find(const block_rule& r) const {
    for (int n = 0; n < count; ++n)
      if (of[n] == r) return n;
    return -1;
  }
};
inline constexpr block_rule_list block_rules;
inline constexpr int opcode_count = static_cast<int>(opcode::count_);

// What a block goes through: an instruction by its opcode, or a rule behind all opcodes.
struct block_step {
  std::uint8_t function = 0, a = 0, b = 0, c = 0, result = 0;  // registers
};

struct interpreted_program {
  using rules = block_rule_list;

  pointwise_program program{};
  block_step steps[max_pointwise_length]{};
  std::uint8_t count = 0, slots = 0;
  bool gives_inputs = false;                                   // an output is an input: all inputs are read before the first output is written
  std::uint8_t slot[max_pointwise_registers]{};                // of each register that is stored, but scalar inputs
  std::int8_t written_to[max_pointwise_registers]{};           // the output that is this register's memory in whole blocks; -1: its slot
  std::int8_t copied_from[max_pointwise_outputs]{};            // the register that an output is copied from behind the last instruction; -1: none

  constexpr interpreted_program() = default;
  constexpr explicit interpreted_program(const pointwise_program& p) : program(p) {
    write_steps();
    // The last step that reads each; what an output stores is read behind all.
    std::uint8_t last[max_pointwise_registers]{};
    for (int k = 0; k < count; ++k) {
      const block_step& s = steps[k];
      last[s.a] = last[s.b] = last[s.c] = last[s.result] = static_cast<std::uint8_t>(k);
    }
    int inputs_read_until = 0;
    for (int o = 0; o < p.outputs; ++o) {
      last[p.result[o]] = count;
      gives_inputs |= p.result[o] < p.inputs && !is_number(p.result[o]);
    }
    for (int i = 0; i < p.inputs; ++i)
      if (!is_number(i) && last[i] > inputs_read_until) inputs_read_until = last[i];
    write_outputs(inputs_read_until);
    // Slots in the order of steps; what has been read for the last time gives its own away, to the step that reads it too.
    bool taken[max_pointwise_registers]{}, held[max_pointwise_registers]{};
    const auto take = [&](int r) {
      int s = 0;
      while (taken[s]) ++s;
      taken[s] = held[r] = true;
      slot[r] = static_cast<std::uint8_t>(s);
      if (s >= slots) slots = static_cast<std::uint8_t>(s + 1);
    };
    for (int i = 0; i < p.inputs; ++i)
      if (!is_number(i)) take(i);
    for (int k = 0; k < count; ++k) {
      for (int r = 0; r < steps[k].result; ++r)
        if (held[r] && last[r] == k) taken[slot[r]] = held[r] = false;
      take(steps[k].result);
    }
  }

 private:
  constexpr bool is_number(int r) const { return r < program.inputs && access_of(program.kind[r]) == column_access::scalar; }
  constexpr void write_steps() {
    const pointwise_program& p = program;
    std::uint8_t reads[max_pointwise_registers]{};
    for (int o = 0; o < p.outputs; ++o) ++reads[p.result[o]];
    for (int k = 0; k < p.length; ++k) {
      const instruction i = instruction::unpack(p.code[k]);
      const std::uint8_t operands[] = {i.a, i.b, i.c};
      for (int n = 0; n < opcode_arity[static_cast<int>(i.code)]; ++n) ++reads[operands[n]];
    }
    for (int k = 0; k < p.length; ++k) {
      const instruction i = instruction::unpack(p.code[k]);
      const int arity = opcode_arity[static_cast<int>(i.code)], r = p.inputs + k;
      block_step s{static_cast<std::uint8_t>(i.code), i.a, arity > 1 ? i.b : i.a, arity > 2 ? i.c : i.a, static_cast<std::uint8_t>(r)};
      if (arity == 2) {
        block_step swapped = s;
        if (may_swap(i.code) && is_number(i.a)) swapped.a = i.b, swapped.b = swapped.c = i.a;
        block_rule rule{.first = i.code, .a = is_number(swapped.a), .b = is_number(swapped.b)};
        if (const int n = block_rules.find(rule); n >= 0) {
          s = swapped;
          s.function = static_cast<std::uint8_t>(opcode_count + n);
        }
        if (reads[r] == 1 && k + 1 < p.length) {
          const instruction next = instruction::unpack(p.code[k + 1]);
          const bool is_second = next.b == r;
          const std::uint8_t other = is_second ? next.a : next.b;
          rule.second = next.code;
          rule.behind = is_second && !may_swap(next.code);
          rule.c = is_number(other);
          if (const int n = block_rules.find(rule); n >= 0 && (next.a == r) != is_second && opcode_arity[static_cast<int>(next.code)] == 2) {
            s = {static_cast<std::uint8_t>(opcode_count + n), swapped.a, swapped.b, other, static_cast<std::uint8_t>(r + 1)};
            ++k;
          }
        }
      }
      steps[count++] = s;
    }
  }
  // An output may be an input's memory: it is written only where no input is read any more, by a step behind `from`.
  constexpr void write_outputs(int from) {
    bool may[max_pointwise_registers]{};
    for (int k = from; k < count; ++k) may[steps[k].result] = true;
    for (std::int8_t& w : written_to) w = -1;
    for (int o = 0; o < program.outputs; ++o) {
      const int r = program.result[o];
      copied_from[o] = -1;
      if (may[r] && written_to[r] < 0 && storage_of_output(program, o) == storage::lane) written_to[r] = static_cast<std::int8_t>(o);
      else copied_from[o] = static_cast<std::int8_t>(r);
    }
  }
};

}  // namespace igata::inline IGATA_ABI::plan
