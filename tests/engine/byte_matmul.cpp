// Products of bytes in whole programs, compiled and in sessions: exact, on every instruction set and for any number of threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <igata/engine/dump.hpp>
#include <igata/infer.hpp>
#include <igata/session.hpp>
#include <igata/threads.hpp>

namespace {
using namespace igata;

// Of rows and a constant, of rows and their own matrices, over the rows, and with what is moved and computed before and behind.
struct products {
  constexpr outputs operator()(value x, value y) const {
    const value w = cast(reshape(iota(x.owner(), 7 * 300), {7, 300}) * 37, i8), last = slice(x, 1, 2, 3), flat = reshape(x, {21});
    outputs all{{"rows", matmul(x, w)}, {"own", matmul(x, y, {.transpose_b = true})}, {"both", matmul(y, x, {.transpose_b = true})}};
    all.add("over", matmul(flat, flat, {.transpose_a = true}));
    all.add("scaled", cast(matmul(reshape(last, {7}) + 1, w), f32) * 0.5);
    return all;
  }
};
constexpr std::size_t n = 3, x_rows = 3, y_rows = 2, k = 7, columns = 300;
using products_t = inference<products{}, in<"x", u8, 3, 7>, in<"y", i8, 2, 7>, max_batch{3}>;

struct numbers {
  std::vector<std::uint8_t> x = std::vector<std::uint8_t>(n * x_rows * k);
  std::vector<std::int8_t> y = std::vector<std::int8_t>(n * y_rows * k);
  std::vector<std::int32_t> rows = std::vector<std::int32_t>(n * x_rows * columns), own = std::vector<std::int32_t>(n * x_rows * y_rows), both = own,
                            over = std::vector<std::int32_t>(21 * 21);
  std::vector<float> scaled = std::vector<float>(n * columns);

  numbers() {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<std::uint8_t>(i * 77 + 199);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<std::int8_t>(i * 91 % 256 - 128);
  }
  static int w(std::size_t l, std::size_t j) { return static_cast<std::int8_t>((l * columns + j) * 37 % 256); }
  void expect(const char* by) const {
    SCOPED_TRACE(by);
    for (std::size_t r = 0; r < n * x_rows; ++r)
      for (std::size_t j = 0; j < columns; ++j) {
        int sum = 0, more = 0;
        for (std::size_t l = 0; l < k; ++l) sum += x[r * k + l] * w(l, j), more += static_cast<std::uint8_t>(x[r * k + l] + 1) * w(l, j);
        ASSERT_EQ(rows[r * columns + j], sum);
        if (r % x_rows == 2) {
          ASSERT_EQ(scaled[r / x_rows * columns + j], static_cast<float>(more) * 0.5f);
        }
      }
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t r = 0; r < x_rows; ++r)
        for (std::size_t j = 0; j < y_rows; ++j) {
          int sum = 0;
          for (std::size_t l = 0; l < k; ++l) sum += x[(i * x_rows + r) * k + l] * y[(i * y_rows + j) * k + l];
          EXPECT_EQ(own[(i * x_rows + r) * y_rows + j], sum);
          EXPECT_EQ(both[(i * y_rows + j) * x_rows + r], sum);
        }
    for (std::size_t a = 0; a < 21; ++a)
      for (std::size_t b = 0; b < 21; ++b) {
        int sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += x[i * 21 + a] * x[i * 21 + b];
        EXPECT_EQ(over[a * 21 + b], sum);
      }
  }
};

