// A small plan as straight-line code: steps whose integers are constants, with kernels whose extents are. What has no such kernel is read
// and run as the loop over the table does it.
#pragma once
#include <utility>  // index_sequence

#include "../kernels/dispatch.hpp"
#include "execute.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// What a step's kernel is told by its type, and where its addresses come from.
struct straight_step {
  enum class form { read, pointwise, gemm, copy } kind = form::read;
  fixed_pointwise loop{};
  fixed_gemm product{};
  fixed_extent elements{};  // of a copy
  place at[4 + max_fixed_inputs + max_fixed_outputs]{};
  int addresses = 0;
};

// Reads the integers of a step as kernel_writer.hpp wrote them. Extents of programs for one row do not depend on n.
class straight_reader {
 public:
  constexpr straight_reader(const int* ints, const pointwise_program* programs, int program, int max_batch) : p_(ints), programs_(programs), program_(program), max_batch_(max_batch) {}

  constexpr straight_step run(step_kind kind) {
    straight_step s;
    const bool fits = kind == step_kind::pointwise ? pointwise(s) : kind == step_kind::gemm ? gemm(s) : kind == step_kind::copy && copy(s);
    if (!fits) s.kind = straight_step::form::read;
    return s;
  }

 private:
  // The next field's number.
  constexpr int number() {
    const int* const at = p_;
    p_ += length_of_field(at);
    return at[1];
  }
  constexpr fixed_extent extent() {
    const bool batched = p_[0] == static_cast<int>(field::rows_word);
    return {number(), batched && max_batch_ > 1};
  }
  constexpr void skip(int fields) {
    while (fields-- > 0) p_ += length_of_field(p_);
  }
  constexpr int most(const fixed_extent& e) const { return e.batched ? e.count * max_batch_ : e.count; }
  constexpr void address(straight_step& s) {
    s.at[s.addresses++] = {static_cast<space>(p_[0]), p_[1], p_[2]};
    skip(1);
  }
  // Returns whether there is one.
  constexpr bool optional_address(straight_step& s) {
    const bool is_there = p_[0] < static_cast<int>(field::word);
    if (is_there) address(s);
    else skip(1);
    return is_there;
  }
  // The operands behind the first `skipped`, of an array of `room`.
  constexpr void addresses(straight_step& s, int skipped, int count, int room) {
    skip(skipped > 0);
    for (int i = skipped; i < count; ++i) address(s);
    skip(count < room);
  }
  constexpr void numbers(int* to, int skipped, int count, int room) {
    skip(skipped > 0);
    if (count > skipped) {
      for (int i = skipped; i < count; ++i) to[i] = p_[2 + i - skipped];
      skip(1);
    }
    skip(count < room);
  }
  constexpr void operands(straight_step& s, fixed_rows& step, int skipped) {
    skip(1);  // the program
    const int inputs = number(), outputs = number();
    addresses(s, skipped, inputs, max_pointwise_inputs);
    numbers(step.in, skipped, inputs, max_pointwise_inputs);
    skip(1 + (skipped > 0) + (inputs < max_pointwise_inputs) - (inputs == skipped));  // along the columns: as the program's kinds say
    addresses(s, 0, outputs, max_pointwise_outputs);
    numbers(step.out, 0, outputs, max_pointwise_outputs);
  }
  constexpr bool program_fits() const {
    if (program_ < 0) return true;
    const pointwise_program& program = programs_[program_];
    if (program.has_random || program.inputs > max_fixed_inputs || program.outputs > max_fixed_outputs) return false;
    for (int i = 0; i < program.inputs; ++i)
      if (program.kind[i] == access::strided) return false;
    return true;
  }

  constexpr bool pointwise(straight_step& s) {
    s.kind = straight_step::form::pointwise;
    if (!program_fits()) return false;
    operands(s, s.loop.step, 0);
    s.loop.rows = extent();
    s.loop.cols = extent();
    return true;
  }
  constexpr bool copy(straight_step& s) {
    s.kind = straight_step::form::copy;
    const int rank = number();
    if (rank > 1) return false;
    s.elements = {1, 0};
    if (rank == 1) s.elements = extent();
    skip(1);
    for (int i = 0; i < 2; ++i) {
      if (rank == 1 && p_[2] != 1) return false;
      skip(2);
    }
    for (int i = 0; i < 2; ++i) address(s);
    return true;
  }
  constexpr bool gemm(straight_step& s) {
    s.kind = straight_step::form::gemm;
    fixed_gemm& g = s.product;
    g.m = extent();
    g.max_m = most(g.m);
    g.n = number();
    const fixed_extent k = extent();
    g.k = k.count;
    address(s);
    g.a_row = number();
    g.a_k = number();
    address(s);
    g.b_k = number();
    const int b_n = number();
    g.b_packed = number();
    skip(2);  // scratch, share
    g.has_bias = optional_address(s);
    optional_address(s);
    g.c_row = number();
    skip(1);
    if (k.batched || g.max_m * g.n > 4096 || g.max_m * g.n * g.k == 0 || (b_n != 1 && !g.b_packed) || !program_fits()) return false;
    if (program_ >= 0) operands(s, g.step, 1);
    return true;
  }

