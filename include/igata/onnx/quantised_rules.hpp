// Quantised numbers are simulated in f32: whole numbers that every f32 holds. QuantizeLinear rounds half to even and saturates.
#pragma once
#include "../nn/all.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// Scale or zero point along the axis of its operand.
inline value along(importer& c, constant k, const std::string& name) {
  const std::size_t rank = c.in(0).dims.size();
  if (k.is_whole) {
    k.real.assign(k.whole.begin(), k.whole.end());
    k.whole.clear();
    k.is_whole = false;
  }
  const int axis = c.axis_of(c.integer("axis", 1), rank);
  if (k.dims.size() != 1 || k.count() != c.in(0).dims[static_cast<std::size_t>(axis)])
    c.fail("one scale, or one for each of the axis", std::to_string(k.count()));
  extents dims(rank, 1);
  dims[static_cast<std::size_t>(axis)] = k.count();
  k.dims = dims;
  return c.variable(k, importer::leaf(name));
}
inline operand scale_of(importer& c, std::size_t i) {
  const constant& k = c.known(i);
  if (k.count() == 1) return operand(k.at(0));
  return operand(along(c, k, c.at().input[i]));
}
inline void import_quantize(importer& c) {
  c.knows({"axis", "saturate"});
  if (c.integer("block_size", 0) != 0) c.fail("block_size 0", "blocks");
  element_type type = static_cast<element_type>(c.integer("output_dtype", static_cast<int>(element_type::u8)));
  if (c.given(2)) type = c.in(2).known.type;
  double low = 0, high = 255;
  if (type == element_type::i8) low = -128, high = 127;
  else if (type == element_type::u16) high = 65535;
  else if (type == element_type::i16) low = -32768, high = 32767;
  else if (type != element_type::u8) c.fail("numbers of 8 or 16 bits", std::string(name_of(type)));
  const value x = c.plain_copy(0);
  value y = round(x / scale_of(c, 1));
  if (c.given(2)) y = y + scale_of(c, 2);
  c.put_value(clip(y, low, high));
}
inline void import_dequantize(importer& c) {
  c.knows({"axis"});
  if (c.integer("block_size", 0) != 0) c.fail("block_size 0", "blocks");
  if (const item& x = c.in(0); x.is_known) {
    const constant &scale = c.known(1), *zero = c.given(2) ? &c.known(2) : nullptr;
    if (zero && zero->count() != scale.count())
      c.fail("as many zero points as scales", std::to_string(zero->count()), "the file is no valid ONNX model");
    constant k;
    k.dims = x.dims;
    std::int64_t inner = 1, count = scale.count();
    if (count > 1) {
      const int axis = c.axis_of(c.integer("axis", 1), x.dims.size());
      if (count != x.dims[static_cast<std::size_t>(axis)]) c.fail("one scale, or one for each of the axis", std::to_string(count));
      for (std::size_t i = static_cast<std::size_t>(axis) + 1; i < x.dims.size(); ++i) inner *= x.dims[i];
    }
    for (std::int64_t i = 0; i < x.known.count(); ++i) {
      const auto at = static_cast<std::size_t>(i / inner % count);
      k.real.push_back(static_cast<float>((x.known.at(static_cast<std::size_t>(i)) - (zero ? zero->at(at) : 0)) * scale.at(at)));
    }
    return c.put_known(std::move(k));
  }
  value x = c.plain_copy(0);
  if (x.type() != f32) x = cast(x, f32);
  if (c.given(2)) x = x - scale_of(c, 2);
  c.put_value(x * scale_of(c, 1));
}

inline constexpr import_rule quantised_rules[] = {
    {"DequantizeLinear", import_dequantize},
    {"QuantizeLinear", import_quantize},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
