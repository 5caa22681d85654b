// What a program shows and how it is called, the same for inference<…> and program<…>; and what those with packed weights have besides.
#pragma once
#include "runner.hpp"
#include "wrong_call.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// A run of n rows if all arguments hold them. Without whole rows among the inputs n is 0, and they are what is wrong.
template <class Runner, class In, class Out>
[[gnu::always_inline]] inline status checked_run(Runner& runner, const In& in, const Out& out, int n) noexcept {
  if (n <= Runner::max_batch) {
    if (!in.holds(n)) [[unlikely]] return in.wrong(n);
    if (!out.holds(n)) [[unlikely]] return out.wrong(n);
  }
  return runner.run(in.pointers(), out.pointers(), n);
}
template <class Runner, class In, class Out>
status checked_run(Runner& runner, const In& in, const Out& out, const symbol_sizes& sizes) noexcept {
  bool fits = sizes[batch_symbol] <= Runner::max_batch;
  for (int i = 0; i < Runner::symbol_count; ++i) fits &= sizes.of[2 + i] != not_told && sizes.of[2 + i] <= Runner::symbols[i].most;
  if (fits) {
    if (!in.holds(sizes)) [[unlikely]] return in.wrong(sizes);
    if (!out.holds(sizes)) [[unlikely]] return out.wrong(sizes);
  }
  return runner.run(in.pointers(), out.pointers(), sizes);
}

}  // namespace detail

// A specification compiled, with calls of it. run is noexcept and neither allocates nor locks. One thread at a time.
template <class Spec, class Runner = detail::runner<Spec>>
class runnable {
  static_assert(sizeof(detail::verdict<detail::failure_of<Spec>>) > 0);

 protected:
  using runner = Runner;

 public:
  using specification = Spec;
  using code = compiled<Spec>;
  static constexpr int max_batch = Spec::max_batch;
  static constexpr int input_count = runner::input_count, output_count = runner::output_count;
  static constexpr std::size_t arena_bytes = runner::arena_bytes;
  static constexpr std::size_t arena_bytes_without_reuse = static_cast<std::size_t>(code::plan.arena_without_reuse) * 4;
  static constexpr long long parameter_count = code::facts.parameters;
  static constexpr std::size_t weight_bytes = static_cast<std::size_t>(code::facts.weight_bytes);
  // Of a run, per row; what packing computes is not of a run.
  static constexpr long long flops = [] {
    if constexpr (Spec::splits) return igata::plan::flops(code::main().thaw());
    else return code::facts.flops;
  }();

  static constexpr std::string_view input_name(int i) { return runner::inputs[i].name; }
  static constexpr dtype input_type(int i) { return runner::inputs[i].type; }
  static constexpr int input_row(int i = 0) { return runner::inputs[i].row; }  // elements; of a row where it has rows
  static constexpr bool input_has_rows(int i) { return runner::inputs[i].rows_of == batch_symbol; }
  static constexpr std::string_view output_name(int i) { return runner::outputs[i].name; }
  static constexpr dtype output_type(int i) { return runner::outputs[i].type; }
  static constexpr bool output_has_rows(int i) { return runner::outputs[i].rows_of == batch_symbol; }
  static constexpr int output_row(int i = 0) { return runner::outputs[i].row; }  // elements; of a row where it has rows

  template <fixed_string Call, bool Counted = false>
  using all_inputs = detail::call_arguments<Call, detail::inputs_of<runner, 0, input_count>, Counted>;
  template <fixed_string Call, bool Counted = false>
  using all_results = detail::call_arguments<Call, detail::results_of<runner, 0, output_count>, Counted>;

