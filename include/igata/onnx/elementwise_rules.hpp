// Operators of ONNX that work element by element. The layout of their operand stays.
#pragma once
#include <algorithm>  // max

#include "../nn/all.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// Element by element: the layout stays.
template <class F>
void import_unary(importer& c, F f) {
  c.by_f32();
  const bool last = c.in(0).channels_last;
  const value y = f(c.drawn(0));
  if (last) c.put_last(y);
  else c.put_value(y);
}
// A constant of one element is a number of the program.
inline bool is_literal(const item& x) { return x.is_known && x.known.count() == 1 && x.known.type != boolean; }
template <class Draw>
void import_binary(importer& c, Draw draw) {
  item &a = c.in(0), &b = c.in(1);
  c.expect_one_type(0, 1);
  const auto rank_of = [](const item& x) { return x.dims.size(); };
  const bool last = (a.channels_last || b.channels_last) && rank_of(a) <= 4 && rank_of(b) <= 4;
  const auto side = [&](std::size_t i) -> operand {
    const item& x = i == 0 ? a : b;
    const item& other = i == 0 ? b : a;
    if (is_literal(x) && !is_literal(other) && rank_of(x) <= rank_of(other)) return c.literal(x.known);
    return last ? c.last(i) : c.plain(i);
  };
  const value y = draw(side(0), side(1));
  if (last) c.put_last(y);
  else c.put_value(y);
}

// Without bounds the type's own; where the first is above the second, the second.
inline void import_clip(importer& c) {
  c.expect_one_type({0, 1, 2});
  const bool has_low = c.given(1) || c.find("min", attribute::kind::f), has_high = c.given(2) || c.find("max", attribute::kind::f);
  const auto bound = [&](std::size_t i, const char* name) -> operand {
    if (!c.given(i)) return c.real(name, 0);
    if (c.known(i).count() != 1)
      c.fail("one number as input " + std::to_string(i), std::to_string(c.known(i).count()), "the file is no valid ONNX model");
    return c.literal(c.known(i));
  };
  import_unary(c, [&](value x) {
    const value y = has_low ? maximum(x, bound(1, "min")) : x;
    return has_high ? minimum(y, bound(2, "max")) : y;
  });
}
// Any number of them.
template <class Draw>
void import_all(importer& c, Draw draw) {
  const std::size_t n = c.at().input.size();
  bool last = false;
  c.by_f32();
  for (std::size_t i = 0; i < n; ++i) c.expect_one_type(0, i);
  for (std::size_t i = 0; i < n; ++i) last |= c.in(i).channels_last;
  for (std::size_t i = 0; i < n; ++i) last &= c.in(i).dims.size() <= 4;
  value y = last ? c.last(0) : c.plain(0);
  for (std::size_t i = 1; i < n; ++i) y = draw(y, last ? c.last(i) : c.plain(i));
  if (c.at().op_type == "Mean") y = y / static_cast<double>(n);
  if (last) c.put_last(y);
  else c.put_value(y);
}
inline value mask_of(importer& c, std::size_t i) {
  c.expect_mask(i);
  return c.plain_copy(i);
}
inline void import_where(importer& c) {
  c.expect_one_type(1, 2);
  c.gives(c.file_type(1));
  value x = mask_of(c, 0);
  igata::shape dims = x.dims();
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}})
    c.fit(dims, c.shape_of(c.in(i).dims));
  if (!(dims == x.dims())) x = broadcast_to(x, dims);
  const auto whole = [&](std::size_t i) -> operand {
    if (is_literal(c.in(i)) && !is_literal(c.in(3 - i))) return c.literal(c.in(i).known);
    const value v = c.plain_copy(i);
    return v.dims() == dims ? operand(v) : operand(broadcast_to(v, dims));
  };
  c.put_value(select(x, whole(1), whole(2)));
}
inline void import_prelu(importer& c) {
  const bool last = c.in(0).channels_last;
  const value v = c.drawn(0), slope = last ? c.last(1) : c.plain(1), y = maximum(v, 0) + slope * minimum(v, 0);
  if (last) c.put_last(y);
  else c.put_value(y);
}

