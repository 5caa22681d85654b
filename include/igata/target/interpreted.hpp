// A pointwise program as the interpreter runs it (kernels/interpreter.text.hpp): blocks of columns go through one instruction after the other, so
// every value that is computed has a slot for a block of it, or is written where an output wants it.
#pragma once
#include "pointwise.hpp"

namespace igata::inline IGATA_ABI::plan {

struct interpreted_program {
  pointwise_program program{};
  std::uint8_t slots = 0;
  bool gives_inputs = false;                                   // an output is an input: all inputs are read before the first output is written
  std::uint8_t slot[max_pointwise_registers]{};                // of each register but scalar inputs
  std::int8_t written_to[max_pointwise_registers]{};           // the output that is this register's memory in whole blocks; -1: its slot
  std::int8_t copied_from[max_pointwise_outputs]{};            // the register that an output is copied from behind the last instruction; -1: none

  constexpr interpreted_program() = default;
  constexpr explicit interpreted_program(const pointwise_program& p) : program(p) {
    const int registers = p.inputs + p.length;
    // The last instruction that reads each; what an output stores is read behind all.
    std::uint8_t last[max_pointwise_registers]{};
    for (int r = 0; r < registers; ++r) last[r] = static_cast<std::uint8_t>(r < p.inputs ? 0 : r - p.inputs);
    for (int k = 0; k < p.length; ++k) {
      const instruction i = instruction::unpack(p.code[k]);
      const std::uint8_t operands[] = {i.a, i.b, i.c};
      for (int n = 0; n < opcode_arity[static_cast<int>(i.code)]; ++n) last[operands[n]] = static_cast<std::uint8_t>(k);
    }
    int inputs_read_until = 0;
    for (int o = 0; o < p.outputs; ++o) {
      last[p.result[o]] = p.length;
      gives_inputs |= p.result[o] < p.inputs && access_of(p.kind[p.result[o]]) != column_access::scalar;
    }
    for (int i = 0; i < p.inputs; ++i)
      if (access_of(p.kind[i]) != column_access::scalar && last[i] > inputs_read_until) inputs_read_until = last[i];
    write_outputs(inputs_read_until);
    // Slots in the order of instructions; what has been read for the last time gives its own away, to the instruction that reads it too.
    bool taken[max_pointwise_registers]{};
    const auto take = [&](int r) {
      int s = 0;
      while (taken[s]) ++s;
      taken[s] = true;
      slot[r] = static_cast<std::uint8_t>(s);
      if (s >= slots) slots = static_cast<std::uint8_t>(s + 1);
    };
    for (int i = 0; i < p.inputs; ++i)
      if (access_of(p.kind[i]) != column_access::scalar) take(i);
    for (int k = 0; k < p.length; ++k) {
      for (int r = 0; r < p.inputs + k; ++r)
        if (last[r] == k && !(r < p.inputs && access_of(p.kind[r]) == column_access::scalar)) taken[slot[r]] = false;
      take(p.inputs + k);
    }
  }

 private:
  // An output may be an input's memory: it is written only where no input is read any more.
  constexpr void write_outputs(int from) {
    for (std::int8_t& w : written_to) w = -1;
    for (int o = 0; o < program.outputs; ++o) {
      const int r = program.result[o];
      copied_from[o] = -1;
      if (r >= program.inputs + from && written_to[r] < 0 && storage_of_output(program, o) == storage::lane)
        written_to[r] = static_cast<std::int8_t>(o);
      else copied_from[o] = static_cast<std::int8_t>(r);
    }
  }
};

}  // namespace igata::inline IGATA_ABI::plan
