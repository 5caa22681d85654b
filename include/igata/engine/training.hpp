// training<Model, Options…>: a model with its loss and optimizer as one compiled step, and the same model in inference mode beside it.
//
//   using train_t = training<lenet{}, in<"image", 28, 28, 1>, labels<"digit", i32, 10>, loss::softmax_cross_entropy{},
//                            metrics<metric::accuracy{}>, optim::adam{.learning_rate = 1e-3f}, max_batch{64}>;
//   train_t t{seed{7}};
//   t.step({images, digits}, n);   t.metric(0)
//
// Several results, labels and losses: losses.hpp.
#pragma once
#include "runner.hpp"
#include "training_pair.hpp"
#include "wrong_call.hpp"

namespace igata::inline IGATA_ABI {

// A model with loss and optimizer as one compiled step. step, evaluate and predict are noexcept, neither allocate nor lock, and refuse wrong calls
// with a status. One thread at a time.
template <auto Model, auto... Options>
class training {
  using step_spec = detail::training_spec<true, Model, Options...>;
  static_assert(sizeof(detail::verdict<detail::failure_of<step_spec>>) > 0);
  // A model that does not compile is reported once.
  using test_spec = std::conditional_t<detail::failure_of<step_spec>::size == 0, detail::training_spec<false, Model, Options...>, step_spec>;
  static_assert(sizeof(detail::verdict<detail::failure_of<test_spec>>) > 0);
  static_assert(sizeof(detail::text_verdict<detail::names_of_both<step_spec, test_spec>>) > 0);
  using step_runner = detail::runner<step_spec>;
  using test_runner = detail::runner<test_spec>;
  using evaluation = detail::evaluation_outputs<step_runner, test_runner>;

 public:
  using specification = step_spec;
  using code = compiled<step_spec>;
  using evaluation_code = compiled<test_spec>;
  static constexpr int max_batch = step_spec::max_batch;
  static constexpr int input_count = step_runner::input_count;
  static constexpr int label_count = step_spec::pairs::labels, feature_count = input_count - label_count;
  static constexpr int watched_count = detail::watched_outputs<step_runner>;
  static constexpr int metric_count = step_runner::output_count - watched_count;
  static constexpr int output_count = evaluation::results;  // of the model in inference mode
  static constexpr long long parameter_count = code::facts.parameters;
  static constexpr std::size_t weight_bytes = static_cast<std::size_t>(code::facts.weight_bytes);
  static constexpr std::size_t arena_bytes = step_runner::arena_bytes;
  static constexpr std::size_t arena_bytes_without_reuse = static_cast<std::size_t>(code::plan.arena_without_reuse) * 4;
  static constexpr std::size_t evaluation_arena_bytes = test_runner::arena_bytes;
  // What training needs on top of evaluating.
  static constexpr std::size_t grad_arena_bytes = arena_bytes > evaluation_arena_bytes ? arena_bytes - evaluation_arena_bytes : 0;
  static constexpr long long flops = code::facts.flops;  // of a step, per row

  static constexpr std::string_view input_name(int i) { return step_runner::inputs[i].name; }
  static constexpr dtype input_type(int i) { return step_runner::inputs[i].type; }
  static constexpr int input_row(int i = 0) { return step_runner::inputs[i].row; }
  static constexpr std::string_view output_name(int i) { return test_runner::outputs[i].name; }
  static constexpr int output_row(int i = 0) { return test_runner::outputs[i].row; }
  static constexpr bool output_has_rows(int i) { return (test_runner::outputs[i].rows_of != no_symbol); }
  static constexpr std::string_view metric_name(int i) { return step_runner::outputs[i].name; }
  // Whether an evaluation measures it: not so what belongs to an output of training alone.
  static constexpr bool metric_in_evaluation(int i) { return evaluation::at.of[i] >= 0; }
  // Whether more of it is better: automatic where a metric has no `static constexpr bool higher_is_better`. Losses are better::lower.
  static constexpr better metric_direction(int i) {
    better found = better::lower;
    (detail::find_direction(Options, metric_name(i), found), ...);
    return found;
  }

  [[gnu::cold]] explicit training(seed s = {}) : owned_(new variable_store), store_(fill(*owned_, s)), step_(*store_), test_(*store_) {}
  // Shares a store with other programs; variables that it lacks are added.
  [[gnu::cold]] explicit training(variable_store& store, seed s = {}) : store_(fill(store, s)), step_(store), test_(store) {}

