// The loops around programs in the general form, program<…>. Columns of the dataset are found by the names of the inputs; outputs that are one number
// of f32 are the metrics.
//
//   variable_store store;
//   step_t step(store, seed{1});                                 mode::training
//   test_t test(store);                                          mode::inference
//   train::fit(step, data, {.epochs = 10});
//   train::fit(step, test, data, {.epochs = 10, .validation = &held_out});
//   double loss = train::evaluate(test, held_out)["loss"];
//   train::predictions p = train::predict(test, held_out);       p["scores"]
#pragma once
#include <cstddef>      // size_t
#include <string_view>  // string_view
#include <vector>       // vector

#include "../engine/program.hpp"
#include "trainer.hpp"

namespace igata::inline IGATA_ABI::train {

namespace detail {

template <class P>
inline constexpr bool is_program = false;
template <auto F, auto... Options>
inline constexpr bool is_program<program<F, Options...>> = true;

// An output that is a metric; output number k of those, in order; -1: there are not so many.
template <class P>
constexpr bool is_number(int i) {
  return P::output_type(i) == f32 && !P::output_has_rows(i) && P::output_row(i) == 1;
}
template <class P>
constexpr int number(int k) {
  for (int i = 0; i < P::output_count; ++i)
    if (is_number<P>(i) && k-- == 0) return i;
  return -1;
}
template <class P>
inline constexpr int numbers = [] {
  int n = 0;
  while (number<P>(n) >= 0) ++n;
  return n;
}();

// A program that does not compile has said so.
template <class P>
inline constexpr bool is_sound = igata::detail::failure_of<typename P::specification>::size == 0;

// Why a loop cannot run the program.
template <class P, fixed_string Loop>
struct loop_mistake {
  static constexpr text make() {
    text why;
    if (!is_sound<P>) return why;
    const auto say = [&why]() -> text& { return why << Loop.view() << ": "; };
    if (Loop.view() == "fit" && !P::is_training)
      return say() << "the program has " << (P::is_packed ? "mode::packed" : "mode::inference") << "; give the one that trains first", why;
    if (Loop.view() != "fit" && P::is_training) return say() << "the program trains; give one of mode::inference", why;
    for (int i = 0; i < P::input_count; ++i)
      if (!P::input_has_rows(i)) return say() << "input '" << P::input_name(i) << "' has no rows of n; call run", why;
    if (Loop.view() != "predict" && numbers<P> == 0) return say() << "no output is one number f32[]; give the loss as one", why;
    for (int i = 0; i < P::output_count; ++i)
      if (Loop.view() == "predict" && P::output_type(i) != f32)
        return say() << "output '" << P::output_name(i) << "' is " << name_of(P::output_type(i)) << "; cast(x, f32), or call run", why;
    return why;
  }
};

// Memory for all outputs of a program.
template <class P>
class program_outputs {
 public:
  program_outputs() {
    std::size_t size = 0, begin[P::output_count + 1];
    for (int i = 0; i < P::output_count; ++i) {
      begin[i] = size;
      size += static_cast<std::size_t>(P::output_row(i)) * (P::output_has_rows(i) ? static_cast<std::size_t>(P::max_batch) : 1);
    }
    memory_.resize(size);
    for (int i = 0; i < P::output_count; ++i) at_[i] = memory_.data() + begin[i];
  }
  program_outputs(const program_outputs&) = delete;
  void* const* pointers() const { return at_; }
  float operator[](int i) const { return *static_cast<const float*>(at_[i]); }

 private:
  std::vector<float> memory_;
  void* at_[P::output_count + 1];
};

// A program's number k among those of both: first those of the one that steps, then what the one that evaluates measures besides. -1: it has none.
template <class Step, class Test>
struct numbers_of_both {
  static constexpr int find(std::string_view name) {
    for (int k = 0; k < numbers<Test>; ++k)
      if (Test::output_name(number<Test>(k)) == name) return number<Test>(k);
    return -1;
  }
  static constexpr bool in_step(std::string_view name) {
    for (int k = 0; k < numbers<Step>; ++k)
      if (Step::output_name(number<Step>(k)) == name) return true;
    return false;
  }
  static constexpr int of_test_alone(int k) {
    for (int i = 0; i < numbers<Test>; ++i)
      if (!in_step(Test::output_name(number<Test>(i))) && k-- == 0) return number<Test>(i);
    return -1;
  }
  static constexpr int count = [] {
    int n = numbers<Step>;
    while (of_test_alone(n - numbers<Step>) >= 0) ++n;
    return n;
  }();
  static constexpr int step(int k) { return number<Step>(k); }
  static constexpr int test(int k) { return k < numbers<Step> ? find(Step::output_name(number<Step>(k))) : of_test_alone(k - numbers<Step>); }
  static constexpr std::string_view name(int k) { return k < numbers<Step> ? Step::output_name(step(k)) : Test::output_name(test(k)); }
};

// The input of the program that steps which is input i of the one that evaluates; -1: there is none.
template <class Step, class Test>
constexpr int input_from(int i) {
  for (int k = 0; k < Step::input_count; ++k)
    if (Step::input_name(k) == Test::input_name(i) && Step::input_type(k) == Test::input_type(i) && Step::input_row(k) == Test::input_row(i))
      return k;
  return -1;
}
// Why a program cannot measure what another trains.
template <class Step, class Test>
struct pair_mistake {
  static constexpr text make() {
    text why = loop_mistake<Step, "fit">::make();
    if (why.empty()) why = loop_mistake<Test, "evaluate">::make();
    if (!why.empty() || !is_sound<Step> || !is_sound<Test>) return why;
    if (Test::is_packed) return why << "fit: the program that evaluates has packed weights, which no step changes; give one of mode::inference", why;
    for (int i = 0; i < Test::input_count && why.empty(); ++i)
      if (input_from<Step, Test>(i) < 0)
        why << "fit: input '" << Test::input_name(i)
            << "' of the program that evaluates is none of the one that trains, by name, size and type; give it there";
    if (why.empty() && numbers_of_both<Step, Test>::test(0) < 0)
      why << "fit: the program that evaluates has no number '" << Step::output_name(number<Step>(0))
          << "', the first of the one that trains; give it as an output f32[]";
    return why;
  }
};

// What the loops want: a program that steps, and one on the same store that evaluates.
template <class Step, class Test>
class program_pair {
  using both = numbers_of_both<Step, Test>;

