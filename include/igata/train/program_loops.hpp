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

#include "../engine/general.hpp"
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

// Why a loop cannot run the program.
template <class P, fixed_string Loop>
struct loop_mistake {
  static constexpr text make() {
    text why;
    if (igata::detail::failure_of<typename P::specification>::size > 0) return why;
    const auto say = [&why]() -> text& { return why << Loop.view() << ": "; };
    if (Loop.view() == "fit" && !P::is_training) return say() << "the program has mode::inference; give the one that trains first", why;
    if (Loop.view() != "fit" && P::is_training) return say() << "the program trains; give one of mode::inference", why;
    for (int i = 0; i < P::input_count; ++i)
      if (!P::input_has_rows(i)) return say() << "input '" << P::input_name(i) << "' has no rows; call run", why;
    if (Loop.view() != "predict" && numbers<P> == 0) return say() << "no output is one number f32[]; give the loss as one", why;
    for (int i = 0; i < P::output_count; ++i)
      if (Loop.view() == "predict" && P::output_type(i) != f32) return say() << "output '" << P::output_name(i) << "' is " << name_of(P::output_type(i)) << "; cast(x, f32), or call run", why;
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

// What the loops want: a program that steps, and one on the same store that evaluates.
template <class Step, class Test>
class program_pair {
 public:
  static constexpr int max_batch = Step::max_batch < Test::max_batch ? Step::max_batch : Test::max_batch;
  static constexpr int input_count = Step::input_count, feature_count = input_count, metric_count = numbers<Step>;
  static constexpr int output_count = Test::output_count, output_row = 1;
  static constexpr std::string_view input_name(int i) { return Step::input_name(i); }
  static constexpr dtype input_type(int i) { return Step::input_type(i); }
  static constexpr int input_row(int i) { return Step::input_row(i); }
  static constexpr std::string_view metric_name(int i) { return Step::output_name(number<Step>(i)); }
  static constexpr better metric_direction(int i) { return metric_name(i).ends_with("loss") ? better::lower : better::automatic; }
  static constexpr std::string_view output_name(int i) { return Test::output_name(i); }
  static constexpr int output_row_of(int i) { return Test::output_row(i); }
  static constexpr bool output_has_rows(int i) { return Test::output_has_rows(i); }

  program_pair(Step& step, Test& test) : step_(step), test_(test) {
    if (&step.variables() != &test.variables()) raise(text("fit: expected two programs on one store, got two stores; construct both with one"));
    for (int i = 0; i < Test::input_count; ++i) {
      from_[i] = -1;
      for (int k = 0; k < Step::input_count; ++k)
        if (Step::input_name(k) == Test::input_name(i) && Step::input_type(k) == Test::input_type(i) && Step::input_row(k) == Test::input_row(i)) from_[i] = k;
      if (from_[i] < 0)
        raise(text() << "fit: input '" << Test::input_name(i) << "' of the program that evaluates: expected an input of the one that trains, of the same size and type, got none");
    }
    for (int i = 0; i < metric_count; ++i) {
      measured_[i] = -1;
      for (int k = 0; k < numbers<Test>; ++k)
        if (Test::output_name(number<Test>(k)) == metric_name(i)) measured_[i] = number<Test>(k);
      if (measured_[i] < 0) raise(text() << "fit: output '" << metric_name(i) << "': expected one number of this name of the program that evaluates, got none");
    }
  }
  status step_unchecked(const void* const* inputs, int n) noexcept {
    const status s = step_.run_unchecked(inputs, of_step_.pointers(), n);
    if (s)
      for (int i = 0; i < metric_count; ++i) metrics_[i] = of_step_[number<Step>(i)];
    return s;
  }
  status evaluate_unchecked(const void* const* inputs, int n) noexcept {
    const status s = predict_unchecked(inputs, n, of_test_.pointers());
    if (s)
      for (int i = 0; i < metric_count; ++i) metrics_[i] = of_test_[measured_[i]];
    return s;
  }
  status predict_unchecked(const void* const* inputs, int n, void* const* out) noexcept {
    const void* in[Test::input_count > 0 ? Test::input_count : 1];
    for (int i = 0; i < Test::input_count; ++i) in[i] = inputs[from_[i]];
    status s = test_.run_unchecked(in, out, n);
    if (s.input >= 0 && s.input < Test::input_count) s.input = from_[s.input];
    return s;
  }
  float metric(int i) const noexcept { return metrics_[i]; }
  variable_store& variables() { return step_.variables(); }

 private:
  Step& step_;
  Test& test_;
  program_outputs<Step> of_step_;
  program_outputs<Test> of_test_;
  int from_[Test::input_count > 0 ? Test::input_count : 1], measured_[metric_count > 0 ? metric_count : 1];
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
// `test` measures .validation.
template <class Step, class Test, class... Callbacks>
  requires(detail::is_program<Step> && detail::is_program<Test> && (CallbackLike<std::remove_cvref_t<Callbacks>> && ...))
history fit(Step& step, Test& test, const dataset& data, const fit_options& options = {}, Callbacks&&... callbacks) {
  static_assert(sizeof(igata::detail::text_verdict<detail::loop_mistake<Step, "fit">>) > 0);
  static_assert(sizeof(igata::detail::text_verdict<detail::loop_mistake<Test, "evaluate">>) > 0);
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
  return detail::predict(program_ref(pair), data, batch_size);
}

}  // namespace igata::inline IGATA_ABI::train