// Of whole numbers, which wrap to the type; 1 / x is 0 but for 1 and -1.
inline std::int64_t whole_power(std::int64_t x, std::int64_t n, dtype type) {
  auto a = static_cast<std::uint64_t>(x), y = std::uint64_t{1};
  if (n < 0) y = x == 1 || (x == -1 && n % 2 == 0) ? 1 : x == -1 ? ~std::uint64_t{0} : 0;
  for (; n > 0; n /= 2, a *= a)
    if (n % 2 != 0) y *= a;
  return static_cast<std::int64_t>(whole_of(held_as(y, type), type));
}
inline value power_of(value x, std::int64_t n) {
  value y;
  for (; n > 0; n /= 2, x = n > 0 ? x * x : x)
    if (n % 2 != 0) y = y.valid() ? y * x : x;
  return y;
}
// Known powers from 0 to 64 of what is computed: one factor for each of their bits, 1 where it is not set.
inline bool draw_powers(importer& c) {
  constant bit = c.in(1).known;
  const extents powers = bit.whole;
  std::int64_t most = 0;
  for (const std::int64_t n : powers) {
    if (n < 0 || n > 64) return false;
    most = std::max(most, n);
  }
  value x = c.plain_copy(0), y;
  bit.type = x.type();
  for (int k = 0; k == 0 || most >> k != 0; ++k) {
    for (std::size_t i = 0; i < powers.size(); ++i) bit.whole[i] = powers[i] >> k & 1;
    if (k > 0) x = x * x;
    const value factor = c.variable(bit, importer::leaf(c.at().input[1])) * (x - 1) + 1;
    y = y.valid() ? y * factor : factor;
  }
  c.put_value(y);
  return true;
}
// The result has the base's type. Whole powers of whole numbers are exact; others of them are computed in f64.
inline void import_pow(importer& c) {
  const dtype base = c.type_of(0), exponent = c.type_of(1);
  const item &x = c.in(0), &n = c.in(1);
  if (base == exponent && !is_whole(base)) return import_binary(c, [](operand a, operand b) { return pow(a, b); });
  if (is_whole(base) && is_whole(exponent)) {
    if (is_literal(n) && n.dims.size() <= x.dims.size() && n.known.whole[0] > 0 && n.known.whole[0] <= 64)
      return import_unary(c, [&](value v) { return power_of(v, n.known.whole[0]); });
    if (!x.is_known && n.is_known && draw_powers(c)) return;
    extents dims = x.dims;
    if (!x.is_known || !n.is_known || !broadcast_extents(dims, n.dims)) c.fail("whole powers from 0 to 64 that are known", "others");
    c.limit(dims);
    constant y;
    y.type = x.known.type;
    y.dims = dims;
    const constant a = repeated(x.known, dims), b = repeated(n.known, dims);
    for (std::size_t i = 0; i < a.size(); ++i) y.whole.push_back(whole_power(a.whole[i], b.whole[i], y.type));
    return c.put_known(std::move(y));
  }
  if (is_literal(n) && n.dims.size() <= x.dims.size() && has_fractions(base))
    return import_unary(c, [&](value v) { return pow(v, n.known.at(0)); });
  const dtype in = is_whole(base) ? f64 : is_half(base) ? f32 : base;
  c.put_value(cast(pow(cast(c.plain_copy(0), in), cast(c.plain_copy(1), in)), base));
}
inline void import_logic(importer& c, value (*draw)(value, value)) { c.put_value(draw(mask_of(c, 0), mask_of(c, 1))); }

