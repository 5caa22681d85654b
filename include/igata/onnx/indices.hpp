// Indices of ONNX, which may count from the end.
#pragma once
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// Input i, whose numbers lie in [-extents[k], extents[k]), counted from the front: k is the place in its last axis where there are several.
inline value index_of(importer& c, std::size_t i, const extents& rows) {
  const std::size_t n = rows.size();
  const item& x = c.in(i);
  if (x.is_known) {
    constant k = x.known;
    for (std::size_t j = 0; j < k.whole.size(); ++j) {
      std::int64_t& at = k.whole[j];
      if (at < 0) at += rows[j % n];
      if (at < 0 || at >= rows[j % n])
        c.fail("an index of " + std::to_string(rows[j % n]), std::to_string(x.known.whole[j]), "the file is no valid ONNX model");
    }
    if (!k.is_whole) c.fail("indices of whole numbers", "others", "the file is no valid ONNX model");
    return c.variable(k, importer::leaf(c.at().input[i]));
  }
  const value at = c.plain_copy(i);
  if (at.type() != i32) c.fail("indices of whole numbers", "others", "the file is no valid ONNX model");
  if (n == 1) return select(at < 0, at + static_cast<int>(rows[0]), at);
  vec<value> columns;
  for (std::size_t k = 0; k < n; ++k) {
    const value column = slice(at, -1, static_cast<int>(k), static_cast<int>(k) + 1);
    columns.push(select(column < 0, column + static_cast<int>(rows[k]), column));
  }
  return concat(columns, -1);
}
// Input i, to choose from so many. What an input of the call holds is looked at there, and counts from the front.
inline value chosen_by(importer& c, std::size_t i, std::int64_t extent) {
  if (!c.in(i).is_known)
    if (const value at = c.plain_copy(i); input_behind(at.owner(), at.id()) >= 0) return at;
  return index_of(c, i, {extent});
}

}  // namespace igata::inline IGATA_ABI::onnx::detail
