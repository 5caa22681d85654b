// A row of a pointwise program that is data (target/interpreted.hpp): a block of columns goes through one instruction after the other, each a loop
// over the block's vectors by the same rule as in the program's own function, so the bits are the same. Templates, of which a unit that interprets
// nothing compiles nothing. Text: see simd/vectors.text.hpp.

struct instruction_job {
  const real *a, *b, *c;
  index a_step, b_step, c_step;  // floats from vector to vector
  real* to;
  index count;            // vectors
  std::uint32_t element;  // number of the first column
};

template <opcode Code>
IGATA_INLINE vec computed(const real* a, const real* b, const real* c, [[maybe_unused]] uvec element) {
  constexpr int arity = opcode_arity[static_cast<int>(Code)];
  if constexpr (Code == opcode::random) return random_lanes(load(a), load(b), element, load(c));
  else if constexpr (arity == 1) return compute<Code>(load(a));
  else if constexpr (arity == 2) return compute<Code>(load(a), load(b));
  else return compute<Code>(load(a), load(b), load(c));
}
template <opcode Code, class>
[[gnu::noinline]] inline void run_instruction(const instruction_job& job) noexcept {
  constexpr bool is_long = (Code >= opcode::exp && Code <= opcode::cos) || Code == opcode::pow || Code == opcode::random;
  const real *a = job.a, *b = job.b, *c = job.c;
  const index a_step = job.a_step, b_step = job.b_step, c_step = job.c_step;
  real* to = job.to;
  uvec element = job.element + as<uvec>(lane_numbers());
  index i = job.count;
  if constexpr (!is_long) {  // of short ones the loop itself would take most of the time
    for (; i >= 4; i -= 4, a += 4 * a_step, b += 4 * b_step, c += 4 * c_step, to += 4 * lanes) {
      const vec r0 = computed<Code>(a, b, c, element), r1 = computed<Code>(a + a_step, b + b_step, c + c_step, element),
                r2 = computed<Code>(a + 2 * a_step, b + 2 * b_step, c + 2 * c_step, element),
                r3 = computed<Code>(a + 3 * a_step, b + 3 * b_step, c + 3 * c_step, element);
      store(to, r0), store(to + lanes, r1), store(to + 2 * lanes, r2), store(to + 3 * lanes, r3);
    }
  }
  for (; i > 0; --i, a += a_step, b += b_step, c += c_step, to += lanes, element += static_cast<unsigned>(lanes))
    store(to, computed<Code>(a, b, c, element));
}

template <class Program>  // interpreted_program
struct interpreter {
  static constexpr void (*instructions[])(const instruction_job&) noexcept = {
#define IGATA_OPCODE(name, arity) run_instruction<opcode::name, Program>,
#include "../target/opcodes.inc"
#undef IGATA_OPCODE
  };
  static constexpr index most_floats = 16384 / drivers::lane_bytes, most_vectors = 32;  // of all slots: half a first cache level; of a block

  static void run(const pointwise_args& args) noexcept {
    if (args.cols <= 0) return;
    const Program& all = *args.program;
    const pointwise_program& p = all.program;
    alignas(64) real slots[most_floats];
    alignas(64) real numbers[max_pointwise_inputs * lanes];
    const real* at[max_pointwise_registers];
    index step[max_pointwise_registers];
    const index fits = most_floats / (lanes * (all.slots > 0 ? all.slots : 1)), vectors = fits < most_vectors ? fits : most_vectors,
                block = vectors * lanes;
    const int registers = p.inputs + p.length;
    for (int r = 0; r < registers; ++r) at[r] = slots + all.slot[r] * block, step[r] = lanes;
    for (int i = 0; i < p.inputs; ++i)
      if (is_number(args, p, i)) {
        store(numbers + i * lanes, splat_bits(number(args, p, i)));
        at[i] = numbers + i * lanes;
        step[i] = 0;
      }
    for (index column = 0; column < args.cols; column += block) {
      const index left = args.cols - column;
      const bool whole = left >= block;
      const index here = whole ? block : left, count = (here + lanes - 1) / lanes;
      for (int i = 0; i < p.inputs; ++i)
        if (step[i] != 0) at[i] = read(args, all, i, column, here, whole, slots + all.slot[i] * block);
      for (int k = 0; k < p.length; ++k) {
        const instruction i = instruction::unpack(p.code[k]);
        const int r = p.inputs + k, out = all.written_to[r];
        real* const to = whole && out >= 0 ? static_cast<real*>(args.out[out]) + column : slots + all.slot[r] * block;
        at[r] = to;
        instructions[static_cast<int>(i.code)](
            {at[i.a], at[i.b], at[i.c], step[i.a], step[i.b], step[i.c], to, count, args.index + static_cast<std::uint32_t>(column)});
      }
      for (int o = 0; o < p.outputs; ++o)
        if (!whole || all.copied_from[o] >= 0)
          with_storage(storage_of_output(p, o),
                       [&](auto to) { write<decltype(to)::value>(args.out[o], column, at[p.result[o]], step[p.result[o]], here); });
    }
  }

