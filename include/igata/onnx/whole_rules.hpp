// Operators of ONNX that are of whole numbers: rests, shifts, bits.
#pragma once
#include "../functional/rest.hpp"
#include "elementwise_rules.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// The type that whole numbers have in the file, where they are constants of it.
inline element_type type_in_file(const item& x) { return x.is_known ? x.known.type : element_type::undefined; }
// A result as numbers of few bits hold it.
inline value wrapped(value y, element_type type) {
  const dtype few = type == element_type::u8    ? u8
                    : type == element_type::i8  ? i8
                    : type == element_type::u16 ? u16
                    : type == element_type::i16 ? i16
                                                : y.type();
  return cast(cast(y, few), y.type());
}
inline std::int64_t whole_rest(std::int64_t a, std::int64_t b) { return b == 0 ? a : b == -1 ? 0 : a % b; }
inline std::int64_t whole_remainder(std::int64_t a, std::int64_t b) {
  const std::int64_t rest = whole_rest(a, b);
  return b != 0 && rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}
inline void import_mod(importer& c) {
  const bool as_c = c.integer("fmod", 0) != 0;
  import_binary(
      c,
      [&](operand a, operand b) {
        const value x = a.is_literal ? ir::as_value(a, b) : a.v;
        if (is_floating(x.type())) {
          if (!as_c) c.fail("fmod 1 for fractions", "0", "the file is no valid ONNX model");
          return fmod(x, b);
        }
        return as_c ? operand(x) % b : remainder(x, b);
      },
      as_c ? whole_rest : whole_remainder);
}
inline void import_shift(importer& c) {
  const std::string to = c.text_of("direction", "");
  if (to != "LEFT" && to != "RIGHT") c.fail("direction LEFT or RIGHT", io::escaped(to), "the file is no valid ONNX model");
  const element_type type = type_in_file(c.in(0));
  import_binary(
      c, [&](operand a, operand b) { return to == "LEFT" ? wrapped(a << b, type) : a >> b; },
      [&](std::int64_t a, std::int64_t b) {
        if (b < 0 || b > 63) return std::int64_t{0};
        const auto bits = static_cast<std::uint64_t>(a);
        const int size = type == element_type::u8 ? 8 : type == element_type::u16 ? 16 : type == element_type::u32 ? 32 : 64;
        return static_cast<std::int64_t>(to == "LEFT" ? bits << b & ~std::uint64_t{0} >> (64 - size) : bits >> b);
      });
}
inline void import_bitwise_not(importer& c) {
  const element_type type = type_in_file(c.in(0));
  c.put_value(wrapped(~operand(c.plain_copy(0)), type));
}

inline constexpr import_rule whole_rules[] = {
    {"BitShift", import_shift},
    {"BitwiseAnd",
     [](importer& c) {
       import_binary(
           c, [](operand a, operand b) { return a & b; }, [](std::int64_t a, std::int64_t b) { return a & b; });
     }},
    {"BitwiseNot", import_bitwise_not},
    {"BitwiseOr",
     [](importer& c) {
       import_binary(
           c, [](operand a, operand b) { return a | b; }, [](std::int64_t a, std::int64_t b) { return a | b; });
     }},
    {"BitwiseXor",
     [](importer& c) {
       import_binary(
           c, [](operand a, operand b) { return a ^ b; }, [](std::int64_t a, std::int64_t b) { return a ^ b; });
     }},
    {"Mod", import_mod},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
