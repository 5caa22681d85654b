// What training<…> compiles: the model with its losses, metrics and optimizer as the graph of a step, and without the optimizer that of an
// evaluation.
#pragma once
#include "carrier.hpp"
#include "option_rules.hpp"

namespace igata::inline IGATA_ABI::detail {

template <bool Training, auto Model, auto... Options>
struct training_spec {
  static constexpr bool training = Training, splits = false;
  static constexpr bool leaves_inputs = !Training;  // the labels of an auxiliary head
  using list = option_list<Options...>;
  using pairs = loss_pairs<Options...>;
  static constexpr int max_batch = list::template find<is_max_batch_t, igata::max_batch{32}>().rows;
  static constexpr bool winograd = list::template find<is_winograd_t, igata::winograd::on>() == igata::winograd::on;

  static constexpr text name() { return program_name<model_type<decltype(Model)>>("training"); }
  static constexpr void build(builder& s) {
    constexpr auto model = Model;  // clang reads padded template arguments wrongly unless copied
    build_with(s, model);
  }
  static constexpr void build_with(builder& s, const auto& model) {
    begin_with(s, model);
    if (!s.get().failed()) finish(s);
  }
  // The model and its losses. What finish needs of them is left as outputs: the model's results, then without names labels and losses.
  static constexpr void begin(builder& s) {
    constexpr auto model = Model;
    begin_with(s, model);
  }
  static constexpr void begin_with(builder& s, const auto& model) {
    using rules = option_rules<true, Options...>;
    if constexpr (rules::hold) begin_with_options(s, model);
    else rules::mistake().report(s, name());
  }
  static constexpr void finish(builder& s) {
    using rules = option_rules<true, Options...>;
    if constexpr (rules::hold) finish_with_options<Training>(s);
  }
  // What finish does for a large model is done in several budgets: differentiate, which adds the sum of the losses to the outputs that begin has
  // left; update_some, until there are no more than these `kept`; conclude.
  static constexpr void differentiate(builder& s) {
    graph& g = s.get();
    const source end = g.site;
    int results = 0;
    while (!g.view(g.outputs[results].name).empty()) ++results;
    const vec<value> costs = costs_of(g, results, pairs::of(g, results, name()));
    {
      const option_place at(g, name(), list::template place<is_any_loss_t>, end);
      const value total = sum_of(costs, at.at());
      g.outputs.push({{}, total.id()});
      with_optimizer(s, [&](const auto&, source here, const auto& each_option) { s.begin_minimize(at.at(), total, "*", here, each_option); });
    }
    g.site = end;
  }
  static constexpr void update_some(builder& s, int kept, int parameters) {
    const source end = s.get().site;
    with_optimizer(
        s, [&](const auto& optimizer, source here, const auto& each_option) { s.continue_minimize(kept, parameters, here, optimizer, each_option); });
    s.get().site = end;
  }
  static constexpr void conclude(builder& s) { finish_with_options<false>(s, true); }

 private:
  static constexpr void begin_with_options(builder& s, const auto& model) {
    vec<value> features, targets;
    int place = 0;
    (declare<is_input_t, Options>(s, ++place, features), ...);
    place = 0;
    (declare<is_labels_t, Options>(s, ++place, targets), ...);
    call_model(s, name(), model, features, false, std::make_index_sequence<static_cast<std::size_t>(list::template count<is_input_t>)>{});
    graph& g = s.get();
    if (g.failed()) return;
    const source end = g.site;  // of the model's last layer
    const vec<value> predictions = values(g, 0, g.outputs.size());
    s.name_layers(predictions);
    place = 0;
    (freeze_some<Options>(s, ++place), ...);
    const vec<loss_pair> of = pairs::of(g, predictions.size(), name());
    vec<value> costs;
    place = 0;
    (add_loss<Options>(s, ++place, of, predictions, targets, costs, end), ...);
    g.site = end;
    if (g.failed()) return;
    for (const value& x : targets) g.outputs.push({{}, x.id()});
    for (const value& x : costs)
      if (x.valid()) g.outputs.push({{}, x.id()});
    place = 0;
    if constexpr (Training) (watch_some<Options>(s, ++place), ...);
  }
  static constexpr vec<value> costs_of(graph& g, int results, const vec<loss_pair>& of) {
    vec<value> costs;
    for (int at = results + pairs::labels; const loss_pair& p : of) {
      costs.push(value());
      if (p.output >= 0) costs.back() = value(g, g.outputs[at++].id);
    }
    return costs;
  }
  template <bool Minimizes>
  static constexpr void finish_with_options(builder& s, bool has_sum = false) {
    graph& g = s.get();
    const source end = g.site;
    value total;
    if (has_sum) {
      total = {g, g.outputs.back().id};
      g.outputs.pop();
    }
    int results = 0;
    while (!g.view(g.outputs[results].name).empty()) ++results;
    const vec<value> predictions = values(g, 0, results), targets = values(g, results, pairs::labels);
    const vec<loss_pair> of = pairs::of(g, results, name());
    const vec<value> costs = costs_of(g, results, of);
    const vec<output_entry> drawn = g.outputs;
    const option_place at(g, name(), list::template place<is_any_loss_t>, end);
    if (!has_sum) total = sum_of(costs, at.at());
    g.outputs.clear();
    if constexpr (Minimizes)
      with_optimizer(s, [&](const auto& optimizer, source here, const auto& each_option) {
        s.minimize_with(at.at(), total, "*", here, optimizer, each_option);
      });
    if (g.failed()) return;
    if constexpr (!Training)
      for (int i = 0; i < results; ++i) g.outputs.push(drawn[i]);
    s.output("loss", total, at.at());
    if constexpr (pairs::count > 1)
      for (int i = 0; i < costs.size(); ++i)
        if (costs[i].valid()) s.output((text() << g.view(drawn[of[i].output].name) << "_loss").view(), costs[i], at.at());
    const model_results all{predictions, targets, drawn, of};
    int place = 0;
    (add_metrics<Options>(s, ++place, all, end), ...);
    if constexpr (Training && list::template count<is_watch_t> > 0)
      for (const output_entry& o : drawn)
        if (g.view(o.name).starts_with(watch_prefix)) g.outputs.push(o);
    set_precision<Options...>(s);
  }

