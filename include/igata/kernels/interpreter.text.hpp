// A row of a pointwise program that is data (target/interpreted.hpp): a block of columns goes through one instruction after the other, each a loop
// over the block's vectors by the same rule as in the program's own function, so the bits are the same. Included by interpreter.hpp, behind
// the target's other texts. Text: see simd/vectors.text.hpp.

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
  const real *a = job.a, *b = job.b, *c = job.c;
  const index a_step = job.a_step, b_step = job.b_step, c_step = job.c_step;
  real* to = job.to;
  uvec element = job.element + as<uvec>(lane_numbers());
  index i = job.count;
  if constexpr (!is_function(Code)) {  // of short ones the loop itself would take most of the time
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

// A rule of block_rules: what it takes is how often memory is read, so numbers are read once.
struct rule_operands {
  const real* at;
  vec number;
  template <bool IsNumber>
  IGATA_INLINE vec of(index i) const {
    if constexpr (IsNumber) return number;
    else return load(at + i);
  }
};
template <class Rules, std::size_t Number>
IGATA_INLINE vec ruled(const rule_operands& a, const rule_operands& b, [[maybe_unused]] const rule_operands& c, index i) {
  constexpr auto rule = Rules().of[Number];
  const vec made = compute<rule.first>(a.template of<rule.a>(i), b.template of<rule.b>(i));
  if constexpr (rule.second == opcode::count_) return made;
  else if constexpr (rule.behind) return compute<rule.second>(c.template of<rule.c>(i), made);
  else return compute<rule.second>(made, c.template of<rule.c>(i));
}
template <class Rules, std::size_t Number>
[[gnu::noinline]] inline void run_rule(const instruction_job& job) noexcept {
  const rule_operands a{job.a, load(job.a)}, b{job.b, load(job.b)}, c{job.c, load(job.c)};
  real* const to = job.to;
  const index end = job.count * lanes;
  index i = 0;
  for (; i + 4 * lanes <= end; i += 4 * lanes) {
    const vec r0 = ruled<Rules, Number>(a, b, c, i), r1 = ruled<Rules, Number>(a, b, c, i + lanes),
              r2 = ruled<Rules, Number>(a, b, c, i + 2 * lanes), r3 = ruled<Rules, Number>(a, b, c, i + 3 * lanes);
    store(to + i, r0), store(to + i + lanes, r1), store(to + i + 2 * lanes, r2), store(to + i + 3 * lanes, r3);
  }
  for (; i < end; i += lanes) store(to + i, ruled<Rules, Number>(a, b, c, i));
}

template <class Program>  // interpreted_program
struct interpreter {
  using function = void (*)(const instruction_job&) noexcept;
  template <class Number>
  struct functions_of;
  template <std::size_t... I>
  struct functions_of<std::index_sequence<I...>> {
    static constexpr function list[] = {
#define IGATA_OPCODE(name, arity) run_instruction<opcode::name, Program>,
#include "../target/opcodes.inc"
#undef IGATA_OPCODE
        run_rule<typename Program::rules, I>...};
  };
  static constexpr const function* functions = functions_of<std::make_index_sequence<Program::rules::count>>::list;
  static constexpr index most_floats = 32768 / drivers::lane_bytes, most_vectors = 4096 / drivers::lane_bytes / lanes;  // of all slots; of a block
  static constexpr index far_away = 1 << 15;  // longer rows are fetched ahead

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
      if (access_of(p.kind[i]) == column_access::scalar) {
        write_number(numbers + i * lanes, args, p, i);
        at[i] = numbers + i * lanes;
        step[i] = 0;
      }
    for (index column = 0; column < args.cols; column += block) {
      const index left = args.cols - column;
      const bool whole = left >= block;
      const index here = whole ? block : left, count = (here + lanes - 1) / lanes;
      if (args.cols >= far_away) fetch(args, p, column + block, block);
      for (int i = 0; i < p.inputs; ++i)
        if (step[i] != 0) at[i] = read(args, all, i, column, here, whole, slots + all.slot[i] * block);
      for (int k = 0; k < all.count; ++k) {
        const auto& i = all.steps[k];
        const int out = all.written_to[i.result];
        real* const to = whole && out >= 0 ? static_cast<real*>(args.out[out]) + column : slots + all.slot[i.result] * block;
        at[i.result] = to;
        functions[i.function](
            {at[i.a], at[i.b], at[i.c], step[i.a], step[i.b], step[i.c], to, count, args.index + static_cast<std::uint32_t>(column)});
      }
      for (int o = 0; o < p.outputs; ++o)
        if (!whole || all.copied_from[o] >= 0)
          with_storage(storage_of_output(p, o),
                       [&](auto to) { write<decltype(to)::value>(args.out[o], column, at[p.result[o]], step[p.result[o]], here); });
    }
  }

 private:
  // What the next block reads: what is computed now does not wait for memory.
  [[gnu::noinline]] static void fetch(const pointwise_args& args, const pointwise_program& p, index column, index block) {
    for (int i = 0; i < p.inputs; ++i)
      if (p.kind[i] == column_access::contiguous)
        for (index k = 0; k < block; k += 64 / drivers::lane_bytes) __builtin_prefetch(static_cast<const real*>(args.in[i]) + column + k);
  }
  // One number for a whole register.
  template <storage From>
  [[gnu::noinline]] static void splat_slot(real* slot, const void* in) { store(slot, splat_stored<From>(in)); }
  static void write_number(real* slot, const pointwise_args& args, const pointwise_program& p, int i) {
    with_storage(storage_of(p.kind[i]), [&](auto from) { splat_slot<decltype(from)::value>(slot, args.in[i]); });
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
      case storage::f16:
        return f(std::integral_constant<storage, storage::f16>());
      case storage::bf16:
        return f(std::integral_constant<storage, storage::bf16>());
      case storage::mask:
        return f(std::integral_constant<storage, storage::mask>());
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
    if (stride == 0) {
      write_number(slot, args, all.program, i);
      const vec same = load(slot);
      for (index k = 0; k < here; k += lanes) store(slot + k, same);
      return slot;
    }
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
