// named: a metric under another name, so that two of one kind can stand side by side.
//
//   metrics<metric::named<"top_1", metric::top_k{.k = 1}>, metric::named<"top_5", metric::top_k{.k = 5}>>
#pragma once
#include "../core/fixed_string.hpp"
#include "classes.hpp"

namespace igata::inline IGATA_ABI::metric {

namespace detail {

template <auto Metric>
struct direction {};  // of a metric that does not say it
template <auto Metric>
  requires requires { Metric.higher_is_better; }
struct direction<Metric> {
  static constexpr bool higher_is_better = Metric.higher_is_better;
};

template <fixed_string Name, auto Metric>
struct renamed : direction<Metric> {
  static constexpr std::string_view name = Name.view();
  constexpr value operator()(value prediction, value target, source at = source::here()) const {
    constexpr auto metric = Metric;  // clang reads padded template arguments wrongly unless copied
    if constexpr (requires { metric(prediction, target, at); }) return metric(prediction, target, at);
    else return metric(prediction, target);
  }
};

}  // namespace detail

template <fixed_string Name, auto Metric>
inline constexpr detail::renamed<Name, Metric> named{};

}  // namespace igata::inline IGATA_ABI::metric