  // What metrics choose from.
  struct model_results {
    const vec<value>&predictions, &targets;
    const vec<output_entry>& names;
    const vec<loss_pair>& losses;
  };
  static constexpr vec<value> values(graph& g, int first, int count) {
    vec<value> all;
    for (int i = first; i < first + count; ++i) all.push(value(g, g.outputs[i].id));
    return all;
  }
  template <auto Option>
  static constexpr void add_loss(builder& s, int place, const vec<loss_pair>& of, const vec<value>& predictions, const vec<value>& targets,
                                 vec<value>& costs, source end) {
    using T = std::remove_cvref_t<decltype(Option)>;
    if constexpr (is_any_loss_t<T>::value) {
      graph& g = s.get();
      if (g.failed()) return;
      constexpr auto loss = [] {
        if constexpr (is_loss_of<T>) return T::loss;
        else return Option;
      }();
      const option_place here(g, name(), place, end);
      const loss_pair& p = of[costs.size()];
      if (p.output < 0) return void(costs.push(value()));
      const value cost = call_option(loss, predictions[p.output], targets[p.labels], here.at());
      costs.push(cost);
      expect_loss(g, cost, here.at());
    }
  }
  static constexpr value sum_of(const vec<value>& costs, source at) {
    int first = 0;  // that is not of an output of training alone
    while (!costs[first].valid()) ++first;
    const library_call call(costs[first], at);
    constexpr auto weights = list::template find<is_loss_weights_t, 0>();
    value total;
    for (int i = first; i < costs.size(); ++i) {
      value part = costs[i];
      if (!part.valid()) continue;
      if constexpr (list::template count<is_loss_weights_t> > 0)
        if (weights.items[i] != 1) part = part * weights.items[i];
      total = total.valid() ? total + part : part;
    }
    return total;
  }

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
  template <auto Option>
  static constexpr void watch_some(builder& s, int place) {
    using T = std::remove_cvref_t<decltype(Option)>;
    if constexpr (is_watch<T>) {
      const option_place here(s.get(), name(), place);
      T::apply(s.get(), here.at());
    }
  }
  // Calls f with the optimizer, its place and what passes the other options on.
  template <class F>
  static constexpr void with_optimizer(builder& s, F f) {
    constexpr auto optimizer = list::template find<is_optimizer_t, 0>();
    const option_place here(s.get(), name(), list::template place<is_optimizer_t>);
    f(optimizer, here.at(), [&s](const auto& apply) {
      int place = 0;
      (pass<Options>(s, ++place, apply), ...);
    });
  }
  template <auto Option, class F>
  static constexpr void pass(builder& s, int place, const F& apply) {
    using T = std::remove_cvref_t<decltype(Option)>;
    if constexpr (GradientChange<T> || AccumulationLike<T> || ScheduleLike<T> || is_optimizer_name<T>) {
      constexpr auto option = Option;
      const option_place here(s.get(), name(), place);
      apply(option);
    }
  }
  template <auto Option>
  static constexpr void add_metrics(builder& s, int place, const model_results& all, source end) {
    using T = std::remove_cvref_t<decltype(Option)>;
    if constexpr (is_metrics<T> || is_metrics_of<T>) {
      graph& g = s.get();
      if (g.failed()) return;
      const option_place here(g, name(), place, end);
      text prefix, why;
      int output = 0;
      if constexpr (is_metrics_of<T>) {
        prefix << T::output << '_';
        output = find_output(g, all.names, all.predictions.size(), T::output);
        if (output < 0 && !Training) return;  // of an auxiliary head
        if (output < 0) why = no_output(g, all.names, all.predictions.size(), T::output);
      } else if (all.predictions.size() > 1) {
        why << "the model returns " << all.predictions.size() << " values; say which: metrics_of<\"" << g.view(all.names[0].name) << "\", ...>";
      }
      const int labels = why.empty() ? pairs::labels_of(g, all.losses, all.names, output) : 0;
      if (labels < 0) why << "no labels '" << g.view(all.names[output].name) << "' for the metrics of this output, which has no loss";
      if (!why.empty()) return g.fail(is_metrics_of<T> ? "metrics_of" : "metrics", why << in_evaluation(g), here.at());
      each_metric(s, here.at(), prefix, all.predictions[output], all.targets[labels], Option);
    }
  }
  template <auto... M>
  static constexpr void each_metric(builder& s, source at, const text& prefix, value prediction, value target, metrics_option<M...>) {
    (one_metric<M>(s, at, prefix, prediction, target), ...);
  }
  template <auto M>
  static constexpr void one_metric(builder& s, source at, const text& prefix, value prediction, value target) {
    constexpr auto metric = M;
    const value result = call_option(metric, prediction, target, at);
    if (result.valid() && (result.dims().rows_of || result.dims().count() != 1 || result.type() != f32))
      return s.get().fail(type_name<std::remove_cvref_t<decltype(M)>>(),
                          text() << "a metric must be one number f32[], got " << name_of(result.type()) << result.dims() << "; take its mean", at);
    text named = prefix;
    if constexpr (requires { metric.name(); }) named << metric.name();
    else named << metric.name;
    s.output(named.view(), result, at);
  }
};

}  // namespace igata::inline IGATA_ABI::detail
