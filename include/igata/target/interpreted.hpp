// A pointwise program as the interpreter runs it (kernels/interpreter.text.hpp): blocks of columns go through one step after the other. Functions of
// many operations read memory and write it. What else follows one after the other is a chain of links, which a strip of some vectors goes through in
// registers: each link changes what the one before it gave. So only those values are stored that something else reads.
#pragma once
#include "pointwise.hpp"

namespace igata::inline IGATA_ABI::plan {

// What is many operations for each vector is a loop over a block: a link of it would be long, and gain little.
constexpr bool goes_alone(opcode code) {
  return is_function(code) || code == opcode::sign || (code >= opcode::floor && code <= opcode::round) || code == opcode::imul ||
         (code >= opcode::shl && code <= opcode::ushr) || code == opcode::to_i32 || code == opcode::round_f16 || code == opcode::round_bf16;
}
// Whether a and b may change places: the same bits, but for those of a NaN.
constexpr bool may_swap(opcode code) {
  constexpr opcode all[] = {opcode::add,  opcode::mul,  opcode::eq,  opcode::ne,      opcode::iadd,
                            opcode::imax, opcode::imin, opcode::ieq, opcode::bit_and, opcode::bit_or, opcode::bit_xor};
  for (const opcode each : all)
    if (code == each) return true;
  return false;
}

// What most loops consist of has links of its own for numbers.
constexpr bool keeps_number(opcode code) { return (code >= opcode::add && code <= opcode::min) && code != opcode::max_of_number; }

// What a link does to the values that it is handed: an instruction, loads others, stores them, or stores them at the end of a chain.
enum class link_kind : std::uint8_t { instruction, load, store, last };
struct link_form {
  link_kind kind = link_kind::instruction;
  opcode code = opcode::count_;
  std::uint8_t place = 0;  // of the values among the instruction's operands; the others are in memory, in their order
  bool number = false;     // the other operand of two is one number for all columns, and stays in a register
  bool itself = false;     // is the values too
  friend constexpr bool operator==(const link_form&, const link_form&) = default;
};

struct link_form_list {
  static constexpr int most = 80;
  link_form of[most]{};
  int count = 0;
  constexpr link_form_list() {
    add({link_kind::load});
    add({link_kind::store});
    add({link_kind::last});
    for (int c = 0; c < static_cast<int>(opcode::count_); ++c) {
      const opcode code = static_cast<opcode>(c);
      const int arity = opcode_arity[c];
      if (goes_alone(code)) continue;
      for (int place = 0; place < (arity == 2 && may_swap(code) ? 1 : arity); ++place)
        for (int number = 0; number < (keeps_number(code) ? 2 : 1); ++number)
          add({link_kind::instruction, code, static_cast<std::uint8_t>(place), number == 1});
    }
    add({link_kind::instruction, opcode::mul, 0, false, true});
  }
  constexpr int find(const link_form& f) const {
    for (int n = 0; n < count; ++n)
      if (of[n] == f) return n;
    return -1;
  }

 private:
  constexpr void add(const link_form& f) { of[count++] = f; }
};
inline constexpr link_form_list link_forms;
inline constexpr int opcode_count = static_cast<int>(opcode::count_);

// What a block goes through: a long instruction by its opcode, or a link by its form behind all opcodes.
struct interpreted_step {
  std::uint8_t function = 0, a = 0, b = 0, c = 0, result = 0;  // registers; of a link: those in memory
  bool is_link = false, writes = false;
};

struct interpreted_program {
  static constexpr const link_form_list& forms = link_forms;
  static constexpr int most_steps = 3 * max_pointwise_length;
  static constexpr int strip_bytes = 512, most_slot_bytes = 4096, some_slots_bytes = 32768, most_slots_bytes = strip_bytes * max_pointwise_registers;

  pointwise_program program{};
  interpreted_step steps[most_steps]{};
  std::uint8_t count = 0, slots = 0;
  std::uint16_t slot_bytes = 0;                                // of a block: as fit the first cache level together, whole strips
  bool has_chains = false;
  bool gives_inputs = false;                                   // an output is an input: all inputs are read before the first output is written
  bool keeps_values = false;                                   // in slots: what is computed, or an output's before it is copied
  std::int8_t moves[max_pointwise_registers]{};                // all bits set; 0: an input that is one number
  std::uint8_t slot[max_pointwise_registers]{};                // of each register that is stored, but scalar inputs
  std::int8_t written_to[max_pointwise_registers]{};           // the output that is this register's memory in whole strips; -1: its slot
  std::int8_t copied_from[max_pointwise_outputs]{};            // the register that an output is copied from behind the last instruction; -1: none