  // All inputs, features then labels; the features alone; the model's results.
  template <fixed_string Call, bool Counted = false>
  using all_inputs = detail::call_arguments<Call, detail::inputs_of<step_runner, 0, input_count>, Counted>;
  template <fixed_string Call, bool Counted = false>
  using all_features = detail::call_arguments<Call, detail::inputs_of<step_runner, 0, feature_count>, Counted>;
  template <fixed_string Call, bool Counted = false>
  using all_results = detail::call_arguments<Call, detail::results_of<test_runner, 0, output_count>, Counted>;

  // One step on n rows: forward, backward, update. t.step({images, digits}, 64); without n as many rows as the arrays hold.
  status step(all_inputs<"step"> in, int n) noexcept {
    if (n <= max_batch)
      if (!in.holds(n)) [[unlikely]] return in.wrong(n);
    return step_unchecked(in.pointers(), n);
  }
  status step(all_inputs<"step", true> in) noexcept {
    const int n = in.rows();
    if (n <= max_batch)
      if (!in.holds(n)) [[unlikely]] return in.wrong(n);
    return step_unchecked(in.pointers(), n);
  }
  // Forward in inference mode, with labels; sets the metrics.
  status evaluate(all_inputs<"evaluate"> in, int n) noexcept {
    if (n <= max_batch)
      if (!in.holds(n)) [[unlikely]] return in.wrong(n);
    return evaluate_unchecked(in.pointers(), n);
  }
  status evaluate(all_inputs<"evaluate", true> in) noexcept {
    const int n = in.rows();
    if (n <= max_batch)
      if (!in.holds(n)) [[unlikely]] return in.wrong(n);
    return evaluate_unchecked(in.pointers(), n);
  }
  // Forward in inference mode: n rows of features give n rows of each of the model's results. Metrics stay as they are.
  status predict(all_features<"predict"> in, int n, all_results<"predict"> out) noexcept {
    if (n <= max_batch) {
      if (!in.holds(n)) [[unlikely]] return in.wrong(n);
      if (!out.holds(n)) [[unlikely]] return out.wrong(n);
    }
    return predict_unchecked(in.pointers(), n, out.pointers());
  }
  status predict(all_features<"predict", true> in, all_results<"predict", true> out) noexcept {
    const int n = in.rows();
    if (n <= max_batch) {
      if (!in.holds(n)) [[unlikely]] return in.wrong(n);
      if (!out.holds(n)) [[unlikely]] return out.wrong(n);
    }
    return predict_unchecked(in.pointers(), n, out.pointers());
  }

  // Any other call does not compile, and is told how it is written.
  template <int = 0>
  status step(detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {},
              detail::anything = {}) noexcept {
    static_assert(sizeof(detail::text_verdict<detail::forms_of_call<"step", detail::inputs_of<step_runner, 0, input_count>>>) > 0);
    return {};
  }
  template <int = 0>
  status evaluate(detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {},
                  detail::anything = {}) noexcept {
    static_assert(sizeof(detail::text_verdict<detail::forms_of_call<"evaluate", detail::inputs_of<step_runner, 0, input_count>>>) > 0);
    return {};
  }
  template <int = 0>
  status predict(detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {},
                 detail::anything = {}) noexcept {
    using forms =
        detail::forms_of_call<"predict", detail::inputs_of<step_runner, 0, feature_count>, detail::results_of<test_runner, 0, output_count>, true>;
    static_assert(sizeof(detail::text_verdict<forms>) > 0);
    return {};
  }

