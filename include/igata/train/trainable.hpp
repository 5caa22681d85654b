// What the trainer needs of a program, as a concept and as a type-erased reference: the loops of fit() are compiled once.
//
// inputs are features and labels in order, labels last, as pointers to rows whose types and sizes the trainer has compared with those of the
// program's inputs. Optional are feature_count (without it there is one label), metric_direction(i) (without it metric 0 is a loss,
// better::lower, and of the others nothing is known), metric_in_step(i) and metric_in_evaluation(i) (without them each is measured in both; metric 0
// must be), and of several results output_count, output_name(i), output_has_rows(i).
#pragma once
#include <concepts>     // same_as, convertible_to
#include <string>       // string
#include <string_view>  // string_view

#include "../core/better.hpp"
#include "../core/dtype.hpp"
#include "../engine/error.hpp"
#include "../engine/status.hpp"
#include "../engine/store.hpp"

namespace igata::inline IGATA_ABI::train {

template <class T>
concept Trainable = requires(T& t, const void* const* inputs, void* const* out, int i) {
  { T::max_batch } -> std::convertible_to<int>;
  { T::input_count } -> std::convertible_to<int>;
  { T::metric_count } -> std::convertible_to<int>;
  { T::input_name(i) } -> std::convertible_to<std::string_view>;
  { T::input_type(i) } -> std::same_as<dtype>;
  { T::input_row(i) } -> std::convertible_to<int>;
  { T::output_row(i) } -> std::convertible_to<int>;
  { T::metric_name(i) } -> std::convertible_to<std::string_view>;
  { t.step_unchecked(inputs, i) }
  noexcept->std::same_as<status>;
  { t.evaluate_unchecked(inputs, i) }
  noexcept->std::same_as<status>;
  { t.predict_unchecked(inputs, i, out) }
  noexcept->std::same_as<status>;
  { t.metric(i) }
  noexcept->std::convertible_to<float>;
  { t.variables() } -> std::same_as<variable_store&>;
};

// Valid as long as the program that it refers to.
class program_ref {
 public:
  template <Trainable T>
  explicit program_ref(T& t)
      : max_batch(T::max_batch),
        input_count(T::input_count),
        feature_count(features_of<T>()),
        metric_count(T::metric_count),
        output_count(outputs_of<T>()),
        self_(&t),
        rules_(&table<T>) {}

  int max_batch, input_count, feature_count, metric_count, output_count;

  std::string_view input_name(int i) const { return rules_->input_name(i); }
  dtype input_type(int i) const { return rules_->input_type(i); }
  int input_row(int i) const { return rules_->input_row(i); }
  std::string_view metric_name(int i) const { return rules_->metric_name(i); }
  better metric_direction(int i) const { return rules_->metric_direction(i); }
  bool metric_in(bool step, int i) const { return step ? rules_->metric_in_step(i) : rules_->metric_in_evaluation(i); }
  std::string_view output_name(int i) const { return rules_->output_name(i); }
  int output_row(int i) const { return rules_->output_row(i); }
  bool output_has_rows(int i) const { return rules_->output_has_rows(i); }
  status step(const void* const* inputs, int n) const { return rules_->step(self_, inputs, n); }
  status evaluate(const void* const* inputs, int n) const { return rules_->evaluate(self_, inputs, n); }
  status predict(const void* const* features, int n, void* const* out) const { return rules_->predict(self_, features, n, out); }
  float metric(int i) const { return rules_->metric(self_, i); }
  variable_store& variables() const { return rules_->variables(self_); }

  template <class T>
  static constexpr int outputs_of() {
    if constexpr (requires { T::output_count; }) return T::output_count;
    else return 1;
  }

 private:
  struct rules {
    std::string_view (*input_name)(int);
    dtype (*input_type)(int);
    int (*input_row)(int);
    std::string_view (*metric_name)(int);
    better (*metric_direction)(int);
    bool (*metric_in_step)(int);
    bool (*metric_in_evaluation)(int);
    std::string_view (*output_name)(int);
    int (*output_row)(int);
    bool (*output_has_rows)(int);
    status (*step)(void*, const void* const*, int);
    status (*evaluate)(void*, const void* const*, int);
    status (*predict)(void*, const void* const*, int, void* const*);
    float (*metric)(void*, int);
    variable_store& (*variables)(void*);
  };
  template <class T>
  static constexpr int features_of() {
    if constexpr (requires { T::feature_count; }) return T::feature_count;
    else return T::input_count - 1;
  }
  template <class T>
  static constexpr rules table{
      [](int i) -> std::string_view { return T::input_name(i); },
      [](int i) { return T::input_type(i); },
      [](int i) -> int { return T::input_row(i); },
      [](int i) -> std::string_view { return T::metric_name(i); },
      [](int i) -> better {
        if constexpr (requires { T::metric_direction(i); }) return T::metric_direction(i);
        else return i == 0 ? better::lower : better::automatic;
      },
      []([[maybe_unused]] int i) -> bool {
        if constexpr (requires { T::metric_in_step(i); }) return T::metric_in_step(i);
        else return true;
      },
      []([[maybe_unused]] int i) -> bool {
        if constexpr (requires { T::metric_in_evaluation(i); }) return T::metric_in_evaluation(i);
        else return true;
      },
      []([[maybe_unused]] int i) -> std::string_view {
        if constexpr (requires { T::output_name(i); }) return T::output_name(i);
        else return "output";
      },
      [](int i) -> int { return T::output_row(i); },
      []([[maybe_unused]] int i) -> bool {
        if constexpr (requires { T::output_has_rows(i); }) return T::output_has_rows(i);
        else return true;
      },
      [](void* t, const void* const* in, int n) { return static_cast<T*>(t)->step_unchecked(in, n); },
      [](void* t, const void* const* in, int n) { return static_cast<T*>(t)->evaluate_unchecked(in, n); },
      [](void* t, const void* const* in, int n, void* const* out) { return static_cast<T*>(t)->predict_unchecked(in, n, out); },
      [](void* t, int i) -> float { return static_cast<T*>(t)->metric(i); },
      [](void* t) -> variable_store& { return static_cast<T*>(t)->variables(); },
  };

  void* self_;
  const rules* rules_;
};

}  // namespace igata::inline IGATA_ABI::train
