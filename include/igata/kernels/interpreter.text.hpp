// A row of a pointwise program that is data (target/interpreted.hpp): a block of columns goes through one step after the other, by the same rules as
// in the program's own function, so the bits are the same. Included by interpreter.hpp, behind the target's other texts. Text: see
// simd/vectors.text.hpp.

// A function of many operations: a loop over the block.
struct instruction_job {
  const real *a, *b, *c;
  index a_step, b_step, c_step;  // floats from vector to vector
  real* to;
  index count;            // vectors
  std::uint32_t element;  // number of the first column
};
template <opcode Code, class>
[[gnu::noinline]] inline void run_instruction(const instruction_job& job) noexcept {
  const real *a = job.a, *b = job.b, *c = job.c;
  const index a_step = job.a_step, b_step = job.b_step, c_step = job.c_step;
  real* to = job.to;
  [[maybe_unused]] uvec element = job.element + as<uvec>(lane_numbers());
  for (index i = job.count; i > 0; --i, a += a_step, b += b_step, c += c_step, to += lanes, element += static_cast<unsigned>(lanes)) {
    if constexpr (Code == opcode::random) store(to, random_lanes(load(a), load(b), element, load(c)));
    else if constexpr (opcode_arity[static_cast<int>(Code)] == 1) store(to, compute<Code>(load(a)));
    else store(to, compute<Code>(load(a), load(b)));
  }
}

// A chain: the vectors of a strip are handed from link to link in registers; what a link does last is to call the next one.
struct chain_link {
  void (*run)();           // a strip's function
  const real *a, *b;       // what is in memory
  index a_moves, b_moves;  // all bits set; 0: a number, as often as a strip has lanes
  real* to;
};
IGATA_INLINE vec vector_of(const real* strip, std::size_t k) { return load(strip + static_cast<index>(k) * lanes); }
template <std::size_t>
using vector_of_strip = vec;
template <class>
struct strip_of;
using strip = strip_of<std::make_index_sequence<8>>;
using single_vector = strip_of<std::make_index_sequence<1>>;  // of rows that have fewer than a strip, or none left
template <std::size_t... K>
struct strip_of<std::index_sequence<K...>> {
  using function = void (*)(const chain_link*, index, vector_of_strip<K>...) noexcept;
  static constexpr index size = static_cast<index>(sizeof...(K)) * lanes;

  IGATA_INLINE static void begin(const chain_link* l, index i) noexcept {
    const real* const a = l->a + (i & l->a_moves);
    reinterpret_cast<function>(l[1].run)(l + 1, i, vector_of(a, K)...);
  }
  template <class Program, std::size_t Form>
  [[gnu::noinline]] static void run(const chain_link* l, index i, vector_of_strip<K>... v) noexcept {
    constexpr auto form = Program::forms.of[Form];
    constexpr int arity = form.kind == link_kind::instruction ? opcode_arity[static_cast<int>(form.code)] : 0;
    if constexpr (form.kind == link_kind::load) return begin(l, i);
    if constexpr (form.kind >= link_kind::store) {
      real* const to = l->to + i;
      (store(to + static_cast<index>(K) * lanes, v), ...);
    }
    if constexpr (form.kind == link_kind::last) return;
    const chain_link* const next = l + 1;
    const auto go_on = reinterpret_cast<function>(next->run);
    if constexpr (form.kind == link_kind::store) {
      go_on(next, i, v...);
    } else if constexpr (form.itself) {
      go_on(next, i, compute<form.code>(v, v)...);
    } else if constexpr (arity == 1) {
      go_on(next, i, compute<form.code>(v)...);
    } else if constexpr (form.number) {
      const vec number = load(l->a);
      if constexpr (form.place == 0) go_on(next, i, compute<form.code>(v, number)...);
      else go_on(next, i, compute<form.code>(number, v)...);
    } else if constexpr (keeps_number(form.code)) {
      const real* const other = l->a + i;
      if constexpr (form.place == 0) go_on(next, i, compute<form.code>(v, vector_of(other, K))...);
      else go_on(next, i, compute<form.code>(vector_of(other, K), v)...);
    } else {
      const real *const a = l->a + (i & l->a_moves), *const b = l->b + (i & l->b_moves);
      if constexpr (arity == 2 && form.place == 0) go_on(next, i, compute<form.code>(v, vector_of(a, K))...);
      else if constexpr (arity == 2) go_on(next, i, compute<form.code>(vector_of(a, K), v)...);
      else if constexpr (form.place == 0) go_on(next, i, compute<form.code>(v, vector_of(a, K), vector_of(b, K))...);
      else if constexpr (form.place == 1) go_on(next, i, compute<form.code>(vector_of(a, K), v, vector_of(b, K))...);
      else go_on(next, i, compute<form.code>(vector_of(a, K), vector_of(b, K), v)...);
    }
  }
};

template <class Program>  // interpreted_program
struct interpreter {
  using function = void (*)(const instruction_job&) noexcept;
  template <opcode Code>
  static constexpr function long_function() {
    if constexpr (goes_alone(Code)) return run_instruction<Code, Program>;
    else return nullptr;
  }
  static constexpr function functions[] = {
#define IGATA_OPCODE(name, arity) long_function<opcode::name>(),
#include "../target/opcodes.inc"
#undef IGATA_OPCODE
  };
  template <class Strip, class Form>
  struct links_of;
  template <class Strip, std::size_t... Form>
  struct links_of<Strip, std::index_sequence<Form...>> {
    static constexpr typename Strip::function list[] = {Strip::template run<Program, Form>...};
  };
  using all_forms = std::make_index_sequence<static_cast<std::size_t>(Program::forms.count)>;
  static constexpr index far_away = 1 << 15;  // longer rows are fetched ahead

