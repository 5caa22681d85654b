// program<F, Options…>: the general form. F receives a builder and writes anything: several models, named inputs and outputs, any number
// of losses to minimise. training<…> and inference<…> are short forms of it.
//
//   struct step { constexpr void operator()(builder& s) const { … s.minimize(loss, "generator/*", optim::adam{}); s.output("loss", loss); } };
//   program<step{}, mode::training, max_batch{32}> p{store, seed{1}};
//   p.run({images, digits}, {&loss}, n);
#pragma once
#include "option_rules.hpp"
#include "program.hpp"
#include "wrong_call.hpp"

namespace igata::inline IGATA_ABI {

// Which graph a program builds: x.training() in its models.
enum class mode : std::uint8_t { training, inference };

namespace detail {

template <auto F, auto... Options>
struct program_spec {
  using list = option_list<Options...>;
  template <class T> struct is_mode_t { static constexpr bool value = std::is_same_v<T, mode>; };
  static constexpr bool training = list::template find<is_mode_t, mode::training>() == mode::training;
  static constexpr bool splits = false;
  static constexpr int max_batch = list::template find<is_max_batch_t, igata::max_batch{32}>().rows;
  static constexpr bool winograd = list::template find<is_winograd_t, igata::winograd::on>() == igata::winograd::on;
  static constexpr text name() { return program_name<std::remove_cvref_t<decltype(F)>>("program"); }
  static constexpr void build(builder& s) {
    text why;
    int place = 0;
    (..., (why.empty() ? (++place, option(why, Options)) : void()));
    if (!why.empty()) return option_mistake{why, place}.report(s, name());
    if (list::template count<is_mode_t> > 1) why << "the mode is given " << list::template count<is_mode_t> << " times; give one";
    else if (list::template count<is_max_batch_t> > 1) why << "max_batch is given " << list::template count<is_max_batch_t> << " times; give one";
    else if (list::template count<is_winograd_t> > 1) why << "winograd is given " << list::template count<is_winograd_t> << " times; give one";
    if (!why.empty()) return option_mistake{why}.report(s, name());
    constexpr auto f = F;
    using Function = std::remove_cvref_t<decltype(F)>;
    if constexpr (requires { f(s); }) f(s);
    else if constexpr (has_unclear_calls<Function>()) s.get().failure << called<Function, builder&>();
    else s.get().fail(name().view(), "its function cannot be called with a builder; write constexpr void operator()(builder& s) const", {});
  }

 private:
  static constexpr void option(text&, mode) {}
  static constexpr void option(text& why, igata::max_batch b) {
    if (b.rows < 1) why << "max_batch = " << b.rows << "; must be 1 or more";
  }
  static constexpr void option(text&, igata::winograd) {}
  template <class T>
  static constexpr void option(text& why, const T&) {
    why << option_name<T>() << " is none of mode::training, mode::inference, max_batch{}, winograd::off";
  }
};

}  // namespace detail

// A builder function compiled: any number of models, inputs, outputs and losses. run is noexcept and neither allocates nor locks.
template <auto F, auto... Options>
class program {
  using spec = detail::program_spec<F, Options...>;
  static_assert(sizeof(detail::verdict<detail::failure_of<spec>>) > 0);
  using runner = detail::runner<spec>;

 public:
  using specification = spec;
  using code = compiled<spec>;
  static constexpr bool is_training = spec::training;
  static constexpr int max_batch = spec::max_batch;
  static constexpr int input_count = runner::input_count, output_count = runner::output_count;
  static constexpr std::size_t arena_bytes = runner::arena_bytes;
  static constexpr long long parameter_count = code::facts.parameters;
  static constexpr std::size_t weight_bytes = static_cast<std::size_t>(parameter_count) * 4;
  static constexpr long long flops = code::facts.flops;

  static constexpr std::string_view input_name(int i) { return runner::inputs[i].name; }
  static constexpr dtype input_type(int i) { return runner::inputs[i].type; }
  static constexpr int input_row(int i = 0) { return runner::inputs[i].row; }  // elements; of a row where it has rows
  static constexpr bool input_has_rows(int i) { return runner::inputs[i].batched; }
  static constexpr std::string_view output_name(int i) { return runner::outputs[i].name; }
  static constexpr dtype output_type(int i) { return runner::outputs[i].type; }
  static constexpr bool output_has_rows(int i) { return runner::outputs[i].batched; }
  // Elements of an output, of a row where it has rows.
  static constexpr int output_row(int i = 0) { return runner::outputs[i].row; }

  // Programs on one store share its variables; those that it lacks are added.
  explicit program(variable_store& store, seed s = {}) : store_(&store), runner_(prepared(store, s)) {}
  template <detail::no_store_for<program> T>
  explicit program(const T&, seed = {}) : store_(nullptr), runner_(packed_weights()) {
    static_assert(sizeof(detail::text_verdict<detail::no_store<"program", T>>) > 0);
  }

  template <fixed_string Call, bool Counted = false>
  using all_inputs = detail::call_arguments<Call, detail::inputs_of<runner, 0, input_count>, Counted>;
  template <fixed_string Call, bool Counted = false>
  using all_results = detail::call_arguments<Call, detail::results_of<runner, 0, output_count>, Counted>;

  // n rows of every input in order, memory for every output in order: run({images, digits}, {&loss}, n).
  status run(all_inputs<"run"> in, all_results<"run"> out, int n) noexcept { return detail::checked_run(runner_, in, out, n); }
  // As many rows as the inputs hold.
  status run(all_inputs<"run", true> in, all_results<"run", true> out) noexcept { return detail::checked_run(runner_, in, out, in.rows()); }
  // Any other call does not compile, and is told how it is written.
  template <int = 0>
  status run(detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {}, detail::anything = {}) noexcept {
    static_assert(sizeof(detail::text_verdict<detail::forms_of_call<"run", detail::inputs_of<runner, 0, input_count>, detail::results_of<runner, 0, output_count>>>) > 0);
    return {};
  }
  // Types and sizes are not looked at.
  status run_unchecked(const void* const* inputs, void* const* outputs, int n) noexcept { return runner_.run(inputs, outputs, n); }
  variable_store& variables() { return *store_; }
  void use(isa which) { runner_.use(which); }
  // On several threads, with the same bits; see threads.hpp. Allocates scratch memory for each.
  void use(executor threads) { runner_.use(threads); }

 private:
  friend struct detail::profile_access;
  static variable_store& prepared(variable_store& store, seed s) {
    join_store(code::variables, store, s);
    return store;
  }
  variable_store* store_;
  runner runner_;
};

}  // namespace igata::inline IGATA_ABI
