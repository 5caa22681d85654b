// Several losses: which output of the model and which labels each takes, and their weights.
//
//   training<two_heads{}, in<"image", 28, 28, 1>, labels<"digit", i32, 10>, labels<"angle", f32, 0, 1>,
//            loss_of<"digit", loss::softmax_cross_entropy{}>, loss_of<"angle", loss::mse{}>, loss_weights{1, 0.1},
//            metrics_of<"digit", metric::accuracy{}>, optim::adam{}>
#pragma once
#include "options.hpp"

namespace igata::inline IGATA_ABI {

// Factors of the losses in the order in which these stand; what is trained is the weighted sum.
template <int Count>
struct loss_weights {
  double items[static_cast<std::size_t>(Count)];
  template <class... T>
    requires(sizeof...(T) == Count && (std::convertible_to<T, double> && ...))
  constexpr loss_weights(T... each) : items{static_cast<double>(each)...} {}
};
template <class... T>
loss_weights(T...) -> loss_weights<static_cast<int>(sizeof...(T))>;

namespace detail {

template <fixed_string Output, auto Loss, fixed_string Labels>
struct loss_of_option {
  static constexpr std::string_view output = Output.view(), labels = Labels.view();
  static constexpr auto loss = Loss;
};
template <fixed_string Output, auto... Metrics>
struct metrics_of_option : metrics_option<Metrics...> {
  static constexpr std::string_view output = Output.view();
  using metrics = metrics_option<Metrics...>;
};

template <class T> inline constexpr bool is_loss_of = false;
template <fixed_string O, auto L, fixed_string N> inline constexpr bool is_loss_of<loss_of_option<O, L, N>> = true;
template <class T> inline constexpr bool is_metrics_of = false;
template <fixed_string O, auto... M> inline constexpr bool is_metrics_of<metrics_of_option<O, M...>> = true;
template <class T> inline constexpr int weights_in = 0;  // loss_weights{…}: how many
template <int Count> inline constexpr int weights_in<loss_weights<Count>> = Count;
template <class T> struct is_loss_of_t { static constexpr bool value = is_loss_of<T>; };
template <class T> struct is_any_loss_t { static constexpr bool value = LossLike<T> || is_loss_of<T>; };
template <class T> struct is_loss_weights_t { static constexpr bool value = weights_in<T> > 0; };

// As users write it.
template <class T>
constexpr std::string_view option_name() {
  if constexpr (is_input<T>) return "in<...>";
  else if constexpr (is_labels<T>) return "labels<...>";
  else if constexpr (is_loss_of<T>) return "loss_of<...>";
  else if constexpr (weights_in<T> > 0) return "loss_weights{}";
  else if constexpr (is_freeze<T>) return "freeze<...>";
  else if constexpr (is_only<T>) return "only<...>";
  else if constexpr (is_watch<T>) return "watch<...>";
  else if constexpr (is_metrics<T>) return "metrics<...>";
  else if constexpr (is_metrics_of<T>) return "metrics_of<...>";
  else if constexpr (is_optimizer_name<T>) return "optim::name<...>";
  else return type_name<T>();
}

template <fixed_string O, auto... M>
constexpr void find_direction(metrics_of_option<O, M...>, std::string_view name, better& found) {
  if (name.starts_with(O.view()) && name.substr(O.view().size()).starts_with('_'))
    find_direction(metrics_option<M...>{}, name.substr(O.view().size() + 1), found);
}

// Which output and which labels a loss takes, counted in the order of results and options. Without an output: it is one of training alone.
struct loss_pair {
  int output = -1, labels = -1;
};
// Behind texts about a graph that the user has not written as such.
constexpr std::string_view in_evaluation(const graph& g) { return g.training ? "" : " (in evaluation)"; }

template <auto... Options>
struct loss_pairs {
  using list = option_list<Options...>;
  static constexpr int by_order = list::template count<is_loss_t>, count = list::template count<is_any_loss_t>,
                       labels = list::template count<is_labels_t>;

