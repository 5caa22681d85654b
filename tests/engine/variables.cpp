// Variables of every type: drawn, kept, packed, read and written in that type, on every instruction set. Whole numbers of 64 bits keep every bit.
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include <igata/engine/dump.hpp>
#include <igata/engine/summary.hpp>
#include <igata/igata.hpp>
#include <igata/session.hpp>

namespace {
using namespace igata;

// Numbers that another type would not keep.
template <class T>
std::vector<T> edges(std::size_t count) {
  std::vector<T> x;
  for (std::size_t i = 0; i < count; ++i) {
    const random_pair bits = random_bits({5, 9}, {static_cast<std::uint32_t>(i), 0});
    const std::uint64_t all = std::uint64_t{bits.x} << 32 | bits.y;
    if constexpr (std::is_same_v<T, bool>) x.push_back(all & 1);
    else if constexpr (std::is_integral_v<T>) x.push_back(static_cast<T>(all));
    else if constexpr (sizeof(T) == 2) x.push_back(T::of_bits(static_cast<std::uint16_t>(all & 0x7bff)));
    else x.push_back(static_cast<T>(static_cast<double>(all) / 3e9 - 3e9));
  }
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) x[0] = std::numeric_limits<T>::min(), x[1] = std::numeric_limits<T>::max();
  if constexpr (std::is_integral_v<T> && sizeof(T) == 8) x[2] = 9007199254740993, x[3] = std::bit_cast<T>(0x7ff0000000000001);  // as a double, a NaN
  return x;
}
template <class T>
void set(variable_store::entry& e, const std::vector<T>& x) {
  ASSERT_EQ(e.values<T>().size(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) e.values<T>()[i] = x[i];
}
template <class T>
std::vector<unsigned char> bytes_of(const T* x, std::size_t count) {
  const auto* const b = reinterpret_cast<const unsigned char*>(x);
  return {b, b + count * sizeof(T)};
}

// Read as it is, moved, chosen from by numbers of the call, beside them, and in a loop of floats.
template <dtype Type>
struct reader {
  constexpr outputs operator()(value x, value which) const {
    const value v = state_variable(x, "v", role::buffer, {7, 3}, constant_initializer(1), Type);
    outputs all{{"chosen", gather(v, which)}};
    all.add("turned", gather(transpose(v, {1, 0}), minimum(which, 2)));
    all.add("beside", concat({reshape(x, {3}), reshape(gather(slice(v, 1, 1, 2), which), {1})}, 1));
    all.add("itself", reverse(v, 0));
    return all;
  }
};
template <dtype Type, class T>
void expect_read() {
  using net_t = inference<reader<Type>{}, in<"x", Type, 3>, ids<"which", 7>, max_batch{5}>;
  variable_store weights = net_t::variables(seed{3});
  ASSERT_EQ(weights.size(), 1);
  EXPECT_EQ(weights[0].type, Type);
  for (const T one : weights.values<T>("v")) EXPECT_EQ(static_cast<float>(one), 1);
  const std::vector<T> v = edges<T>(21);
  set(weights[0], v);
  net_t net{net_t::pack(weights)};
  session other = session::inference<in<"x", Type, 3>, ids<"which", 7>>(reader<Type>{}, {.max_batch = 5});
  other.use(other.pack(weights));
  EXPECT_NE(dump<net_t>("bind").find("variable \"v\" : " + std::string(name_of(Type)) + "[7,3]"), std::string::npos);
  T x[15];
  for (std::size_t i = 0; i < 15; ++i) x[i] = edges<T>(15)[i];
  const std::int32_t which[5] = {6, 0, 3, 1, 1};
  for (const isa target : compiled_isas) {
    if (!detail::cpu_runs(target)) continue;
    net.use(target), other.use(target);
    for (const bool of_session : {false, true}) {
      constexpr std::size_t n = 5;
      struct { T chosen[n * 3], turned[n * 7], beside[n * 4], itself[21]; } y{};
      if (of_session) ASSERT_EQ(describe(other.run({x, which}, {y.chosen, y.turned, y.beside, y.itself}, n)), "run: ok");
      else ASSERT_EQ(describe(net.run({x, which}, n, {y.chosen, y.turned, y.beside, y.itself})), "run: ok");
      const auto same = [](T a, T b) { return std::memcmp(&a, &b, sizeof a) == 0; };
      for (std::size_t r = 0; r < n; ++r) {
        const auto row = static_cast<std::size_t>(which[r]), column = row < 2 ? row : 2;
        for (std::size_t k = 0; k < 3; ++k) EXPECT_TRUE(same(y.chosen[r * 3 + k], v[row * 3 + k])) << r << ' ' << k;
        for (std::size_t k = 0; k < 7; ++k) EXPECT_TRUE(same(y.turned[r * 7 + k], v[k * 3 + column])) << r << ' ' << k;
        for (std::size_t k = 0; k < 3; ++k) EXPECT_TRUE(same(y.beside[r * 4 + k], x[r * 3 + k])) << r << ' ' << k;
        EXPECT_TRUE(same(y.beside[r * 4 + 3], v[row * 3 + 1])) << r;
      }
      for (std::size_t i = 0; i < 21; ++i) EXPECT_TRUE(same(y.itself[i], v[(6 - i / 3) * 3 + i % 3])) << i;
    }
  }
}
#define IGATA_DTYPE(name, text, bytes, type, code) \
  TEST(variables_read, name) { expect_read<name, type>(); }
#include <igata/core/dtype.inc>
#undef IGATA_DTYPE

// What weights alone decide is computed when they are packed, in their type: 64 bits need no kernels, and never are a double.
template <dtype Type>
struct wholes {
  constexpr outputs operator()(value x) const {
    const value v = state_variable(x, "v", role::buffer, {40}, constant_initializer(1), Type);
    const value w = state_variable(x, "w", role::buffer, {40}, constant_initializer(1), Type);
    outputs all{{"sum", v * 3 + w - (v >> 5)}};
    all.add("quotient", v / w ^ v % w);
    all.add("less", v < w);
    all.add("most", select(v == w, v, maximum(v, w)));
    all.add("bytes", cast(v, u8));
    all.add("total", reduce_sum(v, 0));
    all.add("real", cast(v, f32));
    all.add("half", cast(cast(v, f32) / 1e15, f16));
    all.add("up", cast(cast(v, u8), Type) + cumsum(w, 0));
    all.add("x", x);
    return all;
  }
};
template <dtype Type, class T>
void expect_computed() {
  using net_t = inference<wholes<Type>{}, in<"x", 1>>;
  variable_store weights = net_t::variables(seed{3});
  const std::vector<T> v = edges<T>(40);
  std::vector<T> w(v.rbegin(), v.rend());
  for (std::size_t i = 0; i < 40; ++i)
    if (i % 5 == 0) w[i] = static_cast<T>(w[i] / 3);
    else if (i % 7 == 0) w[i] = v[i];
  w[11] = 0, w[12] = static_cast<T>(-1);
  set(*weights.find("v"), v), set(*weights.find("w"), w);
  net_t net{net_t::pack(weights)};
  T sum[40], quotient[40], most[40], total[1], up[40];
  bool less[40];
  std::uint8_t bytes[40];
  float real[40], x[1] = {5}, y[1];
  float16 half[40];
  const void* const in[] = {x};
  void* const out[] = {sum, quotient, less, most, bytes, total, real, half, up, y};
  ASSERT_TRUE(net.run_unchecked(in, out, 1));
  std::uint64_t all = 0, before = 0;
  for (std::size_t i = 0; i < 40; ++i) {
    const auto a = static_cast<std::uint64_t>(v[i]), b = static_cast<std::uint64_t>(w[i]);
    EXPECT_EQ(sum[i], static_cast<T>(a * 3 + b - static_cast<std::uint64_t>(v[i] >> 5))) << i;
    const bool wraps = std::is_signed_v<T> && w[i] == static_cast<T>(-1);
    const T q = w[i] == 0 ? static_cast<T>(-1) : wraps ? static_cast<T>(0 - a) : static_cast<T>(v[i] / w[i]);
    const T rest = w[i] == 0 ? v[i] : wraps ? T{0} : static_cast<T>(v[i] % w[i]);
    EXPECT_EQ(quotient[i], static_cast<T>(q ^ rest)) << i;
    EXPECT_EQ(less[i], v[i] < w[i]) << i;
    EXPECT_EQ(most[i], v[i] < w[i] ? w[i] : v[i]) << i;
    EXPECT_EQ(bytes[i], static_cast<std::uint8_t>(v[i])) << i;
    EXPECT_EQ(real[i], static_cast<float>(v[i])) << i;
    all += a, before += b;
    EXPECT_EQ(up[i], static_cast<T>(static_cast<std::uint64_t>(bytes[i]) + before)) << i;
  }
  EXPECT_EQ(total[0], static_cast<T>(all));
}
TEST(variables_packed, i64) { expect_computed<i64, std::int64_t>(); }
TEST(variables_packed, u64) { expect_computed<u64, std::uint64_t>(); }
TEST(variables_packed, i32) { expect_computed<i32, std::int32_t>(); }
TEST(variables_packed, u32) { expect_computed<u32, std::uint32_t>(); }

// First values: a constant of the type; drawn ones are rounded once, or truncated.
struct drawn {
  constexpr value operator()(value x) const {
    const auto add = [&](std::string_view name, dtype type) {
      x = x + reduce_sum(cast(state_variable(x, name, role::weight, {64}, {initial::uniform, 100, 0}, type), f32), 0);
    };
    add("real", f32), add("half", f16), add("brain", bf16), add("i16", i16), add("u8", u8), add("long", i64), add("double", f64);
    return x;
  }
};
TEST(variables, first_values) {
  using net_t = inference<drawn{}, in<"x", 1>>;
  const variable_store weights = net_t::variables(seed{3});
  const auto drawn_as = [&](std::string_view path) { return ir::initialize({initial::uniform, 100, 0}, {64}, 3, path); };
  for (int i = 0; i < 64; ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_EQ(weights.find("half")->values<float16>()[at].bits, float16(drawn_as("half")[i]).bits);
    EXPECT_EQ(weights.find("brain")->values<bfloat16>()[at].bits, bfloat16(drawn_as("brain")[i]).bits);
    EXPECT_EQ(weights.find("i16")->values<std::int16_t>()[at], static_cast<std::int16_t>(drawn_as("i16")[i]));
    EXPECT_EQ(weights.find("u8")->values<std::uint8_t>()[at], drawn_as("u8")[i] < 0 ? 0 : static_cast<std::uint8_t>(drawn_as("u8")[i]));
    EXPECT_EQ(weights.find("long")->values<std::int64_t>()[at], static_cast<std::int64_t>(drawn_as("long")[i]));
    EXPECT_EQ(weights.find("double")->values<double>()[at], drawn_as("double")[i]);
  }
  EXPECT_NE(summary<net_t>().find("weights         1,728 bytes"), std::string::npos) << summary<net_t>();
}

// What a program writes: a mask of the inputs' signs, counters that wrap, the last input rounded to halves, the highest yet.
struct writer {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", {5});
    const auto keep = [&](std::string_view name, dtype type, auto next) {
      const value v = state_variable(x, name, role::buffer, {5}, constant_initializer(0), type);
      assign(v, next(v));
      s.output(name, v);
    };
    keep("mask", boolean, [&](value) { return x > 0; });
    keep("both", boolean, [&](value v) { return v ^ (x > 0); });
    keep("u8", u8, [&](value v) { return v + 100; });
    keep("i8", i8, [&](value v) { return v - 100; });
    keep("u16", u16, [&](value v) { return v * 3 + 1000; });
    keep("i16", i16, [&](value v) { return v * 3 - cast(x, i16); });
    keep("u32", u32, [&](value v) { return v * 3 + 4000000000u; });
    keep("half", f16, [&](value v) { return v * 0.5 + cast(x, f16); });
    keep("brain", bf16, [&](value v) { return maximum(v, cast(x, bf16)); });
    keep("turned", u8, [&](value v) { return reverse(v, 0) + cast(x, u8); });
  }
};
template <class P>
void expect_written(P& p, variable_store& store, const char* what) {
  float x[5] = {1.1f, -2.3f, 30, -40.7f, 7.77f};
  struct { bool mask[5], both[5]; std::uint8_t a[5]; std::int8_t b[5]; std::uint16_t c[5]; std::int16_t d[5]; std::uint32_t e[5];
           float16 h[5]; bfloat16 m[5]; std::uint8_t t[5]; } now{}, y{};
  for (std::size_t i = 0; i < 5; ++i) now.h[i] = float16(0.f), now.m[i] = bfloat16(0.f);
  for (int step = 0; step < 9; ++step) {
    ASSERT_TRUE(p.run({x}, {y.mask, y.both, y.a, y.b, y.c, y.d, y.e, y.h, y.m, y.t}, 1));
    EXPECT_EQ(std::memcmp(&y, &now, sizeof y), 0) << what << ' ' << step;
    const auto before = now;
    for (std::size_t i = 0; i < 5; ++i) {
      now.mask[i] = x[i] > 0, now.both[i] = before.both[i] != (x[i] > 0);
      now.a[i] = static_cast<std::uint8_t>(now.a[i] + 100), now.b[i] = static_cast<std::int8_t>(now.b[i] - 100);
      now.c[i] = static_cast<std::uint16_t>(now.c[i] * 3 + 1000);
      now.d[i] = static_cast<std::int16_t>(now.d[i] * 3 - static_cast<std::int16_t>(x[i])), now.e[i] = now.e[i] * 3 + 4000000000u;
      now.h[i] = float16(float{float16(float{now.h[i]} * 0.5f)} + float{float16(x[i])});
      now.m[i] = float{now.m[i]} > float{bfloat16(x[i])} ? now.m[i] : bfloat16(x[i]);
      now.t[i] = static_cast<std::uint8_t>(before.t[4 - i] + (x[i] < 0 ? 0 : static_cast<std::uint8_t>(x[i])));
    }
    EXPECT_EQ(std::memcmp(store.find("u32")->memory.data(), now.e, sizeof now.e), 0) << what << ' ' << step;
    EXPECT_EQ(std::memcmp(store.find("mask")->memory.data(), now.mask, sizeof now.mask), 0) << what << ' ' << step;
    EXPECT_EQ(std::memcmp(store.find("turned")->memory.data(), now.t, sizeof now.t), 0) << what << ' ' << step;
    for (float& v : x) v = -v * 0.9f;
  }
}
TEST(variables, written) {
  for (const isa target : compiled_isas) {
    if (!detail::cpu_runs(target)) continue;
    variable_store mine, theirs;
    program<writer{}, mode::training> p{mine};
    session s(writer{}, theirs, {.made_for = mode::training});
    p.use(target), s.use(target);
    expect_written(p, mine, "program");
    expect_written(s, theirs, "session");
  }
}

}  // namespace
