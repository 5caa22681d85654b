// Operators of ONNX that work element by element. The layout of their operand stays.
#pragma once
#include <algorithm>  // max

#include "../nn/all.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// Element by element: the layout stays.
template <class F>
void import_unary(importer& c, F f) {
  item& x = c.in(0);
  const bool last = !x.is_known && x.channels_last;
  const value y = f(last ? x.drawn : c.plain(0));
  if (last) c.put_last(y);
  else c.put_value(y);
}
// A constant of one element is a number of the program.
inline bool is_literal(const item& x) { return x.is_known && x.known.count() == 1; }
template <class Draw, class Whole>
void import_binary(importer& c, Draw draw, Whole whole) {
  item &a = c.in(0), &b = c.in(1);
  if (a.is_known && b.is_known && a.known.is_whole && b.known.is_whole) {  // arithmetic of shapes
    constant y;
    y.is_whole = true;
    y.dims = a.known.dims;
    if (!broadcast_extents(y.dims, b.known.dims)) c.fail("shapes that broadcast", "others", "the file is no valid ONNX model");
    c.limit(y.dims);
    const std::vector<std::int64_t> p = repeated(a.known, y.dims), q = repeated(b.known, y.dims);
    for (std::size_t i = 0; i < p.size(); ++i) {
      y.whole.push_back(whole(p[i], q[i]));
      if (y.whole.back() < 0 && a.known.type == element_type::u64) c.fail("results from 0 to 2^63 - 1", "others");
    }
    return c.put_known(std::move(y));
  }
  const auto rank_of = [](const item& x) { return x.dims.size(); };
  const bool last = (a.channels_last || b.channels_last) && rank_of(a) <= 4 && rank_of(b) <= 4;
  const auto side = [&](std::size_t i) -> operand {
    const item& x = i == 0 ? a : b;
    const item& other = i == 0 ? b : a;
    if (is_literal(x) && !is_literal(other) && rank_of(x) <= rank_of(other)) return operand(x.known.at(0));
    return last ? c.last(i) : c.plain(i);
  };
  const value y = draw(side(0), side(1));
  if (last) c.put_last(y);
  else c.put_value(y);
}

// Without bounds the type's own; where the first is above the second, the second.
inline void import_clip(importer& c) {
  const bool has_low = c.given(1) || c.find("min", attribute::kind::f), has_high = c.given(2) || c.find("max", attribute::kind::f);
  const double low = c.given(1) ? c.number(1) : static_cast<double>(c.real("min", 0)),
               high = c.given(2) ? c.number(2) : static_cast<double>(c.real("max", 0));
  import_unary(c, [&](value x) {
    const value y = has_low ? maximum(x, low) : x;
    return has_high ? minimum(y, high) : y;
  });
}
// Any number of them.
template <class Draw>
void import_all(importer& c, Draw draw) {
  const std::size_t n = c.at().input.size();
  bool last = false;
  for (std::size_t i = 0; i < n; ++i) last |= c.in(i).channels_last;
  for (std::size_t i = 0; i < n; ++i) last &= c.in(i).dims.size() <= 4;
  value y = last ? c.last(0) : c.plain(0);
  for (std::size_t i = 1; i < n; ++i) y = draw(y, last ? c.last(i) : c.plain(i));
  if (c.at().op_type == "Mean") y = y / static_cast<double>(n);
  if (last) c.put_last(y);
  else c.put_value(y);
}
// A mask, also of what was known.
inline value mask_of(importer& c, std::size_t i) {
  const value x = c.plain_copy(i);
  return x.type() == boolean ? x : x != 0;
}
inline void import_where(importer& c) {
  const item &m = c.in(0), &a = c.in(1), &b = c.in(2);
  if (m.is_known && a.is_known && b.is_known && a.known.is_whole && b.known.is_whole && m.known.count() > 0) {
    constant k;
    k.is_whole = true;
    k.dims = m.known.dims;
    if (!broadcast_extents(k.dims, a.known.dims) || !broadcast_extents(k.dims, b.known.dims))
      c.fail("shapes that broadcast", "others", "the file is no valid ONNX model");
    c.limit(k.dims);
    const std::vector<std::int64_t> mask = repeated(m.known, k.dims), p = repeated(a.known, k.dims), q = repeated(b.known, k.dims);
    for (std::size_t i = 0; i < mask.size(); ++i) k.whole.push_back(mask[i] != 0 ? p[i] : q[i]);
    return c.put_known(std::move(k));
  }
  const value condition = mask_of(c, 0);
  const auto side = [&](std::size_t i) -> operand { return is_literal(c.in(i)) ? operand(c.in(i).known.at(0)) : operand(c.plain_copy(i)); };
  value x = condition;
  igata::shape dims = condition.dims();
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}})
    if (!is_literal(c.in(i))) c.fit(dims, c.shape_of(c.in(i).dims));
  if (!(dims == x.dims())) x = broadcast_to(x, dims);
  const auto whole = [&](std::size_t i) -> operand {
    if (is_literal(c.in(i)) && !is_literal(c.in(3 - i))) return side(i);
    const value v = c.plain_copy(i);
    return v.dims() == dims ? operand(v) : operand(broadcast_to(v, dims));
  };
  c.put_value(select(x, whole(1), whole(2)));
}
inline void import_prelu(importer& c) {
  const item& x = c.in(0);
  const bool last = x.channels_last;
  const value v = last ? x.drawn : c.plain(0), slope = last ? c.last(1) : c.plain(1), y = maximum(v, 0) + slope * minimum(v, 0);
  if (last) c.put_last(y);
  else c.put_value(y);
}

