// Programs that compute in lanes of 64 bits against the oracle, on every instruction set: f64 to the last bits, i64 and u64 to the last.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <igata/infer.hpp>
#include <igata/f64.hpp>

namespace {
using namespace igata;

// [n,2,3] of f64.
struct reals {
  constexpr outputs operator()(value x) const {
    outputs all{{"scaled", x * 1e-300 + 0.1}};
    all.add("functions", exp(x * 0.01) + tanh(x) - log(abs(x) + 1) * erf(x) + sin(x) * cos(x));
    all.add("softmax", softmax(x));
    all.add("most", reduce_max(x, {2}));
    all.add("mean", reduce_mean(x, {1}));
    all.add("where", argmax(x, 2));
    all.add("rounded", cast(x, f32));
    all.add("whole", cast(x * 1e6, i64));
    all.add("small", cast(round(x), u8));
    all.add("chosen", select(x > 0 && x < 50, x, -1));
    all.add("turned", transpose(x, {0, 2, 1}) * 2);
    all.add("rows", x / cast(batch_size(x.owner()), f64));
    return all;
  }
};
using reals_t = inference<reals{}, in<"x", f64, 2, 3>, max_batch{5}>;

// [n,4] of i64.
struct wholes {
  constexpr outputs operator()(value x) const {
    const value u = cast(x, u64);
    outputs all{{"product", x * 9007199254740993 + 1}};
    all.add("order", select(x < 0, -x, minimum(x, 9007199254740993)));
    all.add("unsigned", maximum(u, 5) * 3);
    all.add("below", cast(u < 18446744073709551557u, i32));
    all.add("real", cast(x, f64));
    all.add("unsigned_real", cast(u, f64));
    all.add("back", cast(cast(u, f64) * 0.5, u64));
    all.add("narrow", cast(x, i32));
    all.add("sign", sign(x) + abs(x));
    all.add("u32", cast(x, u32));
    all.add("of_u32", cast(cast(x, u32), f64) + cast(cast(cast(x, u32), i64), f64));
    all.add("saturated", cast(cast(x, f64) * 0.25, u32));
    return all;
  }
};
using wholes_t = inference<wholes{}, in<"x", i64, 4>, max_batch{5}>;

TEST(wide, f64) {
  reals_t net{reals_t::pack(variable_store())};
  std::vector<double> x(30);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = (static_cast<double>(random_bits({1, 2}, {static_cast<std::uint32_t>(i), 0}).x) * 0x1p-32 - 0.4) * 100;
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which);
    for (const int n : {1, 5}) {
      std::vector<double> scaled(30), functions(30), soft(30), most(10), mean(15), chosen(30), turned(30), rows(30);
      std::vector<std::int32_t> where(10);
      std::vector<float> rounded(30);
      std::vector<std::int64_t> whole(30);
      std::vector<std::uint8_t> small(30);
      ASSERT_TRUE(net.run({x.data()}, n, {scaled.data(), functions.data(), soft.data(), most.data(), mean.data(), where.data(), rounded.data(),
                                          whole.data(), small.data(), chosen.data(), turned.data(), rows.data()}));
      for (std::size_t i = 0; i < static_cast<std::size_t>(n) * 6; ++i) {
        const double v = x[i];
        EXPECT_EQ(scaled[i], v * 1e-300 + 0.1);
        const double f = std::exp(v * 0.01) + std::tanh(v) - std::log(std::abs(v) + 1) * std::erf(v) + std::sin(v) * std::cos(v);
        EXPECT_NEAR(functions[i], f, 1e-14 * (1 + std::abs(f)));
        EXPECT_EQ(rounded[i], static_cast<float>(v));
        EXPECT_EQ(whole[i], static_cast<std::int64_t>(v * 1e6));
        EXPECT_EQ(small[i], v < 0 ? 0 : static_cast<int>(std::nearbyint(v)));
        EXPECT_EQ(chosen[i], v > 0 && v < 50 ? v : -1);
        EXPECT_EQ(turned[i / 6 * 6 + i % 3 * 2 + i % 6 / 3], v * 2);
        EXPECT_EQ(rows[i], v / n);
      }
      for (std::size_t r = 0; r < static_cast<std::size_t>(n) * 2; ++r) {
        const double* const a = x.data() + r * 3;
        const std::size_t at = a[0] >= a[1] ? (a[0] >= a[2] ? 0 : 2) : a[1] >= a[2] ? 1 : 2;
        EXPECT_EQ(most[r], a[at]);
        EXPECT_EQ(where[r], static_cast<int>(at));
        const double sum = std::exp(a[0] - a[at]) + std::exp(a[1] - a[at]) + std::exp(a[2] - a[at]);
        for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(soft[r * 3 + j], std::exp(a[j] - a[at]) / sum, 1e-15);
      }
      for (std::size_t r = 0; r < static_cast<std::size_t>(n); ++r)
        for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(mean[r * 3 + j], (x[r * 6 + j] + x[r * 6 + 3 + j]) / 2, 1e-14);
    }
  }
}

