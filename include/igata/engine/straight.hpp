// A small plan as straight-line code: steps whose integers are constants, with kernels whose extents are. What has no such kernel is read
// and run as the loop over the table does it.
#pragma once
#include <utility>  // index_sequence

#include "../kernels/dispatch.hpp"
#include "execute.hpp"

namespace igata::inline IGATA_ABI::detail {

// What a step's kernel is told by its type, and where its addresses come from.
struct straight_step {
  enum class form { read, pointwise, gemm, copy } kind = form::read;
  fixed_pointwise loop{};
  fixed_gemm product{};
  fixed_extent elements{};  // of a copy
  place at[4 + max_fixed_inputs + max_fixed_outputs]{};
  int addresses = 0;
};

// Makes it of a step's fields. Extents of programs for one row do not depend on n.
class straight_reader {
 public:
  constexpr straight_reader(const int* ints, const pointwise_program* programs, int program, int max_batch)
      : ints_(ints), programs_(programs), program_(program), max_batch_(max_batch) {}

  constexpr straight_step run(step_kind kind) {
    straight_step s;
    const bool fits = kind == step_kind::loop                                    ? loop(s)
                      : kind == step_kind::gemm || kind == step_kind::split_gemm ? gemm(s)
                                                                                 : kind == step_kind::copy && copy(s);
    if (!fits || (is_small_target && s.kind != straight_step::form::copy)) s.kind = straight_step::form::read;
    return s;
  }

 private:
  constexpr fixed_extent fixed(const planned_extent& e) const { return {e.count, e.times && max_batch_ > 1}; }
  constexpr int most(const fixed_extent& e) const { return e.batched ? e.count * max_batch_ : e.count; }
  static constexpr void add(straight_step& s, const place& at) { s.at[s.addresses++] = at; }
  // Of a loop, behind fields of so many integers.
  constexpr bool add_loop(straight_step& s, fixed_rows& step, const planned_loop& loop, int words) const {
    if (!loop.is_there()) return true;
    const pointwise_program& program = programs_[program_];
    if (program.has_random || program.stores || program.inputs > max_fixed_inputs || program.outputs > max_fixed_outputs) return false;
    for (int i = 0; i < program.inputs; ++i)
      if (program.kind[i] >= column_access::strided) return false;
    for (int i = 0; i < loop.operands(); ++i) {
      const planned_operand x = read_fields<planned_operand>(operand_at(ints_ + words, loop, i));
      const int input = i + loop.given;
      (input < loop.inputs ? step.in[input] : step.out[input - loop.inputs]) = x.row;
      add(s, x.at);
    }
    return true;
  }

  constexpr bool loop(straight_step& s) const {
    const auto from = read_fields<loop_fields<planned>>(ints_);
    s.kind = straight_step::form::pointwise;
    s.loop.rows = fixed(from.loop.rows);
    s.loop.cols = fixed(from.loop.cols);
    return add_loop(s, s.loop.step, from.loop, words_of<loop_fields<planned>>);
  }
  constexpr bool copy(straight_step& s) const {
    const auto from = read_fields<copy_fields<planned>>(ints_);
    s.kind = straight_step::form::copy;
    if (from.rank > 1 || (from.rank == 1 && (from.in_stride[0] != 1 || from.out_stride[0] != 1))) return false;
    s.elements = from.rank == 1 ? fixed(from.extent[0]) : fixed_extent{1, 0};
    add(s, from.in);
    add(s, from.out);
    return true;
  }
  constexpr bool gemm(straight_step& s) const {
    const auto from = read_fields<gemm_fields<planned>>(ints_);
    s.kind = straight_step::form::gemm;
    s.product = {fixed(from.m), most(fixed(from.m)),
                 from.n,        from.k.count,
                 from.a_row,    from.a_k,
                 from.b_k,      from.b_packed,
                 from.splits,   from.bias.where != space::none,
                 from.c_row,    {}};
    const fixed_gemm& g = s.product;
    if (fixed(from.k).batched || g.max_m * g.n > 4096 || g.max_m * g.n * g.k == 0 || (from.b_n != 1 && !g.b_packed)) return false;
    add(s, from.a);
    add(s, from.b);
    if (g.has_bias) add(s, from.bias);
    if (from.c.where != space::none) add(s, from.c);
    return add_loop(s, s.product.step, from.post, words_of<gemm_fields<planned>>);
  }

