// program<F, Options…>: the general form. F receives a builder and writes anything: several models, named inputs and outputs, any number
// of losses to minimise. training<…> and inference<…> are short forms of it.
//
//   struct step { constexpr void operator()(builder& s) const { … s.minimize(loss, "generator/*", optim::adam{}); s.output("loss", loss); } };
//   program<step{}, mode::training, max_batch{32}> p{store, seed{1}};
//   p.run({images, digits}, {&loss}, n);
#pragma once
#include <initializer_list>  // initializer_list

#include "options.hpp"
#include "program.hpp"

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
  static constexpr void build(builder& s) {
    constexpr auto f = F;
    f(s);
  }
};

}  // namespace detail

// A builder function compiled: any number of models, inputs, outputs and losses. run is noexcept and neither allocates nor locks.
template <auto F, auto... Options>
class program {
  using spec = detail::program_spec<F, Options...>;
  using runner = detail::runner<spec>;
  static_assert(((std::is_same_v<std::remove_cvref_t<decltype(Options)>, mode> || detail::is_max_batch<std::remove_cvref_t<decltype(Options)>>) && ...),
                "program: an option of unknown type; options are mode::training, mode::inference and max_batch{}");
  static_assert(spec::max_batch > 0, "program: max_batch must be 1 or more");

 public:
  using code = compiled<spec>;
  static constexpr int max_batch = spec::max_batch;
  static constexpr int input_count = runner::input_count, output_count = runner::output_count;
  static constexpr std::size_t arena_bytes = runner::arena_bytes;
  static constexpr long long parameter_count = code::facts.parameters;
  static constexpr std::size_t weight_bytes = static_cast<std::size_t>(parameter_count) * 4;
  static constexpr long long flops = code::facts.flops;

  static constexpr std::string_view input_name(int i) { return runner::inputs[i].name; }
  static constexpr std::string_view output_name(int i) { return runner::outputs[i].name; }
  // Elements of an output, of a row where it has rows.
  static constexpr int output_row(int i) { return runner::outputs[i].row; }

  // Programs on one store share its variables; those that it lacks are added.
  explicit program(variable_store& store, seed s = {}) : runner_(prepared(store, s)) {}

  // Rows of every input in order, memory for every output in order.
  status run(const void* const* inputs, void* const* outputs, int n) noexcept { return runner_.run(inputs, outputs, n); }
  status run(std::initializer_list<const void*> inputs, std::initializer_list<void*> outputs, int n) noexcept {
    if (static_cast<int>(inputs.size()) != input_count || static_cast<int>(outputs.size()) != output_count)
      return {status::code::missing_input, static_cast<int>(inputs.size()), 0, 0, input_count};
    return run(inputs.begin(), outputs.begin(), n);
  }
  void use(isa which) { runner_.use(which); }
  // On several threads, with the same bits; see threads.hpp. Allocates scratch memory for each.
  void use(executor threads) { runner_.use(threads); }

 private:
  static variable_store& prepared(variable_store& store, seed s) {
    declare_variables(code::variables, store, s);
    return store;
  }
  runner runner_;
};

}  // namespace igata::inline IGATA_ABI
