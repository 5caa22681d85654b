// inference<Model, Options…>: a model with frozen weights. What depends on weights alone (batch norm folded into convolutions, packing)
// is computed once by pack; after that nothing allocates, locks or throws.
//
//   using infer_t = inference<lenet{}, in<"image", 28, 28, 1>>;
//   infer_t net{weights};        or, to share what is packed with other programs, infer_t net{infer_t::pack(weights)};
//   net.run(image, scores);      spans in, spans out
#pragma once
#include <span>  // span

#include "options.hpp"
#include "program.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

template <auto Model, auto... Options>
struct inference_spec {
  static constexpr bool training = false, splits = true;
  using list = option_list<Options...>;
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
      s.output("output", call_model(s, name(), model, features, std::make_index_sequence<static_cast<std::size_t>(list::template count<is_input_t>)>{}), {});
    }
  }

 private:
  template <auto Option>
  static constexpr void declare(builder& s, int place, vec<value>& features) {
    using T = std::remove_cvref_t<decltype(Option)>;
    const option_place here(s.get(), name(), place);
    if constexpr (is_input<T>) features.push(T::add(s));
  }
};

// How many elements a type says that it holds (float[8], std::array<float, 8>, std::span<float, 8>); -1 where it does not.
template <class T>
constexpr long long fixed_extent() {
  if constexpr (requires(T& x) { std::span(x); }) {
    constexpr std::size_t extent = decltype(std::span(std::declval<T&>()))::extent;
    return extent == std::dynamic_extent ? -1 : static_cast<long long>(extent);
  }
  return -1;
}

// The fixed sizes of a call of run, against the rows of its program.
template <long long In, long long Out, int InRow, int OutRow, int MaxBatch>
struct run_sizes {
  static constexpr text make() {
    text why;
    if (InRow < 1 || OutRow < 1) return why;  // of a model that does not compile
    const long long given = In >= 0 ? In : Out, row = In >= 0 ? InRow : OutRow, rows = given / row;
    if (given % row != 0 || rows < 1 || rows > MaxBatch)
      why << "run: the " << (In >= 0 ? "input" : "result") << " has " << given << " elements; expected rows of " << row << ", 1 to "
          << MaxBatch << " of them (max_batch)";
    else if (In >= 0 && Out >= 0 && Out != rows * OutRow)
      why << "run: the result has " << Out << " elements; expected " << rows * OutRow << ", " << OutRow << " for each of " << rows << (rows == 1 ? " row" : " rows");
    return why;
  }
};

// A call of run whose arguments are no floats in a row.
template <class In, class Out>
struct run_types {
  static constexpr text make() {
    constexpr bool of_input = !std::convertible_to<In&, std::span<const float>>;
    using wrong = std::remove_reference_t<std::conditional_t<of_input, In, Out>>;
    return text() << "run: the " << (of_input ? "input" : "result") << " is " << type_name<wrong>() << "; pass an array, std::array, std::vector or std::span of float";
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
  static constexpr int input_count = runner::input_count;
  static constexpr std::string_view input_name(int i) { return runner::inputs[i].name; }
  static constexpr int input_row = runner::inputs[0].row, output_row = runner::outputs[0].row;
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

  // n rows of every input, n · output_row results.
  template <detail::row_pointers Inputs>
  status run(const Inputs& inputs, int n, float* out) noexcept {
    static_assert(sizeof(detail::text_verdict<detail::pointer_count<Inputs, input_count>>) > 0);
    void* results[] = {out};
    return runner_.run(inputs, results, n);
  }
  template <std::size_t N>
  status run(const void* const (&inputs)[N], int n, float* out) noexcept {
    return run<const void* const[N]>(inputs, n, out);
  }
  template <class Inputs>
    requires(!detail::row_pointers<Inputs>)
  status run(const Inputs&, int, float*) noexcept {
    static_assert(sizeof(detail::text_verdict<detail::wrong_pointers<Inputs>>) > 0);
    return {};
  }
  // One input: as many rows as `in` holds. Arrays of a wrong size do not compile.
  status run(std::span<const float> in, std::span<float> out) noexcept {
    static_assert(input_count == 0 || (input_count == 1 && runner::inputs[0].type == f32), "run: this program has several inputs, or one that is not f32; pass an array of pointers");
    const int n = static_cast<int>(in.size() / static_cast<std::size_t>(input_row));
    if (in.size() % static_cast<std::size_t>(input_row) || out.size() != static_cast<std::size_t>(n) * static_cast<std::size_t>(output_row))
      return {status::code::wrong_size, 0, 0, static_cast<long long>(in.size()), input_row};
    const void* inputs[] = {in.data()};
    return run(inputs, n, out.data());
  }
  template <class In, class Out>
    requires((detail::fixed_extent<In>() >= 0 || detail::fixed_extent<Out>() >= 0) && std::convertible_to<In&, std::span<const float>> && std::convertible_to<Out&, std::span<float>>)
  status run(In&& in, Out&& out) noexcept {
    static_assert(sizeof(detail::text_verdict<detail::run_sizes<detail::fixed_extent<In>(), detail::fixed_extent<Out>(), input_row, output_row, max_batch>>) > 0);
    return run(std::span<const float>(in), std::span<float>(out));
  }
  template <class In, class Out>
    requires(!std::convertible_to<In&, std::span<const float>> || !std::convertible_to<Out&, std::span<float>>)
  status run(In&&, Out&&) noexcept {
    static_assert(sizeof(detail::text_verdict<detail::run_types<In, Out>>) > 0);
    return {};
  }
  void use(isa which) { runner_.use(which); }
  // On several threads, with the same bits; see threads.hpp. Allocates scratch memory for each.
  void use(executor threads) { runner_.use(threads); }

 private:
  friend struct detail::profile_access;
  runner runner_;
};

}  // namespace igata::inline IGATA_ABI
