// The whole table of casts, 13 types by 13: of numbers at the edges of each, in a loop that only casts and where something else reads the result, on
// every instruction set, in sessions and constants, and in programs where whole numbers are rounded. What is rounded is rounded once.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include <igata/f64.hpp>
#include <igata/igata.hpp>
#include <igata/session.hpp>

namespace {
using namespace igata;

constexpr int count = 160;
template <class T>
constexpr bool is_half_type = std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>;
template <class T>
constexpr bool is_real = std::is_floating_point_v<T> || is_half_type<T>;

// Numbers around every power of two, and what lies halfway between two floats, halves and brains, and hardly beside that.
template <class T>
void fill(T (&x)[count]) {
  int i = 0;
  const auto add = [&](T v) { if (i < count) x[i++] = v; };
  if constexpr (std::is_same_v<T, bool>) {
    while (i < count) add(i % 3 == 0);
  } else if constexpr (is_real<T>) {
    for (const double v : {0.0,
                           -0.0,
                           0.5,
                           -0.5,
                           1.5,
                           -1.5,
                           127.5,
                           128.0,
                           -128.5,
                           255.4,
                           256.0,
                           32767.5,
                           65535.5,
                           65519.99,
                           65520.0,
                           70000.0,
                           16777217.0,
                           2147483647.0,
                           2147483648.0,
                           -2147483648.0,
                           -2147483649.0,
                           4294967295.0,
                           4294967296.0,
                           9007199254740993.0,
                           0x1p63,
                           -0x1p63,
                           0x1p64,
                           0x1.fffffffffffffp63,
                           1e-8,
                           6e-8,
                           -3e-8,
                           1e30,
                           -1e30,
                           3.4028235e38,
                           3.4028236e38,
                           1e300,
                           1e-40,
                           1.00048828125,
                           1.00390625,
                           1.01171875,
                           1.003906250001,
                           0.1,
                           1 / 3.0})
      add(static_cast<T>(v)), add(static_cast<T>(-v));
    add(static_cast<T>(std::numeric_limits<double>::infinity())), add(static_cast<T>(-std::numeric_limits<double>::infinity()));
    add(static_cast<T>(std::numeric_limits<double>::quiet_NaN()));
    for (std::uint32_t k = 0; i < count; ++k)
      add(static_cast<T>(std::ldexp(random_uniform(random_bits({4, 8}, {k, 0}).x) - 0.5, static_cast<int>(k % 80) - 10)));
  } else {
    add(std::numeric_limits<T>::min()), add(std::numeric_limits<T>::max()), add(0), add(static_cast<T>(-1));
    for (int bits = 8; bits < static_cast<int>(8 * sizeof(T)); bits += 3)
      for (const int kept : {8, 11, 24, 53})
        if (bits > kept) {
          const std::uint64_t one = std::uint64_t{1} << bits, half = std::uint64_t{1} << (bits - kept);
          for (const std::uint64_t v : {one + half, one + half + 1, one + 3 * half, one + 3 * half - 1})
            if (i < count - 20) add(static_cast<T>(bits % 2 ? v : 0 - v));
        }
    for (std::uint32_t k = 0; i < count; ++k) {
      const random_pair b = random_bits({4, 8}, {k, 0});
      add(static_cast<T>((std::uint64_t{b.x} << 32 | b.y) >> (k * 7 % (8 * sizeof(T)))));
    }
  }
}

// The nearest of a type of 16 bits, by a look at its neighbours: long double has all of a number of 64 bits.
template <class To, class From>
To nearest(From x) {
  if constexpr (std::is_integral_v<From> && sizeof(From) >= 4) {
    To best = To(static_cast<double>(x));
    const std::uint16_t at = best.bits;
    const auto far = [&](To v) { return std::fabs(static_cast<long double>(float{v}) - static_cast<long double>(x)); };
    for (const int step : {-1, 1}) {
      const To other = To::of_bits(static_cast<std::uint16_t>(at + step));
      if ((at & 0x7fff) == 0 || !std::isfinite(float{best}) || !std::isfinite(float{other})) continue;
      if (far(other) < far(best) || (far(other) == far(best) && other.bits % 2 == 0)) best = other;
    }
    return best;
  } else if constexpr (is_half_type<From>) {
    return To(float{x});
  } else if constexpr (std::is_same_v<From, float>) {
    return To(x);
  } else {
    return To(static_cast<double>(x));
  }
}
template <class To, class From>
To expected(From x) {
  if constexpr (is_half_type<To>) {
    return nearest<To>(x);
  } else if constexpr (is_half_type<From>) {
    return expected<To>(float{x});
  } else if constexpr (std::is_same_v<To, bool>) {
    return x != 0;
  } else if constexpr (std::is_integral_v<To> && is_real<From>) {
    if (x != x) return 0;
    const double v = std::trunc(static_cast<double>(x)), low = static_cast<double>(std::numeric_limits<To>::min());
    if (v <= low) return std::numeric_limits<To>::min();
    return v >= std::ldexp(1.0, std::numeric_limits<To>::digits) ? std::numeric_limits<To>::max() : static_cast<To>(v);
  } else if constexpr (std::is_same_v<To, float> && std::is_same_v<From, double>) {
    return std::fabs(x) > 3.5e38 && !std::isnan(x) ? std::copysign(std::numeric_limits<float>::infinity(), static_cast<float>(x > 0 ? 1 : -1))
                                                    : static_cast<float>(x);
  } else {
    return static_cast<To>(x);
  }
}
template <class T>
bool same(T a, T b) {
  if constexpr (is_real<T>)
    if (std::isnan(static_cast<double>(a)) && std::isnan(static_cast<double>(b))) return true;
  return std::memcmp(&a, &b, sizeof a) == 0;
}

// A cast alone; the same behind a view, and one that something else of its own loop reads.
template <dtype To>
struct cast_to {
  constexpr outputs operator()(value x) const {
    const value y = cast(x, To);
    if constexpr (To == boolean) return {{"alone", y}, {"read", select(y, x, x)}, {"back", !y}};
    else return {{"alone", y}, {"read", cast(y, f64)}, {"back", y == cast(reverse(x, 1), To)}};
  }
};
template <dtype From, class F, dtype To, class T>
void expect_cast() {
  constexpr bool compiled = is_whole(From) && size_of(From) >= 4 && has_fractions(To);  // a program takes some time to compile
  session other = session::inference<in<"x", From, count>>(cast_to<To>{}, {.max_batch = 1});
  other.use(other.pack(variable_store()));
  F x[count];
  fill(x);
  for (const isa target : compiled_isas) {
    if (!detail::cpu_runs(target)) continue;
    other.use(target);
    for (const bool of_session : {true, false}) {
      if (!of_session && !compiled) continue;
      T alone[count];
      std::conditional_t<To == boolean, F, double> read[count];
      bool back[count];
      if (of_session) {
        ASSERT_TRUE(other.run({x}, {alone, read, back}, 1));
      } else if constexpr (compiled) {
        inference<cast_to<To>{}, in<"x", From, count>, max_batch{1}> net{packed_weights()};
        net.use(target);
        ASSERT_TRUE(net.run({x}, 1, {alone, read, back}));
      }
      for (int i = 0; i < count; ++i) {
        const T want = expected<T>(x[i]), turned = expected<T>(x[count - 1 - i]);
        const std::string where = std::string(name_of(From)) + " to " + std::string(name_of(To)) + ", " + std::to_string(static_cast<int>(target)) +
                                  (of_session ? ", session, " : ", program, ") + std::to_string(i) + ": " + std::to_string(static_cast<double>(x[i]));
        EXPECT_TRUE(same(alone[i], want)) << where << ": " << static_cast<double>(alone[i]) << " for " << static_cast<double>(want);
        if constexpr (To == boolean) {
          EXPECT_TRUE(same(read[i], x[i])) << where;
          EXPECT_EQ(back[i], !want) << where;
        } else {
          EXPECT_TRUE(same(read[i], static_cast<double>(want))) << where << ": " << read[i] << " for " << static_cast<double>(want);
          EXPECT_EQ(back[i], static_cast<double>(want) == static_cast<double>(turned) && (sizeof(T) < 8 || want == turned)) << where;
        }
        if (From == boolean) continue;
        // The oracle's, and so a constant's.
        const double held = holds_bits(From) ? held_as(static_cast<std::uint64_t>(x[i]), From) : static_cast<double>(x[i]);
        if constexpr (To != boolean) {
          const double by_oracle = converted(held, From, To);
          if constexpr (std::is_integral_v<T>) EXPECT_EQ(whole_of(by_oracle, To), static_cast<std::uint64_t>(want)) << where;
          else EXPECT_TRUE(same(expected<T>(by_oracle), want)) << where;
        }
      }
    }
  }
}
#define IGATA_CASTS(from, F)                                                                                                                     \
  TEST(casts, from##_to_all) {                                                                                                                   \
    expect_cast<from, F, f32, float>(), expect_cast<from, F, f64, double>(), expect_cast<from, F, f16, float16>();                               \
    expect_cast<from, F, bf16, bfloat16>(), expect_cast<from, F, boolean, bool>(), expect_cast<from, F, u8, std::uint8_t>();                     \
    expect_cast<from, F, i8, std::int8_t>(), expect_cast<from, F, u16, std::uint16_t>(), expect_cast<from, F, i16, std::int16_t>();              \
    expect_cast<from, F, u32, std::uint32_t>(), expect_cast<from, F, i32, std::int32_t>(), expect_cast<from, F, u64, std::uint64_t>();           \
    expect_cast<from, F, i64, std::int64_t>();                                                                                                   \
  }
#define IGATA_DTYPE(name, text, bytes, type, code) IGATA_CASTS(name, type)
#include <igata/core/dtype.inc>
#undef IGATA_DTYPE

}  // namespace
