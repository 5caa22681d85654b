// f16 and bf16 in programs and sessions: inputs, casts, what only moves, arithmetic, which is f32's and rounded, results; on every instruction set.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <igata/core/half.hpp>
#include <igata/igata.hpp>
#include <igata/session.hpp>

namespace {
using namespace igata;

template <auto Type>
struct drawn {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({3, 7}), Type), y = s.input("y", rows({3, 7}), Type), w = s.input("w", rows({3, 7}), i32, 5),
                table = s.input("table", shape{5, 4}, Type);
    s.output("sum", x + y), s.output("difference", x - y), s.output("product", x * y + 3), s.output("quotient", x / y);
    s.output("opposite", -x), s.output("size", abs(x)), s.output("sign", sign(x)), s.output("root", sqrt(abs(x)));
    s.output("most", maximum(x, y)), s.output("least", minimum(x, 0.1)), s.output("chosen", select(x + y >= y, x, y * 2));
    s.output("padded", pad(x + y, {{0, 0}, {1, 0}, {0, 2}}, 0.7)), s.output("joined", concat({x, x + y}, 1));
    s.output("turned", reverse(transpose(x, {0, 2, 1}), 2)), s.output("part", slice(x * 3, 2, 1, 4)), s.output("same", x);
    s.output("total", reduce_sum(x, 2)), s.output("mean", reduce_mean(x, 2)), s.output("highest", reduce_max(x - y, 1));
    s.output("taken", take_along_axis(x, w, 2)), s.output("running", cumsum(x, 2)), s.output("rows", gather(table, w));
    s.output("of_whole", cast(w * 7001, f16)), s.output("of_byte", cast(cast(w, u8), Type)), s.output("of_mask", cast(x < y, Type));
    s.output("there", cast(cast(x, f32) * 1.0009765625, Type)), s.output("other", cast(x, Type == f16 ? bf16 : f16));
    s.output("bytes", cast(x, u8)), s.output("first", argmin(x, 2)), s.output("widened", broadcast_to(slice(x, 2, 0, 1), rows({3, 4})));
    s.output("real", nn::dense(cast(reshape(x, {21}), f32), {.units = 2}));
  }
};

// Results by their names, of the bytes that they have.
struct results {
  std::vector<std::vector<unsigned char>> bytes;
  std::vector<void*> out;
  std::vector<session_result> given;
  std::map<std::string, int> place;

  results(const session& s, int n) {
    for (int i = 0; i < s.output_count(); ++i) {
      const dtype type = s.output_type(i);
      bytes.emplace_back(static_cast<std::size_t>(s.output_row(i) * n) * static_cast<std::size_t>(size_of(type)), 77);
      void* const p = bytes.back().data();
      out.push_back(p);
      const std::size_t count = bytes.back().size() / static_cast<std::size_t>(size_of(type));
      if (type == f16) given.emplace_back(std::span(static_cast<float16*>(p), count));
      else if (type == bf16) given.emplace_back(std::span(static_cast<bfloat16*>(p), count));
      else if (type == u8) given.emplace_back(std::span(static_cast<std::uint8_t*>(p), count));
      else if (type == i32) given.emplace_back(std::span(static_cast<std::int32_t*>(p), count));
      else given.emplace_back(std::span(static_cast<float*>(p), count));
      place[std::string(s.output_name(i))] = i;
    }
  }
  template <class T>
  T at(const char* name, std::size_t i) const {
    T x;
    const auto& all = bytes.at(static_cast<std::size_t>(place.at(name)));
    EXPECT_LT(i, all.size() / sizeof(T)) << name;
    std::memcpy(&x, all.data() + i * sizeof(T), sizeof(T));
    return x;
  }
};