  // The same of pointers to anything: types and sizes are not looked at.
  status step_unchecked(const void* const* inputs, int n) noexcept {
    void* out[metric_count + watched_count];
    for (int i = 0; i < metric_count; ++i) out[i] = &metrics_[i];
    if constexpr (watched_count == 0) {
      return step_.run(inputs, out, n);
    } else {
      for (int i = 0; i < watched_count; ++i) out[metric_count + i] = watched_.data() + watched_place(i) * 4;
      const status s = step_.run(inputs, out, n);
      if (s) watched_rows_ = n;
      return s;
    }
  }
  status evaluate_unchecked(const void* const* inputs, int n) noexcept {
    void* out[output_count];
    for (int i = 0; i < output_count; ++i) out[i] = output_.data() + output_place(i) * 4;
    return test(inputs, n, out, metrics_);
  }
  status predict_unchecked(const void* const* features, int n, void* const* out) noexcept {
    const void* in[input_count];
    for (int i = 0; i < input_count; ++i) in[i] = i < feature_count ? features[i] : no_labels_.data();
    float no_metrics[metric_count > 0 ? metric_count : 1];
    return test(in, n, out, no_metrics);
  }
  // Of the last step or evaluate: a mean over its rows, or NaN where evaluate does not measure it. 0 is the loss, of several their weighted sum.
  float metric(int i) const noexcept { return metrics_[i]; }
  // What a layer of watch<"pattern"> gave in the last step: its rows, or one value where it has none; nothing before the first. Until the next step.
  static constexpr std::string_view watched_name(int i) { return step_runner::outputs[metric_count + i].name.substr(detail::watch_prefix.size()); }
  std::span<const float> watched(int i) const noexcept {
    const output_facts& o = step_runner::outputs[metric_count + i];
    const int rows = o.rows_of || watched_rows_ == 0 ? watched_rows_ : 1;
    return {reinterpret_cast<const float*>(watched_.data()) + watched_place(i), static_cast<std::size_t>(rows) * static_cast<std::size_t>(o.row)};
  }
  // By the layer's path; throws error where it is not watched.
  std::span<const float> watched(std::string_view layer) const {
    for (int i = 0; i < watched_count; ++i)
      if (watched_name(i) == layer) return watched(i);
    vec<std::string_view> names;
    for (int i = 0; i < watched_count; ++i) names.push(watched_name(i));
    raise(text() << "watched: no layer '" << layer << "' is watched" << detail::near_names(layer, names));
  }
  variable_store& variables() { return *store_; }
  const variable_store& weights() const { return *store_; }

  // Where the options have optim::gradient_hook{}: from now on f(std::string_view parameter, std::span<float> gradient) is called in every step, for
  // each gradient, before the update, and may change it. f is copied; what it throws ends the process.
  template <class F>
  void on_gradient(F f) { step_.on_gradient(std::move(f)); }

  void use(isa which) {
    step_.use(which);
    test_.use(which);
  }
  // On several threads, with the same bits; see threads.hpp. Allocates scratch memory for each.
  void use(executor threads) {
    step_.use(threads);
    test_.use(threads);
  }

 private:
  friend struct detail::profile_access;
  static variable_store* fill(variable_store& store, seed s) {
    join_store(code::variables, store, s);
    join_store(compiled<test_spec>::variables, store, s);
    return &store;
  }
  status test(const void* const* inputs, int n, void* const* out, float* metrics) noexcept {
    void* results[output_count + metric_count];
    for (int i = 0; i < output_count; ++i) results[i] = out[i];
    for (int i = 0; i < metric_count; ++i)
      if (metric_in_evaluation(i)) results[evaluation::at.of[i]] = metrics + i;
    const status s = test_.run(inputs, results, n);
    for (int i = 0; i < metric_count; ++i)
      if (!metric_in_evaluation(i) && s) metrics[i] = static_cast<float>(math::nan);
    return s;
  }
  // Where an evaluation puts result i; of `output_count` the end. In floats, of whole cache lines.
  static constexpr std::size_t output_place(int i) {
    std::size_t at = 0;
    for (int k = 0; k < i; ++k) at += plan::whole_lines(static_cast<std::size_t>(max_batch) * static_cast<std::size_t>(output_row(k)));
    return at;
  }
  static constexpr std::size_t watched_place(int i) {
    std::size_t at = 0;
    for (int k = 0; k < i; ++k) {
      const output_facts& o = step_runner::outputs[metric_count + k];
      at += plan::whole_lines((o.rows_of ? static_cast<std::size_t>(max_batch) : 1) * static_cast<std::size_t>(o.row));
    }
    return at;
  }
  static constexpr std::size_t longest_label() {  // bytes
    int row = 4;
    for (int i = feature_count; i < input_count; ++i)
      if (const int bytes = input_row(i) * size_of(input_type(i)); bytes > row) row = bytes;
    return static_cast<std::size_t>(row);
  }

  owner<variable_store> owned_;
  variable_store* store_;
  step_runner step_;
  test_runner test_;
  float metrics_[metric_count > 0 ? metric_count : 1]{};
  int watched_rows_ = 0;
  aligned_memory watched_ = watched_count > 0 ? aligned_memory(watched_place(watched_count) * 4) : aligned_memory();
  aligned_memory output_{output_place(output_count) * 4};
  aligned_memory no_labels_{static_cast<std::size_t>(max_batch) * longest_label()};
};

}  // namespace igata::inline IGATA_ABI
