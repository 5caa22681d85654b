// Types of few bits. Of inputs: a program that casts them gives what the same program gives of the same numbers as f32, on every
// instruction set, at any address; memory has their own size; datasets of bytes train as datasets of floats do.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <igata/igata.hpp>
#include <igata/train.hpp>

namespace {
using namespace igata;

template <class T> constexpr dtype stored_type = f32;
template <> constexpr dtype stored_type<std::uint8_t> = u8;
template <> constexpr dtype stored_type<std::int8_t> = i8;
template <> constexpr dtype stored_type<std::uint16_t> = u16;
template <> constexpr dtype stored_type<std::int16_t> = i16;
template <> constexpr dtype stored_type<std::uint32_t> = u32;

// [n,6,7]: loops, views of all kinds, copies, reductions, products, and loops behind products.
struct readers {
  constexpr outputs operator()(value x) const {
    const value y = cast(x, f32) * 0.01;
    outputs all{{"scaled", y}};
    all.add("turned", cast(transpose(x, {0, 2, 1}), f32) + 1);
    all.add("backwards", cast(slice(reverse(x, 2), 2, 1, 6), f32));
    all.add("copied", cast(reshape(transpose(x, {0, 2, 1}), {42}), f32) * 2);
    all.add("by_row", y * cast(slice(x, 2, 3, 4), f32));
    all.add("mean", reduce_mean(y, {1}));
    all.add("most", reduce_max(cast(x, f32), {2}));
    all.add("whole", cast(cast(x, i32) * 3, f32));
    all.add("where", select(cast(x, i32) < 5, cast(x, f32), 0));
    all.add("product", nn::dense(nn::flatten(y), {.units = 3, .name = "first"}) + cast(slice(reshape(x, {42}), 1, 0, 3), f32));
    all.add("image", nn::conv2d(reshape(y, {6, 7, 1}), {.filters = 2, .kernel = 3, .name = "second"}));
    return all;
  }
};
// The same of f32, which needs no casts.
template <class T>
using program_of = inference<readers{}, in<"x", stored_type<T>, 6, 7>, max_batch{5}>;

template <class P>
std::vector<std::vector<float>> results_of(P& net, const void* x, int n) {
  std::vector<std::vector<float>> results;
  std::vector<void*> out;
  for (int i = 0; i < P::output_count; ++i) results.emplace_back(static_cast<std::size_t>(P::output_row(i) * n) + 1, -77.f);
  for (auto& r : results) out.push_back(r.data());
  const void* const in[] = {x};
  EXPECT_TRUE(static_cast<bool>(net.run_unchecked(in, out.data(), n)));
  return results;
}
template <class T>
void expect_same_results() {
  using stored = program_of<T>;
  using real = program_of<float>;
  variable_store weights = real::variables(seed{3});
  stored net{stored::pack(weights)};
  real reference{real::pack(weights)};
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which), reference.use(which);
    for (const int n : {1, 2, 5})
      for (const std::size_t shift : {std::size_t{0}, std::size_t{1}, std::size_t{3}}) {
        const std::size_t count = static_cast<std::size_t>(n) * 42;
        std::vector<T> numbers(count);
        std::vector<float> floats(count);
        for (std::size_t i = 0; i < count; ++i) numbers[i] = static_cast<T>(random_bits({7, 1}, {static_cast<std::uint32_t>(i), 0}).x);
        numbers[0] = std::numeric_limits<T>::min(), numbers[count - 1] = std::numeric_limits<T>::max();
        std::copy(numbers.begin(), numbers.end(), floats.begin());
        // Nothing is readable behind them.
        const std::unique_ptr<unsigned char[]> memory(new unsigned char[shift + count * sizeof(T)]);
        std::memcpy(memory.get() + shift, numbers.data(), count * sizeof(T));
        const auto got = results_of(net, memory.get() + shift, n), want = results_of(reference, floats.data(), n);
        for (std::size_t i = 0; i < got.size(); ++i) {
          ASSERT_EQ(got[i].size(), want[i].size());
          for (std::size_t k = 0; k < got[i].size(); ++k)
            EXPECT_NEAR(got[i][k], want[i][k], 1e-5f * (1 + std::abs(want[i][k]))) << stored::output_name(static_cast<int>(i)) << '[' << k << ']';
        }
      }
  }
}
TEST(types, u8) { expect_same_results<std::uint8_t>(); }
TEST(types, i8) { expect_same_results<std::int8_t>(); }
TEST(types, u16) { expect_same_results<std::uint16_t>(); }
TEST(types, i16) { expect_same_results<std::int16_t>(); }