template <class T, auto Type>
void expect_right() {
  using program_t = program<drawn<Type>{}, mode::packed, max_batch{3}>;
  using Other = std::conditional_t<Type == f16, bfloat16, float16>;
  session s(drawn<Type>{}, {.max_batch = 3});
  const variable_store weights = s.variables(seed{3});
  program_t net{program_t::pack(weights)};
  s.use(s.pack(weights));
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which), s.use(which);
    for (const int n : {1, 3}) {
      const auto rows = static_cast<std::size_t>(n), count = rows * 21;
      std::vector<T> x(count), y(count), table(20);
      std::vector<std::int32_t> w(count);
      for (std::size_t i = 0; i < count; ++i) {  // sums of seven are exact in f32
        const random_pair bits = random_bits({4, 1}, {static_cast<std::uint32_t>(i), 0});
        x[i] = T(static_cast<float>(static_cast<int>(bits.x % 4095) - 2047) / 64), y[i] = T((random_uniform(bits.y) - 0.5f) * 90);
        if (i % 5 == 0) y[i] = x[i];
        w[i] = static_cast<std::int32_t>(bits.y % 5);
      }
      for (std::size_t i = 0; i < 20; ++i)
        table[i] = T::of_bits(static_cast<std::uint16_t>(random_bits({5, 1}, {static_cast<std::uint32_t>(i), 0}).x));
      results mine(s, n), compiled(s, n);
      ASSERT_EQ(describe(s.run({x, y, w, table}, {mine.given.data(), static_cast<int>(mine.given.size())}, n)), "run: ok");
      const void* const in[] = {x.data(), y.data(), w.data(), table.data()};
      ASSERT_TRUE(net.run_unchecked(in, compiled.out.data(), n));
      EXPECT_EQ(mine.bytes, compiled.bytes) << static_cast<int>(which) << ", rows " << n;
      const auto expect = [&](const char* name, std::size_t i, float want) {
        EXPECT_EQ(compiled.at<T>(name, i).bits, T(want).bits) << name << '[' << i << "] " << float{compiled.at<T>(name, i)} << ' ' << want;
      };
      const auto sum_of = [&](std::size_t begin, std::size_t end) {
        float sum = 0;
        for (; begin < end; ++begin) sum += x[begin];
        return sum;
      };
      for (std::size_t i = 0; i < count; ++i) {
        const float a = x[i], b = y[i];
        const float sum = T(a + b);
        expect("sum", i, sum), expect("difference", i, a - b), expect("product", i, T(a * b) + 3.f), expect("opposite", i, -a),
            expect("size", i, std::abs(a));
        if (b != 0) expect("quotient", i, a / b);
        expect("sign", i, a > 0 ? 1.f : a < 0 ? -1.f : a), expect("root", i, std::sqrt(std::abs(a))), expect("most", i, std::max(a, b));
        expect("least", i, std::min(a, float{T(0.1)})), expect("chosen", i, sum >= b ? a : b * 2), expect("same", i, a);
        expect("turned", i / 21 * 21 + i % 7 * 3 + 2 - i % 21 / 7, a);
        expect("taken", i, x[i / 7 * 7 + static_cast<std::size_t>(w[i])]), expect("running", i, sum_of(i / 7 * 7, i + 1));
        expect("of_byte", i, static_cast<float>(w[i])), expect("of_mask", i, a < b ? 1.f : 0.f), expect("there", i, a * 1.0009765625f);
        EXPECT_EQ(compiled.at<float16>("of_whole", i).bits, float16(w[i] * 7001).bits);
        EXPECT_EQ(compiled.at<Other>("other", i).bits, Other(a).bits) << a;
        EXPECT_EQ(compiled.at<std::uint8_t>("bytes", i), static_cast<int>(std::clamp(a, 0.f, 255.f)));
        for (std::size_t k = 0; k < 4; ++k)
          EXPECT_EQ(compiled.at<T>("rows", i * 4 + k).bits, table[static_cast<std::size_t>(w[i]) * 4 + k].bits);
        if (i % 7 > 0 && i % 7 < 4) expect("part", i / 7 * 3 + i % 7 - 1, a * 3);
      }
      for (std::size_t r = 0; r < rows * 3; ++r) {
        const float sum = sum_of(r * 7, r * 7 + 7);
        expect("total", r, sum), expect("mean", r, sum * static_cast<float>(1 / 7.0));
        std::size_t least = 0;
        for (std::size_t k = 1; k < 7; ++k)
          if (float{x[r * 7 + k]} < float{x[r * 7 + least]}) least = k;
        EXPECT_EQ(compiled.at<std::int32_t>("first", r), static_cast<int>(least));
        for (std::size_t k = 0; k < 4; ++k) expect("widened", r * 4 + k, x[r * 7]);
      }
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t i = 0; i < 36; ++i) {
          const std::size_t from = r * 21 + (i / 9 - 1) * 7 + i % 9;
          expect("padded", r * 36 + i, i / 9 > 0 && i % 9 < 7 ? x[from] + y[from] : 0.7f);
        }
        for (std::size_t i = 0; i < 42; ++i) {
          const std::size_t from = r * 21 + i % 21;
          expect("joined", r * 42 + i, i < 21 ? float{x[from]} : x[from] + y[from]);
        }
        for (std::size_t k = 0; k < 7; ++k) {
          const auto less = [&](std::size_t row) { return float{T(x[r * 21 + row * 7 + k] - y[r * 21 + row * 7 + k])}; };
          expect("highest", r * 7 + k, std::max({less(0), less(1), less(2)}));
        }
      }
    }
  }
}
TEST(halves, f16) { expect_right<float16, f16>(); }
TEST(halves, bf16) { expect_right<bfloat16, bf16>(); }

