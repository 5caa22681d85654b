// bool in programs and sessions: a byte of 0 or 1 in inputs, memory and results, a lane of all bits or none in a loop; on every instruction set.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include <igata/igata.hpp>
#include <igata/session.hpp>

namespace {
using namespace igata;

// [n,3,7] of masks and numbers, of which two lie in memory between steps.
struct drawn {
  constexpr void operator()(builder& s) const {
    const value m = s.input("m", rows({3, 7}), boolean), x = s.input("x", rows({3, 7})), w = s.input("w", rows({3, 7}), i32, 5),
                table = s.input("table", shape{5, 4}, boolean);
    const value above = x > reduce_mean(x, 2, true), far = abs(x) > 1;
    s.output("above", above), s.output("both", m && above), s.output("either", m || above), s.output("not", !m), s.output("same", m);
    s.output("equal", m == far), s.output("differ", m != above), s.output("chosen", select(m, x, -x)), s.output("chosen_mask", select(m, above, far));
    s.output("number", cast(m, f32)), s.output("byte", cast(far, u8)), s.output("of_number", cast(round(x), boolean));
    s.output("of_byte", cast(cast(w, u8), boolean));
    s.output("turned", transpose(m, {0, 2, 1})), s.output("part", slice(reverse(far, 2), 2, 1, 4)), s.output("joined", concat({m, above}, 1));
    s.output("padded", pad(above, {{0, 0}, {1, 0}, {0, 2}}, 1)), s.output("taken", take_along_axis(m, w, 2)), s.output("rows", gather(table, w));
    s.output("any", reduce_any(m, 2)), s.output("all", reduce_all(above, {1, 2})), s.output("flat", reshape(far, {21}));
    s.output("wide", broadcast_to(slice(m, 2, 0, 1), rows({3, 4}))), s.output("count", reduce_sum(cast(m && far, i32), {1, 2}));
    s.output("dense", nn::dense(cast(reshape(above, {21}), f32), {.units = 2}));
  }
};

struct results {
  std::vector<std::vector<unsigned char>> bytes;
  std::vector<void*> out;
  std::vector<session_result> given;

