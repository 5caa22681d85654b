// How optimizers and changes of gradients refuse a wrong option. Told for every parameter; the first mistake counts.
#pragma once
#include "../ops/state.hpp"

namespace igata::inline IGATA_ABI::optim::detail {

constexpr void check_option(value w, std::string_view what, std::string_view option, double x, bool fits, std::string_view rule) {
  if (!fits && w.valid()) w.owner().fail(what, text() << '.' << option << " = " << x << "; must be " << rule, {});
}
constexpr void check_share(value w, std::string_view what, std::string_view option, double x) { check_option(w, what, option, x, x >= 0 && x < 1, "in [0, 1)"); }
constexpr void check_amount(value w, std::string_view what, std::string_view option, double x) { check_option(w, what, option, x, x >= 0 && x < 1e30, "0 or more"); }
constexpr void check_above(value w, std::string_view what, std::string_view option, double x) { check_option(w, what, option, x, x > 0 && x < 1e30, "above 0"); }

}  // namespace igata::inline IGATA_ABI::optim::detail
