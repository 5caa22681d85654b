// IGATA_COMPILE_IN_STEPS(train_t);      at namespace scope, once, before the program's first use
//
// For programs of thousands of nodes. g++ keeps what constant evaluation leaves behind until a function at namespace scope ends, and all passes of a
// program are evaluated where it is first used, most often inside of one. Here each pass is followed by an empty function. It changes nothing else:
// mistakes are reported where the program is used.
#pragma once
#include "inference.hpp"
#include "program.hpp"
#include "training.hpp"

namespace igata::inline IGATA_ABI::detail {

// A specification is drawn in two steps, and taken through a pass of passes/passes.inc in each other one.
inline constexpr int steps_of_one = 2 + pass_count;
template <class Spec, int Step>
consteval bool evaluate_step() {
  if constexpr (Step == 0) {
    if constexpr (draws_in_two<Spec>) return beginning_stage<Spec>::value().size.nodes >= 0;
    else return true;
  } else if constexpr (Step == 1) {
    return drawn_stage<Spec>().size.nodes >= 0;
  } else {
    constexpr compiler_pass pass = static_cast<compiler_pass>(Step - 2);
    if constexpr (Step == 2) return pass_stage<Spec, pass>::is_done();
    else if constexpr (built_stage<Spec>::value().size.failure == 0) return pass_stage<Spec, pass>::is_done();
    else return true;
  }
}

// The specifications of a program, evaluated one after the other; the second one of a training only where the first has no mistake.
template <class Program>
struct in_steps {
  template <int Step>
  static consteval bool evaluate() {
    static_assert(Step > 0, "IGATA_COMPILE_IN_STEPS: expected training<...>, inference<...> or program<...>");  // said once
    return true;
  }
};
template <class Spec>
struct one_in_steps {
  template <int Step>
  static consteval bool evaluate() {
    if constexpr (Step < steps_of_one) return evaluate_step<Spec, Step>();
    else return true;
  }
};
template <auto F, auto... Options>
struct in_steps<program<F, Options...>> : one_in_steps<program_spec<F, Options...>> {};
template <auto Model, auto... Options>
struct in_steps<inference<Model, Options...>> : one_in_steps<inference_spec<Model, Options...>> {};
template <auto Model, auto... Options>
struct in_steps<training<Model, Options...>> {
  template <int Step>
  static consteval bool evaluate() {
    using first = training_spec<true, Model, Options...>;
    if constexpr (Step < steps_of_one) return evaluate_step<first, Step>();
    else if constexpr (Step < 2 * steps_of_one && built_stage<first>::value().size.failure == 0)
      return evaluate_step<training_spec<false, Model, Options...>, Step - steps_of_one>();
    else return true;
  }
};

static_assert(2 * steps_of_one <= 20, "IGATA_COMPILE_IN_STEPS has too few lines for the passes of passes.inc");

}  // namespace igata::inline IGATA_ABI::detail

#define IGATA_COMPILE_IN_STEPS(...)                                                                                                         \
  IGATA_COMPILE_STEP(0, __LINE__, __VA_ARGS__)                                                                                              \
  IGATA_COMPILE_STEP(1, __LINE__, __VA_ARGS__)                                                                                              \
  IGATA_COMPILE_STEP(2, __LINE__, __VA_ARGS__)                                                                                              \
  IGATA_COMPILE_STEP(3, __LINE__, __VA_ARGS__)                                                                                              \
  IGATA_COMPILE_STEP(4, __LINE__, __VA_ARGS__)                                                                                              \
  IGATA_COMPILE_STEP(5, __LINE__, __VA_ARGS__)                                                                                              \
  IGATA_COMPILE_STEP(6, __LINE__, __VA_ARGS__)                                                                                              \
  IGATA_COMPILE_STEP(7, __LINE__, __VA_ARGS__)                                                                                              \
  IGATA_COMPILE_STEP(8, __LINE__, __VA_ARGS__)                                                                                              \
  IGATA_COMPILE_STEP(9, __LINE__, __VA_ARGS__)                                                                                              \
  IGATA_COMPILE_STEP(10, __LINE__, __VA_ARGS__)                                                                                             \
  IGATA_COMPILE_STEP(11, __LINE__, __VA_ARGS__)                                                                                             \
  IGATA_COMPILE_STEP(12, __LINE__, __VA_ARGS__)                                                                                             \
  IGATA_COMPILE_STEP(13, __LINE__, __VA_ARGS__)                                                                                             \
  IGATA_COMPILE_STEP(14, __LINE__, __VA_ARGS__)                                                                                             \
  IGATA_COMPILE_STEP(15, __LINE__, __VA_ARGS__)                                                                                             \
  IGATA_COMPILE_STEP(16, __LINE__, __VA_ARGS__)                                                                                             \
  IGATA_COMPILE_STEP(17, __LINE__, __VA_ARGS__)                                                                                             \
  IGATA_COMPILE_STEP(18, __LINE__, __VA_ARGS__)                                                                                             \
  IGATA_COMPILE_STEP(19, __LINE__, __VA_ARGS__)                                                                                             \
  static_assert(true)
#define IGATA_COMPILE_STEP(step, line, ...) IGATA_COMPILE_STEP_(step, line, __VA_ARGS__)
#define IGATA_COMPILE_STEP_(step, line, ...)                              \
  static_assert(::igata::detail::in_steps<__VA_ARGS__>::template evaluate<step>()); \
  [[maybe_unused]] static void igata_step_##step##_of_line_##line() {}