// A copy in the arena has the size of its type.
struct turned {
  constexpr value operator()(value x) const { return cast(reshape(transpose(x, {0, 2, 1}), {1024}), f32) * 0.5; }
};
template <auto Type>
constexpr std::size_t arena_of = inference<turned{}, in<"x", Type, 32, 32>, max_batch{1}>::arena_bytes;
static_assert(arena_of<u8> + 3 * 1024 == arena_of<f32> && arena_of<i16> + 2 * 1024 == arena_of<f32>);

// Small plans in straight-line code, where a loop over bytes is a step of the table.
struct small {
  constexpr value operator()(value x) const { return nn::dense(relu(nn::dense(cast(x, f32) / 255, {.units = 4})), {.units = 2}); }
};
using small_t = inference<small{}, in<"x", u8, 5>>;
static_assert(small_t::input_type(0) == u8 && small_t::input_row(0) == 5);
TEST(types, straight_line) {
  variable_store weights = small_t::variables(seed{1});
  small_t net{weights};
  const std::uint8_t x[5] = {0, 1, 127, 128, 255};
  float y[2];
  ASSERT_TRUE(static_cast<bool>(net.run(x, y)));
  const auto w = weights.floats("dense/kernel"), b = weights.floats("dense/bias"), w2 = weights.floats("dense_1/kernel"),
             b2 = weights.floats("dense_1/bias");
  for (std::size_t o = 0; o < 2; ++o) {
    double sum = b2[o];
    for (std::size_t j = 0; j < 4; ++j) {
      double h = b[j];
      for (std::size_t i = 0; i < 5; ++i) h += x[i] / 255.0 * w[i * 4 + j];
      sum += std::max(h, 0.0) * w2[j * 2 + o];
    }
    EXPECT_NEAR(y[o], sum, 1e-5);
  }
}

// The trainer gathers bytes; what it learns is what it learns of the same numbers as floats.
struct classifier {
  constexpr value operator()(value x) const { return nn::dense(relu(nn::dense(cast(x, f32) / 255, {.units = 8})), {.units = 3}); }
};
template <auto Type>
using train_t = training<classifier{}, in<"x", Type, 6>, labels<"kind", i32, 3>, loss::softmax_cross_entropy{}, metrics<metric::accuracy{}>,
                         optim::adam{.learning_rate = 0.05}, max_batch{8}>;
