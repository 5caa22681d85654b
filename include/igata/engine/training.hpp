// training<Model, Options…>: a model with its loss and optimizer as one compiled step, and the same model in inference mode beside it.
//
//   using train_t = training<lenet{}, in<"image", 28, 28, 1>, labels<"digit", i32, 10>, loss::softmax_cross_entropy{},
//                            metrics<metric::accuracy{}>, optim::adam{.learning_rate = 1e-3f}, max_batch{64}>;
//   train_t t{seed{7}};
//   t.step({images, digits}, n);   t.metric(0)
#pragma once
#include "options.hpp"
#include "program.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

template <bool Training, auto Model, auto... Options>
struct training_spec {
  static constexpr bool training = Training, splits = false;
  using list = option_list<Options...>;
  static constexpr int max_batch = list::template find<is_max_batch_t, igata::max_batch{32}>().rows;
  static constexpr bool winograd = list::template find<is_winograd_t, igata::winograd::on>() == igata::winograd::on;

  static constexpr text name() { return program_name<std::remove_cvref_t<decltype(Model)>>("training"); }
  static constexpr void build(builder& s) {
    begin(s);
    if (!s.get().failed()) finish(s);
  }
  // The model and its loss. What finish needs of them is left as outputs without names: the prediction, the label, the loss.
  static constexpr void begin(builder& s) {
    using rules = option_rules<true, Options...>;
    if constexpr (rules::hold) begin_with_options(s);
    else rules::mistake().report(s, name());
  }
  static constexpr void finish(builder& s) {
    using rules = option_rules<true, Options...>;
    if constexpr (rules::hold) finish_with_options(s);
  }

  static constexpr int metric_count = 1 + (0 + ... + metrics_in(Options));

 private:
  static constexpr void begin_with_options(builder& s) {
    vec<value> features, targets;
    int place = 0;
    (declare<is_input_t, Options>(s, ++place, features), ...);
    place = 0;
    (declare<is_labels_t, Options>(s, ++place, targets), ...);
    constexpr auto model = Model;  // clang reads padded template arguments wrongly unless copied
    const value prediction = call_model(s, name(), model, features, std::make_index_sequence<static_cast<std::size_t>(list::template count<is_input_t>)>{});
    if (s.get().failed()) return;
    const source end = s.get().site;  // of the model's last layer
    s.name_layers({prediction});
    place = 0;
    (freeze_some<Options>(s, ++place), ...);
    constexpr auto loss = list::template find<is_loss_t, 0>();
    const value cost = call_option(loss, prediction, targets[0], option_place(s.get(), name(), list::template place<is_loss_t>, end).at());
    s.get().site = end;
    for (const value& x : {prediction, targets[0], cost}) s.get().outputs.push({{}, x.id()});
  }
  static constexpr void finish_with_options(builder& s) {
    graph& g = s.get();
    const source end = g.site;
    const value prediction(g, g.outputs[0].id), target(g, g.outputs[1].id), cost(g, g.outputs[2].id);
    g.outputs.clear();
    const option_place at(g, name(), list::template place<is_loss_t>, end);
    if constexpr (Training) minimize(s, cost, at.at());
    if constexpr (!Training) s.output("output", prediction, at.at());
    s.output("loss", cost, at.at());
    int place = 0;
    (add_metrics<Options>(s, ++place, prediction, target, end), ...);
  }

  template <auto... M>
  static constexpr int metrics_in(metrics_option<M...>) { return sizeof...(M); }
  static constexpr int metrics_in(auto) { return 0; }

