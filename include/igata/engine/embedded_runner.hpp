// What runs on memory that the caller gives: every step is a call of its kernel, whose arguments are made on the stack when it runs.
#pragma once
#include <bit>      // bit_cast
#include <cstddef>  // byte, ptrdiff_t
#include <cstdint>  // uint32_t, uintptr_t

#include "field_writer.hpp"
#include "packed_form.hpp"
#include "program_facts.hpp"
#include "require_isa.hpp"
#include "runtime.hpp"
#include "straight.hpp"
#include "wide_lanes.hpp"

namespace igata::inline IGATA_ABI::detail {

// Everything that a run needs, as execution_context. Packed values are one after the other, each `bound_at` words behind `weights`.
struct embedded_context {
  std::uint32_t* arena;
  const std::uint32_t* weights;
  const int* bound_at;
  const std::uint32_t* constants;
  const void* const* inputs;
  void* const* outputs;
  std::ptrdiff_t n;
  float rows;
};

inline const void* address_of(const place& at, const embedded_context& c) noexcept {
  const void* base = nullptr;
  switch (at.where) {
    case space::arena: base = c.arena; break;
    case space::input: base = c.inputs[at.index]; break;
    case space::output: base = c.outputs[at.index]; break;
    case space::bound: base = c.weights + c.bound_at[at.index]; break;
    case space::constant: base = c.constants; break;
    case space::rows: base = &c.rows; break;
    case space::variable:
    case space::host:
    case space::none: return nullptr;
  }
  return static_cast<const std::byte*>(base) + std::ptrdiff_t{at.offset} * at.size;
}

struct embedded_memory {
  const embedded_context& c;
  [[gnu::noinline]] void write(const place& from, void* to) const {  // `to` is a pointer
    const void* const at = address_of(from, c);
    __builtin_memcpy(to, &at, sizeof at);
  }
  void write(const planned_extent& from, std::ptrdiff_t& to) const { to = from.times ? from.count * c.n : from.count; }
};

template <template <class> class Fields>
[[gnu::noinline]] void run_fields(void (*kernel)(const Fields<bound>&) noexcept, const int* ints, pointwise_fn program, std::ptrdiff_t* strides,
                                  const embedded_context& c) noexcept {
  const Fields<planned> from = read_fields<Fields<planned>>(ints);
  Fields<bound> to{};
  epilogue behind{};
  const planned_loop loop = loop_in(from);
  if (loop.is_there()) write_loop(embedded_memory{c}, program, loop, ints + words_of<Fields<planned>>, &behind, strides);
  Fields<planned>::each(from, to, field_writer<embedded_memory>{{c}, loop.is_there() ? &behind : nullptr});
  kernel(to);
}

// The integers of one step: of a plan nothing else reaches the binary.
template <const auto& Plan, int I>
struct step_ints {
  static constexpr int first = Plan.steps.items[I].first;
  static constexpr int count = (I + 1 < Plan.size.steps ? Plan.steps.items[I + 1 < Plan.size.steps ? I + 1 : I].first : Plan.size.ints) - first;
  static constexpr frozen<int, count> value{Plan.ints.items + first};
};

// A step that is read.
template <isa Which, const auto& Plan, int I>
inline void run_read(const embedded_context& c) noexcept {
  constexpr plan_step s = Plan.steps.items[I];
  constexpr const int* ints = step_ints<Plan, I>::value.items;
  constexpr int strides = with_fields<planned>(s.kind, [](auto fields) {
    const planned_loop loop = loop_in(read_fields<decltype(fields)>(Plan.ints.items + Plan.steps.items[I].first));
    return loop.is_there() ? loop.operands() * loop.outer : 0;
  });
  std::ptrdiff_t stride[strides + 1];
  pointwise_fn program = nullptr;
  if constexpr (s.program >= 0) program = pointwise_of<Plan.programs.items[s.program]>(Which);
#define IGATA_KERNEL(name, fields) \
  if constexpr (s.kind == step_kind::name) run_fields<fields>(kernels_of<kernel_subset::of(step_kind::name)>(Which).name, ints, program, stride, c);
#include "../target/kernels.inc"
#undef IGATA_KERNEL
}

// So many floats behind its memory and its weights a program's kernels may read. A small target's own read the rest of a vector.
template <const auto& Plan>
constexpr int read_behind() {
  bool own = is_small_target;
  for (int i = 0; i < Plan.size.steps; ++i) {
    kernel_subset compact;
    for (const step_kind k :
         {step_kind::loop, step_kind::long_loop, step_kind::nested_loop, step_kind::gemm, step_kind::split_gemm, step_kind::batched_gemm,
          step_kind::conv2d, step_kind::direct_conv2d, step_kind::depthwise_conv2d, step_kind::max_pool2d, step_kind::avg_pool2d, step_kind::copy,
          step_kind::copy_pairs, step_kind::copy_bytes, step_kind::fill})
      compact.add(k);
    own = own && compact.has(Plan.steps.items[i].kind);
  }
  return own ? line_floats : readable_behind;
}

// Where the values of a program lie in its packed weights.
template <class Spec>
struct packed_layout {
  static constexpr const auto& values = compiled<Spec>::bound;
  static constexpr int count = values.size();
  struct places {
    int at[count + 1]{};
  };
  static constexpr places make() {
    places p;
    for (int i = 0; i < count; ++i) p.at[i + 1] = p.at[i] + static_cast<int>(whole_lines(packed_floats(values.items[i])));
    return p;
  }
  static constexpr places value = make();
  static constexpr std::size_t words = static_cast<std::size_t>(value.at[count] + read_behind<compiled<Spec>::plan>());
};

template <class Spec>
class embedded_runner : public program_facts<Spec> {
  using facts = program_facts<Spec>;

