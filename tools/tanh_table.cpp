// Prints the table of include/igata/simd/tanh.text.hpp:  g++ -O2 tools/tanh_table.cpp -o build/tanh_table && build/tanh_table
//
// 32 polynomials of degree 4 in t = |x| - c, for eighths of octaves of |x| + 0.671875, |x| up to 9.2: the interpolation at the zeros of a Chebyshev
// polynomial of degree 5, but at c instead of the middle one. Of the floats c near it, the one whose tanh is nearest to a float. The lowest begins
// at 0: t + k3 t^3.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>

using real = long double;
constexpr int degree = 4;
constexpr float offset = 0.671875f;

float from_bits(std::uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, 4);
  return x;
}
std::uint32_t bits_of(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, 4);
  return bits;
}

struct expansion {
  float at, k[degree + 1];
};

expansion odd(real end) {
  const real x = end * 0.9L;
  return {0, {0, 1, 0, float((std::tanh(x) / x - 1) / (x * x)), 0}};
}

expansion between(float low, float high) {
  expansion e{};
  const std::uint32_t middle = bits_of(low + (high - low) * (low < 0.05f ? 0.25f : 0.5f));  // where t is large beside |x|, below the middle
  const int reach = low >= 7 ? 600000 : low >= 4 ? 200000 : low >= 2 ? 80000 : 30000;
  real least = 1e9L;
  for (int d = -reach; d <= reach; ++d) {
    const float c = from_bits(middle + static_cast<std::uint32_t>(d));
    const real value = std::tanh(real(c)), slope = 1 - value * value;
    const real ulp = std::ldexp(1.L, std::ilogb(value) - 23);
    const real miss = std::fabs(value - real(float(value))) / ulp + 0.02L * std::fabs(real(float(slope)) - slope) / slope * 0x1p23L;
    if (miss < least) least = miss, e.at = c, e.k[0] = float(value);
  }
  const real begin = real(low) - e.at, end = real(high) - e.at, half = (end - begin) / 2;
  real t[degree], f[degree], p[degree] = {};
  for (int i = 0; i < degree; ++i) {
    t[i] = (begin + end) / 2 + half * std::cos((2 * (i < degree / 2 ? i : i + 1) + 1) * std::acos(-1.L) / (2 * degree + 2));
    f[i] = (std::tanh(e.at + t[i]) - std::tanh(real(e.at))) / t[i];
  }
  for (int j = 1; j < degree; ++j)  // divided differences, then powers of t
    for (int i = degree - 1; i >= j; --i) f[i] = (f[i] - f[i - 1]) / (t[i] - t[i - j]);
  for (int i = degree - 1; i >= 0; --i) {
    for (int j = degree - 1; j > 0; --j) p[j] = p[j - 1] - t[i] * p[j];
    p[0] = f[i] - t[i] * p[0];
  }
  for (int j = 0; j < degree; ++j) e.k[j + 1] = float(p[j]);
  return e;
}

int main() {
  expansion all[32];
  for (std::uint32_t bin = bits_of(offset) >> 20, i = 0; i < 32; ++bin, ++i) {
    const float low = from_bits(bin << 20) - offset, high = from_bits((bin + 1) << 20) - offset;
    all[bin % 32] = i == 0 ? odd(high) : between(low, std::fmin(high, 9.2f));
  }
  const int digits[] = {9, 9, 9, 8, 7, 6};
  for (int row = 0; row <= degree + 1; ++row)
    for (int i = 0; i < 32; ++i) {
      char number[40];
      std::snprintf(number, sizeof number, "%.*g", digits[row], double(row ? all[i].k[row - 1] : all[i].at));
      std::printf("%s%s%sf%s", i % 16 ? "" : "{", number, std::strpbrk(number, ".e") ? "" : ".", i % 16 < 15 ? ", " : "},\n");
    }
}
