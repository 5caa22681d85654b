// Quantised numbers are bytes, and whole numbers of 16 bits, between operators. QuantizeLinear rounds half to even and saturates. Products of bytes
// are exact sums of 32 bits; what has no kernel for them is simulated in f32, as far as that is exact.
#pragma once
#include <algorithm>  // all_of, max, min

#include "../nn/all.hpp"
#include "layer_rules.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// Scale or zero point along the axis of its operand.
inline value along(importer& c, constant k, const std::string& name) {
  const std::size_t rank = c.in(0).dims.size();
  if (k.is_whole()) {
    k.real.assign(k.whole.begin(), k.whole.end());
    k.whole.clear();
    k.type = f32;
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
inline value saturated(importer& c, value y, dtype type) {
  if (!is_narrow(type)) c.fail("numbers of 8 or 16 bits", std::string(onnx_name_of(type)));
  const value real = clip(y, lowest_of(type), highest_of(type)), x = cast(real, type);
  if (x.valid()) c.real_codes.insert({x.id(), real});
  return x;
}
// Without a cast where they come from f32.
inline value codes_in_f32(importer& c, value x) {
  if (!x.valid() || x.type() == f32) return x;
  const auto found = c.real_codes.find(x.id());
  return found == c.real_codes.end() ? cast(x, f32) : found->second;
}
inline void import_quantize(importer& c) {
  c.knows({"axis", "saturate"});
  if (c.integer("block_size", 0) != 0) c.fail("block_size 0", "blocks");
  c.by_f32(f32);  // halves have not all of 16 bits
  const std::int64_t named = c.integer("output_dtype", 0);
  const dtype type = c.given(2) ? c.known(2).type : named ? c.type_named(named, "numbers") : u8;
  const value x = c.plain_copy(0);
  value y = round((has_fractions(x.type()) ? x : cast(x, f32)) / scale_of(c, 1));
  if (c.given(2)) y = y + scale_of(c, 2);
  c.put_value(saturated(c, y, type));
}
// The result has the scale's type.
inline void import_dequantize(importer& c) {
  c.knows({"axis"});
  c.expect_one_type(0, 2);
  c.by_f32(c.type_of(1));
  if (c.integer("block_size", 0) != 0) c.fail("block_size 0", "blocks");
  if (const item& x = c.in(0); x.is_known) {
    const constant &scale = c.known(1), *zero = c.given(2) ? &c.known(2) : nullptr;
    if (zero && zero->count() != scale.count())
      c.fail("as many zero points as scales", std::to_string(zero->count()), "the file is no valid ONNX model");
    constant k;
    k.type = scale.type;
    k.dims = x.dims;
    std::int64_t inner = 1, count = scale.count();
    if (count != 1) {
      const int axis = c.axis_of(c.integer("axis", 1), x.dims.size());
      if (count != x.dims[static_cast<std::size_t>(axis)]) c.fail("one scale, or one for each of the axis", std::to_string(count));
      inner = count_of({x.dims.begin() + axis + 1, x.dims.end()});
    }
    for (std::int64_t i = 0; i < x.known.count(); ++i) {
      const auto at = static_cast<std::size_t>(i / inner % count);
      k.push((x.known.at(static_cast<std::size_t>(i)) - (zero ? zero->at(at) : 0)) * scale.at(at));
    }
    return c.put_known(std::move(k));
  }
  value x = codes_in_f32(c, c.plain_copy(0));
  if (c.given(2)) x = x - scale_of(c, 2);
  c.put_value(x * scale_of(c, 1));
}

// A scale or zero point, in f32: of everything, or one for each of the last axis, or with `of_rows` of the one before it.
inline operand factor_of(importer& c, std::size_t i, bool of_rows = false) {
  const item& x = c.in(i);
  if (x.is_known && x.known.count() == 1) return operand(x.known.at(0));
  value v = c.plain_copy(i);
  if (v.type() != f32) v = cast(v, f32);
  return of_rows && v.rank() == 1 ? reshape_to(v, c.shape_of({v.dims()[0], 1})) : v;
}
// Input i without its zero point, in f32.
inline value centred(importer& c, std::size_t i, std::size_t zero) {
  const value v = codes_in_f32(c, c.plain_copy(i));
  return c.given(zero) ? v - factor_of(c, zero, i == 0) : v;
}
inline constexpr std::int64_t exact_terms = 258;  // f32 holds sums of so many products of 8 bits
inline void limit_terms(importer& c, std::int64_t terms) {
  if (terms > exact_terms) c.fail("sums of at most 258 products", std::to_string(terms));
}
// Whether input i, a zero point, changes nothing.
inline bool is_zero(importer& c, std::size_t i) {
  if (!c.given(i) || !c.in(i).is_known) return !c.given(i);
  const extents& zeros = c.wholes(i);
  return std::all_of(zeros.begin(), zeros.end(), [](std::int64_t x) { return x == 0; });
}
// A zero point in i32: of everything, or one for each row or column.
inline value whole_zero(importer& c, std::size_t i, bool of_rows) {
  const value v = cast(c.plain_copy(i), i32);
  return of_rows && v.rank() == 1 ? reshape_to(v, c.shape_of({v.dims()[0], 1})) : v;
}
// Of bytes, exact in i32 whatever the number of terms: (a - p)(b - q) = ab - p (1 b - k q) - (a 1) q of matrices.
inline value byte_product(importer& c, value a, value b, std::size_t zero_a, std::size_t zero_b) {
  value sum = product_of(c, a, b);
  const value left = cast(a, i32), right = cast(b, i32);
  if (!is_zero(c, zero_b)) {
    const value zero = whole_zero(c, zero_b, false);
    sum = sum - reduce_sum(left, -1, true) * zero;
  }
  if (!is_zero(c, zero_a)) {
    value columns = reduce_sum(right, -2, true);
    if (!is_zero(c, zero_b)) columns = columns - whole_zero(c, zero_b, false) * static_cast<double>(a.dims()[a.rank() - 1]);
    sum = sum - whole_zero(c, zero_a, true) * columns;
  }
  return sum;
}
// In i32, or in f32.
inline value whole_matmul(importer& c, std::size_t b, std::size_t zero_a, std::size_t zero_b) {
  if (c.in(0).dims.empty() || c.in(b).dims.empty()) c.fail("matrices or vectors", "a number", "the file is no valid ONNX model");
  if (ir::is_byte(c.type_of(0)) && ir::is_byte(c.type_of(b)) && c.in(0).dims.size() >= 2 && c.in(b).dims.size() >= 2)
    return byte_product(c, c.plain_copy(0), c.plain_copy(b), zero_a, zero_b);
  limit_terms(c, c.in(0).dims.back());
  const value x = centred(c, 0, zero_a), w = centred(c, b, zero_b);
  return product_of(c, x, w);
}
inline value whole_conv(importer& c, std::size_t filters, std::size_t zero_x, std::size_t zero_w) {
  constant w = filters_of(c, filters);
  if (w.count() == 0) c.fail("filters", "none", "the file is no valid ONNX model");
  c.wholes(filters);
  if (c.given(zero_w)) c.wholes(zero_w);
  const constant* const zero = c.given(zero_w) ? &c.known(zero_w) : nullptr;
  const std::int64_t count = zero ? zero->count() : 1, each = w.count() / w.dims[0];
  if (count != 1 && count != w.dims[0]) c.fail("one zero point, or one for each filter", std::to_string(count), "the file is no valid ONNX model");
  constant own, sums;  // filters without their zero points, and what each sums up to
  sums.type = i32;
  own.dims = w.dims, sums.dims = {w.dims[0]};
  std::int64_t size = 0, largest = 0, low = 0, high = 0;  // of a filter's weights, of what it can sum up
  for (std::int64_t i = 0; i < w.count(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::int64_t x = w.whole[at] - (zero ? zero->whole[static_cast<std::size_t>(count == 1 ? 0 : i / each)] : 0);
    if (i % each == 0) size = 0, sums.whole.push_back(0);
    size += std::abs(x), sums.whole.back() += x;
    largest = std::max(largest, size * 255), low = std::min(low, x), high = std::max(high, x);
    own.whole.push_back(x);
  }
  const value x = images(c, "a convolution");
  const bool of_bytes = ir::is_byte(x.type()) && ((low >= -128 && high <= 127) || (low >= 0 && high <= 255)) && c.integer("group", 1) == 1;
  if (largest > (of_bytes ? std::int64_t{2147483647} : std::int64_t{1} << 24))
    c.fail(of_bytes ? "filters whose sums are below 2^31" : "filters whose sums are at most 2^24", std::to_string(largest));
  if (of_bytes) {  // their zero point lies around the images, and every sum of a filter has too much by as much
    own.type = low < 0 ? i8 : u8;
    const std::int64_t around = c.given(zero_x) ? c.whole(zero_x) : 0;
    const value y = convolved(c, x, own, filters, static_cast<int>(around));
    for (std::int64_t& sum : sums.whole) sum = static_cast<std::int32_t>(sum * around);
    return around == 0 ? y : y - c.variable(sums, importer::leaf(c.at().input[filters]) + ".sums");
  }
  own.real.assign(own.whole.begin(), own.whole.end());
  own.whole.clear();
  const value real = codes_in_f32(c, x);
  return convolved(c, c.given(zero_x) ? real - c.number(zero_x) : real, own, filters);
}
// What sums are multiplied by, where one of the known scales p and q is of everything: p q / r, rounded as floats before it meets a sum, as ONNX
// Runtime does.
inline operand multiplier(importer& c, const constant& p, const constant& q, float r, bool of_rows, const std::string& name) {
  const bool by_rows = p.count() != 1;
  constant k;
  k.dims = by_rows ? p.dims : q.dims;
  for (std::int64_t i = 0; i < k.count(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto left = static_cast<float>(p.at(by_rows ? at : 0)), right = static_cast<float>(q.at(by_rows ? 0 : at));
    k.push(left * right / r);
  }
  if (k.count() == 1) return operand(k.at(0));
  if (by_rows && of_rows && k.dims.size() == 1) k.dims.push_back(1);
  return operand(c.variable(k, name));
}
inline value requantised(importer& c, value sum, std::size_t a, std::size_t b, std::size_t y) {
  const item &p = c.in(a), &q = c.in(b);
  const bool of_rows = c.at().op_type == "QLinearMatMul", known = p.is_known && q.is_known && c.in(y).is_known && c.known(y).count() == 1;
  sum = sum.type() == i32 ? cast(sum, f32) : round(sum);  // whole: what it is multiplied by stays out of the weights, which are whole too
  const value real = known && (p.known.count() == 1 || q.known.count() == 1)
                         ? sum * multiplier(c, p.known, q.known, static_cast<float>(c.number(y)), of_rows, importer::leaf(c.at().input[b]))
                         : sum * factor_of(c, a, of_rows) * factor_of(c, b) / factor_of(c, y);
  return saturated(c, round(real) + c.number(y + 1), c.in(y + 1).known.type);
}
inline void import_qlinear_matmul(importer& c) { c.put_value(requantised(c, whole_matmul(c, 3, 2, 5), 1, 4, 6)); }
inline void import_qlinear_conv(importer& c) {
  value sum = whole_conv(c, 3, 2, 5);
  if (c.given(8)) sum = sum + cast(c.plain_copy(8), sum.type());
  put_images(c, requantised(c, sum, 1, 4, 6));
}
inline void import_matmul_integer(importer& c) { c.put_value(cast(whole_matmul(c, 1, 2, 3), i32)); }
inline void import_conv_integer(importer& c) {
  const value sum = whole_conv(c, 1, 2, 3);
  put_images(c, sum.type() == i32 ? sum : cast(round(sum), i32));
}
inline void import_dynamic_quantize(importer& c) {
  const value x = c.plain_copy(0), most = maximum(reduce_max(x), 0), least = minimum(reduce_min(x), 0);
  const value range = (most - least) / 255, scale = select(range == 0, 1, range), zero = clip(round(-least / scale), 0, 255);
  c.put_value(saturated(c, round(x / scale) + zero, u8));
  c.put_value(range, 1);
  c.put_value(cast(zero, u8), 2);
}

// Of com.microsoft: input i, which has one scale and one zero point behind it, as it is meant.
inline value dequantised(importer& c, std::size_t i, bool last) {
  const value codes = codes_in_f32(c, last ? c.last(i) : c.plain_copy(i));
  return (codes - (c.given(i + 2) ? c.number(i + 2) : 0)) * c.number(i + 1);
}
// With scale i and the zero point behind it, whose type it has; without one, that of the first operand.
inline value quantised(importer& c, value y, std::size_t i) {
  const bool has_zero = c.given(i + 1);
  return saturated(c, round(y / c.number(i)) + (has_zero ? c.number(i + 1) : 0), has_zero ? c.known(i + 1).type : c.type_of(0));
}
template <class Draw>
void import_quantised_binary(importer& c, Draw draw) {
  const item &a = c.in(0), &b = c.in(3);
  const bool last = (a.channels_last || b.channels_last) && a.dims.size() <= 4 && b.dims.size() <= 4;
  const value y = quantised(c, draw(dequantised(c, 0, last), dequantised(c, 3, last)), 6);
  if (last) c.put_last(y);
  else c.put_value(y);
}
inline void import_quantised_global_average(importer& c) {
  if (c.integer("channels_last", 0) != 0) c.fail("channels_last 0", "another");
  if (c.in(0).dims.size() != 4) c.fail("a pool over two axes", std::to_string(static_cast<int>(c.in(0).dims.size()) - 2));
  c.put_last(quantised(c, reduce_mean(dequantised(c, 0, true), {1, 2}, true), 3));
}

inline constexpr import_rule quantised_rules[] = {
    {"ConvInteger", import_conv_integer},
    {"DequantizeLinear", import_dequantize},
    {"DynamicQuantizeLinear", import_dynamic_quantize},
    {"MatMulInteger", import_matmul_integer},
    {"QLinearConv", import_qlinear_conv},
    {"QLinearMatMul", import_qlinear_matmul},
    {"QuantizeLinear", import_quantize},
    {"com.microsoft.QLinearAdd", [](importer& c) { import_quantised_binary(c, [](value a, value b) { return a + b; }); }},
    {"com.microsoft.QLinearGlobalAveragePool", import_quantised_global_average},
    {"com.microsoft.QLinearMul", [](importer& c) { import_quantised_binary(c, [](value a, value b) { return a * b; }); }},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
