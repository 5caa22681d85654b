// An assignment gives what it would give if its right side were computed first.
#include "testing.hpp"

namespace {
using namespace testing_expr;

TEST(aliasing, overlapping_slices) {
  for_each_isa([] {
    for (const int n : {5, 40, 1000}) {
      tensor<float, dynamic> a(n), before;
      for (int i = 0; i < n; ++i) a(i) = static_cast<float>(i);
      before = a;
      a(slice(1, n)) = a(slice(0, n - 1));
      for (int i = 1; i < n; ++i) ASSERT_EQ(a(i), before(i - 1));
      a = before;
      a(slice(0, n - 1)) = a(slice(1, n)) * 2 + a(slice(0, n - 1));
      for (int i = 0; i + 1 < n; ++i) ASSERT_EQ(a(i), before(i + 1) * 2 + before(i));
      a = before;
      a = reverse<0>(a);
      for (int i = 0; i < n; ++i) ASSERT_EQ(a(i), before(n - 1 - i));
      a = before;
      a(slice(0, n / 2)) = a(slice(0, n / 2 * 2, 2));
      for (int i = 0; i < n / 2; ++i) ASSERT_EQ(a(i), before(2 * i));
    }
  });
}

TEST(aliasing, transposes) {
  std::mt19937 random(5);
  for_each_isa([&] {
    for (const int n : {1, 3, 16, 70}) {
      auto a = random_tensor(random, n, n);
      const auto before = a;
      a = a + transpose(a);
      expect_elements(a, [](float x, float y) { return x + y; }, before, transpose(before));
      a = before;
      a += a(0);  // the first row is read for every row
      expect_elements(a, [](float x, float y) { return x + y; }, before, before(0));
      a = before;
      a = a * a + a;  // every element where it is written
      expect_elements(a, [](float x) { return x * x + x; }, before);
      a = before;
      transpose(a) = a;
      expect_elements(a, [](float x) { return x; }, transpose(before));
    }
  });
}

TEST(aliasing, results_that_are_operands) {
  std::mt19937 random(6);
  for_each_isa([&] {
    auto a = random_tensor(random, 7, 7), b = random_tensor(random, 7, 7);
    const auto before = a;
    a = matmul(a, b);
    expect_elements(a, [](float x) { return x; }, eval(matmul(before, b)));
    a = before;
    a = matmul(b, a) + a;
    expect_elements(a, [](float x) { return x; }, eval(matmul(b, before) + before));
    a = before;
    a = matmul(a, a) + transpose(a);
    expect_elements(a, [](float x) { return x; }, eval(matmul(before, before) + transpose(before)));
    a = before;
    a(0) = sum<0>(a);
    expect_elements(a(0), [](float x) { return x; }, eval(sum<0>(before)));
    a = before;
    a = a - max<1>(a, keep_dims);
    expect_elements(a, [](float x, float m) { return x - m; }, before, eval(max<1>(before, keep_dims)));
    a = before;
    a = softmax(a);
    expect_elements(a, [](float x) { return x; }, eval(softmax(before)));
    a = before;
    a = softmax<0>(transpose(a) * 1);
    expect_elements(a, [](float x) { return x; }, eval(softmax<0>(transpose(before) * 1)));
    auto cube = random_tensor(random, 3, 7, 7);
    const auto cube_before = cube;
    cube = matmul(b, before) + reverse<0>(cube);  // the product is smaller than the loop, and the loop overwrites what it reads
    expect_elements(cube, [](float x, float y) { return x + y; }, eval(matmul(b, before)), reverse<0>(cube_before));
    tensor<float, dynamic, dynamic> grown(1, 2);
    grown = 3;
    grown = grown + tensor<float, 4, 1>();  // another shape than its own
    EXPECT_EQ(grown.dims(), (shape{4, 2}));
    EXPECT_EQ(grown(3, 1), 3);
  });
}

TEST(aliasing, random_views_of_one_array) {
  std::mt19937 random(7);
  const auto part = [&](std::ptrdiff_t n) {
    const int extent = static_cast<int>(n), begin = static_cast<int>(random()) % extent, first = begin < 0 ? begin + extent : begin;
    return slice(first, first + 1 + static_cast<int>(random() % static_cast<unsigned>(extent - first)), 1 + static_cast<int>(random() % 3));
  };
  for_each_isa([&] {
    for (int round = 0; round < 3000; ++round) {
      auto all = random_tensor(random, 1 + static_cast<int>(random() % 9), 1 + static_cast<int>(random() % 40));
      const auto before = all;
      // As large as the target, or of extent 1.
      auto target = all(part(all.extent(0)), part(all.extent(1)));
      const auto operand = [&] {
        const auto v = all(part(all.extent(0)), part(all.extent(1)));
        const auto cut = [&](int axis) {
          return slice(0, v.extent(axis) >= target.extent(axis) && random() % 3 ? static_cast<int>(target.extent(axis)) : 1);
        };
        return v(cut(0), cut(1));
      };
      const auto a = operand(), b = operand();
      const auto old = [&](const auto& v, int i, int j) {
        return before.data()[&v(v.extent(0) == 1 ? 0 : i, v.extent(1) == 1 ? 0 : j) - all.data()];
      };
      auto expected = before;
      const unsigned kind = static_cast<unsigned>(random()) % 4;
      for (int i = 0; i < target.extent(0); ++i)
        for (int j = 0; j < target.extent(1); ++j) {
          const float x = old(a, i, j), y = old(b, i, j), z = old(target, i, j);
          expected.data()[&target(i, j) - all.data()] = kind == 0 ? x + y : kind == 1 ? z + x * y : kind == 2 ? (x > y ? x : y) - z : x;
        }
      if (kind == 0) target = a + b;
      else if (kind == 1) target += a * b;
      else if (kind == 2) target = select(a > b, a, b) - target;
      else target = a;
      for (std::ptrdiff_t i = 0; i < all.size(); ++i) ASSERT_EQ(all.data()[i], expected.data()[i]) << "round " << round;
    }
  });
}

TEST(aliasing, memory_of_others) {
  float raw[40];
  for (int i = 0; i < 40; ++i) raw[i] = static_cast<float>(i);
  tensor_view<float, dynamic> low(raw, {30}), high(raw + 10, {30});
  high = low + 1;
  for (int i = 10; i < 40; ++i) EXPECT_EQ(raw[i], static_cast<float>(i - 10 + 1));
}

}  // namespace