TEST(wide, whole) {
  wholes_t net{wholes_t::pack(variable_store())};
  std::vector<std::int64_t> x = {0, 1, -1, 9007199254740993, -9007199254740995, 9223372036854775807, -9223372036854775807 - 1, 4294967296, -59, 7};
  while (x.size() < 20) x.push_back(static_cast<std::int64_t>(static_cast<std::uint64_t>(x[x.size() - 10]) * 3 + 5));
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which);
    std::vector<std::int64_t> product(20), order(20), signs(20);
    std::vector<std::uint64_t> no_sign(20), back(20);
    std::vector<std::int32_t> below(20), narrow(20);
    std::vector<std::uint32_t> low(20), saturated(20);
    std::vector<double> real(20), unsigned_real(20), of_low(20);
    ASSERT_TRUE(net.run({x.data()}, 5, {product.data(), order.data(), no_sign.data(), below.data(), real.data(), unsigned_real.data(), back.data(),
                                        narrow.data(), signs.data(), low.data(), of_low.data(), saturated.data()}));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto u = static_cast<std::uint64_t>(x[i]);
      EXPECT_EQ(static_cast<std::uint64_t>(product[i]), u * 9007199254740993u + 1);
      EXPECT_EQ(static_cast<std::uint64_t>(order[i]), x[i] < 0 ? 0 - u : x[i] < 9007199254740993 ? u : 9007199254740993u);
      EXPECT_EQ(no_sign[i], (u > 5 ? u : 5) * 3);
      EXPECT_EQ(below[i], u < 18446744073709551557u);
      EXPECT_EQ(real[i], static_cast<double>(x[i]));
      EXPECT_EQ(unsigned_real[i], static_cast<double>(u)) << u;
      EXPECT_EQ(back[i], static_cast<std::uint64_t>(static_cast<double>(u) * 0.5)) << u;
      EXPECT_EQ(narrow[i], static_cast<std::int32_t>(u));
      EXPECT_EQ(low[i], static_cast<std::uint32_t>(u));
      EXPECT_EQ(of_low[i], 2.0 * static_cast<std::uint32_t>(u));
      const double quarter = static_cast<double>(x[i]) * 0.25;
      EXPECT_EQ(saturated[i], quarter <= 0 ? 0u : quarter >= 4294967295.0 ? 4294967295u : static_cast<std::uint32_t>(quarter));
      EXPECT_EQ(static_cast<std::uint64_t>(signs[i]), (x[i] > 0) - std::uint64_t{x[i] < 0} + (x[i] < 0 ? 0 - u : u));
    }
  }
}

