// Every element type as every other, against long double, which holds each number of them exactly.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

#include <igata/io/convert_numbers.hpp>

namespace {
using namespace igata;

static_assert(std::numeric_limits<long double>::digits >= 64);

template <class T>
long double exact(T x) {
  if constexpr (std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>) return static_cast<float>(x);
  else return static_cast<long double>(x);
}
// What a number becomes; false where the type has none for it.
template <class To>
bool expected(long double x, To& y) {
  if constexpr (std::is_integral_v<To>) {
    if (x != std::trunc(x) || x < static_cast<long double>(std::numeric_limits<To>::lowest()) ||
        x > static_cast<long double>(std::numeric_limits<To>::max()))
      return false;
    y = static_cast<To>(x);
    return true;
  } else if constexpr (sizeof(To) == 2) {
    // The nearer one of the two beside it, of all that there are; of two as near the even one.
    y = To(static_cast<float>(x));
    if (std::isnan(x) || std::isinf(x)) return true;
    const int size = y.bits & 0x7fff;
    const auto number = [&](int s) {
      const float f = To::of_bits(static_cast<std::uint16_t>(s));
      return static_cast<long double>(f);
    };
    const long double most = 2 * number(std::is_same_v<To, float16> ? 0x7bff : 0x7f7f) - number(std::is_same_v<To, float16> ? 0x7bfe : 0x7f7e);
    int best = -1;
    long double nearest = 0;
    for (int s = size > 2 ? size - 2 : 0; s <= size + 2; ++s) {
      long double there = number(s);
      if (std::isnan(there)) break;
      if (std::isinf(there)) there = most;
      const long double far = std::fabs(there - std::fabs(x));
      if (best < 0 || far < nearest || (far == nearest && s % 2 == 0)) best = s, nearest = far;
    }
    y = To::of_bits(static_cast<std::uint16_t>(best | (std::signbit(x) ? 0x8000 : 0)));
    return !std::isinf(static_cast<float>(y));
  } else {
    y = static_cast<To>(x);
    return !std::isinf(y) || std::isinf(x);
  }
}

template <class From>
std::vector<From> interesting() {
  std::vector<From> all;
  if constexpr (std::is_same_v<From, bool>) return all;
  else if constexpr (std::is_integral_v<From>) {
    for (int i = 0; i < 300; ++i) {
      all.push_back(static_cast<From>(i));
      all.push_back(static_cast<From>(0 - i));
      all.push_back(static_cast<From>(std::numeric_limits<From>::max() - static_cast<From>(i)));
      all.push_back(static_cast<From>(std::numeric_limits<From>::lowest() + static_cast<From>(i)));
    }
    std::mt19937_64 random(3);
    for (int i = 0; i < 3000; ++i) {
      const std::uint64_t x = random() >> random() % 64;
      for (const std::uint64_t near : {x, x & ~std::uint64_t{0xfff}, (x & ~std::uint64_t{0xfff}) + 1, x | 0x7ff, (x | 0xfff) << 7, (x | 0xfff) + 1})
        all.push_back(static_cast<From>(near));
      // In the middle between two numbers of 24 and 8 bits, and one behind it: a double of 53 bits would not know them apart.
      const std::uint64_t top = random() | std::uint64_t{1} << 63;
      for (const int cut : {40, 56}) {
        const std::uint64_t middle = (top >> cut << cut) + (std::uint64_t{1} << (cut - 1));
        for (const std::uint64_t near : {middle, middle + 1, middle >> 1, (middle >> 1) + 1, middle - 1}) all.push_back(static_cast<From>(near));
      }
    }
  } else {
    std::mt19937_64 random(4);
    for (const double x : {0., -0., 0.5, 1., 1.5, 255., 256., -1., -129., 65504., 65519., 65520., 65536., 2147483647., 2147483648., -2147483649.,
                           0x1p63, -0x1p63, 0x1p64, 1e300, 1e39, 3.4e38, 3.395e38, -1e-50, 1e-40, std::numeric_limits<double>::infinity()})
      all.push_back(static_cast<From>(x));
    for (int i = 0; i < 4000; ++i) {
      const double size = std::ldexp(1, static_cast<int>(random() % 100) - 40);
      const double x = size * static_cast<double>(static_cast<std::int64_t>(random())) * 0x1p-63;
      for (const double y : {x, std::floor(x), std::floor(x * 16) / 16 + 0x1p-30}) all.push_back(static_cast<From>(y));
    }
  }
  return all;
}

template <class From, class To>
void expect_converted(From x) {
  To want{}, got{};
  const bool fits = expected(exact(x), want);
  std::byte from[sizeof(From)], to[sizeof(To)];
  std::memcpy(from, &x, sizeof x);
  ASSERT_EQ(io::convert_numbers(detail::type_of<From>(), from, detail::type_of<To>(), to, 1), fits ? 1u : 0u)
      << name_of(detail::type_of<From>()) << " to " << name_of(detail::type_of<To>()) << ' ' << static_cast<double>(exact(x));
  if (!fits) return;
  std::memcpy(&got, to, sizeof got);
  ASSERT_EQ(exact(got), exact(want)) << name_of(detail::type_of<From>()) << " to " << name_of(detail::type_of<To>()) << ' '
                                     << static_cast<double>(exact(x));
  ASSERT_EQ(std::signbit(exact(got)), std::signbit(exact(want)));
}

template <class From>
class conversions : public testing::Test {};
using all_types = testing::Types<
#define IGATA_DTYPE(name, text, bytes, type, code) type,
#include <igata/core/dtype.inc>
#undef IGATA_DTYPE
    float>;
TYPED_TEST_SUITE(conversions, all_types);

TYPED_TEST(conversions, are_rounded_once_or_refused) {
  for (const auto x : interesting<TypeParam>()) {
#define IGATA_DTYPE(name, text, bytes, type, code) \
  if constexpr (!std::is_same_v<type, bool>) expect_converted<TypeParam, type>(x);
#include <igata/core/dtype.inc>
#undef IGATA_DTYPE
    if (this->HasFatalFailure()) return;
  }
}

TEST(conversions_of_many, say_which_number_is_none) {
  std::vector<double> x(1000, 3), y(1000);
  x[777] = 0.5;
  const auto* from = reinterpret_cast<const std::byte*>(x.data());
  auto* to = reinterpret_cast<std::byte*>(y.data());
  EXPECT_EQ(io::convert_numbers(f64, from, i32, to, 1000), 777u);
  EXPECT_EQ(io::convert_numbers(f64, from, f16, to, 1000), 1000u);
  EXPECT_EQ(io::shown_number(f64, from + 777 * 8), "0.5");
}

TEST(conversions_of_many, bools_are_0_and_1) {
  const unsigned char bytes[] = {0, 1, 2};
  const std::int64_t numbers[] = {0, 1, -1};
  float to[3];
  std::byte bits[3];
  const auto as = [](const auto* p) { return reinterpret_cast<const std::byte*>(p); };
  EXPECT_EQ(io::convert_numbers(boolean, as(bytes), boolean, bits, 3), 2u);
  EXPECT_EQ(io::convert_numbers(boolean, as(bytes), f32, reinterpret_cast<std::byte*>(to), 2), 2u);
  EXPECT_EQ(to[1], 1);
  EXPECT_EQ(io::convert_numbers(i64, as(numbers), boolean, bits, 3), 2u);
  EXPECT_EQ(bits[1], std::byte{1});
  EXPECT_EQ(io::shown_number(i64, as(numbers + 2)), "-1");
}

TEST(conversions_of_many, nan_stays_one_where_there_is_one) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::byte to[8];
  const auto* from = reinterpret_cast<const std::byte*>(&nan);
  for (const dtype t : {f16, bf16, f64}) EXPECT_EQ(io::convert_numbers(f32, from, t, to, 1), 1u);
  for (const dtype t : {i32, u8, i64, boolean}) EXPECT_EQ(io::convert_numbers(f32, from, t, to, 1), 0u);
}
}  // namespace
