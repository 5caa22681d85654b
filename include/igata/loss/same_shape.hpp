// What the losses of equally shaped operands demand.
#pragma once
#include "../ops/same_shape.hpp"
#include "../ops/state.hpp"

namespace igata::inline IGATA_ABI::loss::detail {

// False after an error. A target of integers or truth values is counted as numbers.
constexpr bool same_shape(value prediction, value& target, std::string_view what, source at) {
  if (!prediction.valid() || !target.valid()) return false;
  ir::graph& g = prediction.owner();
  if (!is_floating(prediction.type()))
    return g.fail(what, text() << "the prediction must be of a floating type, got " << name_of(prediction.type()) << "; cast(x, f32) first", at),
           false;
  if (!igata::detail::same_shape(prediction, target, what, at) || g.failed()) return false;
  target = cast(target, prediction.type(), at);
  return true;
}

}  // namespace igata::inline IGATA_ABI::loss::detail