template <class Net>
void expect_products(Net& net, const char* by) {
  threads one(1), two(2);
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which);
    for (const bool shared : {false, true}) {
      net.use(shared ? two : one);
      numbers c;
      if constexpr (std::is_same_v<Net, session>) {
        ASSERT_EQ(describe(net.run({c.x, c.y}, {c.rows, c.own, c.both, c.over, c.scaled}, 3)), "run: ok");
      } else {
        ASSERT_TRUE(net.run({c.x, c.y}, 3, {c.rows, c.own, c.both, c.over, c.scaled}));
      }
      c.expect(by);
    }
  }
}
TEST(byte_matmul, compiled) {
  products_t net{products_t::pack(variable_store{})};
  expect_products(net, "compiled");
}
TEST(byte_matmul, session) {
  session s(
      [](builder& b) {
        const value x = b.input("x", rows({3, 7}), u8), y = b.input("y", rows({2, 7}), i8);
        const outputs all = products()(x, y);
        for (int i = 0; i < all.size(); ++i) b.output(all.name(i), all[i]);
      },
      {.max_batch = 3});
  s.use(s.pack(variable_store{}));
  expect_products(s, "session");
}

// Of sums over the rows of a call, fewer than the program's most: more rows of the left operand are packed at a time then.
struct over_rows {
  constexpr value operator()(value x) const { return matmul(x, x, {.transpose_a = true}); }
};
TEST(byte_matmul, over_the_rows_of_smaller_calls) {
  using net_t = inference<over_rows{}, in<"x", u8, 66>, max_batch{1026}>;
  net_t net{net_t::pack(variable_store{})};
  std::vector<std::uint8_t> x(1026 * 66);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<std::uint8_t>(i * i % 251);
  threads some(2);
  net.use(some);
  for (const int rows : {1026, 1025, 1024, 513, 512, 257, 256, 1}) {
    std::vector<std::int32_t> y(66 * 66);
    ASSERT_TRUE(net.run({x}, rows, {y})) << rows;
    for (const std::size_t at : {std::size_t{0}, std::size_t{65 * 66 + 65}, std::size_t{17 * 66 + 40}}) {
      int sum = 0;
      for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r) sum += x[r * 66 + at / 66] * x[r * 66 + at % 66];
      EXPECT_EQ(y[at], sum) << rows << ' ' << at;
    }
  }
}