TEST(types, training) {
  std::vector<std::uint8_t> pixels;
  std::vector<std::int32_t> kinds;
  for (std::uint32_t i = 0; i < 60; ++i) {
    kinds.push_back(static_cast<std::int32_t>(i % 3));
    for (std::uint32_t k = 0; k < 6; ++k)
      pixels.push_back(static_cast<std::uint8_t>((random_bits({1, 2}, {i, k}).x & 127) + (k / 2 == i % 3 ? 128 : 0)));
  }
  const std::uint8_t* const given = pixels.data();
  train::dataset bytes, floats;
  floats.add_features("x", std::vector<float>(pixels.begin(), pixels.end()), {6}).add_labels("kind", kinds, 3);
  bytes.add_features("x", std::move(pixels), {6}).add_labels("kind", kinds, 3);
  EXPECT_EQ(bytes.at("x").bytes.data(), given);  // no copy
  EXPECT_EQ(bytes.bytes("x", 7).size(), 6u);
  EXPECT_EQ(bytes.bytes("x", 7).data(), given + 42);
  EXPECT_EQ(bytes.features("x", 7).size(), 0u);
  train_t<u8> a{seed{5}};
  train_t<f32> b{seed{5}};
  const train::history of_bytes = train::fit(a, bytes, {.epochs = 20, .seed = 1}), of_floats = train::fit(b, floats, {.epochs = 20, .seed = 1});
  const auto loss = [](const train::history& h) { return h["loss"].back(); };
  EXPECT_LT(loss(of_bytes), 0.3);
  EXPECT_NEAR(loss(of_bytes), loss(of_floats), 1e-4);
  const auto scores = train::evaluate(a, bytes);
  EXPECT_GT(scores["accuracy"], 0.9);
  std::uint8_t rows[2][6] = {{255, 255, 0, 0, 0, 0}, {0, 0, 0, 0, 255, 255}};
  float logits[2][3];
  ASSERT_TRUE(static_cast<bool>(a.predict({rows}, 2, {logits})));
  EXPECT_GT(logits[0][0], logits[0][2]);
  EXPECT_GT(logits[1][2], logits[1][0]);
  EXPECT_THROW(train::fit(a, floats, {.epochs = 1}), error);
}

// Of other types the loader gathers elements of their size.
TEST(types, loader) {
  train::dataset d;
  d.add_features("a", std::vector<std::int16_t>{-300, 2, 3, 4, 5, 600}, {2}).add_features("b", std::vector<std::int8_t>{-1, 0, 1}, {});
  EXPECT_EQ(d.at("a").type, i16);
  EXPECT_EQ(d.at("b").type, i8);
  train::loader batches(d, {"a", "b"}, 2);
  ASSERT_TRUE(batches.next());
  ASSERT_TRUE(batches.next());
  EXPECT_EQ(static_cast<const std::int16_t*>(batches.inputs()[0])[1], 600);
  EXPECT_EQ(static_cast<const std::int8_t*>(batches.inputs()[1])[0], 1);
  try {
    batches.bytes(0);
    FAIL();
  } catch (const error& e) {
    EXPECT_STREQ(e.what(), "loader: column 'a': expected u8, got i16; use values");
  }
}

// Results have the type that the model gave them: rounded towards zero and saturated where it was f32, the lower bits of i32.
template <auto Type>
struct narrow {
  constexpr outputs operator()(value x, value w) const {
    return {{"of_reals", cast(x * 2, Type)}, {"of_whole", cast(w + 1, Type)}, {"back", cast(cast(x, Type), f32) + 1},
            {"turned", cast(transpose(x, {0, 2, 1}), Type)}, {"class", argmax(x)}, {"moved", reshape(cast(x, Type), {35})}};
  }
};
template <auto Type>
using narrow_t = inference<narrow<Type>{}, in<"x", 5, 7>, ids<"w", 2147483647, 5, 7>, max_batch{3}>;
template <class T, class F>
T saturated(F x) {
  constexpr double low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
  return std::isnan(x) ? T(0) : x <= low ? std::numeric_limits<T>::min() : x >= high ? std::numeric_limits<T>::max() : static_cast<T>(x);
}
template <class T>
void expect_narrow() {
  using program = narrow_t<stored_type<T>>;
  static_assert(program::output_type(0) == stored_type<T> && program::output_type(4) == i32);
  program net{variable_store{}};
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which);
    for (const int n : {1, 3}) {
      const std::size_t count = static_cast<std::size_t>(n) * 35;
      std::vector<float> x(count), back(count);
      std::vector<std::int32_t> w(count), best(static_cast<std::size_t>(n) * 5);
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t bits = random_bits({3, 1}, {static_cast<std::uint32_t>(i), 0}).x;
        x[i] = (random_uniform(bits) - 0.5f) * (i % 3 ? 400.f : 150000.f), w[i] = static_cast<std::int32_t>(bits >> (i % 24 + 1));
      }
      x[0] = std::numeric_limits<float>::quiet_NaN(), x[1] = std::numeric_limits<float>::infinity(), x[2] = -x[1], x[3] = -0.75f, x[4] = 255.5f;
      x[5] = 1.2e9f, x[6] = 2.6e9f, x[7] = 5e9f, x[8] = 2147483520.f, x[9] = 2147483648.f, x[10] = 4294967040.f;
      // Exactly as much memory as results need, at an odd address where that may be.
      std::vector<T> of_reals(count), of_whole(count), turned(count), moved(count);
      ASSERT_TRUE(static_cast<bool>(net.run({x, w}, n, {of_reals, of_whole, back, turned, best, moved})));
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t across = i / 35 * 35 + i % 35 % 7 * 5 + i % 35 / 7;
        EXPECT_EQ(of_reals[i], saturated<T>(x[i] * 2)) << i << ' ' << x[i];
        EXPECT_EQ(of_whole[i], static_cast<T>(w[i] + 1)) << i << ' ' << w[i];
        EXPECT_EQ(back[i], static_cast<float>(saturated<T>(x[i])) + 1) << i;
        EXPECT_EQ(turned[across], saturated<T>(x[i])) << i;
        EXPECT_EQ(moved[i], saturated<T>(x[i])) << i;
      }
    }
  }
}
TEST(types, results_u8) { expect_narrow<std::uint8_t>(); }
TEST(types, results_i8) { expect_narrow<std::int8_t>(); }
TEST(types, results_u16) { expect_narrow<std::uint16_t>(); }
TEST(types, results_i16) { expect_narrow<std::int16_t>(); }
TEST(types, results_u32) { expect_narrow<std::uint32_t>(); }