  // Features come before labels, in whatever order the options stand.
  template <template <class> class Is, auto Option>
  static constexpr void declare(builder& s, int place, vec<value>& to) {
    using T = std::remove_cvref_t<decltype(Option)>;
    const option_place here(s.get(), name(), place);
    if constexpr (Is<T>::value) to.push(T::add(s));
  }
  template <auto Option>
  static constexpr void freeze_some(builder& s, int place) {
    using T = std::remove_cvref_t<decltype(Option)>;
    if constexpr (is_freeze<T>) {
      const option_place here(s.get(), name(), place);
      T::apply(s);
    }
  }
  static constexpr void minimize(builder& s, value cost, source loss) {
    constexpr auto optimizer = list::template find<is_optimizer_t, 0>();
    const option_place here(s.get(), name(), list::template place<is_optimizer_t>);
    s.minimize_with(loss, cost, "*", here.at(), optimizer, [&s](const auto& apply) {
      int place = 0;
      (pass<Options>(s, ++place, apply), ...);
    });
  }
  template <auto Option, class F>
  static constexpr void pass(builder& s, int place, const F& apply) {
    using T = std::remove_cvref_t<decltype(Option)>;
    if constexpr (gradient_change<T> || schedule_like<T> || is_optimizer_name<T>) {
      constexpr auto option = Option;
      const option_place here(s.get(), name(), place);
      apply(option);
    }
  }
  template <auto Option>
  static constexpr void add_metrics(builder& s, int place, value prediction, value target, source end) {
    if constexpr (is_metrics<std::remove_cvref_t<decltype(Option)>>) each_metric(s, option_place(s.get(), name(), place, end).at(), prediction, target, Option);
  }
  template <auto... M>
  static constexpr void each_metric(builder& s, source at, value prediction, value target, metrics_option<M...>) {
    (one_metric<M>(s, at, prediction, target), ...);
  }
  template <auto M>
  static constexpr void one_metric(builder& s, source at, value prediction, value target) {
    constexpr auto metric = M;
    const value result = call_option(metric, prediction, target, at);
    if (result.valid() && (result.dims().batched || result.dims().count() != 1 || result.type() != f32))
      return s.get().fail(type_name<std::remove_cvref_t<decltype(M)>>(), text() << "a metric must be one number f32[], got " << name_of(result.type()) << result.dims() << "; take its mean", at);
    if constexpr (requires { metric.name(); }) s.output(metric.name(), result, at);
    else s.output(metric.name, result, at);
  }
};

}  // namespace detail

namespace detail {

// Unnamed layers with variables, as drawn, each with its line.
constexpr void drawn_names(const graph& g, vec<text>& paths, vec<named_path>& names) {
  for (const variable& v : g.variables) {
    if (v.scope == 0 || v.of >= 0) continue;
    paths.push(g.path_of(v));
    names.push({paths.back().view(), g.automatic_parts(v), g.scopes[v.scope].at});
  }
}
// The graph of a step and that of an evaluation, of one model, mean the same by the names of unnamed layers.
template <class Step, class Test>
struct names_of_both {
  static constexpr text make() {
    if constexpr (std::is_same_v<Step, Test>) return {};
    else if constexpr (built_stage<Test>::value().size.failure > 0) return {};
    else {
      const graph step = built_stage<Step>::value().thaw(), test = built_stage<Test>::value().thaw();
      vec<text> paths;
      paths.reserve(step.variables.size() + test.variables.size());
      vec<named_path> in_step, in_test;
      drawn_names(step, paths, in_step);
      drawn_names(test, paths, in_test);
      const text why = names_conflict(in_step, "training", in_test, "evaluation");
      if (why.empty()) return {};
      return text() << Step::name() << ": " << why;
    }
  }
};

}  // namespace detail

// A model with loss and optimizer as one compiled step. step, evaluate and predict are noexcept, neither allocate nor lock, and refuse wrong calls
// with a status. One thread at a time.
template <auto Model, auto... Options>
class training {
  using step_spec = detail::training_spec<true, Model, Options...>;
  static_assert(sizeof(detail::verdict<detail::failure_of<step_spec>>) > 0);
  // A model that does not compile is reported once.
  using test_spec = std::conditional_t<compiled<step_spec>::built().size.failure == 0, detail::training_spec<false, Model, Options...>, step_spec>;
  static_assert(sizeof(detail::text_verdict<detail::names_of_both<step_spec, test_spec>>) > 0);
  using step_runner = detail::runner<step_spec>;
  using test_runner = detail::runner<test_spec>;

 public:
  using code = compiled<step_spec>;
  using evaluation_code = compiled<test_spec>;
  static constexpr int max_batch = step_spec::max_batch;
  static constexpr int input_count = step_runner::input_count;
  static constexpr int feature_count = input_count - 1;
  static constexpr int metric_count = step_runner::output_count;
  static constexpr int output_row = test_runner::outputs[0].row;
  static constexpr long long parameter_count = code::facts.parameters;
  static constexpr std::size_t weight_bytes = static_cast<std::size_t>(parameter_count) * 4;
  static constexpr std::size_t arena_bytes = step_runner::arena_bytes;
  static constexpr std::size_t arena_bytes_without_reuse = static_cast<std::size_t>(code::plan.arena_without_reuse) * 4;
  static constexpr std::size_t evaluation_arena_bytes = test_runner::arena_bytes;
  // What training needs on top of evaluating.
  static constexpr std::size_t grad_arena_bytes = arena_bytes > evaluation_arena_bytes ? arena_bytes - evaluation_arena_bytes : 0;
  static constexpr long long flops = code::facts.flops;  // of a step, per row

  static constexpr std::string_view input_name(int i) { return step_runner::inputs[i].name; }
  static constexpr dtype input_type(int i) { return step_runner::inputs[i].type; }
  static constexpr int input_row(int i) { return step_runner::inputs[i].row; }
  static constexpr std::string_view metric_name(int i) { return step_runner::outputs[i].name; }
  // Whether more of it is better: automatic where a metric has no `static constexpr bool higher_is_better`. Losses are better::lower.
  static constexpr better metric_direction(int i) {
    better found = better::lower;
    (detail::find_direction(Options, metric_name(i), found), ...);
    return found;
  }