// Weights of bytes are packed once where products alone read them, all of them alike: copied, turned, and computed. Else each call packs them.
template <dtype Left, dtype Right>
struct products_of_weights {
  constexpr outputs operator()(value x) const {
    const value w = state_variable(x, "w", role::buffer, {9, 70}, init::zeros, Right),
                t = state_variable(x, "t", role::buffer, {70, 9}, init::zeros, Right);
    const value both = state_variable(x, "both", role::buffer, {9, 9}, init::zeros, Right);
    outputs all{{"w", matmul(x, w)}, {"t", matmul(x, t, {.transpose_b = true})}};
    all.add("less", matmul(x, w - 3)), all.add("less_t", matmul(x, t - 3, {.transpose_b = true}));
    all.add("both", matmul(x, both) + matmul(x, both, {.transpose_b = true}));
    return all;
  }
};
template <class L, class R, dtype Left, dtype Right>
void expect_weights() {
  using net_t = inference<products_of_weights<Left, Right>{}, in<"x", Left, 9>, max_batch{5}>;
  variable_store store;
  const auto filled = [&](const char* name, shape dims, int by) {
    const auto w = store.add(name, role::buffer, Right, dims).template values<R>();
    for (std::size_t i = 0; i < w.size(); ++i) w[i] = static_cast<R>(static_cast<int>(i) * by + 131);
    return w;
  };
  const auto w = filled("w", {9, 70}, 37), t = filled("t", {70, 9}, 59), both = filled("both", {9, 9}, 83);
  std::vector<L> x(5 * 9);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<L>(i * 77 + 150);
  const auto sum = [&](std::size_t r, auto weight) {
    int y = 0;
    for (std::size_t l = 0; l < 9; ++l) y += x[r * 9 + l] * weight(l);
    return y;
  };
  const auto expect = [&](auto& net, const char* by) {
    for (const isa which : compiled_isas) {
      if (!detail::cpu_runs(which)) continue;
      net.use(which);
      std::vector<std::int32_t> y(5 * 70), turned = y, less = y, less_t = y, two(5 * 9);
      if constexpr (std::is_same_v<decltype(net), session&>) {
        ASSERT_EQ(describe(net.run({x}, {y, turned, less, less_t, two}, 5)), "run: ok");
      } else {
        ASSERT_TRUE(net.run({x}, 5, {y, turned, less, less_t, two}));
      }
      for (std::size_t r = 0; r < 5; ++r) {
        for (std::size_t j = 0; j < 70; ++j) {
          const auto turned_weight = [&](std::size_t l) { return t[j * 9 + l]; };
          ASSERT_EQ(y[r * 70 + j], sum(r, [&](std::size_t l) { return w[l * 70 + j]; })) << by;
          ASSERT_EQ(turned[r * 70 + j], sum(r, turned_weight)) << by;
          ASSERT_EQ(less[r * 70 + j], sum(r, [&](std::size_t l) { return static_cast<R>(w[l * 70 + j] - 3); })) << by;
          ASSERT_EQ(less_t[r * 70 + j], sum(r, [&](std::size_t l) { return static_cast<R>(turned_weight(l) - 3); })) << by;
        }
        for (std::size_t j = 0; j < 9; ++j)
          ASSERT_EQ(two[r * 9 + j], sum(r, [&](std::size_t l) { return both[l * 9 + j]; }) + sum(r, [&](std::size_t l) { return both[j * 9 + l]; }))
              << by;
      }
    }
  };
  threads some(2);
  net_t net{net_t::pack(store, some)};
  expect(net, "compiled");
  session s(
      [](builder& b) {
        const outputs all = products_of_weights<Left, Right>()(b.input("x", rows({9}), Left));
        for (int i = 0; i < all.size(); ++i) b.output(all.name(i), all[i]);
      },
      {.max_batch = 5});
  s.use(s.pack(store));
  expect(s, "session");
  const std::string plan = s.dump("fuse");
  std::size_t packed = 0, plain = 0;
  for (std::size_t at = 0; (at = plan.find("byte_gemm of panels of bytes", at)) != plan.npos; ++at) ++packed;
  for (std::size_t at = 0; (at = plan.find("byte_gemm of plain weights", at)) != plan.npos; ++at) ++plain;
  EXPECT_TRUE(packed == 4 && plain == 2) << plan;
  EXPECT_EQ(plan, dump<net_t>("fuse"));
}

