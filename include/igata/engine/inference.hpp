// inference<Model, Options…>: a model with frozen weights. What depends on weights alone (batch norm folded into convolutions, packing)
// is computed once by pack; after that nothing allocates, locks or throws.
//
//   using infer_t = inference<lenet{}, in<"image", 28, 28, 1>>;
//   infer_t net{weights};        or, to share what is packed with other programs, infer_t net{infer_t::pack(weights)};
//   net.run(image, scores);      spans in, spans out; of several, net.run({left, right}, {disparity, confidence})
#pragma once
#include "option_rules.hpp"
#include "program.hpp"
#include "wrong_call.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

template <auto Model, auto... Options>
struct inference_spec {
  static constexpr bool training = false, splits = true;
  using list = option_list<Options...>;
  static constexpr bool leaves_inputs = list::template count<is_only_t> > 0;  // the model takes what results that are left out need
  static constexpr int max_batch = list::template find<is_max_batch_t, igata::max_batch{1}>().rows;
  static constexpr bool winograd = list::template find<is_winograd_t, igata::winograd::on>() == igata::winograd::on;
  static constexpr text name() { return program_name<std::remove_cvref_t<decltype(Model)>>("inference"); }
  static constexpr void build(builder& s) {
    using rules = option_rules<false, Options...>;
    if constexpr (!rules::hold) {
      rules::mistake().report(s, name());
    } else {
      vec<value> features;
      int option = 0;
      (declare<Options>(s, ++option, features), ...);
      constexpr auto model = Model;
      call_model(s, name(), model, features, std::make_index_sequence<static_cast<std::size_t>(list::template count<is_input_t>)>{});
      option = 0;
      (choose<Options>(s, ++option), ...);
    }
  }

 private:
  template <auto Option>
  static constexpr void declare(builder& s, int place, vec<value>& features) {
    using T = std::remove_cvref_t<decltype(Option)>;
    const option_place here(s.get(), name(), place);
    if constexpr (is_input<T>) features.push(T::add(s));
  }
  template <auto Option>
  static constexpr void choose(builder& s, int place) {
    using T = std::remove_cvref_t<decltype(Option)>;
    if constexpr (is_only<T>) {
      const option_place here(s.get(), name(), place);
      if (!s.get().failed()) T::apply(s);
    }
  }
};

// The fixed sizes of a call of run with one input and one result, against each other and the rows of the program.
template <long long In, long long Out, class Inputs, class Results, int MaxBatch>
struct run_sizes {
  static constexpr text make() {
    text why;
    if constexpr (Inputs::is_sound) {
      const long long given = In >= 0 ? In : Out, row = In >= 0 ? Inputs::at(0).row : Results::at(0).row, rows = given / row;
      const auto start = [&why](bool of_input, long long n) -> text& {
        return why << "run: " << (of_input ? "input '" : "result '") << (of_input ? Inputs::at(0).name : Results::at(0).name) << "' has " << n << " elements; expected ";
      };
      if (given % row != 0 || rows < 1 || rows > MaxBatch) start(In >= 0, given) << "rows of " << row << ", 1 to " << MaxBatch << " of them (max_batch)";
      else if (In >= 0 && Out >= 0 && Out != rows * Results::at(0).row)
        start(false, Out) << rows * Results::at(0).row << ", " << Results::at(0).row << " for each of " << rows << (rows == 1 ? " row" : " rows");
    }
    return why;
  }
};

}  // namespace detail

// A model with frozen weights. pack may allocate and throw; run is noexcept and neither allocates nor locks. One thread at a time; any number of
// programs may share what pack gives.
template <auto Model, auto... Options>
class inference {
  using spec = detail::inference_spec<Model, Options...>;
  static_assert(sizeof(detail::verdict<detail::failure_of<spec>>) > 0);
  using runner = detail::runner<spec>;