  [[gnu::cold]] explicit training(seed s = {}) : owned_(new variable_store), store_(fill(*owned_, s)), step_(*store_), test_(*store_) {}
  // Shares a store with other programs; variables that it lacks are added.
  [[gnu::cold]] explicit training(variable_store& store, seed s = {}) : store_(fill(store, s)), step_(store), test_(store) {}

  // All inputs, features then labels; the features alone; the model's result.
  template <fixed_string Call, bool Counted = false>
  using all_inputs = detail::call_arguments<Call, detail::inputs_of<step_runner, 0, input_count>, Counted>;
  template <fixed_string Call, bool Counted = false>
  using all_features = detail::call_arguments<Call, detail::inputs_of<step_runner, 0, feature_count>, Counted>;
  template <fixed_string Call, bool Counted = false>
  using all_results = detail::call_arguments<Call, detail::results_of<test_runner, 0, 1>, Counted>;

  // One step on n rows: forward, backward, update. t.step({images, digits}, 64); without n as many rows as the arrays hold.
  status step(all_inputs<"step"> in, int n) noexcept {
    if (n <= max_batch)
      if (const status s = in.checked(n); !s) return s;
    return step_unchecked(in.pointers(), n);
  }
  status step(all_inputs<"step", true> in) noexcept {
    const int n = in.rows();
    if (n <= max_batch)
      if (const status s = in.checked(n); !s) return s;
    return step_unchecked(in.pointers(), n);
  }
  // Forward in inference mode, with labels; sets the metrics.
  status evaluate(all_inputs<"evaluate"> in, int n) noexcept {
    if (n <= max_batch)
      if (const status s = in.checked(n); !s) return s;
    return evaluate_unchecked(in.pointers(), n);
  }
  status evaluate(all_inputs<"evaluate", true> in) noexcept {
    const int n = in.rows();
    if (n <= max_batch)
      if (const status s = in.checked(n); !s) return s;
    return evaluate_unchecked(in.pointers(), n);
  }
  // Forward in inference mode: n rows of features give n rows of the model's result. Metrics stay as they are.
  status predict(all_features<"predict"> in, int n, all_results<"predict"> out) noexcept {
    if (n <= max_batch) {
      if (const status s = in.checked(n); !s) return s;
      if (const status s = out.checked(n); !s) return s;
    }
    return predict_unchecked(in.pointers(), n, out.pointers());
  }
  status predict(all_features<"predict", true> in, all_results<"predict", true> out) noexcept {
    const int n = in.rows();
    if (n <= max_batch) {
      if (const status s = in.checked(n); !s) return s;
      if (const status s = out.checked(n); !s) return s;
    }
    return predict_unchecked(in.pointers(), n, out.pointers());
  }

  // The same of pointers to anything: types and sizes are not looked at.
  status step_unchecked(const void* const* inputs, int n) noexcept {
    void* out[metric_count];
    for (int i = 0; i < metric_count; ++i) out[i] = &metrics_[i];
    return step_.run(inputs, out, n);
  }
  status evaluate_unchecked(const void* const* inputs, int n) noexcept { return test(inputs, n, output_.data(), metrics_); }
  status predict_unchecked(const void* const* features, int n, void* const* out) noexcept {
    const void* in[input_count];
    for (int i = 0; i < feature_count; ++i) in[i] = features[i];
    in[feature_count] = no_labels_.data();
    float no_metrics[metric_count > 0 ? metric_count : 1];
    return test(in, n, out[0], no_metrics);
  }
  // Of the last step or evaluate: a mean over its rows. 0 is the loss.
  float metric(int i) const noexcept { return metrics_[i]; }
  variable_store& variables() { return *store_; }
  const variable_store& weights() const { return *store_; }

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
  status test(const void* const* inputs, int n, void* out, float* metrics) noexcept {
    void* results[metric_count + 1] = {out};
    for (int i = 0; i < metric_count; ++i) results[i + 1] = metrics + i;
    return test_.run(inputs, results, n);
  }

  owner<variable_store> owned_;
  variable_store* store_;
  step_runner step_;
  test_runner test_;
  float metrics_[metric_count > 0 ? metric_count : 1]{};
  aligned_memory output_{static_cast<std::size_t>(max_batch) * output_row * 4};
  aligned_memory no_labels_{static_cast<std::size_t>(max_batch) * static_cast<std::size_t>(input_row(feature_count)) * 4};
};

}  // namespace igata::inline IGATA_ABI