// [n,3,50] of i64: reductions along both axes, of all, and by the oracle, which binds what no input decides.
struct reductions {
  constexpr outputs operator()(value x) const {
    const value u = cast(x, u64), fixed = iota(x.owner(), 7, i64) * 1152921504606846977 - 4000000000000000001;
    outputs all{{"sums", reduce_sum(x, 2)}};
    all.add("columns", reduce_sum(x * 3, 1));
    all.add("most", reduce_max(x, 2));
    all.add("least", reduce_min(x, 1));
    all.add("where", argmax(x, 2));
    all.add("unsigned_most", reduce_max(u, 2));
    all.add("unsigned_least", reduce_min(u, 2));
    all.add("unsigned_where", argmin(u, 2));
    all.add("unsigned_sums", reduce_sum(u, 2));
    all.add("running", cumsum(x, 2));
    all.add("unsigned_running", cumsum(u, 2, {.reverse = true}));
    all.add("all", reduce_sum(x));
    all.add("fixed", concat({reduce_sum(fixed, 0, true), reduce_max(fixed, 0, true), reduce_min(fixed, 0, true), cumsum(fixed, 0),
                             cast(reduce_max(cast(fixed, u64), 0, true), i64), cast(reshape(argmin(fixed), {1}), i64)},
                            0));
    return all;
  }
};
TEST(wide, reductions) {
  using net_t = inference<reductions{}, in<"x", i64, 3, 50>, max_batch{5}>;
  net_t net{net_t::pack(variable_store())};
  using whole = std::int64_t;
  using natural = std::uint64_t;
  constexpr std::size_t rows = 5, r = 3, c = 50;
  std::vector<whole> x(rows * r * c);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto w = random_bits({7, 1}, {static_cast<std::uint32_t>(i), 0});
    x[i] = static_cast<whole>(natural{w.x} << 32 | w.y);
    if (i % 7 == 0) x[i] = x[i / 2];
  }
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which);
    std::vector<whole> sums(rows * r), columns(rows * c), most(rows * r), least(rows * c), running(x.size()), all(1), fixed(12);
    std::vector<natural> top(rows * r), low(rows * r), totals(rows * r), from_behind(x.size());
    std::vector<std::int32_t> where(rows * r), low_at(rows * r);
    ASSERT_TRUE(net.run({x.data()}, rows,
                        {sums.data(), columns.data(), most.data(), least.data(), where.data(), top.data(), low.data(), low_at.data(), totals.data(),
                         running.data(), from_behind.data(), all.data(), fixed.data()}));
    natural total = 0;
    for (std::size_t i = 0; i < rows * r; ++i) {
      natural sum = 0, behind = 0;
      std::size_t best = 0, lowest = 0, highest = 0;
      for (std::size_t k = 0; k < c; ++k) {
        const whole* const row = x.data() + i * c;
        sum += static_cast<natural>(row[k]);
        EXPECT_EQ(static_cast<natural>(running[i * c + k]), sum);
        behind += static_cast<natural>(row[c - 1 - k]);
        EXPECT_EQ(from_behind[i * c + c - 1 - k], behind);
        if (row[k] > row[best]) best = k;
        if (static_cast<natural>(row[k]) < static_cast<natural>(row[lowest])) lowest = k;
        if (static_cast<natural>(row[k]) > static_cast<natural>(row[highest])) highest = k;
      }
      total += sum;
      EXPECT_EQ(static_cast<natural>(sums[i]), sum);
      EXPECT_EQ(totals[i], sum);
      EXPECT_EQ(most[i], x[i * c + best]);
      EXPECT_EQ(where[i], static_cast<int>(best));
      EXPECT_EQ(top[i], static_cast<natural>(x[i * c + highest]));
      EXPECT_EQ(low[i], static_cast<natural>(x[i * c + lowest]));
      EXPECT_EQ(low_at[i], static_cast<int>(lowest));
    }
    EXPECT_EQ(static_cast<natural>(all[0]), total);
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t k = 0; k < c; ++k) {
        const whole* const a = x.data() + i * r * c + k;
        EXPECT_EQ(static_cast<natural>(columns[i * c + k]),
                  3 * (static_cast<natural>(a[0]) + static_cast<natural>(a[c]) + static_cast<natural>(a[2 * c])));
        EXPECT_EQ(least[i * c + k], std::min({a[0], a[c], a[2 * c]}));
      }
    natural sum = 0, unsigned_most = 0;
    for (natural k = 0; k < 7; ++k) {
      const natural v = k * 1152921504606846977 - 4000000000000000001u;
      sum += v;
      unsigned_most = std::max(unsigned_most, v);
      EXPECT_EQ(static_cast<natural>(fixed[3 + k]), sum);
    }
    EXPECT_EQ(static_cast<natural>(fixed[0]), sum);
    EXPECT_EQ(fixed[1], 6 * 1152921504606846977 - 4000000000000000001);
    EXPECT_EQ(fixed[2], -4000000000000000001);
    EXPECT_EQ(static_cast<natural>(fixed[10]), unsigned_most);
    EXPECT_EQ(fixed[11], 0);
  }
}