  // The pair of each loss, where the graph's first outputs are the model's results. Mistakes are recorded. The training graph comes first: an output
  // that it has, and an evaluation has not, is no mistake.
  static constexpr vec<loss_pair> of(graph& g, int outputs, const text& program) {
    vec<loss_pair> pairs;
    text why;
    if (by_order > 0 && by_order != outputs) {
      const char* const results = outputs == 1 ? " value" : " values";
      if (by_order > 1)
        why << "a loss is given " << by_order << " times, and the model returns " << outputs << results
            << "; give one for each in order, or loss_of<\"name\", loss::mse{}>; metrics stand in metrics<...>";
      else
        why << "the model returns " << outputs << results << ", and there is one loss; give one for each in order, or loss_of<\"name\", loss::mse{}>";
    } else if (by_order > 0 && labels > 1 && labels != by_order) {
      why << "labels<...> are given " << labels << " times for " << by_order << (by_order == 1 ? " loss" : " losses")
          << "; give one for each in order, or one for all";
    }
    if (!why.empty()) return g.fail(program.view(), why << in_evaluation(g), {}), pairs;
    int place = 0;
    (add<Options>(g, outputs, program, ++place, pairs), ...);
    bool any = false;
    for (const loss_pair& p : pairs) any |= p.output >= 0;
    if (!any && !g.failed()) {
      say_outputs(why << "no loss belongs to an output of the model in evaluation, which are ", g, g.outputs, outputs)
          << "; return one that has a loss, also without x.training()";
      g.fail(program.view(), why, {});
    }
    return pairs;
  }
  // What a metric of the output compares it with: the labels of its loss, or of its name, or the only ones.
  static constexpr int labels_of(const graph& g, const vec<loss_pair>& pairs, const vec<output_entry>& names, int output) {
    for (const loss_pair& p : pairs)
      if (p.output == output) return p.labels;
    return labels_named(g.view(names[output].name));
  }

 private:
  template <auto Option>
  static constexpr void add(graph& g, int outputs, const text& program, int place, vec<loss_pair>& pairs) {
    using T = std::remove_cvref_t<decltype(Option)>;
    if (g.failed()) return;
    if constexpr (LossLike<T>) {
      pairs.push({pairs.size(), labels == 1 ? 0 : pairs.size()});
    } else if constexpr (is_loss_of<T>) {
      loss_pair p{find_output(g, g.outputs, outputs, T::output), T::labels.empty() ? labels_named(T::output) : place_of(T::labels)};
      text why;
      if (p.output < 0 && g.training) why = no_output(g, g.outputs, outputs, T::output);
      else if (p.labels < 0)
        say_labels(why << "no labels '" << (T::labels.empty() ? T::output : T::labels) << "' for the output '" << T::output << "'; the labels are ")
            << ": loss_of<\"" << T::output << "\", loss, \"labels\">";
      for (const loss_pair& other : pairs)
        if (why.empty() && p.output >= 0 && other.output == p.output)
          why << "the output '" << T::output << "' has a loss before; write one loss that adds them";
      if (!why.empty()) return g.fail((text() << program << ", option " << place).view(), why, {});
      pairs.push(p);
    }
  }
  static constexpr int labels_named(std::string_view name) { return labels == 1 ? 0 : place_of(name); }
  static constexpr int place_of(std::string_view name) {
    int at = 0, found = -1;
    (find<Options>(name, at, found), ...);
    return found;
  }
  template <auto Option>
  static constexpr void find(std::string_view name, int& at, int& found) {
    using T = std::remove_cvref_t<decltype(Option)>;
    if constexpr (is_labels<T>) {
      if (T::name == name) found = at;
      ++at;
    }
  }
  static constexpr text& say_labels(text& why) {
    int n = 0;
    (say<Options>(why, n), ...);
    return why;
  }
  template <auto Option>
  static constexpr void say(text& why, int& n) {
    using T = std::remove_cvref_t<decltype(Option)>;
    if constexpr (is_labels<T>) why << (n++ ? ", '" : "'") << T::name << '\'';
  }
};

}  // namespace detail

// The loss of the output of this name. Its labels are those of the given name, or of the output's, or the only ones.
template <fixed_string Output, auto Loss, fixed_string Labels = "">
inline constexpr detail::loss_of_option<Output, Loss, Labels> loss_of{};

// Metrics of the output of this name, reported as "output_metric".
template <fixed_string Output, auto... Metrics>
inline constexpr detail::metrics_of_option<Output, Metrics...> metrics_of{};

}  // namespace igata::inline IGATA_ABI
