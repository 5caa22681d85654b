// Division, shifts and bits of whole numbers of every type, on every instruction set and in sessions: what C++ says, and what docs/types.md says
// where C++ says nothing.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include <igata/infer.hpp>
#include <igata/f64.hpp>
#include <igata/session.hpp>

namespace {
using namespace igata;

// Every pair of [n,21], and pairs with numbers.
template <auto Type>
struct worked {
  constexpr outputs operator()(value x, value y) const {
    outputs all{{"quotient", x / y}, {"rest", x % y}, {"left", x << y}, {"right", x >> y}};
    all.add("and", x & y), all.add("or", x | y), all.add("xor", x ^ y), all.add("not", ~x);
    all.add("down", floor_divide(x, y)), all.add("above", remainder(x, y));
    all.add("by_number", x / 7), all.add("number_by", 100 / x), all.add("few", (x % 10) << 2 >> 1);
    all.add("odd", cast((x & 1) == 1 ^ (y < 3), i32)), all.add("mixed", cast(~(x == y) & (x > 2 | y > 2), i32));
    all.add("product", reduce_prod(x | 1, 1));
    return all;
  }
};
template <auto Type>
using worked_t = inference<worked<Type>{}, in<"x", Type, 21>, in<"y", Type, 21>, max_batch{3}>;

template <class T> using unsigned_of = std::make_unsigned_t<T>;
template <class T>
T wrapped(std::uint64_t x) { return static_cast<T>(x); }
// In 64 bits, which a T keeps the lower ones of.
template <class T>
std::uint64_t bits(T x) {
  if constexpr (std::is_signed_v<T>) return static_cast<std::uint64_t>(std::int64_t{x});
  else return x;
}
template <class T>
T quotient(T a, T b) {
  if (b == 0) return static_cast<T>(~unsigned_of<T>{0});
  if (std::is_signed_v<T> && b == static_cast<T>(-1)) return wrapped<T>(0 - bits(a));
  return static_cast<T>(a / b);
}
template <class T>
T rest(T a, T b) { return wrapped<T>(bits(a) - bits(quotient(a, b)) * bits(b)); }
template <class T>
constexpr unsigned width = 8 * sizeof(T);
template <class T>
T left(T a, T n) { return bits(n) < width<T> ? wrapped<T>(bits(a) << bits(n)) : T{0}; }
template <class T>
T right(T a, T n) {
  if (bits(n) < width<T>) return static_cast<T>(a >> n);
  return a < T{0} ? static_cast<T>(-1) : T{0};
}
template <class T>
T down(T a, T b) {
  const T q = quotient(a, b);
  return b != 0 && rest(a, b) != 0 && (a < 0) != (b < 0) ? static_cast<T>(q - 1) : q;
}
template <class T>
T above(T a, T b) {
  const T r = rest(a, b);
  return b != 0 && r != 0 && (a < 0) != (b < 0) ? static_cast<T>(r + b) : r;
}

template <class T>
struct numbers {
  static constexpr std::size_t n = 3, count = n * 21;
  std::vector<T> x, y;
  std::vector<T> of[13];
  std::vector<T> product;
  std::vector<std::int32_t> odd, mixed;

  numbers() : x(count), y(count), product(n), odd(count), mixed(count) {
    using limits = std::numeric_limits<T>;
    const T ends[] = {limits::min(), limits::max(), 0, 1, static_cast<T>(-1), static_cast<T>(limits::min() + 1), 5, static_cast<T>(-7)};
    const T others[] = {0, static_cast<T>(-1), limits::min(), limits::max(), 3, static_cast<T>(width<T> - 1), static_cast<T>(width<T>),
                        1, static_cast<T>(-5)};
    for (std::size_t i = 0; i < count; ++i) {
      const random_pair drawn = random_bits({9, 1}, {static_cast<std::uint32_t>(i), 0});
      const std::uint64_t all = std::uint64_t{drawn.x} << 32 | drawn.y;
      x[i] = i % 3 ? wrapped<T>(all) : ends[i / 3 % std::size(ends)];
      y[i] = i % 2 ? wrapped<T>(all >> 17) : others[i / 2 % std::size(others)];
      if (i % 5 == 1) y[i] = wrapped<T>(all % 9);
    }
    for (auto& r : of) r.resize(count);
  }
  void expect(const char* by) const {
    for (std::size_t i = 0; i < count; ++i) {
      const T a = x[i], b = y[i];
      SCOPED_TRACE(testing::Message() << by << ": " << +a << ", " << +b);
      const T wanted[] = {quotient(a, b), rest(a, b), left(a, b), right(a, b), static_cast<T>(a & b), static_cast<T>(a | b), static_cast<T>(a ^ b),
                          static_cast<T>(~a), down(a, b), above(a, b), quotient(a, T{7}), quotient(T{100}, a),
                          right(left(rest(a, T{10}), T{2}), T{1})};
      for (std::size_t k = 0; k < 13; ++k) EXPECT_EQ(+of[k][i], +wanted[k]) << k;
      EXPECT_EQ(odd[i], ((a & 1) == 1) != (b < 3));
      EXPECT_EQ(mixed[i], a != b && (a > 2 || b > 2));
    }
    for (std::size_t r = 0; r < n; ++r) {
      std::uint64_t all = 1;
      for (std::size_t i = 0; i < 21; ++i) all *= bits(static_cast<T>(x[r * 21 + i] | 1));
      EXPECT_EQ(+product[r], +wrapped<T>(all));
    }
  }
};

template <class T>
void expect_worked() {
  using program = worked_t<detail::type_of<T>()>;
  program net{variable_store{}};
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which);
    numbers<T> c;
    auto& r = c.of;
    ASSERT_TRUE(net.run({c.x, c.y}, 3, {r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], c.odd, c.mixed, c.product}));
    c.expect("compiled");
  }
  session s(
      [](builder& b) {
        const value x = b.input("x", rows({21}), detail::type_of<T>()), y = b.input("y", rows({21}), detail::type_of<T>());
        const outputs all = worked<detail::type_of<T>()>()(x, y);
        for (int i = 0; i < all.size(); ++i) b.output(all.name(i), all[i]);
      },
      {.max_batch = 3});
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    s.use(which);
    numbers<T> c;
    auto& r = c.of;
    ASSERT_EQ(
        describe(s.run({c.x, c.y}, {r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], c.odd, c.mixed, c.product}, 3)),
        "run: ok");
    c.expect("session");
  }
}
TEST(whole_programs, u8) { expect_worked<std::uint8_t>(); }
TEST(whole_programs, i8) { expect_worked<std::int8_t>(); }
TEST(whole_programs, u16) { expect_worked<std::uint16_t>(); }
TEST(whole_programs, i16) { expect_worked<std::int16_t>(); }
TEST(whole_programs, i32) { expect_worked<std::int32_t>(); }
TEST(whole_programs, u32) { expect_worked<std::uint32_t>(); }
TEST(whole_programs, i64) { expect_worked<std::int64_t>(); }
TEST(whole_programs, u64) { expect_worked<std::uint64_t>(); }

}  // namespace