  results(const session& s, int n) {
    for (int i = 0; i < s.output_count(); ++i) {
      const auto count = static_cast<std::size_t>(s.output_row(i) * n);
      bytes.emplace_back(count * static_cast<std::size_t>(size_of(s.output_type(i))), 77);
      void* const p = bytes.back().data();
      out.push_back(p);
      if (s.output_type(i) == boolean) given.emplace_back(std::span(static_cast<bool*>(p), count));
      else if (s.output_type(i) == u8) given.emplace_back(std::span(static_cast<std::uint8_t*>(p), count));
      else if (s.output_type(i) == i32) given.emplace_back(std::span(static_cast<std::int32_t*>(p), count));
      else given.emplace_back(std::span(static_cast<float*>(p), count));
    }
  }
};

TEST(masks, everywhere) {
  using program_t = program<drawn{}, mode::packed, max_batch{3}>;
  session s(drawn{}, {.max_batch = 3});
  const variable_store weights = s.variables(seed{3});
  program_t net{program_t::pack(weights)};
  s.use(s.pack(weights));
  int place = 0;
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which), s.use(which);
    for (const int n : {1, 3}) {
      const auto rows = static_cast<std::size_t>(n), count = rows * 21;
      const std::unique_ptr<bool[]> m(new bool[count]);
      std::vector<float> x(count);
      std::vector<std::int32_t> w(count);
      bool table[20];
      for (std::size_t i = 0; i < count; ++i) {
        const random_pair bits = random_bits({4, 1}, {static_cast<std::uint32_t>(i), 0});
        m[i] = bits.x & 64, x[i] = std::floor(random_uniform(bits.y) * 12) / 4 - 1.5f, w[i] = static_cast<std::int32_t>(bits.x % 5);
      }
      for (std::size_t i = 0; i < 20; ++i) table[i] = i % 3 == 0;
      results mine(s, n), compiled(s, n);
      ASSERT_EQ(describe(s.run({std::span(m.get(), count), x, w, table}, {mine.given.data(), static_cast<int>(mine.given.size())}, n)), "run: ok");
      const void* const in[] = {m.get(), x.data(), w.data(), table};
      ASSERT_TRUE(net.run_unchecked(in, compiled.out.data(), n));
      EXPECT_EQ(mine.bytes, compiled.bytes) << static_cast<int>(which) << ", rows " << n;
      place = 0;
      const auto expect = [&](const char* name, std::size_t size, auto want) {  // want(i): its element i
        ASSERT_EQ(s.output_name(place), name);
        const auto& all = compiled.bytes[static_cast<std::size_t>(place++)];
        using element = decltype(want(std::size_t{}));
        ASSERT_EQ(all.size(), size * sizeof(element)) << name;
        for (std::size_t i = 0; i < size; ++i) {
          element got;
          if constexpr (std::is_same_v<element, bool>) {
            ASSERT_LE(all[i], 1) << name;
            got = all[i] == 1;
          } else {
            std::memcpy(&got, all.data() + i * sizeof got, sizeof got);
          }
          EXPECT_EQ(got, want(i)) << name << '[' << i << "] on " << static_cast<int>(which);
        }
      };
      const auto above = [&](std::size_t i) {
        float sum = 0;
        for (std::size_t k = 0; k < 7; ++k) sum += x[i / 7 * 7 + k];  // exact
        return x[i] > sum * static_cast<float>(1 / 7.0);
      };
      const auto far = [&](std::size_t i) { return std::abs(x[i]) > 1; };
      expect("above", count, above);
      expect("both", count, [&](std::size_t i) { return m[i] && above(i); });
      expect("either", count, [&](std::size_t i) { return m[i] || above(i); });
      expect("not", count, [&](std::size_t i) { return !m[i]; });
      expect("same", count, [&](std::size_t i) { return m[i]; });
      expect("equal", count, [&](std::size_t i) { return m[i] == far(i); });
      expect("differ", count, [&](std::size_t i) { return m[i] != above(i); });
      expect("chosen", count, [&](std::size_t i) { return m[i] ? x[i] : -x[i]; });
      expect("chosen_mask", count, [&](std::size_t i) { return m[i] ? above(i) : far(i); });
      expect("number", count, [&](std::size_t i) { return m[i] ? 1.f : 0.f; });
      expect("byte", count, [&](std::size_t i) { return std::uint8_t{far(i)}; });
      expect("of_number", count, [&](std::size_t i) { return std::nearbyint(x[i]) != 0; });
      expect("of_byte", count, [&](std::size_t i) { return w[i] != 0; });
      expect("turned", count, [&](std::size_t i) -> bool { return m[i / 21 * 21 + i % 3 * 7 + i % 21 / 3]; });
      expect("part", rows * 9, [&](std::size_t i) { return far(i / 3 * 7 + 5 - i % 3); });
      expect("joined", count * 2, [&](std::size_t i) {
        const std::size_t from = i / 42 * 21 + i % 21;
        return i % 42 < 21 ? m[from] : above(from);
      });
      expect("padded", rows * 36, [&](std::size_t i) {
        const std::size_t row = i % 36 / 9, column = i % 9;
        return row == 0 || column > 6 || above(i / 36 * 21 + (row - 1) * 7 + column);
      });
      expect("taken", count, [&](std::size_t i) -> bool { return m[i / 7 * 7 + static_cast<std::size_t>(w[i])]; });
      expect("rows", count * 4, [&](std::size_t i) -> bool { return table[static_cast<std::size_t>(w[i / 4]) * 4 + i % 4]; });
      expect("any", rows * 3, [&](std::size_t r) {
        bool any = false;
        for (std::size_t k = 0; k < 7; ++k) any |= m[r * 7 + k];
        return any;
      });
      expect("all", rows, [&](std::size_t r) {
        bool all = true;
        for (std::size_t k = 0; k < 21; ++k) all &= above(r * 21 + k);
        return all;
      });
      expect("flat", count, far);
      expect("wide", rows * 12, [&](std::size_t i) -> bool { return m[i / 4 * 7]; });
      expect("count", rows, [&](std::size_t r) {
        std::int32_t sum = 0;
        for (std::size_t k = 0; k < 21; ++k) sum += m[r * 21 + k] && far(r * 21 + k);
        return sum;
      });
    }
  }
}

// Arrays of bool as calls take them; and a mask that weights alone make is a byte, too.
struct gated {
  constexpr outputs operator()(value m, value x) const {
    const value kernel = nn::parameter(x, "gates", {4}, init::uniform(1));
    return {{"open", m && kernel > 0}, {"y", select(kernel > 0 && m, x, 0)}};
  }
};
using gated_t = inference<gated{}, in<"m", boolean, 4>, in<"x", 4>, max_batch{2}>;
static_assert(gated_t::input_type(0) == boolean && gated_t::output_type(0) == boolean);
TEST(masks, calls) {
  variable_store weights = gated_t::variables(seed{4});
  gated_t net{weights};
  const bool m[4] = {true, true, false, true};
  const std::array<float, 4> x{1, 2, 3, 4};
  bool open[4];
  float y[4];
  ASSERT_TRUE(static_cast<bool>(net.run({m, x}, 1, {open, y})));
  const auto kernel = weights.floats("gates");
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(open[i], m[i] && kernel[i] > 0);
    EXPECT_EQ(y[i], m[i] && kernel[i] > 0 ? x[i] : 0);
  }
}

}  // namespace