 public:
  using typename facts::code;
  using facts::inputs, facts::outputs, facts::input_count, facts::output_count, facts::symbol_count, facts::arena_bytes;
  static constexpr std::size_t alignment = static_cast<std::size_t>(line_floats) * 4;
  static constexpr std::size_t unread = static_cast<std::size_t>(readable_behind - read_behind<code::plan>()) * 4;  // of what is behind the arena
  static constexpr std::size_t memory_bytes = facts::is_sound ? arena_bytes - unread : 0;
  static constexpr std::size_t packed_bytes = packed_layout<Spec>::words * 4;

  embedded_runner(void* memory, std::size_t bytes, const void* packed, std::size_t got) noexcept
      : memory_(memory), packed_(packed), bytes_(bytes), packed_bytes_(got) { choose(best_isa()); }

  void use(isa which) {
    require_isa(which);
    choose(which);
  }
  void use(const void* packed, std::size_t bytes) noexcept {
    packed_ = packed;
    packed_bytes_ = bytes;
  }
  status run(const void* const* in, void* const* out, int n) noexcept {
    if (const misfit m = first_misfit<limits_other_types(inputs)>(inputs.items, input_count, in, n, Spec::max_batch); m.input != misfit::none)
        [[unlikely]]
      return status_of<limits_other_types(inputs)>(m, inputs.items, in, n, Spec::max_batch);
    if (!holds(memory_, bytes_, memory_bytes)) [[unlikely]] return wrong_memory(bytes_, memory_bytes, true);
    if (!holds(packed_, packed_bytes_, packed_bytes)) [[unlikely]] return wrong_memory(packed_bytes_, packed_bytes, false);
    const embedded_context c{static_cast<std::uint32_t*>(memory_), static_cast<const std::uint32_t*>(packed_), packed_layout<Spec>::value.at,
                             constants.items, in, out, n, static_cast<float>(n)};
    [[maybe_unused]] const exact_scope exact;
    if constexpr (compiled_isa_count == 1) run_all<compiled_isas[0]>(c);
    else run_(c);
    return {};
  }

 private:
  using all_steps = std::make_index_sequence<static_cast<std::size_t>(code::plan.size.steps)>;
  using run_fn = void (*)(const embedded_context&) noexcept;
  static constexpr auto constants = code::plan.constants;

  static bool holds(const void* at, std::size_t bytes, std::size_t need) noexcept {
    return bytes >= need && reinterpret_cast<std::uintptr_t>(at) % alignment == 0;
  }
  [[gnu::cold, gnu::noinline]] static status wrong_memory(std::size_t got, std::size_t need, bool is_memory) noexcept {
    return {
        status::code::wrong_memory, 0, static_cast<int>(alignment), static_cast<long long>(got), static_cast<long long>(need), nullptr, is_memory};
  }
  template <isa Which>
  static void run_all(const embedded_context& c) noexcept {
    execute_straight<Which, code::plan>(c, all_steps{});
  }
  void choose([[maybe_unused]] isa which) noexcept {
    if constexpr (compiled_isa_count > 1) run_ = for_each_isa([](auto compiled) -> run_fn { return run_all<decltype(compiled)::value>; })[which];
  }

  void* memory_;
  const void* packed_;
  std::size_t bytes_, packed_bytes_;
  run_fn run_ = nullptr;
};

}  // namespace igata::inline IGATA_ABI::detail
