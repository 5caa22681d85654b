// First values of variables: a pure function of seed and path, the same on every machine.
#pragma once
#include "../core/math.hpp"
#include "../core/random.hpp"
#include "../core/scalar_code.hpp"
#include "variable.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI::ir {

struct fans {
  double in = 1, out = 1;
};

// Convolution weights are [kh, kw, in, out], matrices [in, out], vectors [out].
constexpr fans fans_of(const shape& s) {
  double receptive = 1;
  for (int i = 0; i + 2 < s.rank; ++i) receptive *= s[i];
  if (s.rank == 0) return {};
  if (s.rank == 1) return {static_cast<double>(s[0]), static_cast<double>(s[0])};
  return {receptive * s[s.rank - 2], receptive * s[s.rank - 1]};
}

// Scale of the distribution for this shape; see initializer.
constexpr double scale_of(const initializer& init, const shape& s) {
  const fans f = fans_of(s);
  const double fan = init.fan == 1 ? f.in : init.fan == 2 ? f.out : (f.in + f.out) / 2;
  return init.fan == 0 ? init.scale : math::sqrt(init.scale / fan);
}

// Standard normal number of a stream, by Box and Muller.
constexpr double random_normal(random_pair key, random_pair counter) {
  const random_pair bits = random_bits(key, counter);
  const double u = (static_cast<double>(bits.x >> 8) + 1) * 0x1p-24, angle = static_cast<double>(bits.y >> 8) * 0x1p-24;
  return math::sqrt(-2 * math::log(u)) * math::cos(2 * math::pi * angle);
}

// Rows or columns of a Gaussian matrix made orthonormal (Saxe, McClelland, Ganguli 2013), by Gram and Schmidt done twice.
[[gnu::cold]] constexpr void orthogonalize(double* a, int rows, int columns, double gain) {
  const bool wide = rows < columns;
  const int vectors = wide ? rows : columns, length = wide ? columns : rows;
  const int next = wide ? columns : 1, step = wide ? 1 : columns;
  for (int v = 0; v < vectors; ++v) {
    for (int pass = 0; pass < 2; ++pass)
      for (int u = 0; u < v; ++u) {
        double dot = 0;
        for (int i = 0; i < length; ++i) dot += a[v * next + i * step] * a[u * next + i * step];
        for (int i = 0; i < length; ++i) a[v * next + i * step] -= dot * a[u * next + i * step];
      }
    double norm = 0;
    for (int i = 0; i < length; ++i) norm += a[v * next + i * step] * a[v * next + i * step];
    norm = math::sqrt(norm);
    for (int i = 0; i < length; ++i) a[v * next + i * step] /= norm;
  }
  for (int i = 0; i < rows * columns; ++i) a[i] *= gain;
}

// Element i of a stream, drawn with counter {i, …}; `scale`: scale_of(init, …). An orthogonal matrix is made of the normal ones.
constexpr double first_value(initial kind, double scale, random_pair key, std::uint32_t i) {
  switch (kind) {
    case initial::constant: return scale;
    case initial::uniform: return (2.0 * static_cast<double>(random_uniform(random_bits(key, {i, 0}).x)) - 1) * scale;
    case initial::normal: return random_normal(key, {i, 0}) * scale;
    case initial::orthogonal: return random_normal(key, {i, 0});
    case initial::truncated_normal: break;
  }
  std::uint32_t attempt = 0;  // drawn again beyond two deviations; the constant restores the deviation asked for
  double x = 3;
  while (x > 2 || x < -2) x = random_normal(key, {i, attempt++});
  return x * scale / 0.87962566103423978;
}

// `path` names the stream.
[[gnu::cold]] constexpr vec<double> initialize(const initializer& init, const shape& dims, std::uint32_t seed, std::string_view path) {
  const int count = static_cast<int>(dims.count());
  vec<double> out(count);
  const random_pair key{seed, stream(path)};
  const double scale = init.kind == initial::constant ? init.scale : scale_of(init, dims);
  for (int i = 0; i < count; ++i) out[i] = first_value(init.kind, scale, key, static_cast<std::uint32_t>(i));
  if (init.unit_forget)
    for (int i = count / 4; i < count / 2; ++i) out[i] = 1;
  if (init.kind == initial::orthogonal && count > 0) {
    const int columns = dims.rank > 0 ? dims[dims.rank - 1] : 1;
    orthogonalize(out.data(), count / columns, columns, init.scale);
  }
  return out;
}

}  // namespace igata::inline IGATA_ABI::ir

IGATA_SCALAR_CODE_END