inline constexpr import_rule elementwise_rules[] = {
    {"And", [](importer& c) { import_logic(c, [](value a, value b) { return a && b; }); }},
    {"Not", [](importer& c) { c.put_value(!mask_of(c, 0)); }},
    {"Or", [](importer& c) { import_logic(c, [](value a, value b) { return a || b; }); }},
    {"Xor", [](importer& c) { import_logic(c, [](value a, value b) { return (a || b) && !(a && b); }); }},
    {"Equal", [](importer& c) { import_binary(c, [](operand a, operand b) { return a == b; }); }},
    {"Less", [](importer& c) { import_binary(c, [](operand a, operand b) { return a < b; }); }},
    {"LessOrEqual", [](importer& c) { import_binary(c, [](operand a, operand b) { return a <= b; }); }},
    {"Greater", [](importer& c) { import_binary(c, [](operand a, operand b) { return a > b; }); }},
    {"GreaterOrEqual", [](importer& c) { import_binary(c, [](operand a, operand b) { return a >= b; }); }},
    {"Abs", [](importer& c) { import_unary(c, [&](value x) { return abs(x); }); }},
    {"Add", [](importer& c) { import_binary(c, [](operand a, operand b) { return a + b; }); }},
    {"Ceil", [](importer& c) { import_unary(c, [&](value x) { return ceil(x); }); }},
    {"Celu",
     [](importer& c) {
       import_unary(c, [&](value x) {
         return maximum(x, 0) + static_cast<double>(c.real("alpha", 1)) * expm1(minimum(x, 0) / static_cast<double>(c.real("alpha", 1)));
       });
     }},
    {"Clip", import_clip},
    {"Cos", [](importer& c) { import_unary(c, [&](value x) { return cos(x); }); }},
    {"Div", [](importer& c) { import_binary(c, [](operand a, operand b) { return a / b; }); }},
    {"Elu", [](importer& c) { import_unary(c, [&](value x) { return elu(x, {.alpha = static_cast<double>(c.real("alpha", 1))}); }); }},
    {"Erf", [](importer& c) { import_unary(c, [&](value x) { return erf(x); }); }},
    {"Exp", [](importer& c) { import_unary(c, [&](value x) { return exp(x); }); }},
    {"Floor", [](importer& c) { import_unary(c, [&](value x) { return floor(x); }); }},
    {"Gelu", [](importer& c) { import_unary(c, [&](value x) { return gelu(x, {.approximate = c.text_of("approximate", "none") == "tanh"}); }); }},
    {"HardSigmoid",
     [](importer& c) {
       import_unary(c,
                    [&](value x) { return clip(x * static_cast<double>(c.real("alpha", 0.2f)) + static_cast<double>(c.real("beta", 0.5f)), 0, 1); });
     }},
    {"HardSwish", [](importer& c) { import_unary(c, [&](value x) { return hard_swish(x); }); }},
    {"LeakyRelu",
     [](importer& c) { import_unary(c, [&](value x) { return leaky_relu(x, {.slope = static_cast<double>(c.real("alpha", 0.01f))}); }); }},
    {"Log", [](importer& c) { import_unary(c, [&](value x) { return log(x); }); }},
    {"Max", [](importer& c) { import_all(c, [](value a, value b) { return maximum(a, b); }); }},
    {"Mean", [](importer& c) { import_all(c, [](value a, value b) { return a + b; }); }},
    {"Min", [](importer& c) { import_all(c, [](value a, value b) { return minimum(a, b); }); }},
    {"Mish", [](importer& c) { import_unary(c, [&](value x) { return x * tanh(softplus(x)); }); }},
    {"Mul", [](importer& c) { import_binary(c, [](operand a, operand b) { return a * b; }); }},
    {"Neg", [](importer& c) { import_unary(c, [&](value x) { return -x; }); }},
    {"PRelu", import_prelu},
    {"Pow", import_pow},
    {"Reciprocal", [](importer& c) { import_unary(c, [&](value x) { return reciprocal(x); }); }},
    {"Relu", [](importer& c) { import_unary(c, [&](value x) { return relu(x); }); }},
    {"Round", [](importer& c) { import_unary(c, [&](value x) { return round(x); }); }},
    {"Selu",
     [](importer& c) {
       import_unary(c, [&](value x) {
         return static_cast<double>(c.real("gamma", 1.05070102214813232421875f)) *
                (maximum(x, 0) + static_cast<double>(c.real("alpha", 1.67326319217681884765625f)) * expm1(minimum(x, 0)));
       });
     }},
    {"Sigmoid", [](importer& c) { import_unary(c, [&](value x) { return sigmoid(x); }); }},
    {"Sign", [](importer& c) { import_unary(c, [&](value x) { return sign(x); }); }},
    {"Sin", [](importer& c) { import_unary(c, [&](value x) { return sin(x); }); }},
    {"Softplus", [](importer& c) { import_unary(c, [&](value x) { return softplus(x); }); }},
    {"Softsign", [](importer& c) { import_unary(c, [&](value x) { return x / (1 + abs(x)); }); }},
    {"Sqrt", [](importer& c) { import_unary(c, [&](value x) { return sqrt(x); }); }},
    {"Sub", [](importer& c) { import_binary(c, [](operand a, operand b) { return a - b; }); }},
    {"Sum", [](importer& c) { import_all(c, [](value a, value b) { return a + b; }); }},
    {"Tanh", [](importer& c) { import_unary(c, [&](value x) { return tanh(x); }); }},
    {"ThresholdedRelu", [](importer& c) { import_unary(c, [&](value x) { return select(x > static_cast<double>(c.real("alpha", 1)), x, 0); }); }},
    {"Where", import_where},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