// Arithmetic in a type of few bits is C++'s, cast back: on whatever follows it in a loop, on what stands in memory, and on what is moved.
template <auto Type>
struct whole {
  constexpr outputs operator()(value x, value y) const {
    outputs all{{"sum", x + y}, {"difference", x - y}, {"product", x * y + 3}, {"opposite", -x}, {"size", abs(x)}, {"sign", sign(x)}};
    all.add("most", maximum(x, y)), all.add("least", minimum(x, 9));
    all.add("less", cast(x + y < y, i32)), all.add("chosen", select(x >= y, x, y * 2));
    all.add("real", cast(x * y - x, f32)), all.add("other", cast(x + y, Type == u8 ? i16 : u8));
    all.add("padded", pad(x + y, {{0, 0}, {1, 0}, {0, 2}}, 7)), all.add("joined", concat({x, x + y}, 1));
    all.add("total", reduce_sum(x, 2)), all.add("highest", reduce_max(x - y, 1)), all.add("first", argmin(x, 2));
    all.add("taken", take_along_axis(x, cast(y, i32) * 1, 2)), all.add("running", cumsum(x, 2));
    all.add("any", cast(reduce_any(x == y, 2), i32)), all.add("all", cast(reduce_all(x != 3, {1, 2}), Type));
    return all;
  }
};
template <auto Type>
using whole_t = inference<whole<Type>{}, in<"x", Type, 3, 7>, in<"y", Type, 3, 7>, max_batch{3}>;
template <class T, class U>
void expect_whole() {
  using program = whole_t<stored_type<T>>;
  program net{variable_store{}};
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which);
    const std::size_t n = 3, count = n * 21;
    std::vector<T> x(count), y(count), sum(count), difference(count), product(count), opposite(count), size(count), signs(count), most(count),
        least(count), chosen(count), padded(n * 36), joined(n * 42), total(n * 3), highest(n * 7), taken(count), running(count), all(n);
    std::vector<std::int32_t> less(count), first(n * 3), any(n * 3);
    std::vector<float> real(count);
    std::vector<U> other(count);
    for (std::size_t i = 0; i < count; ++i) {
      const random_pair bits = random_bits({4, 1}, {static_cast<std::uint32_t>(i), 0});
      x[i] = static_cast<T>(bits.x), y[i] = i % 4 ? static_cast<T>(bits.y) : static_cast<T>(bits.y % 9);
      if (i % 5 == 0) y[i] = x[i];
    }
    x[0] = std::numeric_limits<T>::min(), x[1] = std::numeric_limits<T>::max();
    ASSERT_TRUE(static_cast<bool>(net.run({x, y}, 3, {sum, difference, product, opposite, size, signs, most, least, less, chosen, real, other, padded,
                                                      joined, total, highest, first, taken, running, any, all})));
    for (std::size_t i = 0; i < count; ++i) {
      using promoted = decltype(x[i] + y[i]);  // int, or u32
      const promoted a = x[i], b = y[i];
      EXPECT_EQ(sum[i], static_cast<T>(a + b));
      EXPECT_EQ(difference[i], static_cast<T>(a - b));
      EXPECT_EQ(product[i], static_cast<T>(static_cast<unsigned>(a) * static_cast<unsigned>(b) + 3));
      EXPECT_EQ(opposite[i], static_cast<T>(0 - a));
      EXPECT_EQ(size[i], static_cast<T>(a < T(0) ? 0 - a : a));
      EXPECT_EQ(signs[i], static_cast<T>((a > T(0)) - (a < T(0))));
      EXPECT_EQ(most[i], std::max(x[i], y[i]));
      EXPECT_EQ(least[i], std::min(x[i], static_cast<T>(9)));
      EXPECT_EQ(less[i], static_cast<T>(a + b) < y[i]);
      EXPECT_EQ(chosen[i], a >= b ? x[i] : static_cast<T>(b * 2));
      EXPECT_EQ(real[i], static_cast<float>(static_cast<T>(static_cast<unsigned>(a) * static_cast<unsigned>(b) - static_cast<unsigned>(a))));
      EXPECT_EQ(other[i], static_cast<U>(static_cast<T>(a + b)));
      EXPECT_EQ(taken[i], b < T(0) || b >= T(7) ? T(0) : x[i / 7 * 7 + static_cast<std::size_t>(b)]);
      EXPECT_EQ(running[i],
                static_cast<T>(std::accumulate(x.begin() + static_cast<long>(i / 7 * 7), x.begin() + static_cast<long>(i) + 1, promoted{})));
    }
    for (std::size_t r = 0; r < n; ++r) {
      bool none = true;
      for (std::size_t i = 0; i < 21; ++i) none &= x[r * 21 + i] != 3;
      EXPECT_EQ(all[r], none ? 1 : 0);
      for (std::size_t i = 0; i < 36; ++i) {
        const bool inside = i / 9 > 0 && i % 9 < 7;
        EXPECT_EQ(padded[r * 36 + i], inside ? sum[r * 21 + (i / 9 - 1) * 7 + i % 9] : T(7)) << i;
      }
      for (std::size_t i = 0; i < 42; ++i) EXPECT_EQ(joined[r * 42 + i], i < 21 ? x[r * 21 + i] : sum[r * 21 + i - 21]);
      for (std::size_t i = 0; i < 3; ++i) {
        const auto row = x.begin() + static_cast<long>(r * 21 + i * 7);
        EXPECT_EQ(total[r * 3 + i], static_cast<T>(std::accumulate(row, row + 7, decltype(*row + 0){})));
        EXPECT_EQ(first[r * 3 + i], std::min_element(row, row + 7) - row);
        bool equal = false;
        for (std::size_t k = 0; k < 7; ++k) equal |= x[r * 21 + i * 7 + k] == y[r * 21 + i * 7 + k];
        EXPECT_EQ(any[r * 3 + i], equal);
      }
      for (std::size_t i = 0; i < 7; ++i)
        EXPECT_EQ(highest[r * 7 + i], std::max({difference[r * 21 + i], difference[r * 21 + 7 + i], difference[r * 21 + 14 + i]}));
    }
  }
}
TEST(types, whole_u8) { expect_whole<std::uint8_t, std::int16_t>(); }
TEST(types, whole_i8) { expect_whole<std::int8_t, std::uint8_t>(); }
TEST(types, whole_u16) { expect_whole<std::uint16_t, std::uint8_t>(); }
TEST(types, whole_i16) { expect_whole<std::int16_t, std::uint8_t>(); }
TEST(types, whole_u32) { expect_whole<std::uint32_t, std::uint8_t>(); }

