// Targets of classification: classes, or probabilities of which the largest counts.
#pragma once
#include "../ops/index.hpp"
#include "../ops/same_shape.hpp"
#include "../ops/state.hpp"

namespace igata::inline IGATA_ABI::metric::detail {

// i32, the prediction's shape without the last axis; empty after an error.
constexpr value classes_of(value prediction, value target, std::string_view what, source at) {
  if (!prediction.valid() || !target.valid()) return {};
  shape rows = prediction.dims();
  if (rows.rank > 0) --rows.rank, rows.d[rows.rank] = 0;
  if (is_whole(target.type()) && target.dims() == rows && prediction.rank() > 1) return as_index(target, false, at);
  if (is_floating(target.type()) && target.dims() == prediction.dims() && prediction.rank() > 1) return argmax(target, -1, false, at);
  prediction.owner().fail(what, text() << "target " << name_of(target.type()) << target.dims() << " for prediction " << prediction.dims()
                                       << "; must be classes i32" << rows << " or probabilities f32" << prediction.dims(), at);
  return {};
}

using igata::detail::same_shape;

}  // namespace igata::inline IGATA_ABI::metric::detail
