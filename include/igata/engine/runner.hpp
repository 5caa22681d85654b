// A compiled specification with its memory: what training<…> and inference<…> run.
#pragma once
#include "arguments.hpp"
#include "program_facts.hpp"
#include "program_memory.hpp"
#include "require_isa.hpp"
#include "straight.hpp"
#include "wide_lanes.hpp"

namespace igata::inline IGATA_ABI::detail {

struct profile_access;  // profile.hpp

// Programs that train or assign are run from their table.
template <class Spec>
constexpr bool may_be_straight() {
  if constexpr (requires { Spec::straight_line; }) return Spec::straight_line && compiled<Spec>::main().size.assigns == 0;
  else return Spec::splits;
}

template <class Spec>
class runner : public program_facts<Spec> {
  using facts = program_facts<Spec>;

 public:
  using typename facts::code;
  using facts::inputs, facts::outputs, facts::input_count, facts::output_count, facts::symbols, facts::symbol_count, facts::arena_bytes;
  // Few steps and little work each: the loop over a table would be a large part of it. Inference only: a training step has more kernels of
  // different extents, and each costs compile time.
  static constexpr bool is_wide = any_wide(code::plan.steps.items, code::plan.size.steps);
  using wide = wide_lanes<is_wide ? 0 : 1>;
  static constexpr bool is_small = !is_wide && may_be_straight<Spec>() && symbol_count == 0 && code::plan.size.steps <= 32 &&
                                   code::facts.flops * Spec::max_batch <= 1 << 20 &&
                                   !goes_by_rows(code::plan.steps.items, code::plan.size.steps, Spec::max_batch);

  explicit runner(variable_store& store) : memory_(tables, store) {
    if constexpr (is_wide && !wide::are_there) static_assert(sizeof(text_verdict<no_wide_lanes<Spec>>) > 0);
    choose(best_isa());
  }
  explicit runner(packed_weights packed) : memory_(tables, expected(std::move(packed))) {
    if constexpr (is_wide && !wide::are_there) static_assert(sizeof(text_verdict<no_wide_lanes<Spec>>) > 0);  // here: few notes to the user's line
    choose(best_isa());
  }

  void use(executor threads) {
    if constexpr (!is_small) memory_.use(threads, (static_cast<std::size_t>(code::plan.scratch) + 79) / 16 * 64);
  }
  void use(isa which) {
    require_isa(which);
    choose(which);
  }
  void use(packed_weights packed) {
    memory_.use(expected(std::move(packed)));
    memory_.template bind<used>();
  }
  // f(path of the parameter, gradient).
  template <class F>
  void on_gradient(F f) {
    if constexpr (used.has_either(step_kind::call)) {
      static_assert(sizeof(text_verdict<wrong_gradient_function<Spec, F>>) > 0);
      owner<gradient_function> function(new gradient_function_of<F>(std::move(f)));
      memory_.use(owner<gradient_calls>(new gradient_calls{called_variables<Spec>::variables.of, code::variables, std::move(function)}));
      memory_.template bind<used>();
    } else {
      static_assert(sizeof(text_verdict<no_gradient_calls<Spec>>) > 0);
    }
  }
  void choose(isa which) {
    if constexpr (!is_wide) memory_.choose(&kernels[which], programs_of(which));
    else if constexpr (wide::are_there) memory_.choose(&kernels[which], programs_of(which), &wide_kernels[which]);
    memory_.template bind<used>();
    if constexpr (is_small) straight_ = straight(which);
  }
  static const pointwise_fn* programs_of(isa which) {
    return programs(which, std::make_index_sequence<static_cast<std::size_t>(code::plan.size.programs)>{});
  }
  // `sizes`: n, or all symbols where there are others.
  template <class Sizes>
  status run(const void* const* in, void* const* out, const Sizes& sizes) noexcept {
    static_assert(std::is_same_v<Sizes, int> || symbol_count > 0);
    if constexpr (symbol_count > 0)
      if (const status s = check_symbols(symbols.items, symbol_count, sizes); !s) return s;
    if (const misfit m = first_misfit<limits_other_types(inputs)>(inputs.items, input_count, in, sizes, Spec::max_batch); m.input != misfit::none)
        [[unlikely]]
      return status_of<limits_other_types(inputs)>(m, inputs.items, in, rows_in(sizes, batch_symbol), Spec::max_batch);
    if constexpr (used.has_either(step_kind::call))
      if (!memory_.has_calls()) return {status::code::missing_function};
    const execution_context& c = memory_.template at<has_records>(in, out, sizes);
    [[maybe_unused]] const exact_scope exact;
    if constexpr (is_small) straight_(c);
    else execute<used>(code::plan.steps.items, code::plan.size.steps, Spec::max_batch, c);
    return {};
  }

 private:
  friend struct profile_access;
  using all_steps = std::make_index_sequence<static_cast<std::size_t>(code::plan.size.steps)>;
  // Straight-line code calls most kernels itself; of the kernels and programs in tables it needs what is left.
  static constexpr kernel_subset used = [] {
    if constexpr (is_small) return kernels_read<code::plan>(all_steps{});
    else return kernels_of_steps(code::plan.steps.items, code::plan.size.steps);
  }();
  static constexpr bool has_records = !used.empty();
  static constexpr program_tables tables{code::plan.constants.items,
                                         arena_bytes,
                                         code::variables,
                                         {code::plan.steps.items, code::plan.ints.items, has_records ? code::plan.size.steps : 0,
                                          code::plan.size.ints, has_records ? code::plan.records : 0, input_count, output_count, symbol_count}};
  static constexpr auto kernels = for_each_isa([](auto which) { return kernels_of<used>(which); });
  static constexpr auto wide_kernels = for_each_isa([]([[maybe_unused]] auto which) {
    if constexpr (is_wide && wide::are_there) return wide::template kernels_of<used>(which);
    else return kernel_set{};
  });
  static packed_weights expected(packed_weights packed) {
    packed.expect(code::bound.items, code::bound.size());
    return packed;
  }
  using straight_fn = void (*)(const execution_context&) noexcept;
  template <isa Which>
  static void run_straight(const execution_context& c) noexcept {
    execute_straight<Which, code::plan>(c, all_steps{});
  }
  static constexpr straight_fn straight(isa which) {
    if constexpr (is_small) return for_each_isa([](auto compiled) -> straight_fn { return run_straight<decltype(compiled)::value>; })[which];
    else return nullptr;
  }

  template <isa Which, int I>
  static constexpr pointwise_fn program() {
    constexpr auto of_table = [] {
      if constexpr (!plan::is_wide(code::plan.programs.items[I])) return pointwise_of<code::plan.programs.items[I]>(Which);
      else if constexpr (wide::are_there) return wide::template pointwise_of<without_width(code::plan.programs.items[I])>(Which);
      else return pointwise_fn{};
    };
    if constexpr (!is_small) return of_table();  // nothing is asked of each step
    else if constexpr (program_is_read<code::plan, I>(all_steps{})) return of_table();
    else return nullptr;
  }
  template <std::size_t... I>
  static const pointwise_fn* programs(isa which, std::index_sequence<I...>) {
    struct row {
      pointwise_fn of[sizeof...(I) + 1];
    };
    static constexpr auto table = for_each_isa([](auto compiled) {
      return row{{program<decltype(compiled)::value, static_cast<int>(I)>()..., nullptr}};
    });
    return table[which].of;
  }

  program_memory memory_;
  straight_fn straight_ = nullptr;
};

}  // namespace igata::inline IGATA_ABI::detail