  const int* p_;
  const pointwise_program* programs_;
  int program_;  // or -1
  int max_batch_;
};

template <const auto& Plan, int I>
inline constexpr straight_step straight_step_of =
    straight_reader(Plan.ints.items + Plan.steps.items[I].first, Plan.programs.items, Plan.steps.items[I].program, Plan.max_batch)
        .run(Plan.steps.items[I].kind);

template <const auto& Plan, int Program>
constexpr pointwise_program program_or_none() {
  if constexpr (Program < 0) return {};
  else return Plan.programs.items[Program];
}

inline const void* address_of(const place& at, const context& c) noexcept {
  const void* base = nullptr;
  switch (at.where) {
    case space::arena: base = c.arena; break;
    case space::input: base = c.inputs[at.index]; break;
    case space::output: base = c.outputs[at.index]; break;
    case space::variable: base = c.variables[at.index]; break;
    case space::bound: base = c.bound[at.index]; break;
    case space::constant: base = c.constants; break;
    case space::rows: base = &c.rows; break;
  }
  return static_cast<const std::uint32_t*>(base) + at.offset;
}
template <isa Which, const straight_step& Step, pointwise_program Program, std::size_t... I>
inline void call_kernel(const context& c, std::index_sequence<I...>) noexcept {
  using form = straight_step::form;
  if constexpr (Step.kind == form::pointwise) fixed_of<Which>::template pointwise<Step.loop, Program>(c.n, address_of(Step.at[I], c)...);
  if constexpr (Step.kind == form::gemm) fixed_of<Which>::template gemm<Step.product, Program>(c.n, address_of(Step.at[I], c)...);
}

template <isa Which, const auto& Plan, int I>
inline void run_straight(const context& c) noexcept {
  constexpr plan_step s = Plan.steps.items[I];
  constexpr const straight_step& step = straight_step_of<Plan, I>;
  using form = straight_step::form;
  if constexpr (step.kind == form::read) {
    execute_step<1u << static_cast<int>(s.kind)>(Plan.steps.items[I], c);
  } else if constexpr (step.kind == form::copy) {
    constexpr fixed_extent elements = step.elements;
    __builtin_memcpy(const_cast<void*>(address_of(step.at[1], c)), address_of(step.at[0], c), static_cast<std::size_t>(elements.batched ? elements.count * c.n : elements.count) * 4);
  } else {
    call_kernel<Which, straight_step_of<Plan, I>, program_or_none<Plan, s.program>()>(c, std::make_index_sequence<static_cast<std::size_t>(step.addresses)>{});
  }
}

template <const auto& Plan, int I>
constexpr bool is_read() {
  return straight_step_of<Plan, I>.kind == straight_step::form::read;
}

}  // namespace detail

template <isa Which, const auto& Plan, std::size_t... I>
void execute_straight(const context& c, std::index_sequence<I...>) noexcept {
  (detail::run_straight<Which, Plan, static_cast<int>(I)>(c), ...);
}

// The kinds of the steps that straight-line code leaves to the loop's kernels.
template <const auto& Plan, std::size_t... I>
constexpr unsigned step_kinds_read(std::index_sequence<I...>) {
  return (0u | ... | (detail::is_read<Plan, static_cast<int>(I)>() ? 1u << static_cast<int>(Plan.steps.items[I].kind) : 0u));
}

// Whether one of these steps runs this program.
template <const auto& Plan, int Program, std::size_t... I>
constexpr bool program_is_read(std::index_sequence<I...>) {
  return (false || ... || (Plan.steps.items[I].program == Program && detail::is_read<Plan, static_cast<int>(I)>()));
}

}  // namespace igata::inline IGATA_ABI
