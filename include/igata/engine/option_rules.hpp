// What the options of training<…> and inference<…> must be, as far as it is known before the model is called.
#pragma once
#include "losses.hpp"

namespace igata::inline IGATA_ABI::detail {

// A mistake that is known before the model is called, of one option or (0) of all.
struct option_mistake {
  text why;
  int option = 0;
  constexpr void report(builder& s, text program) const {
    if (why.size() == 1) {
      s.get().failure << said_by_the_compiler;
      return;
    }
    if (option) program << ", option " << option;
    s.get().fail(program.view(), why, {});
  }
};

// What the options of training<…> and inference<…> must be; mistake() is the first.
template <bool Trains, auto... Options>
struct option_rules {
  static constexpr option_mistake mistake() {
    text why;
    int place = 0;
    (..., (why.empty() ? (++place, one<Options>(why)) : void()));
    if (!why.empty()) return {why, place};
    count<is_input_t>(why, "an input", 1, 1000, "in<\"name\", extents...>");
    if constexpr (Trains) {
      count<is_labels_t>(why, "labels<...>", 1, 1000, "labels<\"name\", type, classes>");
      count<is_any_loss_t>(why, "a loss", 1, 1000, "loss::mse{}");
      losses(why);
      count<is_optimizer_t>(why, "an optimizer", 1, 1, "optim::adam{}");
      count<is_optimizer_name_t>(why, "optim::name<...>", 0, 1, "optim::name<\"critic\">");
      count<is_schedule_t>(why, "a schedule", 0, 1, "optim::cosine_decay{}");
    }
    count<is_only_t>(why, "only<...>", 0, 1, "only<\"output\">");
    count<is_max_batch_t>(why, "max_batch", 0, 1, "max_batch{32}");
    count<is_winograd_t>(why, "winograd", 0, 1, "winograd::off");
    count<is_precision_t>(why, "the precision", 0, 1, "precision::fp64{}");
    return {why};
  }
  static constexpr bool hold = mistake().why.empty();

 private:
  template <auto Option>
  static constexpr bool allowed() {
    using T = std::remove_cvref_t<decltype(Option)>;
    if constexpr (is_input<T> || is_max_batch<T> || is_winograd<T> || is_precision<T>) return true;
    else if constexpr (!Trains) return is_only<T>;
    else if constexpr (is_metrics<T> || is_metrics_of<T>) return T::fits;
    else
      return is_any_loss_t<T>::value || is_loss_weights_t<T>::value || is_labels<T> || is_freeze<T> || is_watch<T> || is_optimizer_name<T> ||
             GradientChange<T> || AccumulationLike<T> || OptimizerLike<T> || ScheduleLike<T>;
  }
  template <auto Option>
  static constexpr void one(text& why) {
    using T = std::remove_cvref_t<decltype(Option)>;
    if constexpr (allowed<Option>()) {
      range(why, Option);
      if constexpr (Trains && is_input<T>)
        if (T::form::has_dim) why << "input '" << T::name << "' has a dim, and all inputs of a training have rows of n; write program<...>";
    }
    else if constexpr (is_refused<T>()) why << looked_at<T>();
    else if constexpr (is_metrics<T> || is_metrics_of<T>)
      why << T::misfit() << " is no metric; one has a name and is a function (value prediction, value target) -> value";
    else if (Trains)
      why << option_name<T>()
          << " is none of in<...>, ids<...>, labels<...>, a loss, loss_weights{}, an optimizer, metrics<...>, freeze<...>, watch<...>, max_batch{}, "
             "winograd::off, precision::fp64{}, a gradient change, a schedule";
    else why << option_name<T>() << " is none of in<...>, ids<...>, only<...>, max_batch{}, winograd::off, precision::fp64{}";
  }
  template <template <class> class Is>
  static constexpr void count(text& why, std::string_view what, int least, int most, std::string_view example) {
    constexpr int n = option_list<Options...>::template count<Is>;
    if (!why.empty() || (n >= least && n <= most)) return;
    if (n < least) why << what << " is missing; add " << example;
    else why << what << " is given " << n << " times; give one, such as " << example;
  }
  static constexpr void losses(text& why) {
    using list = option_list<Options...>;
    using pairs = loss_pairs<Options...>;
    count<is_loss_weights_t>(why, "loss_weights", 0, 1, "loss_weights{1, 0.5}");
    constexpr int weights = (0 + ... + weights_in<std::remove_cvref_t<decltype(Options)>>);
    if (!why.empty()) return;
    if (pairs::by_order > 0 && pairs::by_order < pairs::count)
      why << "some losses name their output and some do not; write loss_of<...> for each of them";
    else if (list::template count<is_loss_weights_t> > 0 && weights != pairs::count)
      why << "loss_weights has " << weights << (weights == 1 ? " number" : " numbers") << " for " << pairs::count
          << (pairs::count == 1 ? " loss" : " losses") << "; give one for each";
  }
  static constexpr void range(text&, const auto&) {}
  template <int Count>
  static constexpr void range(text& why, const loss_weights<Count>& w) {
    for (int i = 0; i < Count; ++i)
      if (why.empty() && !math::is_finite(w.items[i])) why << "loss_weights: number " << i + 1 << " is " << w.items[i] << "; must be finite";
  }
  template <fixed_string Output, auto Loss, fixed_string Labels>
  static constexpr void range(text& why, loss_of_option<Output, Loss, Labels>) {
    using T = std::remove_cvref_t<decltype(Loss)>;
    if (!LossLike<T>) why << type_name<T>() << " is no loss; one is a function (value prediction, value target) -> value";
  }
  template <fixed_string... Names>
  static constexpr void range(text& why, only_option<Names...>) {
    if (sizeof...(Names) == 0) why << "only<> names no output; give it one or more";
  }
  static constexpr void range(text& why, const igata::max_batch& b) {
    if (b.rows < 1) why << "max_batch = " << b.rows << "; must be 1 or more";
  }
};

}  // namespace igata::inline IGATA_ABI::detail