// Many members without a sign, each of several instructions and with numbers of their own, are as many loops as they need.
struct many {
  constexpr outputs operator()(value x) const {
    value y = x;
    for (int i = 0; i < 40; ++i) y = maximum(y * 3, x + i) - cast(cast(y, f32) * 0.25, u32);
    return {{"y", y}, {"real", cast(y, f32)}};
  }
};
TEST(types, many_of_u32) {
  using program = inference<many{}, in<"x", u32, 9>>;
  program net{variable_store{}};
  std::uint32_t x[9] = {0, 1, 77, 2147483647, 2147483648, 4294967295, 65535, 16777217, 4294967167}, y[9];
  float real[9];
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which);
    ASSERT_TRUE(static_cast<bool>(net.run({x}, 1, {y, real})));
    for (std::size_t k = 0; k < 9; ++k) {
      std::uint32_t want = x[k];
      for (std::uint32_t i = 0; i < 40; ++i)
        want = std::max(want * 3, x[k] + i) - static_cast<std::uint32_t>(static_cast<float>(want) * 0.25f);
      EXPECT_EQ(y[k], want);
      EXPECT_EQ(real[k], static_cast<float>(want));
    }
  }
}

// i32 wraps in constants and in the reference as it does in kernels.
struct wrapping {
  constexpr value operator()(value x) const {
    const value big = constant(x.owner(), 2000000011, i32);
    return x * (big * 2000000033) + (big + big);
  }
};
TEST(types, i32_wraps) {
  using program = inference<wrapping{}, ids<"x", 2147483647, 2>>;
  program net{variable_store{}};
  const std::int32_t x[2] = {1999999999, 3};
  std::int32_t y[2];
  ASSERT_TRUE(static_cast<bool>(net.run(x, y)));
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(y[i], static_cast<std::int32_t>(static_cast<std::uint32_t>(x[i]) * (2000000011u * 2000000033u) + 2 * 2000000011u));
}