 private:
  static bool is_number(const pointwise_args& args, const pointwise_program& p, int i) {
    return access_of(p.kind[i]) == column_access::scalar || (access_of(p.kind[i]) == column_access::strided && args.in_col[i] == 0);
  }
  static integer number(const pointwise_args& args, const pointwise_program& p, int i) {
    integer n = 0;
    with_storage(storage_of(p.kind[i]), [&](auto from) { n = stored_number<decltype(from)::value>(args.in[i]); });
    return n;
  }
  template <class F>
  static void with_storage(storage s, F f) {
    switch (s) {
      case storage::lane:
        return f(std::integral_constant<storage, storage::lane>());
      case storage::u8:
        return f(std::integral_constant<storage, storage::u8>());
      case storage::i8:
        return f(std::integral_constant<storage, storage::i8>());
      case storage::u16:
        return f(std::integral_constant<storage, storage::u16>());
      case storage::i16:
        return f(std::integral_constant<storage, storage::i16>());
      default:
        break;
    }
    if constexpr (drivers::lane_bytes == 8) {
      if (s == storage::i32) return f(std::integral_constant<storage, storage::i32>());
      if (s == storage::u32) return f(std::integral_constant<storage, storage::u32>());
      return f(std::integral_constant<storage, storage::f32>());
    }
  }
  // What is stored in fewer bytes than a lane, from its element `first` on.
  template <storage From>
  [[gnu::noinline]] static void widen_slot(real* slot, const void* in, index first, index stride, index here) {
    for (index k = 0; k < here; k += lanes) store(slot + k, load_stored<From>(in, first + k * stride, stride, here - k));
  }
  // Where an input's block is: in its own memory, if it is whole and lies there one after the other.
  static const real* read(const pointwise_args& args, const Program& all, int i, index column, index here, bool whole, real* slot) {
    const column_access kind = all.program.kind[i];
    const index stride = access_of(kind) == column_access::strided ? args.in_col[i] : 1;
    if (storage_of(kind) != storage::lane) {
      with_storage(storage_of(kind), [&](auto from) {
        if constexpr (decltype(from)::value != storage::lane) widen_slot<decltype(from)::value>(slot, args.in[i], column * stride, stride, here);
      });
      return slot;
    }
    const real* from = static_cast<const real*>(args.in[i]) + column * stride;
    if (stride != 1) {
      for (index k = 0; k < here; k += lanes) store(slot + k, load_strided(from + k * stride, stride, here - k));
      return slot;
    }
    if (whole && !all.gives_inputs) return from;
    write_slot(slot, from, here);
    return slot;
  }
  static void write_slot(real* slot, const real* from, index here) {
    index k = 0;
    for (; here - k >= lanes; k += lanes) store(slot + k, load(from + k));
    if (k < here) store(slot + k, load(from + k, first(here - k)));
  }
  template <storage To>
  static void write(void* row, index column, const real* from, index step, index here) {
    if constexpr (To != storage::lane) {
      for (; here > 0; here -= lanes, column += lanes, from += step) store_narrow<To>(row, column, bits(load(from)), here);
    } else {
      write(static_cast<real*>(row) + column, from, step, here);
    }
  }
  static void write(real* out, const real* from, index step, index here) {
    for (; here >= lanes; here -= lanes, out += lanes, from += step) store(out, load(from));
    if (here > 0) store(out, load(from), first(here));
  }
};