// A parameter of 16 bits before or behind one of f32: what all share, and norms, have f32's digits and range.
template <dtype Type, bool First>
struct two_parameters {
  constexpr value operator()(value x) const {
    const auto of = [&](std::string_view name, dtype type) { return state_variable(x, name, role::weight, {2}, constant_initializer(1), type); };
    const value first = of(First ? "half" : "real", First ? Type : f32), second = of(First ? "real" : "half", First ? f32 : Type);
    return x * (cast(first, f32) + cast(second, f32));
  }
};
struct stepped {
  float real, half;
};
// Every gradient is 1.
template <class Half, dtype Type, bool First, auto... Rules>
stepped step_once() {
  variable_store store;
  training<two_parameters<Type, First>{}, in<"x", 2>, labels<"t", f32, 0, 2>, loss::mse{}, Rules...> t{store};
  const float x[2] = {1, 1};
  EXPECT_TRUE(t.step({x, x}, 1));
  return {store.floats("real")[0], static_cast<float>(store.values<Half>("half")[0])};
}
TEST(halves, rates_that_all_parameters_share) {
  EXPECT_EQ((step_once<bfloat16, bf16, true, optim::sgd{.learning_rate = 0.001}>().real), 1 - 0.001f);
  EXPECT_NEAR((step_once<float16, f16, true, optim::adam{.learning_rate = 0.001}>().real), 1 - 0.001f, 1e-7f);
}
TEST(halves, norms_of_gradients) {
  const stepped one = step_once<float16, f16, false, optim::sgd{.learning_rate = 0.5}, optim::clip_by_norm{.limit = 1}>();
  EXPECT_NEAR(one.real, 1 - 0.5 / std::sqrt(2.0), 1e-6);
  EXPECT_NEAR(one.half, 1 - 0.5 / std::sqrt(2.0), 1e-3);
  const stepped all = step_once<float16, f16, false, optim::sgd{.learning_rate = 0.5}, optim::clip_by_global_norm{.limit = 1}>();
  EXPECT_NEAR(all.real, 0.75f, 1e-6f);
  EXPECT_NEAR(all.half, 0.75f, 1e-3f);
}

}  // namespace