// Whole numbers wrap, as unsigned ones do; a division by 0 is 0.
inline std::int64_t whole_sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
inline std::int64_t whole_difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
inline std::int64_t whole_product(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}
inline std::int64_t whole_quotient(std::int64_t a, std::int64_t b) { return b == 0 ? 0 : b == -1 ? whole_difference(0, a) : a / b; }
inline std::int64_t whole_power(std::int64_t a, std::int64_t b) {
  if (b < 0) return a == 1 || (a == -1 && b % 2 == 0) ? 1 : a == -1 ? -1 : 0;
  std::int64_t y = 1;
  for (; b > 0; b /= 2, a = whole_product(a, a))
    if (b % 2 != 0) y = whole_product(y, a);
  return y;
}
// The result has the base's type.
inline void import_pow(importer& c) {
  const auto is_real = [&](std::size_t i) { return c.in(i).is_known ? !c.in(i).known.is_whole : is_floating(c.in(i).drawn.type()); };
  if (is_real(0) == is_real(1) || (is_real(0) && is_literal(c.in(1))))
    return import_binary(
        c, [](operand a, operand b) { return pow(a, b); }, whole_power);
  const value base = c.plain_copy(0), exponent = c.plain_copy(1), y = pow(cast(base, f32), cast(exponent, f32));
  c.put_value(cast(y, base.type()));
}
template <class Draw, class Known>
void import_logic(importer& c, Draw draw, Known known) {
  const item &a = c.in(0), &b = c.in(1);
  if (a.is_known && b.is_known && a.known.is_whole && b.known.is_whole)
    return import_binary(
        c, [](operand x, operand y) { return x + y; }, [&](std::int64_t x, std::int64_t y) -> std::int64_t { return known(x != 0, y != 0); });
  c.put_value(draw(mask_of(c, 0), mask_of(c, 1)));
}
inline void import_not(importer& c) {
  const item& x = c.in(0);
  if (!x.is_known || !x.known.is_whole) return c.put_value(!mask_of(c, 0));
  constant k = x.known;
  for (std::int64_t& i : k.whole) i = i == 0;
  c.put_known(std::move(k));
}

inline constexpr import_rule elementwise_rules[] = {
    {"And", [](importer& c) { import_logic(c, [](value a, value b) { return a && b; }, [](bool a, bool b) { return a && b; }); }},
    {"Not", import_not},
    {"Or", [](importer& c) { import_logic(c, [](value a, value b) { return a || b; }, [](bool a, bool b) { return a || b; }); }},
    {"Xor", [](importer& c) { import_logic(c, [](value a, value b) { return (a || b) && !(a && b); }, [](bool a, bool b) { return a != b; }); }},
    {"Equal",
     [](importer& c) {
       import_binary(
           c, [](operand a, operand b) { return a == b; }, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a == b; });
     }},
    {"Less",
     [](importer& c) {
       import_binary(
           c, [](operand a, operand b) { return a < b; }, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a < b; });
     }},
    {"LessOrEqual",
     [](importer& c) {
       import_binary(
           c, [](operand a, operand b) { return a <= b; }, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a <= b; });
     }},
    {"Greater",
     [](importer& c) {
       import_binary(
           c, [](operand a, operand b) { return a > b; }, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a > b; });
     }},
    {"GreaterOrEqual",
     [](importer& c) {
       import_binary(
           c, [](operand a, operand b) { return a >= b; }, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a >= b; });
     }},
    {"Abs", [](importer& c) { import_unary(c, [&](value x) { return abs(x); }); }},
    {"Add",
     [](importer& c) {
       import_binary(
           c, [](operand a, operand b) { return a + b; }, whole_sum);
     }},
    {"Ceil", [](importer& c) { import_unary(c, [&](value x) { return ceil(x); }); }},
    {"Celu",
     [](importer& c) {
       import_unary(c, [&](value x) {
         return maximum(x, 0) + static_cast<double>(c.real("alpha", 1)) * expm1(minimum(x, 0) / static_cast<double>(c.real("alpha", 1)));
       });
     }},
    {"Clip", import_clip},
    {"Cos", [](importer& c) { import_unary(c, [&](value x) { return cos(x); }); }},
    {"Div",
     [](importer& c) {
       import_binary(
           c, [](operand a, operand b) { return a / b; }, whole_quotient);
     }},
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
    {"Mul",
     [](importer& c) {
       import_binary(
           c, [](operand a, operand b) { return a * b; }, whole_product);
     }},
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
    {"Sub",
     [](importer& c) {
       import_binary(
           c, [](operand a, operand b) { return a - b; }, whole_difference);
     }},
    {"Sum", [](importer& c) { import_all(c, [](value a, value b) { return a + b; }); }},
    {"Tanh", [](importer& c) { import_unary(c, [&](value x) { return tanh(x); }); }},
    {"ThresholdedRelu", [](importer& c) { import_unary(c, [&](value x) { return select(x > static_cast<double>(c.real("alpha", 1)), x, 0); }); }},
    {"Where", import_where},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