// Convolutions of bytes: windows, and single pixels, which are products.
struct convolutions_of_bytes {
  constexpr outputs operator()(value x) const {
    const value w = state_variable(x, "w", role::buffer, {3, 2, 5, 70}, init::zeros, i8),
                one = state_variable(x, "one", role::buffer, {1, 1, 5, 9}, init::zeros, u8);
    outputs all{{"windows", conv2d(x, w, {.stride = 2, .padding = {1, 0, 2, 1}, .padding_value = 131})}, {"pixels", conv2d(x, one)}};
    all.add("computed", conv2d(x, cast(cast(w, f32) * 0.5, i8), {.padding_value = 3}));
    return all;
  }
};
TEST(byte_conv2d, weights_are_packed_once) {
  using net_t = inference<convolutions_of_bytes{}, in<"x", u8, 7, 6, 5>, max_batch{3}>;
  variable_store store;
  const auto w = store.add("w", role::buffer, i8, {3, 2, 5, 70}).values<std::int8_t>();
  const auto one = store.add("one", role::buffer, u8, {1, 1, 5, 9}).values<std::uint8_t>();
  for (std::size_t i = 0; i < w.size(); ++i) w[i] = static_cast<std::int8_t>(i * 37);
  for (std::size_t i = 0; i < one.size(); ++i) one[i] = static_cast<std::uint8_t>(i * 59 + 3);
  std::vector<std::uint8_t> x(3 * 7 * 6 * 5);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<std::uint8_t>(i * 77 + 11);
  const auto expected = [&](int n, int stride, int top, int kh, int kw, int o, int oh, int ow, int around, auto weight) {
    std::vector<std::int32_t> y;
    for (int at = 0; at < n * oh * ow; ++at)
      for (int j = 0; j < o; ++j) {
        int sum = 0;
        for (int k = 0; k < kh * kw * 5; ++k) {
          const int row = at / ow % oh * stride + k / 5 / kw - top, column = at % ow * stride + k / 5 % kw;
          const bool inside = row >= 0 && row < 7 && column < 6;
          sum += (inside ? x[static_cast<std::size_t>(((at / ow / oh * 7 + row) * 6 + column) * 5 + k % 5)] : around) * weight(k * o + j);
        }
        y.push_back(sum);
      }
    return y;
  };
  const auto windows = expected(3, 2, 1, 3, 2, 70, 4, 3, 131, [&](int i) { return w[static_cast<std::size_t>(i)]; });
  const auto pixels = expected(3, 1, 0, 1, 1, 9, 7, 6, 0, [&](int i) { return one[static_cast<std::size_t>(i)]; });
  const auto computed = expected(3, 1, 0, 3, 2, 70, 5, 5, 3, [&](int i) { return w[static_cast<std::size_t>(i)] / 2; });
  const auto expect = [&](auto& net) {
    threads single(1), pair(2);
    for (const isa which : compiled_isas) {
      if (!detail::cpu_runs(which)) continue;
      net.use(which);
      for (threads* t : {&single, &pair}) {
        net.use(*t);
        std::vector<std::int32_t> a(windows.size()), b(pixels.size()), c(computed.size());
        if constexpr (std::is_same_v<decltype(net), session&>) {
          ASSERT_EQ(describe(net.run({x}, {a, b, c}, 3)), "run: ok");
        } else {
          ASSERT_TRUE(net.run({x}, 3, {a, b, c}));
        }
        EXPECT_TRUE(a == windows && b == pixels && c == computed) << static_cast<int>(which);
      }
    }
  };
  net_t net{net_t::pack(store)};
  expect(net);
  session s(
      [](builder& b) {
        const outputs all = convolutions_of_bytes()(b.input("x", rows({7, 6, 5}), u8));
        for (int i = 0; i < all.size(); ++i) b.output(all.name(i), all[i]);
      },
      {.max_batch = 3});
  s.use(s.pack(store));
  expect(s);
  const std::string plan = s.dump("fuse");
  EXPECT_NE(plan.find("byte_conv2d | byte_conv2d of panels of bytes"), plan.npos) << plan;
  EXPECT_NE(plan.find("byte_conv2d | byte_gemm of panels of bytes"), plan.npos) << plan;
  EXPECT_EQ(plan.find("plain weights"), plan.npos) << plan;
  EXPECT_EQ(plan, dump<net_t>("fuse"));
}