// Along an axis, and back: the gradient of what is taken goes where it was, that of running sums runs the other way.
struct along {
  constexpr outputs operator()(value x, value index) const {
    const value taken = take_along_axis(x, index, 1), sums = cumsum(x, 1, {.exclusive = true});
    const value loss = reduce_sum(taken * taken) + reduce_sum(sums * sums);
    return {{"taken", taken}, {"sums", sums}, {"slope", gradients(loss, {x})[0]}};
  }
};
TEST(wide, along_an_axis) {
  using net_t = inference<along{}, in<"x", f64, 6>, ids<"index", 6, 4>, max_batch{2}>;
  net_t net{net_t::pack(variable_store())};
  double x[12];
  for (int i = 0; i < 12; ++i) x[i] = 0.1 * i - 0.7;
  const std::int32_t index[8] = {5, 0, 5, 2, 1, 1, 1, 3};
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which);
    double taken[8], sums[12], slope[12], expected[12] = {};
    ASSERT_TRUE(net.run({x, index}, 2, {taken, sums, slope}));
    for (int i = 0; i < 8; ++i) {
      EXPECT_EQ(taken[i], x[i / 4 * 6 + index[i]]);
      expected[i / 4 * 6 + index[i]] += 2 * taken[i];
    }
    for (int row = 0; row < 2; ++row) {
      double sum = 0;
      for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(sums[row * 6 + i], sum);
        for (int k = 0; k < i; ++k) expected[row * 6 + k] += 2 * sum;
        sum += x[row * 6 + i];
      }
    }
    for (int i = 0; i < 12; ++i) EXPECT_NEAR(slope[i], expected[i], 1e-14);
  }
}

// Products and convolutions, with weights of f64.
struct net {
  constexpr value operator()(value x) const {
    x = tanh(nn::conv2d(x, {.filters = 5, .kernel = 3}));
    x = nn::avg_pool2d(x, {.size = 2});
    return nn::dense(tanh(nn::dense(nn::flatten(x), {.units = 9})), {.units = 4});
  }
};
using net_t = inference<net{}, in<"x", f64, 8, 8, 2>, max_batch{3}>;
static_assert(net_t::weight_bytes == net_t::parameter_count * 8);

TEST(wide, products) {
  variable_store weights = net_t::variables(seed{5});
  for (const auto& e : weights) EXPECT_EQ(e.type, f64) << e.path;
  net_t net{net_t::pack(weights)};
  const auto all = [&](const char* path) { return reinterpret_cast<const double*>(weights.find(path)->memory.data()); };
  const double *filters = all("conv2d/kernel"), *first = all("dense/kernel"), *second = all("dense_1/kernel");
  std::vector<double> x(3 * 128), y(12);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(random_bits({3, 2}, {static_cast<std::uint32_t>(i), 0}).x) * 0x1p-32 - 0.5;
  std::vector<std::vector<double>> expected;
  for (std::size_t r = 0; r < 3; ++r) {
    std::vector<double> image(180), pooled(45), hidden(9), out(4);
    for (std::size_t i = 0; i < 6; ++i)
      for (std::size_t j = 0; j < 6; ++j)
        for (std::size_t o = 0; o < 5; ++o) {
          double sum = 0;
          for (std::size_t a = 0; a < 3; ++a)
            for (std::size_t b = 0; b < 3; ++b)
              for (std::size_t c = 0; c < 2; ++c) sum += x[r * 128 + ((i + a) * 8 + j + b) * 2 + c] * filters[((a * 3 + b) * 2 + c) * 5 + o];
          image[(i * 6 + j) * 5 + o] = std::tanh(sum);
        }
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 3; ++j)
        for (std::size_t o = 0; o < 5; ++o) {
          const auto at = [&](std::size_t a, std::size_t b) { return image[((2 * i + a) * 6 + 2 * j + b) * 5 + o]; };
          pooled[(i * 3 + j) * 5 + o] = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4;
        }
    for (std::size_t o = 0; o < 9; ++o) {
      for (std::size_t k = 0; k < 45; ++k) hidden[o] += pooled[k] * first[k * 9 + o];
      hidden[o] = std::tanh(hidden[o]);
    }
    for (std::size_t o = 0; o < 4; ++o)
      for (std::size_t k = 0; k < 9; ++k) out[o] += hidden[k] * second[k * 4 + o];
    expected.push_back(out);
  }
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which);
    for (const int n : {1, 3}) {
      ASSERT_TRUE(net.run({x.data()}, n, {y.data()}));
      for (std::size_t i = 0; i < static_cast<std::size_t>(n) * 4; ++i) EXPECT_NEAR(y[i], expected[i / 4][i % 4], 1e-14);
    }
  }
}

}  // namespace
