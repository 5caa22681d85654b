// float16 and bfloat16: every one of their 2^16 values, and roundings of float and double to them, against the sorted list of all values made by
// ldexp: the nearest, by exact arithmetic. Where the compiler has _Float16, the same bits as it.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <igata/core/half.hpp>

namespace {
using namespace igata;

// Values of 1, 5 or 8 and 10 or 7 bits, as the standard defines them.
struct reference {
  int exponent_bits, fraction_bits;
  int bias = (1 << (exponent_bits - 1)) - 1, infinity = ((1 << exponent_bits) - 1) << fraction_bits;

  double value(int size) const {
    const int exponent = size >> fraction_bits, fraction = size & ((1 << fraction_bits) - 1);
    if (size == infinity) return std::numeric_limits<double>::infinity();
    return exponent == 0 ? std::ldexp(fraction, 1 - bias - fraction_bits)
                         : std::ldexp((1 << fraction_bits) + fraction, exponent - bias - fraction_bits);
  }
  // Of a number, not of a NaN. The middle of two values has one bit more than they, so that a double holds it.
  int nearest(double x) const {
    const int sign = std::signbit(x) ? 0x8000 : 0;
    const double size = std::fabs(x);
    int low = 0, high = infinity;  // value(low) <= size < value(high)
    if (std::isinf(size)) return sign | infinity;
    while (high - low > 1) (value((low + high) / 2) <= size ? low : high) = (low + high) / 2;
    const double above = high == infinity ? std::ldexp(1, bias + 1) : value(high);
    const double middle = value(low) + (above - value(low)) / 2;
    return sign | (size > middle || (size == middle && low % 2 == 1) ? high : low);
  }
};
template <class T> inline constexpr reference reference_of{1, 1};
template <> inline constexpr reference reference_of<float16>{5, 10};
template <> inline constexpr reference reference_of<bfloat16>{8, 7};

template <class T>
class half : public testing::Test {};
using both = testing::Types<float16, bfloat16>;
TYPED_TEST_SUITE(half, both);

template <class T, class Wide>
void expect_nearest(Wide x) {
  ASSERT_EQ(T(x).bits, reference_of<T>.nearest(static_cast<double>(x))) << std::hexfloat << x;
}

TYPED_TEST(half, all_values_are_floats_and_come_back) {
  const reference& all = reference_of<TypeParam>;
  for (int bits = 0; bits < 0x10000; ++bits) {
    const TypeParam x = TypeParam::of_bits(static_cast<std::uint16_t>(bits));
    const int size = bits & 0x7fff;
    const float wide = x;
    if (size > all.infinity) {
      ASSERT_TRUE(std::isnan(wide)) << bits;
      const int quiet = bits | 1 << (all.fraction_bits - 1);
      ASSERT_EQ(std::bit_cast<std::uint32_t>(wide), static_cast<std::uint32_t>(quiet & 0x8000) << 16 | 0x7f800000u |
                                                        static_cast<std::uint32_t>(quiet & ((1 << all.fraction_bits) - 1))
                                                            << (23 - all.fraction_bits));
      ASSERT_EQ(TypeParam(wide).bits, quiet);
      ASSERT_EQ(TypeParam(static_cast<double>(wide)).bits, quiet);
      continue;
    }
    ASSERT_EQ(std::signbit(wide), bits >= 0x8000);
    ASSERT_EQ(static_cast<double>(std::fabs(wide)), all.value(size)) << bits;
    ASSERT_EQ(TypeParam(wide).bits, bits);
    ASSERT_EQ(TypeParam(static_cast<double>(wide)).bits, bits);
  }
}

// Between each two neighbours: the middle, which goes to the even one, and what lies beside it by one unit of a float and of a double.
TYPED_TEST(half, everything_between_two_values_goes_to_the_nearer) {
  const reference& all = reference_of<TypeParam>;
  for (int size = 0; size < all.infinity; ++size) {
    const double low = all.value(size), high = size + 1 == all.infinity ? std::ldexp(1, all.bias + 1) : all.value(size + 1);
    const double middle = low + (high - low) / 2;
    for (const double sign : {1., -1.}) {
      for (const double x : {middle, std::nextafter(middle, 0), std::nextafter(middle, high), std::nextafter(low, high), std::nextafter(high, low),
                             low + (high - low) / 4})
        expect_nearest<TypeParam>(sign * x);
      const float f = static_cast<float>(sign * middle);  // exact, but for the smallest bfloat16
      for (const float x : {f, std::nextafter(f, 0.f), std::nextafter(f, 2 * f), static_cast<float>(sign * low)}) expect_nearest<TypeParam>(x);
    }
  }
}

// By way of a float this would be the middle, and then the even neighbour below.
TYPED_TEST(half, a_double_is_rounded_once) {
  const double step = std::ldexp(1, -reference_of<TypeParam>.fraction_bits), x = 1 + step / 2 + 0x1p-40;
  EXPECT_EQ(static_cast<float>(TypeParam(x)), static_cast<float>(1 + step));
  EXPECT_EQ(static_cast<float>(TypeParam(static_cast<float>(x))), 1.f);
}

TYPED_TEST(half, large_small_and_what_is_no_number) {
  const reference& all = reference_of<TypeParam>;
  const double infinite = std::numeric_limits<double>::infinity();
  for (const double x : {infinite, 1e300, 4e38, std::numeric_limits<double>::max(), 0., 5e-324, 1e-300, 1e-45, 1e-39})
    for (const double sign : {1., -1.}) {
      expect_nearest<TypeParam>(sign * x);
      expect_nearest<TypeParam>(static_cast<float>(sign * x));
    }
  for (const std::uint64_t nan : {0x7ff0000000000001u, 0x7ff8000000000000u, 0xfff4000000000000u, 0x7ff0000020000000u, 0xffffffffffffffffu}) {
    const int payload = static_cast<int>(nan >> (52 - all.fraction_bits)) & ((1 << all.fraction_bits) - 1);
    const int expected = (nan >> 63 ? 0x8000 : 0) | all.infinity | 1 << (all.fraction_bits - 1) | payload;
    EXPECT_EQ(TypeParam(std::bit_cast<double>(nan)).bits, expected) << std::hex << nan;
    const std::uint32_t short_nan = static_cast<std::uint32_t>(nan >> 63) << 31 | 0x7f800000u | (static_cast<std::uint32_t>(nan >> 29) & 0x7fffffu);
    if ((short_nan & 0x7fffff) == 0) continue;
    EXPECT_EQ(TypeParam(std::bit_cast<float>(short_nan)).bits, expected) << std::hex << nan;
  }
}

TYPED_TEST(half, random_numbers_of_all_sizes) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 200000; ++i) {
    const std::uint64_t bits = random();
    if (const double x = std::bit_cast<double>(bits); !std::isnan(x)) expect_nearest<TypeParam>(x);
    if (const float x = std::bit_cast<float>(static_cast<std::uint32_t>(bits)); !std::isnan(x)) expect_nearest<TypeParam>(x);
    expect_nearest<TypeParam>(std::ldexp(static_cast<double>(bits), static_cast<int>(bits >> 40) % 200 - 160));
  }
}