// What follows sums is done where they are made: codes again, beside each other in one array; the sums too where somebody reads them.
struct codes_of_sums {
  static constexpr value codes(value sums) { return cast(clip(round(cast(sums, f32) * 0.0625) + 7, 0, 255), u8); }
  constexpr outputs operator()(value x) const {
    const value w = state_variable(x, "w", role::buffer, {3, 3, 2, 70}, init::zeros, i8),
                one = state_variable(x, "one", role::buffer, {1, 1, 2, 5}, init::zeros, i8);
    const value wide = conv2d(x, w, {.padding = 1, .padding_value = 9}), pixels = conv2d(x, one),
                rows = matmul(reshape(x, {12, 2}), reshape(one, {2, 5}));
    outputs all{{"beside", concat({codes(wide), codes(pixels)}, 3)}, {"rows", codes(rows + 3)}};
    all.add("sums", rows);
    return all;
  }
};
TEST(byte_matmul, epilogues) {
  using net_t = inference<codes_of_sums{}, in<"x", u8, 4, 3, 2>, max_batch{3}>;
  variable_store store;
  const auto w = store.add("w", role::buffer, i8, {3, 3, 2, 70}).values<std::int8_t>(),
             one = store.add("one", role::buffer, i8, {1, 1, 2, 5}).values<std::int8_t>();
  for (std::size_t i = 0; i < w.size(); ++i) w[i] = static_cast<std::int8_t>(i * 37);
  for (std::size_t i = 0; i < one.size(); ++i) one[i] = static_cast<std::int8_t>(i * 59 + 3);
  std::vector<std::uint8_t> x(3 * 4 * 3 * 2);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<std::uint8_t>(i * 77 + 11);
  const auto code = [](int sum) { return static_cast<int>(std::min(std::max(std::nearbyint(static_cast<float>(sum) * 0.0625f) + 7, 0.f), 255.f)); };
  const auto expect = [&](auto& net) {
    threads single(1), pair(2);
    for (const isa which : compiled_isas) {
      if (!detail::cpu_runs(which)) continue;
      net.use(which);
      for (threads* t : {&single, &pair}) {
        net.use(*t);
        std::vector<std::uint8_t> beside(3 * 12 * 75), rows(3 * 12 * 5);
        std::vector<std::int32_t> sums(3 * 12 * 5);
        if constexpr (std::is_same_v<decltype(net), session&>) {
          ASSERT_EQ(describe(net.run({x}, {beside, rows, sums}, 3)), "run: ok");
        } else {
          ASSERT_TRUE(net.run({x}, 3, {beside, rows, sums}));
        }
        for (int at = 0; at < 3 * 12; ++at)
          for (int j = 0; j < 75; ++j) {
            int sum = 0;
            for (int k = 0; k < 18 && j < 70; ++k) {
              const int row = at / 3 % 4 + k / 6 - 1, column = at % 3 + k / 2 % 3 - 1;
              const bool inside = row >= 0 && row < 4 && column >= 0 && column < 3;
              sum += (inside ? x[static_cast<std::size_t>(((at / 12 * 4 + row) * 3 + column) * 2 + k % 2)] : 9) *
                     w[static_cast<std::size_t>(k * 70 + j)];
            }
            for (int k = 0; k < 2 && j >= 70; ++k) sum += x[static_cast<std::size_t>(at * 2 + k)] * one[static_cast<std::size_t>(k * 5 + j - 70)];
            ASSERT_EQ(beside[static_cast<std::size_t>(at * 75 + j)], code(sum)) << at << ' ' << j << ' ' << static_cast<int>(which);
            if (j < 70) continue;
            ASSERT_EQ(sums[static_cast<std::size_t>(at * 5 + j - 70)], sum);
            ASSERT_EQ(rows[static_cast<std::size_t>(at * 5 + j - 70)], code(sum + 3));
          }
      }
    }
  };
  net_t net{net_t::pack(store)};
  expect(net);
  session s(
      [](builder& b) {
        const outputs all = codes_of_sums()(b.input("x", rows({4, 3, 2}), u8));
        for (int i = 0; i < all.size(); ++i) b.output(all.name(i), all[i]);
      },
      {.max_batch = 3});
  s.use(s.pack(store));
  expect(s);
  const std::string plan = s.dump("plan");
  EXPECT_NE(plan.find("byte_conv2d + cast + mul + round + add + maximum + minimum + cast"), plan.npos) << plan;
  EXPECT_EQ(plan.find("pointwise:"), plan.npos) << plan;
  EXPECT_EQ(plan, dump<net_t>("plan"));
}
TEST(byte_matmul, weights_are_packed_once) {
  expect_weights<std::uint8_t, std::int8_t, u8, i8>();
  expect_weights<std::int8_t, std::int8_t, i8, i8>();
  expect_weights<std::uint8_t, std::uint8_t, u8, u8>();
  expect_weights<std::int8_t, std::uint8_t, i8, u8>();
}

}  // namespace
