// Whole numbers in graphs: constants have all their bits, and the oracle wraps and compares as the type does, of 64 bits too.
#include "graph_test.hpp"

#include <cstdint>
#include <limits>

#include <igata/draw/eager.hpp>
#include <igata/passes/simplify.hpp>

namespace {
using namespace testing_graphs;

constexpr std::int64_t big = 9007199254740993;  // 2^53 + 1, which no double is
constexpr std::uint64_t huge = 18446744073709551557u;

// What f makes of a number of a type, computed node by node; held as core/whole.hpp says.
template <class F>
constexpr double computed(dtype type, double number, F f) {
  builder s(false);
  const value x = s.input("x", {}, i32);
  (void)f(cast(x, type));
  environment env;
  env.inputs.push(vec<double>(1, number));
  const graph& g = s.get();
  if (g.failed()) return -12345;
  const vec<vec<double>> values = evaluate(g, env);
  return values.back()[0];
}
template <class F>
constexpr std::int64_t of_i64(F f, double number = 3) { return static_cast<std::int64_t>(whole_of(computed(i64, number, f), i64)); }
template <class F>
constexpr double of_u32(F f, double number = 3) { return computed(u32, number, f); }
template <class F>
constexpr std::uint64_t of_u64(F f, double number = 3) { return whole_of(computed(u64, number, f), u64); }

// Literals beside values of 64 bits are exact, and what is computed with them.
static_assert(of_i64([](value x) { return x + big; }) == big + 3 && of_i64([](value x) { return big - x; }) == big - 3);
static_assert(of_i64([](value x) { return x * big; }) == 3 * big && of_i64([](value x) { return -(x + big); }) == -big - 3);
static_assert(of_i64([](value x) { return x + std::numeric_limits<std::int64_t>::min(); }) == std::numeric_limits<std::int64_t>::min() + 3);
static_assert(of_i64([](value x) { return abs(x - big) + 1; }) == big - 2 && of_i64([](value x) { return sign(x - big); }) == -1);
static_assert(of_i64([](value x) { return maximum(x - big, -big); }) == 3 - big && of_i64([](value x) { return minimum(x, big); }) == 3);
static_assert(of_i64([](value x) { return x + std::numeric_limits<std::int64_t>::max(); }) == std::numeric_limits<std::int64_t>::min() + 2);  // wraps
static_assert(of_u64([](value x) { return x + huge; }) == huge + 3 && of_u64([](value x) { return minimum(x - 4, huge); }) == huge);
static_assert(of_u64([](value x) { return maximum(x, huge); }) == huge && of_u64([](value x) { return sign(huge * x); }) == 1);
static_assert(of_u64([](value x) { return abs(x + huge); }) == huge + 3 && of_u64([](value x) { return x * 5 - 16; }) == ~std::uint64_t{0});

static_assert(of_u32([](value x) { return x - 4; }) == 4294967295.0 && of_u32([](value x) { return x * 4000000000u + 7; }) == 3410065415.0);
static_assert(of_u32([](value x) { return maximum(x - 4, x); }) == 4294967295.0 && of_u32([](value x) { return minimum(-x, x); }) == 3);
static_assert(of_u32([](value x) { return cast(x - 4 > x, u32); }) == 1 && of_u32([](value x) { return sign(x - 4); }) == 1);
static_assert(of_u32([](value x) { return reduce_max(concat({reshape(x, {1}), reshape(x - 4, {1})}, 0)); }) == 4294967295.0);
static_assert(of_u32([](value x) { return argmin(concat({reshape(x - 4, {1}), reshape(x, {1})}, 0)); }) == 1);
static_assert(of_u32([](value x) { return reduce_sum(concat({reshape(x - 4, {1}), reshape(x, {1})}, 0)); }) == 2);

// Comparisons see every bit, and no sign where there is none.
static_assert(computed(i64, 3, [](value x) { return x + big > big + 2; }) == 1 && computed(i64, 3, [](value x) { return x + big == big + 2; }) == 0);
static_assert(computed(i64, 3, [](value x) { return x + big != big + 3; }) == 0 && computed(i64, 3, [](value x) { return x - 4 < 0; }) == 1);
static_assert(computed(u64, 3, [](value x) { return x < huge; }) == 1 && computed(u64, 3, [](value x) { return x + huge <= huge + 3; }) == 1);
static_assert(of_i64([](value x) { return select(x + big > big, x + big, 0); }) == big + 3);

// Casts: whole numbers keep the lower bits, fractions are truncated and saturate.
static_assert(computed(i64, 3, [](value x) { return cast(x + big, f64); }) == 9007199254740996.0);
static_assert(computed(i64, 3, [](value x) { return cast(x * 4294967296 + 7, i32); }) == 7 &&
              computed(i64, 3, [](value x) { return cast(x - 4, u8); }) == 255);
static_assert(of_u64([](value x) { return cast(cast(x, i64) - 5, u64); }) == ~std::uint64_t{1});
static_assert(of_i64([](value x) { return cast(cast(x, f64) * -1e300, i64); }) == std::numeric_limits<std::int64_t>::min());
static_assert(of_i64([](value x) { return cast(cast(x, f64) * 1e300, i64); }) == std::numeric_limits<std::int64_t>::max());
static_assert(of_i64([](value x) { return cast(cast(x, f32) * -0.9, i64); }) == -2 &&
              of_u64([](value x) { return cast(cast(x, f64) * -1, u64); }) == 0);
static_assert(of_u64([](value x) { return cast(cast(x, f64) * 1e300, u64); }) == ~std::uint64_t{0});
static_assert(of_u64([](value x) { return cast(cast(x, f64) * 4611686018427387904.0, u64); }) == std::uint64_t{3} << 62);
static_assert(truncated(2147483648.0, i32) == 2147483647 && truncated(256, u8) == 255 && truncated(128, i8) == 127 && truncated(-129, i8) == -128);
static_assert(truncated(4294967296.0, u32) == 4294967295.0 && whole_of(truncated(0x1p63, i64), i64) == 0x7fffffffffffffffu &&
              whole_of(truncated(0x1p64, u64), u64) == ~std::uint64_t{0} && whole_of(truncated(-0x1p63, i64), i64) == std::uint64_t{1} << 63);
// One behind the middle between two numbers of 8 bits: a double would be the middle, which is rounded down.
static_assert(of_i64([](value x) { return cast(cast(x + ((std::int64_t{1} << 60) + (std::int64_t{1} << 52) - 2), bf16), i64); }) ==
              (std::int64_t{1} << 60) + (std::int64_t{1} << 53));
static_assert(truncated(std::numeric_limits<double>::quiet_NaN(), i64) == 0 && truncated(std::numeric_limits<double>::quiet_NaN(), u8) == 0);

static_assert(computed(i64, -1, [](value x) { return cast(x, u32); }) == 4294967295.0 &&
              computed(u32, -1, [](value x) { return cast(cast(x, i32), f32); }) == -1);
static_assert(of_u32([](value x) { return cast(cast(x, f32) * 2e9, u32); }) == 4294967295.0 &&
              of_u32([](value x) { return cast(cast(x, f32) * -1, u32); }) == 0);

// i32 wraps where a double would not, and a product has more bits than a double.
static_assert(computed(i32, 2147483647, [](value x) { return x + 1; }) == -2147483648.0 &&
              computed(i32, -2147483648.0, [](value x) { return -x; }) == -2147483648.0);
static_assert(computed(i32, 2147483629, [](value x) { return x * x; }) == 361 &&
              computed(i32, 2147483647, [](value x) { return x * x * x; }) == 2147483647);

// Division towards 0 and downwards; by 0 all bits, and the rest is the first; the lowest number by -1 is itself.
constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
static_assert(of_i64([](value x) { return (x - 10) / 2; }) == -3 && of_i64([](value x) { return (x - 10) % 2; }) == -1);
static_assert(of_i64([](value x) { return floor_divide(x - 10, 2); }) == -4 && of_i64([](value x) { return remainder(x - 10, 2); }) == 1);
static_assert(of_i64([](value x) { return remainder(x + 4, -4); }) == -1 && of_i64([](value x) { return floor_divide(x + 4, -4); }) == -2);
static_assert(of_i64([](value x) { return (big * 3 - x) / x; }) == big - 1 && of_i64([](value x) { return (x + (big - 3)) % 4; }) == 1);
static_assert(of_i64([](value x) { return x / (x - 3); }) == -1 && of_i64([](value x) { return x % (x - 3); }) == 3);
static_assert(of_i64([](value x) { return floor_divide(-x, x - 3); }) == -1 && of_i64([](value x) { return remainder(-x, x - 3); }) == -3);
static_assert(of_i64([](value x) { return (x * 0 + lowest) / (x - 4); }) == lowest &&
              of_i64([](value x) { return (x * 0 + lowest) % (x - 4); }) == 0);
static_assert(of_u64([](value x) { return (x + (huge - 3)) / 3; }) == huge / 3 &&
              of_u64([](value x) { return (x + (huge - 3)) % 1000; }) == huge % 1000);
static_assert(of_u64([](value x) { return x / (x - 3); }) == ~std::uint64_t{0} && of_u64([](value x) { return floor_divide(huge, x); }) == huge / 3);
static_assert(computed(i32, -2147483648.0, [](value x) { return x / -1; }) == -2147483648.0 &&
              computed(i32, 7, [](value x) { return x / (x - 7); }) == -1);
static_assert(computed(i32, 250, [](value x) { return cast(x, u8) / cast(x - 250, u8); }) == 255 &&
              computed(i32, -128, [](value x) { return cast(x, i8) / cast(x + 127, i8); }) == -128);

// Shifts by as many bits as there are, and more, or less than 0, leave what is shifted in.
static_assert(of_i64([](value x) { return x << 62; }) == lowest + (std::int64_t{1} << 62) && of_i64([](value x) { return x << 64; }) == 0);
static_assert(of_i64([](value x) { return (x - 7) >> 1; }) == -2 && of_i64([](value x) { return (x - 7) >> 64; }) == -1);
static_assert(of_i64([](value x) { return (x - 7) >> (x - 4); }) == -1 && of_i64([](value x) { return x << (x - 4); }) == 0);
static_assert(of_u64([](value x) { return (x + (huge - 3)) >> 60; }) == 15 && of_u64([](value x) { return x >> 64; }) == 0);
static_assert(computed(i32, -8, [](value x) { return x >> 40; }) == -1 && computed(i32, 3, [](value x) { return x << 31; }) == -2147483648.0);
static_assert(computed(i32, 3, [](value x) { return x << 32; }) == 0 && computed(i32, 200, [](value x) { return cast(x, u8) << 1; }) == 144);

// Bits.
static_assert(of_i64([](value x) { return (x & 6) | 8; }) == 10 && of_i64([](value x) { return x ^ -1; }) == -4 &&
              of_i64([](value x) { return ~x; }) == -4);
static_assert(of_u64([](value x) { return ~x; }) == ~std::uint64_t{3} && of_u64([](value x) { return (x + (huge - 3)) & huge; }) == huge);
static_assert(computed(i32, 3, [](value x) { return ~cast(x, u16); }) == 65532 &&
              computed(i32, 3, [](value x) { return bitwise_not(cast(x, i8)); }) == -4);
static_assert(computed(i32, -3, [](value x) { return x & 0xff; }) == 253 && computed(i32, -3, [](value x) { return x | 1; }) == -3);

// Moved like all others.
TEST(whole, movement) {
  eager e;
  const value x = iota(e.input("x", {}, vec<double>(1)).owner(), 6, i64) + big;
  const value y = concat({reverse(transpose(reshape(x, {2, 3}), {1, 0}), 0), pad(reshape(slice(x, 0, 0, 2), {1, 2}), {{0, 1}, {0, 0}}, -2)}, 0);
  ASSERT_EQ(e.failure(), "");
  const std::int64_t expected[] = {big + 2, big + 5, big + 1, big + 4, big, big + 3, big, big + 1, -2, -2};
  ASSERT_EQ(y.numbers().size(), 10);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(static_cast<std::int64_t>(whole_of(y.numbers()[i], i64)), expected[i]) << i;
}

// Constants that differ by the lowest bit stay two, are folded exactly, and are printed as they are.
TEST(whole, constants) {
  builder s(false);
  const value x = cast(s.input("x", rows({2}), i32), i64);
  s.output("y", (x + big) * (x + (big - 1)) * (x + constant(x.owner(), 3, i64) * big));
  s.output("z", cast(cast(x, u64) + huge, u64));
  s.output("w", x * std::numeric_limits<std::int64_t>::min());
  ASSERT_EQ(s.get().failure.view(), "");
  const graph g = simplify(finalize(s.get()));
  const text shown = print(g);
  for (const char* part : {"constant 9007199254740993 : i64[]", "constant 9007199254740992 : i64[]", "constant 27021597764222979 : i64[]",
                           "constant 18446744073709551557 : u64[]", "constant -9223372036854775808 : i64[]"})
    EXPECT_TRUE(contains(shown, part)) << part << '\n' << shown.view();
}

// What is no number of the type.
constexpr text beside(dtype type, value (*f)(value)) {
  return failure_of([&](builder& s) { f(cast(s.input("a", {}, i32), type)); });
}
static_assert(beside(i64, [](value a) { return a * 0.5; }) == "constant: 0.5 is no i64; cast the other operand to f32, or give a whole number");
static_assert(beside(u64, [](value a) { return a + -1; }) == "constant: -1 is no u64; cast the other operand to f32, or give a whole number");
static_assert(beside(u32, [](value a) { return a + -1; }) == "constant: -1 is no u32; cast the other operand to f32, or give a whole number");
static_assert(contains(beside(i64, [](value a) { return a + huge; }), " is no i64; cast") &&
              contains(beside(i64, [](value a) { return a + 9223372036854775808.0; }), " is no i64; cast"));
static_assert(beside(i64, [](value a) { return a + -9223372036854775808.0; }).empty() && beside(u64, [](value a) { return a + 9.5e18; }).empty());
static_assert(beside(i32, [](value a) { return pad(reshape(a, {1}), {{1, 1}}, 0.5); }) == "pad: 0.5 is no i32; give a whole number");
static_assert(beside(i64, [](value a) { return exp(a); }) == "exp: needs a floating type, got i64; cast(x, f32) first");
static_assert(beside(i64, [](value a) { return a + cast(a, i32); }) == "add: i64 vs i32; there is no implicit promotion: cast(x, i64)");

}  // namespace