#if defined(__FLT16_MAX__) && (defined(__clang__) || !defined(__aarch64__))  // g++ 12 has no _Float16 in C++ there
std::uint16_t compiler_bits(_Float16 x) { return std::bit_cast<std::uint16_t>(x); }

TEST(half_of_the_compiler, has_the_same_bits) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto mine = float16::of_bits(static_cast<std::uint16_t>(bits));
    const float theirs = static_cast<float>(std::bit_cast<_Float16>(static_cast<std::uint16_t>(bits)));
    ASSERT_EQ(std::bit_cast<std::uint32_t>(static_cast<float>(mine)), std::bit_cast<std::uint32_t>(theirs)) << bits;
  }
  std::mt19937_64 random(7);
  for (int i = 0; i < 200000; ++i) {
    const std::uint32_t bits = static_cast<std::uint32_t>(random()), near = (bits & 0x8fffffffu) | 0x30000000u;  // of a half's size
    for (const std::uint32_t b : {bits, near}) {
      const float x = std::bit_cast<float>(b);
      ASSERT_EQ(float16(x).bits, compiler_bits(static_cast<_Float16>(x))) << std::hex << b;
    }
    const double wide = std::bit_cast<double>((random() & 0x80ffffffffffffffu) | 0x3f00000000000000u);
    ASSERT_EQ(float16(wide).bits, compiler_bits(static_cast<_Float16>(wide))) << std::hexfloat << wide;
  }
}
#endif

// Constant evaluation.
static_assert(float16(1).bits == 0x3c00 && float16(-2.0).bits == 0xc000 && bfloat16(1.5f).bits == 0x3fc0);
static_assert(float16(65504.f).bits == 0x7bff && float16(65519.99).bits == 0x7bff && float16(65520.0).bits == 0x7c00);
static_assert(float16(0x1p-24).bits == 1 && float16(0x1p-25).bits == 0 && float16(0x1.0000000001p-25).bits == 1 && float16(-0x1p-26).bits == 0x8000);
static_assert(bfloat16(0x1.01p0f).bits == 0x3f80 && bfloat16(0x1.03p0f).bits == 0x3f82 && bfloat16(0x1p-133).bits == 1);
static_assert(float16(0.1f) * 2 == 0.199951171875f && float16(3) == float16(3.0) && float16::of_bits(0x0001) == 0x1p-24f);
static_assert(bfloat16::of_bits(0x0001) == 0x1p-133f && bfloat16(3) > bfloat16(2));
static_assert(size_of(f16) == 2 && size_of(bf16) == 2 && detail::is_type<float16>(f16) && detail::type_of<bfloat16>() == bf16);
static_assert(!std::is_convertible_v<float, float16> && std::is_trivial_v<float16> && std::is_trivial_v<bfloat16>);

}  // namespace