  constexpr interpreted_program() = default;
  constexpr explicit interpreted_program(const pointwise_program& p) : program(p) {
    for (int r = 0; r < max_pointwise_registers; ++r) moves[r] = r < p.inputs && access_of(p.kind[r]) == column_access::scalar ? 0 : -1;
    write_steps();
    // The last step that reads each; what an output stores is read behind all.
    std::uint8_t last[max_pointwise_registers]{};
    for (int k = 0; k < count; ++k) {
      const interpreted_step& s = steps[k];
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
      if (!steps[k].writes) continue;
      for (int r = 0; r < steps[k].result; ++r)
        if (held[r] && last[r] <= k) taken[slot[r]] = held[r] = false;
      take(steps[k].result);
    }
    const int fits = some_slots_bytes / (slots ? slots : 1) / strip_bytes * strip_bytes;
    slot_bytes = static_cast<std::uint16_t>(fits > most_slot_bytes ? most_slot_bytes : fits > strip_bytes ? fits : strip_bytes);
  }
  static constexpr int load_function = opcode_count, store_function = opcode_count + 1, last_function = opcode_count + 2;

 private:
  constexpr bool is_number(int r) const { return moves[r] == 0; }
  constexpr void write_steps() {
    const pointwise_program& p = program;
    // The operand that each instruction takes from the link before it, -1: none; 3: all of mul. And what has to be in memory.
    int handed[max_pointwise_length]{};
    bool stored[max_pointwise_registers]{};
    for (int o = 0; o < p.outputs; ++o) stored[p.result[o]] = true;
    for (int k = 0; k < p.length; ++k) {
      const instruction i = instruction::unpack(p.code[k]);
      const std::uint8_t operands[] = {i.a, i.b, i.c};
      const int arity = opcode_arity[static_cast<int>(i.code)], before = p.inputs + k - 1;
      const bool joins = k > 0 && !goes_alone(i.code) && !goes_alone(instruction::unpack(p.code[k - 1]).code);
      int uses = 0;
      handed[k] = -1;
      for (int n = 0; n < arity; ++n)
        if (joins && operands[n] == before && uses++ == 0) handed[k] = n;
      if (uses == 2 && i.code == opcode::mul) handed[k] = 3;
      for (int n = 0; n < arity; ++n)
        if (n != handed[k] && handed[k] != 3) stored[operands[n]] = true;
    }
    for (int k = 0; k < p.length; ++k) {
      const instruction i = instruction::unpack(p.code[k]);
      const int r = p.inputs + k;
      if (goes_alone(i.code)) {
        const int arity = opcode_arity[static_cast<int>(i.code)];
        add(static_cast<int>(i.code), i.a, arity > 1 ? i.b : i.a, arity > 2 ? i.c : i.a, r);
        continue;
      }
      write_links(i, handed[k], r);
      const bool is_last = k + 1 == p.length || goes_alone(instruction::unpack(p.code[k + 1]).code);
      if (stored[r] || is_last) add(is_last ? last_function : store_function, r, r, r, r);
    }
  }
  constexpr void write_links(const instruction& i, int place, int r) {
    const int arity = opcode_arity[static_cast<int>(i.code)];
    const std::uint8_t operands[] = {i.a, i.b, i.c};
    if (place < 0) {
      place = arity == 2 && is_number(i.a) && !is_number(i.b) ? 1 : 0;
      add(load_function, operands[place], operands[place], operands[place], r);
    }
    link_form f{link_kind::instruction, i.code};
    if (place == 3) f.itself = true;
    else if (arity == 1 || !may_swap(i.code)) f.place = static_cast<std::uint8_t>(place);
    std::uint8_t others[2] = {operands[place == 0 ? 1 : 0], operands[place == 2 ? 1 : 2]};
    if (arity < 3 || f.itself) others[1] = others[0];
    if (arity < 2 || f.itself) others[0] = others[1] = static_cast<std::uint8_t>(r);
    else if (keeps_number(i.code)) f.number = is_number(others[0]);
    add(opcode_count + link_forms.find(f), others[0], others[1], others[1], r);
  }
  constexpr void add(int function, int a, int b, int c, int result) {
    has_chains |= function >= opcode_count;
    steps[count++] = {static_cast<std::uint8_t>(function),
                      static_cast<std::uint8_t>(a),
                      static_cast<std::uint8_t>(b),
                      static_cast<std::uint8_t>(c),
                      static_cast<std::uint8_t>(result),
                      function >= opcode_count,
                      function < opcode_count || function == store_function || function == last_function};
  }
  // An output may be an input's memory: it is written only where no input is read any more, by a step behind `from`.
  constexpr void write_outputs(int from) {
    bool may[max_pointwise_registers]{}, is_written[max_pointwise_registers]{};
    for (int k = 0; k < count; ++k)
      if (steps[k].writes) is_written[steps[k].result] = true, may[steps[k].result] = k >= from;
    for (std::int8_t& w : written_to) w = -1;
    for (int o = 0; o < program.outputs; ++o) {
      const int r = program.result[o];
      copied_from[o] = -1;
      if (may[r] && written_to[r] < 0 && storage_of_output(program, o) == storage::lane) written_to[r] = static_cast<std::int8_t>(o);
      else copied_from[o] = static_cast<std::int8_t>(r);
    }
    for (int r = 0; r < max_pointwise_registers; ++r) keeps_values |= is_written[r] && written_to[r] < 0;
    for (int o = 0; o < program.outputs; ++o) keeps_values |= copied_from[o] >= 0;
  }
};
static_assert(opcode_count + link_forms.count < 256 && interpreted_program::most_steps < 256);

}  // namespace igata::inline IGATA_ABI::plan