  const int* ints_;
  const pointwise_program* programs_;
  int program_;
  int max_batch_;
};

template <const auto& Plan, int I>
inline constexpr straight_step straight_step_of = straight_reader(Plan.ints.items + Plan.steps.items[I].first, Plan.programs.items,
                                                                  Plan.steps.items[I].program, Plan.max_batch)
                                                      .run(Plan.steps.items[I].kind);

template <const auto& Plan, int Program>
constexpr pointwise_program program_or_none() {
  if constexpr (Program < 0) return {};
  else return Plan.programs.items[Program];
}

inline const void* address_of(const place& at, const execution_context& c) noexcept {
  const void* base = nullptr;
  switch (at.where) {
    case space::arena: base = c.arena; break;
    case space::input: base = c.inputs[at.index]; break;
    case space::output: base = c.outputs[at.index]; break;
    case space::variable: base = c.variables[at.index]; break;
    case space::bound: base = c.bound[at.index]; break;
    case space::constant: base = c.constants; break;
    case space::rows: base = &c.rows; break;
    case space::host: base = c.host; break;
    case space::none: break;
  }
  return static_cast<const std::byte*>(base) + std::ptrdiff_t{at.offset} * at.size;
}
template <isa Which, const straight_step& Step, pointwise_program Program, class Context, std::size_t... I>
inline void call_kernel(const Context& c, std::index_sequence<I...>) noexcept {
  using form = straight_step::form;
  constexpr isa loops = is_uniform(Program) ? compiled_isas[0] : Which;  // as pointwise_of chooses for the table: exp and sums of products differ
  if constexpr (Step.kind == form::pointwise) fixed_of<loops>::template pointwise<Step.loop, Program>(c.n, address_of(Step.at[I], c)...);
  if constexpr (Step.kind == form::gemm) fixed_of<Which>::template gemm<Step.product, Program>(c.n, address_of(Step.at[I], c)...);
}

// A step that is read: what its kernel is called with lies in the program's records.
template <isa Which, const auto& Plan, int I>
inline void run_read(const execution_context& c) noexcept {
  execute_step<kernel_subset::of(Plan.steps.items[I].kind)>(Plan.steps.items[I], c);
}

template <isa Which, const auto& Plan, int I, class Context>
inline void run_straight(const Context& c) noexcept {
  constexpr plan_step s = Plan.steps.items[I];
  constexpr const straight_step& step = straight_step_of<Plan, I>;
  using form = straight_step::form;
  if constexpr (step.kind == form::read) {
    run_read<Which, Plan, I>(c);
  } else if constexpr (step.kind == form::copy) {
    constexpr fixed_extent elements = step.elements;
    __builtin_memcpy(const_cast<void*>(address_of(step.at[1], c)), address_of(step.at[0], c),
                     static_cast<std::size_t>(elements.batched ? elements.count * c.n : elements.count) * 4);
  } else {
    call_kernel<Which, straight_step_of<Plan, I>, program_or_none<Plan, s.program>()>(
        c, std::make_index_sequence<static_cast<std::size_t>(step.addresses)>{});
  }
}

template <const auto& Plan, int I>
constexpr bool is_read() {
  return straight_step_of<Plan, I>.kind == straight_step::form::read;
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

template <isa Which, const auto& Plan, class Context, std::size_t... I>
void execute_straight(const Context& c, std::index_sequence<I...>) noexcept {
  (detail::run_straight<Which, Plan, static_cast<int>(I)>(c), ...);
}

// The kernels of the steps that straight-line code leaves to the loop.
template <const auto& Plan, std::size_t... I>
constexpr kernel_subset kernels_read(std::index_sequence<I...>) {
  kernel_subset used;
  ((detail::is_read<Plan, static_cast<int>(I)>() ? used.add(Plan.steps.items[I].kind) : void()), ...);
  return used;
}

// Whether one of these steps runs this program.
template <const auto& Plan, int Program, std::size_t... I>
constexpr bool program_is_read(std::index_sequence<I...>) {
  return (false || ... || (Plan.steps.items[I].program == Program && detail::is_read<Plan, static_cast<int>(I)>()));
}

}  // namespace igata::inline IGATA_ABI::plan
