// Operators of ONNX that are of whole numbers: rests, shifts, bits.
#pragma once
#include "../functional/rest.hpp"
#include "elementwise_rules.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

inline void import_mod(importer& c) {
  const bool as_c = c.integer("fmod", 0) != 0, is_real = has_fractions(c.type_of(0));
  if (is_real && !as_c) c.fail("fmod 1 for fractions", "0", "the file is no valid ONNX model");
  import_binary(c, [&](operand a, operand b) {
    const value x = a.is_literal ? ir::as_value(a, b) : a.v;
    return is_real ? fmod(x, b) : as_c ? operand(x) % b : remainder(x, b);
  });
}
inline void import_shift(importer& c) {
  const std::string to = c.text_of("direction", "");
  if (to != "LEFT" && to != "RIGHT") c.fail("direction LEFT or RIGHT", io::escaped(to), "the file is no valid ONNX model");
  import_binary(c, [&](operand a, operand b) { return to == "LEFT" ? a << b : a >> b; });
}

inline constexpr import_rule whole_rules[] = {
    {"BitShift", import_shift},
    {"BitwiseAnd", [](importer& c) { import_binary(c, [](operand a, operand b) { return a & b; }); }},
    {"BitwiseNot", [](importer& c) { c.put_value(~operand(c.plain_copy(0))); }},
    {"BitwiseOr", [](importer& c) { import_binary(c, [](operand a, operand b) { return a | b; }); }},
    {"BitwiseXor", [](importer& c) { import_binary(c, [](operand a, operand b) { return a ^ b; }); }},
    {"Mod", import_mod},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