  // n rows of every input in order, memory for every output in order: run({images, digits}, {&loss}, n).
  [[gnu::always_inline]] status run(const all_inputs<"run">& in, const all_results<"run">& out, int n) noexcept { return checked_run(in, out, n); }
  // As many rows as the inputs hold, and results for just these.
  [[gnu::always_inline]] status run(const all_inputs<"run", true>& in, const all_results<"run", true>& out) noexcept {
    return checked_run(in, out, rows_of(in));
  }
  // With dims that pointers do not tell: run({p, q}, {&loss}, n, dim<"points", 64>(40)).
  template <fixed_string... Names>
  requires(sizeof...(Names) > 0) [[gnu::always_inline]] status
      run(const all_inputs<"run">& in, const all_results<"run">& out, int n, dim_size<Names>... dims) noexcept {
    return checked_run(in, out, n, dims...);
  }
  // Any other call does not compile, and is told how it is written.
    template <int = 0>
    status run(detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {},
               detail::anything = {}) noexcept {
      static_assert(sizeof(detail::text_verdict<
                           detail::forms_of_call<"run", detail::inputs_of<runner, 0, input_count>, detail::results_of<runner, 0, output_count>>>) >
                    0);
      return {};
    }
  // Types and sizes are not looked at.
  status run_unchecked(const void* const* inputs, void* const* outputs, int n) noexcept
    requires(runner::symbol_count == 0)
  {
    return runner_.run(inputs, outputs, n);
  }
  // All symbols, n the first, then the dims in the order in which they are first named.
  status run_unchecked(const void* const* inputs, void* const* outputs, const symbol_sizes& sizes) noexcept
    requires(runner::symbol_count > 0)
  {
    return runner_.run(inputs, outputs, sizes);
  }
  // Where minimize has optim::gradient_hook{}: from now on f(std::string_view parameter, std::span<float> gradient) is called in every run, for each
  // gradient, and may change it. f is copied; what it throws ends the process.
  template <class F>
  void on_gradient(F f) { runner_.on_gradient(std::move(f)); }
  void use(isa which) { runner_.use(which); }
  // On several threads, with the same bits; see threads.hpp. Allocates scratch memory for each.
  void use(executor threads)
    requires requires(runner r, executor e) { r.use(e); }
  {
    runner_.use(threads);
  }

 protected:
  explicit runnable(runner made) : runner_(std::move(made)) {}
  explicit runnable(variable_store& store) : runner_(store) {}
  explicit runnable(packed_weights packed) : runner_(std::move(packed)) {}

  // Without an input that has rows of n, n is 1.
  template <class In>
  static constexpr int rows_of(const In& in) noexcept {
    if constexpr (runner::symbol_count > 0 && !In::has_n()) return 1;
    else return in.rows();
  }
  template <class In, class Out, fixed_string... Names>
  [[gnu::always_inline]] status checked_run(const In& in, const Out& out, int n, dim_size<Names>... dims) noexcept {
    static_assert(sizeof(detail::text_verdict<detail::unknown_dim<"run", runner, Names...>>) > 0);
    if constexpr (runner::symbol_count == 0) return detail::checked_run(runner_, in, out, n);
    else return detail::checked_run(runner_, in, out, detail::sizes_in_call<runner>(in, out, n, dims...));
  }

  friend struct detail::profile_access;
  runner runner_;
};

// With weights that are packed once.
template <class Spec>
class packed_program : public runnable<Spec> {
  using base = runnable<Spec>;

 public:
  using typename base::code;
  // The model's variables with their first values: what a file of weights is read into.
  static variable_store variables(seed s = {}, const executor& threads = {}) {
    variable_store store;
    const detail::fast_values fast{threads, base::parameter_count >= detail::many_values ? plan::draw_uniform_of : nullptr};
    declare_variables(code::bind.thaw(), store, s, fast);
    declare_variables(code::variables, store, s, fast);
    return store;
  }
  // May allocate and throw; the result may be shared by any number of programs and threads.
  static packed_weights pack(const variable_store& weights, const executor& threads = {}) {
    return packed_weights::make(code::bind.thaw(), code::bound.items, code::bound.size(), weights, binding, threads);
  }
  using base::use;
  // Other weights from the next run on, as a program of this specification packed them. May throw; not beside a run.
  void use(packed_weights packed) { this->runner_.use(std::move(packed)); }

 protected:
  explicit packed_program(packed_weights packed) : base(std::move(packed)) {}

 private:
  static constexpr detail::bind_code binding =
      detail::bind_code_of<ir::ops_of(code::bind.nodes.items, code::bind.nodes.size()),
                           detail::computed_forms(code::bind.nodes.items, code::bind.outputs.items, code::bound.items, code::bound.size())>();
};

}  // namespace igata::inline IGATA_ABI
