// Broadcasting and views of any kind, against plain loops.
#include "testing.hpp"

namespace {
using namespace testing_expr;

// A random view of a fresh array with these extents: sliced, reversed, transposed.
template <int Rank>
auto random_view(std::mt19937& random, shape dims) {
  const auto coin = [&] { return random() % 2 == 1; };
  shape stored = dims;
  const bool steps = coin(), turned = coin();
  const int step = steps ? 2 : 1, first = coin() ? 1 : 0;
  if (turned && Rank > 1) std::swap(stored[0], stored[Rank - 1]);
  stored[0] = stored[0] * step + first;
  const auto make = [&](auto... none) {
    tensor<float, (static_cast<void>(none), dynamic)...> t(stored);
    fill_random(t.data(), t.size(), random);
    auto v = t(slice(first, to_end, step));
    if (coin()) v = tensor<float, (static_cast<void>(none), dynamic)...>(reverse<0>(v));
    return coin() ? reverse<-1>(v) : v;
  };
  if constexpr (Rank == 1) return make(0);
  else if constexpr (Rank == 2) {
    auto v = make(0, 0);
    return turned ? decltype(v)(transpose(v)) : v;
  } else {
    auto v = make(0, 0, 0);
    return turned ? decltype(v)(transpose<2, 1, 0>(v)) : v;
  }
}

shape random_shape(std::mt19937& random, const shape& whole, int rank) {
  shape s;
  for (int i = whole.rank - rank; i < whole.rank; ++i) s.push(random() % 3 == 0 ? 1 : whole[i]);
  return s;
}

TEST(broadcast, random_views) {
  std::mt19937 random(11);
  const int sizes[] = {0, 1, 2, 3, 5, 16, 17, 33, 70};
  for_each_isa([&] {
    for (int round = 0; round < 300; ++round) {
      shape whole;
      for (int i = 0; i < 3; ++i) whole.push(sizes[random() % (i == 2 ? 9 : 6)]);
      const auto a = random_view<3>(random, random_shape(random, whole, 3));
      const auto b = random_view<2>(random, random_shape(random, whole, 2));
      const auto c = random_view<1>(random, random_shape(random, whole, 1));
      const auto d = random_view<3>(random, whole);
      const auto f = [](float x, float y, float z, float w) { return x * y + z - w; };
      const tensor<float, dynamic, dynamic, dynamic> y = a * b + c - d;
      ASSERT_EQ(y.dims(), whole);
      expect_elements(y, f, a, b, c, d);
      auto v = random_view<3>(random, whole);  // into a view
      v = a * b + c - d;
      expect_elements(v, f, a, b, c, d);
      v = b;
      expect_elements(v, [](float x) { return x; }, b);
      if (HasFatalFailure()) FAIL() << "round " << round;
    }
  });
}

TEST(broadcast, rules) {
  const tensor<float, 2, 3> a{{1, 2, 3}, {4, 5, 6}};
  const tensor<float, 3> row{10, 20, 30};
  const tensor<float, 2> column{100, 200};
  const tensor<float, 2, 3> y = a + row + column(slice(), new_axis);
  EXPECT_EQ(y(1, 2), 236);
  static_assert(std::is_same_v<result_t<decltype(column(slice(), new_axis) * row)>, tensor<float, 2, 3>>);
  const tensor<float, dynamic> any(3), one{7};
  static_assert(std::is_same_v<result_t<decltype(a * any)>, tensor<float, 2, 3>>);
  EXPECT_EQ(eval(a * one)(1, 0), 28);
  EXPECT_EQ(eval(one + one * any).dims(), shape{3});
  const tensor<float, 1, 0> none;
  EXPECT_EQ(eval(none + tensor<float, 4, 1>()).dims(), (shape{4, 0}));
  tensor<float, 2, 3> z;
  z(slice()) = row;
  EXPECT_EQ(z(1, 1), 20);
  z(0) = 5;
  EXPECT_EQ(z(0, 2), 5);
  EXPECT_EQ(z(1, 2), 30);
}

TEST(broadcast, to_a_known_shape) {
  tensor<float, 3> row{1, 2, 3};
  tensor<float, 2, 3> y = row;
  EXPECT_EQ(y(1, 2), 3);
  const float* memory = y.data();
  y = sum(row) + row;
  EXPECT_EQ(y(1, 0), 7);
  y = y(1) * 2;
  EXPECT_EQ(y(0, 2), 18);
  y = sum(y);
  EXPECT_EQ(y(1, 1), 96);
  EXPECT_EQ(y.data(), memory);
  static_assert(!std::is_invocable_v<tensor<float, 2, 3>&, float, int> && std::is_invocable_v<tensor<float, 2, 3>&, long, int>);
}

TEST(broadcast, mismatches_throw) {
  tensor<float, dynamic, dynamic> a(2, 3), b(2, 4);
  tensor<float, dynamic> c(2);
  EXPECT_EQ(error_of([&] { a + b; }), "add: [2,3] vs [2,4]; extents must be equal or 1");
  EXPECT_EQ(error_of([&] { a* c; }), "mul: [2,3] vs [2]; extents must be equal or 1");
  EXPECT_EQ(error_of([&] { select(a > 0, a, c); }), "select: [2,3] vs [2]; extents must be equal or 1");
  EXPECT_EQ(error_of([&] { a(slice()) = b; }), "assign: [2,4] does not fit [2,3]; extents must be equal or 1");
}

}  // namespace
