// How optimizers and changes of gradients refuse a wrong option, told for every parameter (the first mistake counts); what they share.
#pragma once
#include "../ops/state.hpp"

namespace igata::inline IGATA_ABI::optim::detail {

constexpr void check_option(value w, std::string_view what, std::string_view option, double x, bool fits, std::string_view rule) {
  if (!fits && w.valid()) w.owner().fail(what, text() << '.' << option << " = " << x << "; must be " << rule, {});
}
constexpr void check_share(value w, std::string_view what, std::string_view option, double x) {
  check_option(w, what, option, x, x >= 0 && x < 1, "in [0, 1)");
}
constexpr void check_amount(value w, std::string_view what, std::string_view option, double x) {
  check_option(w, what, option, x, x >= 0 && x < 1e30, "0 or more");
}
constexpr void check_above(value w, std::string_view what, std::string_view option, double x) {
  check_option(w, what, option, x, x > 0 && x < 1e30, "above 0");
}

// share * mean + (1 - share) * x. As a chain that begins at x, it is part of the loop that makes x; and what is infinite stays so.
constexpr value moving_mean(value mean, value x, double share) {
  if (share < 0.5) return mean * share + x * (1 - share);
  return (x * ((1 - share) / share) + mean) * share;
}

}  // namespace igata::inline IGATA_ABI::optim::detail
