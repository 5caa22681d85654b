// program<F, Options…>: the general form. F receives a builder and writes anything: several models, named inputs and outputs, any number
// of losses to minimise. training<…> and inference<…> are short forms of it.
//
//   struct step { constexpr void operator()(builder& s) const { … s.minimize(loss, "generator/*", optim::adam{}); s.output("loss", loss); } };
//   program<step{}, mode::training, max_batch{32}> p{store, seed{1}};
//   p.run({images, digits}, {&loss}, n);
//
// What trains, or reads the variables of a store that others write, is bound to the store; a program of mode::packed has weights of its own, as
// inference<…>:
//
//   using gru_t = program<gru_step{}, mode::packed, max_batch{1}>;
//   gru_t p{gru_t::pack(store)};      p.use(packed) exchanges them
#pragma once
#include <concepts>  // same_as

#include "option_rules.hpp"
#include "runnable.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

template <auto F, auto... Options>
struct program_spec {
  using list = option_list<Options...>;
  template <class T> struct is_mode_t { static constexpr bool value = std::is_same_v<T, mode>; };
  static constexpr mode made_for = list::template find<is_mode_t, mode::training>();
  static constexpr bool training = made_for == mode::training, splits = made_for == mode::packed, straight_line = !training;
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
    else if (list::template count<is_precision_t> > 1)
      why << "the precision is given " << list::template count<is_precision_t> << " times; give one";
    if (!why.empty()) return option_mistake{why}.report(s, name());
    constexpr auto f = F;
    using Function = std::remove_cvref_t<decltype(F)>;
    if constexpr (requires { f(s); }) f(s), set_precision<Options...>(s);
    else if constexpr (has_unclear_calls<Function>()) s.get().failure << called<Function, builder&>();
    else s.get().fail(name().view(), "its function cannot be called with a builder; write constexpr void operator()(builder& s) const", {});
  }

 private:
  static constexpr void option(text&, mode) {}
  static constexpr void option(text& why, igata::max_batch b) {
    if (b.rows < 1) why << "max_batch = " << b.rows << "; must be 1 or more";
  }
  static constexpr void option(text&, igata::winograd) {}
  static constexpr void option(text&, precision::fp64) {}
  template <class T>
  static constexpr void option(text& why, const T&) {
    why << option_name<T>() << " is none of mode::training, mode::inference, mode::packed, max_batch{}, winograd::off, precision::fp64{}";
  }
};

// What a program bound to a store says of packed weights.
template <class Spec, fixed_string What>
struct not_packed {
  static constexpr text make() {
    text why;
    if (failure_of<Spec>::size == 0) why << Spec::name() << ": " << What.view() << ": its weights are the variables of a store; give it mode::packed";
    return why;
  }
};

}  // namespace detail

// With the variables of a store.
template <class Spec>
class stored_program : public runnable<Spec> {
  using base = runnable<Spec>;

 public:
  variable_store& variables() { return *store_; }
  using base::use;
  // These are of programs of mode::packed.
  template <int = 0>
  static packed_weights pack(const variable_store&) {
    static_assert(sizeof(detail::text_verdict<detail::not_packed<Spec, "pack">>) > 0);
    return {};
  }
  template <std::same_as<packed_weights> T>
  void use(const T&) {
    static_assert(sizeof(detail::text_verdict<detail::not_packed<Spec, "use">>) > 0);
  }

 protected:
  explicit stored_program(variable_store& store, seed s = {}) : base(prepared(store, s)), store_(&store) {}
  explicit stored_program(packed_weights none) : base(std::move(none)) {}  // where a mistake was reported

 private:
  static variable_store& prepared(variable_store& store, seed s) {
    join_store(base::code::variables, store, s);
    return store;
  }
  variable_store* store_ = nullptr;
};

namespace detail {

template <class Spec>
using program_base = std::conditional_t<Spec::splits, packed_program<Spec>, stored_program<Spec>>;

}  // namespace detail

// A builder function compiled: any number of models, inputs, outputs and losses. run is noexcept and neither allocates nor locks.
template <auto F, auto... Options>
class program : public detail::program_base<detail::program_spec<F, Options...>> {
  using spec = detail::program_spec<F, Options...>;
  using base = detail::program_base<spec>;

 public:
  static constexpr bool is_training = spec::training, is_packed = spec::splits;

  // Programs on one store share its variables; those that it lacks are added.
  explicit program(variable_store& store, seed s = {})
    requires(!is_packed)
      : base(store, s) {}
  // Of mode::packed; what pack gives may be shared by any number of programs.
  explicit program(packed_weights packed)
    requires(is_packed)
      : base(std::move(packed)) {}
  // Packs for itself alone.
  explicit program(const variable_store& weights)
    requires(is_packed)
      : base(base::pack(weights)) {}
  template <detail::NoStoreFor<program> T>
  explicit program(const T&, seed = {}) : base(packed_weights()) {
    static_assert(sizeof(detail::text_verdict<detail::no_store<"program", T>>) > 0);
  }
  template <std::same_as<packed_weights> T>
    requires(!is_packed)
  explicit program(const T&) : base(packed_weights()) {
    static_assert(sizeof(detail::text_verdict<detail::not_packed<spec, "packed weights">>) > 0);
  }
};

}  // namespace igata::inline IGATA_ABI
