// What inference<…> compiles: the model, and of its results those that are asked for.
#pragma once
#include "option_rules.hpp"

namespace igata::inline IGATA_ABI::detail {

template <auto Model, auto... Options>
struct inference_spec {
  static constexpr bool training = false, splits = true;
  using list = option_list<Options...>;
  static constexpr bool leaves_inputs = list::template count<is_only_t> > 0;  // the model takes what results that are left out need
  static constexpr int max_batch = list::template find<is_max_batch_t, igata::max_batch{1}>().rows;
  static constexpr bool winograd = list::template find < is_winograd_t,
                        IGATA_SMALL_TARGET ? igata::winograd::off : igata::winograd::on > () == igata::winograd::on;
  static constexpr text name() { return program_name<model_type<decltype(Model)>>("inference"); }
  static constexpr void build(builder& s) {
    constexpr auto model = Model;
    build_with(s, model);
  }
  static constexpr void build_with(builder& s, const auto& model) {
    using rules = option_rules<false, Options...>;
    if constexpr (!rules::hold) {
      rules::mistake().report(s, name());
    } else {
      vec<value> features;
      int option = 0;
      (declare<Options>(s, ++option, features), ...);
      call_model(s, name(), model, features, true, std::make_index_sequence<static_cast<std::size_t>(list::template count<is_input_t>)>{});
      option = 0;
      (choose<Options>(s, ++option), ...);
      set_precision<Options...>(s);
    }
  }

 private:
  template <auto Option>
  static constexpr void declare(builder& s, int place, vec<value>& features) {
    using T = std::remove_cvref_t<decltype(Option)>;
    const option_place here(s.get(), name(), place);
    if constexpr (is_input<T>) features.push(T::add(s));
  }
  template <auto Option>
  static constexpr void choose(builder& s, int place) {
    using T = std::remove_cvref_t<decltype(Option)>;
    if constexpr (is_only<T>) {
      const option_place here(s.get(), name(), place);
      if (!s.get().failed()) T::apply(s);
    }
  }
};

}  // namespace igata::inline IGATA_ABI::detail