 public:
  static constexpr int max_batch = Step::max_batch < Test::max_batch ? Step::max_batch : Test::max_batch;
  static constexpr int input_count = Step::input_count, feature_count = input_count, metric_count = both::count;
  static constexpr int output_count = Test::output_count;
  static constexpr std::string_view input_name(int i) { return Step::input_name(i); }
  static constexpr dtype input_type(int i) { return Step::input_type(i); }
  static constexpr int input_row(int i) { return Step::input_row(i); }
  static constexpr std::string_view metric_name(int i) { return both::name(i); }
  static constexpr better metric_direction(int i) { return metric_name(i).ends_with("loss") ? better::lower : better::automatic; }
  static constexpr bool metric_in_step(int i) { return both::step(i) >= 0; }
  static constexpr bool metric_in_evaluation(int i) { return both::test(i) >= 0; }
  static constexpr std::string_view output_name(int i) { return Test::output_name(i); }
  static constexpr int output_row(int i) { return Test::output_row(i); }
  static constexpr bool output_has_rows(int i) { return Test::output_has_rows(i); }

  program_pair(Step& step, Test& test) : step_(step), test_(test) {
    if constexpr (!Test::is_packed)
      if (&step.variables() != &test.variables()) raise(text("fit: expected two programs on one store, got two stores; construct both with one"));
  }
  status step_unchecked(const void* const* inputs, int n) noexcept {
    const status s = step_.run_unchecked(inputs, of_step_.pointers(), n);
    if (s)
      for (int i = 0; i < metric_count; ++i)
        if (metric_in_step(i)) metrics_[i] = of_step_[both::step(i)];
    return s;
  }
  status evaluate_unchecked(const void* const* inputs, int n) noexcept {
    const status s = predict_unchecked(inputs, n, of_test_.pointers());
    if (s)
      for (int i = 0; i < metric_count; ++i)
        if (metric_in_evaluation(i)) metrics_[i] = of_test_[both::test(i)];
    return s;
  }
  status predict_unchecked(const void* const* inputs, int n, void* const* out) noexcept {
    const void* in[Test::input_count > 0 ? Test::input_count : 1];
    for (int i = 0; i < Test::input_count; ++i) in[i] = inputs[input_from<Step, Test>(i)];
    status s = test_.run_unchecked(in, out, n);
    if (s.input >= 0 && s.input < Test::input_count) s.input = input_from<Step, Test>(s.input);
    return s;
  }
  float metric(int i) const noexcept { return metrics_[i]; }
  variable_store& variables() {
    if constexpr (Step::is_packed) return none_;
    else return step_.variables();
  }

 private:
  Step& step_;
  Test& test_;
  program_outputs<Step> of_step_;
  program_outputs<Test> of_test_;
  variable_store none_;  // of weights that are packed
  float metrics_[metric_count > 0 ? metric_count : 1]{};
};

}  // namespace detail

template <class Step, class... Callbacks>
  requires(detail::is_program<Step> && (CallbackLike<std::remove_cvref_t<Callbacks>> && ...))
history fit(Step& step, const dataset& data, const fit_options& options = {}, Callbacks&&... callbacks) {
  static_assert(sizeof(igata::detail::text_verdict<detail::loop_mistake<Step, "fit">>) > 0);
  if (options.validation || options.validation_split != 0)
    raise(text("fit: validation: expected a program of mode::inference that measures, got none; fit(step, test, data, ...)"));
  detail::program_pair<Step, Step> pair(step, step);
  return fit(pair, data, options, callbacks...);
}
// `test` measures .validation: its numbers are val_…, also those that the step has not.
template <class Step, class Test, class... Callbacks>
  requires(detail::is_program<Step> && detail::is_program<Test> && (CallbackLike<std::remove_cvref_t<Callbacks>> && ...))
history fit(Step& step, Test& test, const dataset& data, const fit_options& options = {}, Callbacks&&... callbacks) {
  static_assert(sizeof(igata::detail::text_verdict<detail::pair_mistake<Step, Test>>) > 0);
  detail::program_pair<Step, Test> pair(step, test);
  return fit(pair, data, options, callbacks...);
}

// The means over all rows of the outputs that are one number.
template <class P>
  requires detail::is_program<P>
logs evaluate(P& p, const dataset& data, int batch_size = 0) {
  static_assert(sizeof(igata::detail::text_verdict<detail::loop_mistake<P, "evaluate">>) > 0);
  detail::program_pair<P, P> pair(p, p);
  return evaluate(pair, data, batch_size);
}

// All outputs, in the dataset's order; of those without rows what each batch gives.
template <class P>
  requires detail::is_program<P>
predictions predict(P& p, const dataset& data, int batch_size = 0) {
  static_assert(sizeof(igata::detail::text_verdict<detail::loop_mistake<P, "predict">>) > 0);
  detail::program_pair<P, P> pair(p, p);
  return predictions(detail::predict(program_ref(pair), data, batch_size));
}

}  // namespace igata::inline IGATA_ABI::train
