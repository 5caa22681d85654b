// Reductions by any axes, of arrays, views and expressions, against plain loops.
#include "testing.hpp"

namespace {
using namespace testing_expr;

// fold(so far, element, its number among the reduced ones) over the elements that go to each place.
template <class A, class F>
std::vector<double> folded(const A& a, int mask, double first, F fold) {
  const shape whole = a.dims();
  std::ptrdiff_t results = 1;
  for (int i = 0; i < whole.rank; ++i)
    if (!(mask >> i & 1)) results *= whole[i];
  std::vector<double> out(static_cast<std::size_t>(results), first);
  std::vector<std::ptrdiff_t> seen(out.size());
  for (std::ptrdiff_t flat = 0; flat < whole.count(); ++flat) {
    std::ptrdiff_t rest = flat, place = 0, step = 1;
    for (int i = whole.rank; i-- > 0; rest /= whole[i])
      if (!(mask >> i & 1)) {
        place += rest % whole[i] * step;
        step *= whole[i];
      }
    const auto p = static_cast<std::size_t>(place);
    out[p] = fold(out[p], static_cast<double>(at(a, whole, flat)), seen[p]++);
  }
  return out;
}

template <class R>
void expect_results(const R& got, const std::vector<double>& expected) {
  ASSERT_EQ(static_cast<std::size_t>(got.size()), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_FLOAT_EQ(static_cast<float>(got.data()[i]), static_cast<float>(expected[i])) << i;
}

template <int... Axes, class A>
void check_axes(const A& a) {
  constexpr int list[] = {Axes..., 0};
  const int mask = igata::detail::mask_of(list, sizeof...(Axes), A::rank);
  const auto add = [](double s, double x, std::ptrdiff_t) { return s + x; };
  const auto largest = [](double s, double x, std::ptrdiff_t) { return std::max(s, x); };
  const auto smallest = [](double s, double x, std::ptrdiff_t) { return std::min(s, x); };
  expect_results(eval(sum<Axes...>(a)), folded(a, mask, 0, add));
  expect_results(eval(max<Axes...>(a)), folded(a, mask, -infinite, largest));
  expect_results(eval(min<Axes...>(a)), folded(a, mask, infinite, smallest));
  const tensor doubled(eval(a * 2 + 1));  // fused
  expect_results(eval(sum<Axes...>(a * 2 + 1)), folded(doubled, mask, 0, add));
  expect_results(eval(sum<Axes...>(a * 2 + 1, keep_dims)), folded(doubled, mask, 0, add));
  EXPECT_EQ(eval(sum<Axes...>(a, keep_dims)).rank, A::rank);
  if (a.size() == 0) return;
  double best = 0;
  const auto where = [&](double s, double x, std::ptrdiff_t i) { return i == 0 || x > best ? (best = x, static_cast<double>(i)) : s; };
  if constexpr (sizeof...(Axes) == 0) expect_results(eval(argmax(a)), folded(a, mask, 0, where));
  std::ptrdiff_t count = 1;
  for (int i = 0; i < A::rank; ++i)
    if (mask >> i & 1) count *= a.extent(i);
  std::vector<double> means = folded(a, mask, 0, add);
  for (double& m : means) m /= static_cast<double>(count);
  expect_results(eval(mean<Axes...>(a)), means);
}

TEST(reduce, all_axes_of_arrays_and_views) {
  std::mt19937 random(21);
  for_each_isa([&] {
    for (const int k : {0, 1, 2, 5, 17, 64}) {
      const auto a = random_tensor(random, 3, k, 33);
      check_axes<>(a);
      check_axes<0>(a);
      check_axes<1>(a);
      check_axes<-1>(a);
      check_axes<0, 1>(a);
      check_axes<1, 2>(a);
      check_axes<0, 2>(a);  // not beside each other
      const auto turned = transpose<2, 0, 1>(a);
      check_axes<>(turned);
      check_axes<0>(turned);
      check_axes<1>(turned);
      check_axes<2>(turned);
      check_axes<1, 2>(turned);
      check_axes<0>(reverse<0>(transpose(a)));
      check_axes<1>(a(slice(), slice(), slice(1, to_end, 3)));
      if (HasFatalFailure()) FAIL() << "k = " << k;
    }
  });
}

TEST(reduce, positions) {
  const tensor<float, 2, 4> a{{1, 5, 5, -2}, {quiet_nan, 0, -7, 9}};
  for_each_isa([&] {
    const tensor<std::int32_t, 2> high = argmax<1>(a), low = argmin<1>(a);
    EXPECT_EQ(high(0), 1);
    EXPECT_EQ(high(1), 0) << "the first NaN";
    EXPECT_EQ(low(0), 3);
    const tensor<std::int32_t, 4> columns = argmax<0>(abs(a(slice(), slice())));
    EXPECT_EQ(columns(2), 1);
    EXPECT_EQ(std::int32_t(argmin(a(0))), 3);
    EXPECT_EQ(eval(argmax<1>(a, keep_dims)).dims(), (shape{2, 1}));
    EXPECT_EQ(eval(argmax<0>(transpose(a)))(0), 1);
  });
}

TEST(reduce, numbers_of_everything) {
  tensor<float, dynamic> a(1000);
  for (int i = 0; i < 1000; ++i) a(i) = static_cast<float>(i % 7) - 3;
  for_each_isa([&] {
    float expected = 0;
    for (const float x : a) expected += x * x;
    const auto s = sum(a * a);
    const float number = s;
    EXPECT_EQ(number, expected);
    EXPECT_EQ(float(max(a) - min(a)), 6);
    tensor<float, dynamic> y = (a - mean(a)) / sqrt(mean(a * a));
    EXPECT_NEAR(float(mean(y)), 0, 1e-6);
    y = a / sum(abs(a));
    EXPECT_NEAR(float(sum(abs(y))), 1, 1e-5);
  });
}

TEST(reduce, of_nothing) {
  const tensor<float, 3, 0> a;
  EXPECT_EQ(eval(sum<1>(a))(2), 0);
  EXPECT_EQ(eval(max<1>(a))(0), -infinite);
  EXPECT_EQ(eval(min<1>(a))(0), infinite);
  EXPECT_TRUE(std::isnan(float(mean(a))));
  EXPECT_EQ(eval(sum<0>(a)).size(), 0);
  EXPECT_EQ(error_of([&] { eval(argmax<1>(a)); }), "argmax: of no elements; the reduced extents must be 1 or more");
  EXPECT_EQ(error_of([&] { eval(argmin<1>(a)); }), "argmin: of no elements; the reduced extents must be 1 or more");
}

TEST(reduce, inside_other_expressions) {
  std::mt19937 random(22);
  for_each_isa([&] {
    const auto a = random_tensor(random, 6, 19);
    const tensor<float, dynamic, dynamic> y = a * 2 - max<1>(a * a, keep_dims) + sum<0>(a);
    for (int i = 0; i < 6; ++i)
      for (int j = 0; j < 19; ++j) {
        float peak = -infinite, total = 0;
        for (int k = 0; k < 19; ++k) peak = std::max(peak, a(i, k) * a(i, k));
        for (int k = 0; k < 6; ++k) total += a(k, j);
        ASSERT_EQ(y(i, j), a(i, j) * 2 - peak + total);
      }
    EXPECT_EQ(float(sum(sum<0>(a) * sum<0>(a))), float(sum(eval(sum<0>(a)) * eval(sum<0>(a)))));
    tensor<float, dynamic, dynamic> z(6, 19);
    z(slice()) = sum<0>(a);  // to every row
    EXPECT_EQ(z(5, 18), z(0, 18));
    transpose(z) = sum<1>(a);
    EXPECT_EQ(z(4, 0), eval(sum<1>(a))(4));
    EXPECT_EQ(z(4, 18), eval(sum<1>(a))(4));
  });
}

}  // namespace
