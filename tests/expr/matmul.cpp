// Matrix products and softmax in expressions, against plain loops.
#include "testing.hpp"

namespace {
using namespace testing_expr;

template <class A, class B>
tensor<float, dynamic, dynamic> naive(const A& a, const B& b) {
  tensor<float, dynamic, dynamic> y(a.extent(0), b.extent(1));
  for (int i = 0; i < y.extent(0); ++i)
    for (int j = 0; j < y.extent(1); ++j)
      for (int k = 0; k < a.extent(1); ++k) y(i, j) += a(i, k) * b(k, j);
  return y;
}
constexpr auto same = [](float x) { return x; };

TEST(matmul, every_layout) {
  std::mt19937 random(31);
  for_each_isa([&] {
    for (const int m : {0, 1, 5, 34})
      for (const int n : {0, 1, 3, 16, 65})
        for (const int k : {0, 1, 7, 40}) {
          const auto a = random_tensor(random, m, k), b = random_tensor(random, k, n), at = random_tensor(random, k, m),
                     bt = random_tensor(random, n, k);
          expect_elements(eval(matmul(a, b)), same, naive(a, b));
          expect_elements(eval(matmul(transpose(at), b)), same, naive(transpose(at), b));
          expect_elements(eval(matmul(a, transpose(bt))), same, naive(a, transpose(bt)));
          expect_elements(eval(matmul(reverse<0>(a), reverse<1>(b))), same, naive(reverse<0>(a), reverse<1>(b)));
          const tensor<float, dynamic, dynamic> doubled = a * 2, shifted = b + 1;
          expect_elements(eval(matmul(a * 2, b + 1)), same, naive(doubled, shifted));
          tensor<float, dynamic, dynamic> wide(m, 2 * n);
          wide(slice(), slice(0, 2 * n, 2)) = matmul(a, b);  // results that are not neighbours
          expect_elements(wide(slice(), slice(0, 2 * n, 2)), same, naive(a, b));
          if (HasFatalFailure()) FAIL() << m << " " << n << " " << k;
        }
  });
}

TEST(matmul, memory_of_others_is_not_read_past_its_end) {
  std::vector<float> a(6, 2), b(3 * 5, 3);  // the sanitizer watches
  const tensor_view<const float, 2, 3> x(a.data());
  const tensor_view<const float, 3, 5> w(b.data());
  for_each_isa([&] {
    expect_elements(eval(matmul(x, w)), [](float y) { return y; }, naive(x, w));
    const tensor_view<const float, 3, 1> column(b.data() + 12);
    expect_elements(eval(matmul(x, column)), [](float y) { return y; }, naive(x, column));
  });
}

TEST(matmul, loops_behind_it) {
  std::mt19937 random(32);
  for_each_isa([&] {
    for (const int n : {1, 9, 64, 70}) {
      const auto x = random_tensor(random, 11, 13), w = random_tensor(random, 13, n), v = random_tensor(random, 13, n),
                 z = random_tensor(random, 11, n);
      const auto b = random_tensor(random, n), c = random_tensor(random, 11);
      const auto p = naive(x, w), q = naive(x, v);
      expect_elements(eval(matmul(x, w) + b), [](float s, float t) { return s + t; }, p, b);
      expect_elements(eval(relu(matmul(x, w) + b) * z), [](float s, float t, float u) { return std::max(s + t, 0.f) * u; }, p, b, z);
      expect_elements(eval(c(slice(), new_axis) - matmul(x, w)), [](float s, float t) { return t - s; }, p, c(slice(), new_axis));
      expect_elements(eval(matmul(x, w) * matmul(x, v) + 1), [](float s, float t) { return s * t + 1; }, p, q);
      expect_elements(eval(matmul(x, w) + transpose(transpose(z))), [](float s, float t) { return s + t; }, p, z);
      const tensor<float, dynamic, dynamic> zt = transpose(z);
      expect_elements(eval(matmul(x, w) + transpose(zt)), [](float s, float t) { return s + t; }, p, z);
      tensor<float, dynamic, dynamic> y(n, 11);
      transpose(y) = matmul(x, w) + b;
      expect_elements(transpose(y), [](float s, float t) { return s + t; }, p, b);
      const auto cube = random_tensor(random, 2, 11, n);
      expect_elements(eval(matmul(x, w) + cube), [](float s, float t) { return s + t; }, p, cube);  // larger than the product
      expect_elements(eval(matmul(x(slice(0, 1)), w) + z), [](float s, float t) { return s + t; }, p(0), z);
      expect_elements(eval(sum<1>(matmul(x, w))), same, eval(sum<1>(p)));
      expect_elements(eval(max<0>(matmul(x, w) + b)), same, eval(max<0>(p + b)));
      expect_elements(eval(matmul(x, w) / max(matmul(x, w))), [](float s, float t) { return s / t; }, p, eval(max(p)));
    }
  });
}

// A row stride that is the number of columns, but the columns are elsewhere.
TEST(matmul, narrow_results_with_turned_operands) {
  std::mt19937 random(35);
  for_each_isa([&] {
    const auto x = random_tensor(random, 20, 6), w = random_tensor(random, 6, 8);
    const auto cube = random_tensor(random, 8, 20, 8);
    const auto turned = transpose(cube(slice(), slice(), 0));
    ASSERT_EQ(turned.stride(0), 8);
    expect_elements(eval(matmul(x, w) + turned), [](float s, float t) { return s + t; }, naive(x, w), turned);
  });
}

TEST(matmul, batches) {
  std::mt19937 random(33);
  for_each_isa([&] {
    const auto a = random_tensor(random, 2, 3, 5, 7), b = random_tensor(random, 2, 3, 7, 18);
    const auto w = random_tensor(random, 7, 18);
    const tensor<float, dynamic, dynamic, dynamic, dynamic> each = matmul(a, b), shared = matmul(a, w), after = relu(matmul(a, w) - 1) * 2;
    for (int i = 0; i < 2; ++i)
      for (int k = 0; k < 3; ++k) {
        expect_elements(each(i, k), same, naive(a(i, k), b(i, k)));
        expect_elements(shared(i, k), same, naive(a(i, k), w));
        expect_elements(after(i, k), [](float x) { return std::max(x - 1, 0.f) * 2; }, naive(a(i, k), w));
      }
    const tensor<float, dynamic, dynamic, dynamic, dynamic> turned = matmul(transpose<1, 0, 2, 3>(a), w),
                                                            scores = matmul(a, transpose<0, 1, 3, 2>(a));
    expect_elements(turned(2, 1), same, naive(a(1, 2), w));
    expect_elements(scores(1, 2), same, naive(a(1, 2), transpose(a(1, 2))));
  });
}

template <class A>
tensor<float, dynamic, dynamic> naive_softmax(const A& a, bool logarithm) {
  tensor<float, dynamic, dynamic> y(a.extent(0), a.extent(1));
  for (int i = 0; i < a.extent(0); ++i) {
    double peak = -infinite, total = 0;
    for (int j = 0; j < a.extent(1); ++j) peak = std::max(peak, static_cast<double>(a(i, j)));
    for (int j = 0; j < a.extent(1); ++j) total += std::exp(a(i, j) - peak);
    for (int j = 0; j < a.extent(1); ++j)
      y(i, j) = static_cast<float>(logarithm ? a(i, j) - peak - std::log(total) : std::exp(a(i, j) - peak) / total);
  }
  return y;
}
template <class A, class B>
void expect_near(const A& got, const B& expected) {
  ASSERT_EQ(got.dims(), expected.dims());
  for (std::ptrdiff_t i = 0; i < got.size(); ++i) ASSERT_NEAR(at(got, got.dims(), i), at(expected, got.dims(), i), 3e-6) << i;
}

TEST(softmax, along_either_axis) {
  std::mt19937 random(34);
  for_each_isa([&] {
    for (const int n : {1, 10, 33, 5000}) {
      const auto x = random_tensor(random, 4, n);
      expect_near(eval(softmax(x)), naive_softmax(x, false));
      expect_near(eval(log_softmax(x)), naive_softmax(x, true));
      expect_near(transpose(eval(softmax<0>(transpose(x)))), naive_softmax(x, false));
      expect_near(transpose(eval(log_softmax<0>(eval(transpose(x))))), naive_softmax(x, true));
      const auto w = random_tensor(random, n, 12);
      const auto b = random_tensor(random, 12);
      const tensor<float, dynamic, dynamic> logits = matmul(x, w) / 50 + b;
      expect_near(eval(softmax(matmul(x, w) / 50 + b)), naive_softmax(logits, false));
      expect_near(eval(1 - softmax(matmul(x, w) / 50 + b)), eval(1 - naive_softmax(logits, false)));
    }
    const tensor<float, 0, 3> none;
    EXPECT_EQ(eval(softmax(none)).size(), 0);
  });
}

TEST(matmul, mismatches_throw) {
  const tensor<float, dynamic, dynamic> a(2, 3), b(4, 5);
  EXPECT_EQ(error_of([&] { matmul(a, b); }), "matmul: [2,3] x [4,5]; lhs columns must equal rhs rows");
  const tensor<float, dynamic, dynamic, dynamic> c(2, 1, 4), d(3, 4, 1);
  EXPECT_EQ(error_of([&] { matmul(c, d); }), "matmul: [2,1,4] x [3,4,1]; leading extents must be equal");
}

}  // namespace