  static void run(const pointwise_args& args) noexcept {
    if (args.cols <= 0) return;
    const Program& all = *args.program;
    const pointwise_program& p = all.program;
    alignas(64) real slots[Program::most_slots_bytes / drivers::lane_bytes];
    alignas(64) real numbers[max_pointwise_inputs * strip::size];
    const real* at[max_pointwise_registers];
    const index unit = all.has_chains ? strip::size : lanes, pitch = all.slot_bytes / drivers::lane_bytes,
                block = args.cols > pitch && args.cols < far_away && needs_no_slots(args, all) ? far_away : pitch;
    for (int i = 0; i < p.inputs; ++i)
      if (all.moves[i] == 0) {
        write_number(numbers + i * strip::size, args, p, i, args.cols < strip::size ? lanes : strip::size);
        at[i] = numbers + i * strip::size;
      }
    index here = 0;
    for (index column = 0; column < args.cols; column += here) {
      const index left = args.cols - column;
      here = left < block ? left : block;
      if (here >= unit) here -= here % unit;
      const bool whole = here % lanes == 0;  // else it is computed in slots
      if (args.cols >= far_away) fetch(args, p, column + block, block);
      for (int i = 0; i < p.inputs; ++i)
        if (all.moves[i] != 0) at[i] = read(args, all, i, column, here, whole, slots + all.slot[i] * pitch);
      const auto memory_of = [&](int r) {
        const int out = all.written_to[r];
        real* const to = whole && out >= 0 ? static_cast<real*>(args.out[out]) + column : slots + all.slot[r] * pitch;
        at[r] = to;
        return to;
      };
      for (int k = 0; k < all.count;) {
        const auto& s = all.steps[k];
        if (s.is_link) {
          k = run_chain(all, k, at, memory_of, here);
        } else {
          const instruction_job job{at[s.a], at[s.b], at[s.c], lanes & all.moves[s.a], lanes & all.moves[s.b], lanes & all.moves[s.c],
                                    memory_of(s.result), (here + lanes - 1) / lanes, args.index + static_cast<std::uint32_t>(column)};
          functions[s.function](job);
          ++k;
        }
      }
      for (int o = 0; o < p.outputs; ++o)
        if (!whole || all.copied_from[o] >= 0)
          with_storage(storage_of_output(p, o), [&](auto to) {
            write<decltype(to)::value>(args.out[o], column, at[p.result[o]], lanes & all.moves[p.result[o]], here);
          });
    }
  }

 private:
  // Links from the k-th step on, over the block; the number of the step behind them.
  template <class Memory>
  IGATA_INLINE static int run_chain(const Program& all, int k, const real** at, const Memory& memory_of, index here) {
    chain_link chain[Program::most_steps];
    const bool by_strips = here % strip::size == 0;
    int count = 0;
    for (; k < all.count && all.steps[k].is_link; ++k) {
      const auto& s = all.steps[k];
      chain_link& l = chain[count++];
      const int form = s.function - opcode_count;
      l.run = by_strips ? reinterpret_cast<void (*)()>(links_of<strip, all_forms>::list[form])
                        : reinterpret_cast<void (*)()>(links_of<single_vector, all_forms>::list[form]);
      if (s.writes) l.to = memory_of(s.result);
      else at[s.result] = nullptr;  // until it is stored; what has no operand in memory names its result
      l.a = at[s.a], l.b = at[s.b];
      l.a_moves = all.moves[s.a], l.b_moves = all.moves[s.b];
    }
    if (by_strips)
      for (index i = 0; i < here; i += strip::size) strip::begin(chain, i);
    else
      for (index i = 0; i < here; i += lanes) single_vector::begin(chain, i);
    return k;
  }
  // Whether all values go from operands to results, where these lie.
  static bool needs_no_slots(const pointwise_args& args, const Program& all) {
    if (all.keeps_values || all.gives_inputs) return false;
    for (int i = 0; i < all.program.inputs; ++i) {
      const column_access kind = all.program.kind[i];
      if (all.moves[i] != 0 && (storage_of(kind) != storage::lane || (access_of(kind) == column_access::strided && args.in_col[i] != 1)))
        return false;
    }
    return true;
  }
  // What the next block reads: what is computed now does not wait for memory.
  [[gnu::noinline]] static void fetch(const pointwise_args& args, const pointwise_program& p, index column, index block) {
    for (int i = 0; i < p.inputs; ++i)
      if (p.kind[i] == column_access::contiguous)
        for (index k = 0; k < block; k += 64 / drivers::lane_bytes) __builtin_prefetch(static_cast<const real*>(args.in[i]) + column + k);
  }
  // One number for whole registers.
  template <storage From>
  [[gnu::noinline]] static void splat_slot(real* slot, const void* in, index here) {
    const vec same = splat_stored<From>(in);
    for (index k = 0; k < here; k += lanes) store(slot + k, same);
  }
  static void write_number(real* slot, const pointwise_args& args, const pointwise_program& p, int i, index here) {
    with_storage(storage_of(p.kind[i]), [&](auto from) { splat_slot<decltype(from)::value>(slot, args.in[i], here); });
  }
  template <class F>
  static void with_storage(storage s, const F& f) {  // a copy of f would wait for what has just been written into it
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
      write_number(slot, args, all.program, i, here);
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
