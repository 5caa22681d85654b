// Indices of ONNX: of any whole type, and below 0 they count from the end.
#pragma once
#include "../ops/index.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// As i32, by which the language chooses: what an i32 does not have becomes its lowest or highest number, which count from an end.
inline value as_i32(importer& c, value at, bool checked = false) {
  const dtype type = at.type();
  if (!at.valid() || type == i32) return at;
  if (!is_whole(type)) c.fail("indices of whole numbers", std::string(onnx_name_of(type)), "the file is no valid ONNX model");
  if (const ir::node& v = at.get(); v.code == ir::op::cast && type == i64)  // of fewer bits before
    if (const dtype from = at.owner().operand_node(v, 0).type; from == i32 || is_narrow(from) || from == boolean)
      return cast(value(at.owner(), at.owner().edges[v.first]), i32);
  return as_index(at, checked, source::here(), -2147483647 - 1);
}
// Input i, whose numbers lie in [-rows[k], rows[k]), counted from the front: k is the place in its last axis where there are several.
inline value index_of(importer& c, std::size_t i, const extents& rows) {
  const std::size_t n = rows.size();
  const item& x = c.in(i);
  if (x.is_known) {
    if (!x.known.is_whole()) c.fail("indices of whole numbers", std::string(onnx_name_of(x.known.type)), "the file is no valid ONNX model");
    constant k = x.known;
    k.type = i32;
    for (std::size_t j = 0; j < k.whole.size(); ++j) {
      std::int64_t& at = k.whole[j];
      if (at < 0) at += rows[j % n];
      if (at < 0 || at >= rows[j % n])
        c.fail("an index of " + std::to_string(rows[j % n]), std::to_string(x.known.whole[j]), "the file is no valid ONNX model");
    }
    return c.variable(k, importer::leaf(c.at().input[i]));
  }
  const value at = as_i32(c, c.plain_copy(i));
  const auto from_front = [](value p, std::int64_t extent) { return select(p < 0, p + static_cast<int>(extent), p); };
  if (n == 1) return from_front(at, rows[0]);
  vec<value> columns;
  for (std::size_t k = 0; k < n; ++k) columns.push(from_front(slice(at, -1, static_cast<int>(k), static_cast<int>(k) + 1), rows[k]));
  return concat(columns, -1);
}
// Input i, to choose from so many. What an input of the call holds is looked at there, and counts from the front.
inline value chosen_by(importer& c, std::size_t i, std::int64_t extent) {
  if (!c.in(i).is_known)
    if (const value at = c.plain_copy(i); is_whole(at.type()) && input_behind(at.owner(), at.id()) >= 0) return at;
  return index_of(c, i, {extent});
}

}  // namespace igata::inline IGATA_ABI::onnx::detail
