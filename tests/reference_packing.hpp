// Packed weights as the oracle and plain loops make them: every node of the graph in double, then each value rounded and stored in its form.
#pragma once
#include <igata/engine/packed_weights.hpp>

#include <bit>
#include <cmath>
#include <string>
#include <vector>

namespace reference_packing {

using namespace igata;
using namespace igata::ir;
using namespace igata::plan;

// Winograd's filters HWIO [3][3][c][o] to [o/64][(m+2)^2][c][64].
inline void pack_winograd(const double* w, std::ptrdiff_t c, std::ptrdiff_t o, int m, float* out) {
  constexpr double two[4][3] = {{1, 0, 0}, {.5, .5, .5}, {.5, -.5, .5}, {0, 0, 1}};
  constexpr double four[6][3] = {{1. / 4, 0, 0},           {-1. / 6, -1. / 6, -1. / 6}, {-1. / 6, 1. / 6, -1. / 6},
                                 {1. / 24, 1. / 12, 1. / 6}, {1. / 24, -1. / 12, 1. / 6}, {0, 0, 1}};
  const double(*const g)[3] = m == 2 ? two : four;
  for (std::ptrdiff_t panel = 0; panel < o; panel += 64) {
    const std::ptrdiff_t cols = std::min<std::ptrdiff_t>(o - panel, 64), width = (cols + 15) / 16 * 16;
    for (int i = 0; i < m + 2; ++i)
      for (int j = 0; j < m + 2; ++j)
        for (std::ptrdiff_t k = 0; k < c; ++k)
          for (std::ptrdiff_t q = 0; q < width; ++q) {
            double sum = 0;
            for (int tap = 0; tap < 9 && q < cols; ++tap) {
              const double product = g[i][tap / 3] * g[j][tap % 3] * w[(tap * c + k) * o + panel + q];
              sum += product;
            }
            *out++ = static_cast<float>(sum);
          }
  }
}

inline std::vector<float> packed(const bound_value& v, const vec<double>& from) {
  const std::ptrdiff_t count = v.dims.count();
  std::vector<float> out;
  if (v.form == weight_form::bytes) {  // sums of columns, then panels of 64, four rows beside each other, of u8 less 128
    const std::ptrdiff_t n = v.transposed ? v.dims[0] : v.dims[v.dims.rank - 1], k = n ? count / n : 0;
    const auto number = [&](std::ptrdiff_t row, std::ptrdiff_t c) {
      return static_cast<int>(from[static_cast<int>(v.transposed ? c * k + row : row * n + c)]);
    };
    for (std::ptrdiff_t c = 0; c < (n + 15) / 16 * 16; ++c) {
      int sum = 0;
      for (std::ptrdiff_t row = 0; row < k && c < n; ++row) sum += number(row, c);
      out.push_back(std::bit_cast<float>(sum));
    }
    for (std::ptrdiff_t panel = 0; panel < n; panel += 64)
      for (std::ptrdiff_t row = 0; row < k; row += 4)
        for (std::ptrdiff_t c = panel; c < panel + (std::min<std::ptrdiff_t>(n - panel, 64) + 15) / 16 * 16; ++c) {
          std::uint32_t four = 0;
          for (std::ptrdiff_t i = 0; i < 4 && row + i < k && c < n; ++i)
            four |= static_cast<std::uint32_t>((number(row + i, c) - (v.type == u8 ? 128 : 0)) & 255) << 8 * i;
          out.push_back(std::bit_cast<float>(four));
        }
  } else if (v.type != f32) {  // in their own bytes
    const auto size = static_cast<std::size_t>(size_of(v.type));
    out.resize((static_cast<std::size_t>(count) * size + 3) / 4);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t bits = v.type == boolean  ? from[i] != 0
                                 : v.type == f64    ? std::bit_cast<std::uint64_t>(from[i])
                                 : v.type == f16    ? float16(from[i]).bits
                                 : v.type == bf16   ? bfloat16(from[i]).bits
                                                    : whole_of(from[i], v.type);
      for (std::size_t k = 0; k < size; ++k)  // little-endian, as the processors that tests run on
        reinterpret_cast<unsigned char*>(out.data())[static_cast<std::size_t>(i) * size + k] = static_cast<unsigned char>(bits >> 8 * k & 255);
    }
  } else if (const int m = winograd_tile_of(v.form)) {
    out.resize(static_cast<std::size_t>(winograd_packed_size(v.dims[2], v.dims[3], m)));
    pack_winograd(from.data(), v.dims[2], v.dims[3], m, out.data());
  } else if (v.form == weight_form::panels) {
    const std::ptrdiff_t n = v.transposed ? v.dims[0] : v.dims[v.dims.rank - 1], k = n ? count / n : 0;
    for (std::ptrdiff_t panel = 0; panel < n; panel += 64) {
      const std::ptrdiff_t cols = std::min<std::ptrdiff_t>(n - panel, 64), width = (cols + 15) / 16 * 16;
      for (std::ptrdiff_t row = 0; row < k; ++row)
        for (std::ptrdiff_t c = 0; c < width; ++c)
          out.push_back(c < cols ? static_cast<float>(from[static_cast<int>(v.transposed ? (panel + c) * k + row : row * n + panel + c)]) : 0.f);
    }
  } else {
    for (const double x : from) out.push_back(static_cast<float>(x));
  }
  return out;
}

// Empty, or the first place where packed weights have other bits. Of NaN any.
inline std::string difference(const graph& bind, const bound_value* values, int count, const variable_store& store, const packed_weights& got) {
  environment env;
  for (const variable& v : bind.variables) {
    const variable_store::entry* e = store.find(bind.path_of(v).view());
    vec<double> numbers(static_cast<int>(e->count()));
    const auto hold = [&](auto values) {
      for (std::size_t i = 0; i < values.size(); ++i)
        numbers[static_cast<int>(i)] = holds_bits(e->type) ? held_as(static_cast<std::uint64_t>(values[i]), e->type) : static_cast<double>(values[i]);
    };
#define IGATA_DTYPE(name, text, bytes, type, code) hold(e->values<type>());
#include <igata/core/dtype.inc>
#undef IGATA_DTYPE
    env.variables.push(std::move(numbers));
  }
  const vec<vec<double>> results = evaluate(bind, env);
  for (int i = 0; i < count; ++i) {
    std::vector<float> want = packed(values[i], results[bind.outputs[i].id]);
    const std::size_t size = want.size();
    want.resize(size + readable_behind);  // zeros
    const float* const have = static_cast<const float*>(got.pointers()[i]);
    for (std::size_t k = 0; k < want.size(); ++k) {
      const bool number = values[i].type == f32 && k < size;
      if (std::bit_cast<std::uint32_t>(want[k]) == std::bit_cast<std::uint32_t>(have[k]) || (number && std::isnan(want[k]) && std::isnan(have[k])))
        continue;
      return "packed value " + std::to_string(i) + " [" + std::to_string(k) + " of " + std::to_string(size) + "]: expected " +
             std::to_string(want[k]) + ", got " + std::to_string(have[k]);
    }
  }
  return "";
}

}  // namespace reference_packing
