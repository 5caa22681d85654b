// inference<Model, Options…>: a model with frozen weights. What depends on weights alone (batch norm folded into convolutions, packing)
// is computed once by pack; after that nothing allocates, locks or throws.
//
//   using infer_t = inference<lenet{}, in<"image", 28, 28, 1>>;
//   infer_t net{weights};        or, to share what is packed with other programs, infer_t net{infer_t::pack(weights)};
//   net.run(image, scores);      spans in, spans out; of several, net.run({left, right}, {disparity, confidence})
//   net.use(packed);             other weights from the next run on
#pragma once
#include "inference_spec.hpp"
#include "runnable.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// The fixed sizes of a call of run with one input and one result, against each other and the rows of the program.
template <long long In, long long Out, class Inputs, class Results, int MaxBatch>
struct run_sizes {
  static constexpr text make() {
    text why;
    if constexpr (Inputs::is_sound) {
      const long long given = In >= 0 ? In : Out, row = In >= 0 ? Inputs::at(0).row : Results::at(0).row, rows = given / row;
      const auto start = [&why](bool of_input, long long n) -> text& {
        return why << "run: " << (of_input ? "input '" : "result '") << (of_input ? Inputs::at(0).name : Results::at(0).name) << "' has " << n
                   << " elements; expected ";
      };
      if (given % row != 0 || rows < 1 || rows > MaxBatch)
        start(In >= 0, given) << "rows of " << row << ", 1 to " << MaxBatch << " of them (max_batch)";
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
class inference : public packed_program<detail::inference_spec<Model, Options...>> {
  using base = packed_program<detail::inference_spec<Model, Options...>>;
  using typename base::runner;

 public:
  using base::input_count, base::output_count, base::max_batch;

  explicit inference(packed_weights packed) : base(std::move(packed)) {}
  // Packs for itself alone.
  explicit inference(const variable_store& weights) : inference(base::pack(weights)) {}
  template <detail::NoStoreFor<inference> T>
  explicit inference(const T&) : inference(packed_weights()) {
    static_assert(sizeof(detail::text_verdict<detail::no_store<"inference", T>>) > 0);
  }

  template <fixed_string Call, bool Counted = false>
  using all_inputs = typename base::template all_inputs<Call, Counted>;
  template <fixed_string Call, bool Counted = false>
  using all_results = typename base::template all_results<Call, Counted>;
  using base::run;
  [[gnu::always_inline]] status run(const all_inputs<"run">& in, int n, const all_results<"run">& out) noexcept {
    return this->checked_run(in, out, n);
  }
  // Of one input and one result: what their types tell of their sizes is compared by the compiler.
  template <class In, class Out, class From = detail::argument_traits<std::remove_reference_t<In>>,
            class To = detail::argument_traits<std::remove_reference_t<Out>>>
    requires(runner::input_count == 1 && runner::output_count == 1 && runner::symbol_count == 0 && (From::extent >= 0 || To::extent >= 0))
  status run(In&& in, Out&& out) noexcept {
    using sizes = detail::run_sizes<From::extent, To::extent, detail::inputs_of<runner, 0, 1>, detail::results_of<runner, 0, 1>, max_batch>;
    static_assert(sizeof(detail::text_verdict<sizes>) > 0);
    if constexpr (detail::made_text<sizes>::size == 0) {
      const all_inputs<"run", true> from(in);
      return detail::checked_run(this->runner_, from, all_results<"run", true>(out), from.rows());
    }
    return {};
  }
};

}  // namespace igata::inline IGATA_ABI