// Also what weights alone make, what a product makes, and what is only moved.
struct more_results {
  constexpr outputs operator()(value x, value bytes) const {
    const value y = nn::dense(x, {.units = 3});
    return {{"product", cast(relu(y), u8)}, {"bytes", slice(bytes, 1, 1, 4)}, {"same", bytes}};
  }
};
using more_t = inference<more_results{}, in<"x", 4>, in<"bytes", u8, 5>, max_batch{20}>;
TEST(types, more_results) {
  variable_store weights = more_t::variables(seed{1});
  for (float& x : weights.floats("dense/kernel")) x *= 100;
  more_t net{weights};
  std::vector<float> x(80);
  std::vector<std::uint8_t> bytes(100), product(60), part(60), same(100);
  for (std::size_t i = 0; i < 100; ++i) bytes[i] = static_cast<std::uint8_t>(7 * i);
  for (std::size_t i = 0; i < 80; ++i) x[i] = static_cast<float>(i % 7) - 2;
  ASSERT_TRUE(static_cast<bool>(net.run({x, bytes}, 20, {product, part, same})));
  EXPECT_EQ(same, bytes);
  const auto w = weights.floats("dense/kernel"), b = weights.floats("dense/bias");
  for (std::size_t r = 0; r < 20; ++r)
    for (std::size_t j = 0; j < 3; ++j) {
      float sum = b[j];
      for (std::size_t i = 0; i < 4; ++i) sum += x[r * 4 + i] * w[i * 3 + j];
      EXPECT_NEAR(product[r * 3 + j], saturated<std::uint8_t>(sum), 1);
      EXPECT_EQ(part[r * 3 + j], bytes[r * 5 + 1 + j]);
    }
}

}  // namespace