 public:
  using specification = spec;
  using code = compiled<spec>;
  static constexpr int max_batch = spec::max_batch;
  static constexpr int input_count = runner::input_count, output_count = runner::output_count;
  static constexpr std::string_view input_name(int i) { return runner::inputs[i].name; }
  static constexpr std::string_view output_name(int i) { return runner::outputs[i].name; }
  static constexpr int input_row(int i = 0) { return runner::inputs[i].row; }
  static constexpr int output_row(int i = 0) { return runner::outputs[i].row; }
  static constexpr long long parameter_count = code::facts.parameters;
  static constexpr std::size_t weight_bytes = static_cast<std::size_t>(parameter_count) * 4;
  static constexpr std::size_t arena_bytes = runner::arena_bytes;
  static constexpr std::size_t arena_bytes_without_reuse = static_cast<std::size_t>(code::plan.arena_without_reuse) * 4;
  static constexpr long long flops = igata::flops(code::main().thaw());  // of a run, per row

  // The model's variables with their first values: what a file of weights is read into.
  static variable_store variables(seed s = {}) {
    variable_store store;
    declare_variables(code::bind.thaw(), store, s);
    declare_variables(code::variables, store, s);
    return store;
  }
  // May allocate and throw; the result may be shared by any number of programs and threads.
  static packed_weights pack(const variable_store& weights) {
    return packed_weights::make(code::bind.thaw(), code::bound.items, code::bound.size(), weights, some_evaluation_rules<ops_of(code::bind.nodes.items, code::bind.nodes.size())>);
  }

  explicit inference(packed_weights packed) : runner_(std::move(packed)) {}
  // Packs for itself alone.
  explicit inference(const variable_store& weights) : inference(pack(weights)) {}
  template <detail::no_store_for<inference> T>
  explicit inference(const T&) : inference(packed_weights()) {
    static_assert(sizeof(detail::text_verdict<detail::no_store<"inference", T>>) > 0);
  }

  template <fixed_string Call, bool Counted = false>
  using all_inputs = detail::call_arguments<Call, detail::inputs_of<runner, 0, input_count>, Counted>;
  template <fixed_string Call, bool Counted = false>
  using all_results = detail::call_arguments<Call, detail::results_of<runner, 0, runner::output_count>, Counted>;

  // n rows of every input, room for n rows of results.
  status run(all_inputs<"run"> in, all_results<"run"> out, int n) noexcept { return detail::checked_run(runner_, in, out, n); }
  status run(all_inputs<"run"> in, int n, all_results<"run"> out) noexcept { return detail::checked_run(runner_, in, out, n); }
  // As many rows as the inputs hold, and results for just these.
  status run(all_inputs<"run", true> in, all_results<"run", true> out) noexcept { return detail::checked_run(runner_, in, out, in.rows()); }
  // Of one input and one result: what their types tell of their sizes is compared by the compiler.
  template <class In, class Out, class From = detail::argument_traits<std::remove_reference_t<In>>, class To = detail::argument_traits<std::remove_reference_t<Out>>>
    requires(runner::input_count == 1 && runner::output_count == 1 && (From::extent >= 0 || To::extent >= 0))
  status run(In&& in, Out&& out) noexcept {
    using sizes = detail::run_sizes<From::extent, To::extent, detail::inputs_of<runner, 0, 1>, detail::results_of<runner, 0, 1>, max_batch>;
    static_assert(sizeof(detail::text_verdict<sizes>) > 0);
    if constexpr (detail::made_text<sizes>::size == 0) {
      const all_inputs<"run", true> from(in);
      return detail::checked_run(runner_, from, all_results<"run", true>(out), from.rows());
    }
    return {};
  }
  // Any other call does not compile, and is told how it is written.
  template <int = 0>
  status run(detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {}) noexcept {
    static_assert(sizeof(detail::text_verdict<detail::forms_of_call<"run", detail::inputs_of<runner, 0, input_count>, detail::results_of<runner, 0, output_count>>>) > 0);
    return {};
  }
  // Types and sizes are not looked at.
  status run_unchecked(const void* const* inputs, void* const* outputs, int n) noexcept { return runner_.run(inputs, outputs, n); }
  void use(isa which) { runner_.use(which); }
  // On several threads, with the same bits; see threads.hpp. Allocates scratch memory for each.
  void use(executor threads) { runner_.use(threads); }

 private:
  friend struct detail::profile_access;
  runner runner_;
};

}  // namespace igata::inline IGATA_ABI
