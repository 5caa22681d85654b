#include "../graph_test.hpp"

using namespace testing_graphs;

namespace {

TEST(matmul, gradients) {
  for (const bool ta : {false, true})
    for (const bool tb : {false, true}) {
      const auto f = [&](const vec<value>& x) { return matmul(x[0], x[1], {.transpose_a = ta, .transpose_b = tb}); };
      expect_gradients(f, {ta ? shape{5, 3} : shape{3, 5}, tb ? shape{2, 5} : shape{5, 2}});
      expect_gradients(f, {ta ? shape{4, 5, 3} : shape{4, 3, 5}, tb ? shape{4, 2, 5} : shape{4, 5, 2}});
      expect_gradients(f, {ta ? rows({5, 3}) : rows({3, 5}), tb ? rows({2, 5}) : rows({5, 2})});
      if (!ta) expect_gradients(f, {rows({5}), tb ? shape{2, 5} : shape{5, 2}});
      if (!ta) expect_gradients(f, {rows({4, 5}), tb ? shape{2, 5} : shape{5, 2}});
      if (!ta) expect_gradients(f, {{4, 3, 5}, tb ? shape{2, 5} : shape{5, 2}});
    }
  expect_gradients([](const vec<value>& x) { return matmul(x[0], x[1], {.transpose_a = true}); }, {rows({3}), rows({2})});  // over the batch
}
TEST(matmul, second_gradients) {
  expect_second_gradients([](const vec<value>& x) { return matmul(x[0], x[1]); }, {rows({3}), {3, 2}}, {.tolerance = 1e-5});
  expect_second_gradients([](const vec<value>& x) { return matmul(x[0], x[1], {.transpose_b = true}); }, {rows({2, 3}), rows({2, 3})},
                          {.tolerance = 1e-5});
}
TEST(matmul, values) {
  const auto a = numbers({1, 2, 3, 4, 5, 6}), b = numbers({1, 0, 2, 1, 0, 3});
  const auto of = [&](const shape& p, const shape& q, matmul_options o) {
    return run_function([&](const vec<value>& v) { return matmul(v[0], v[1], o); }, {p, q}, {a, b});
  };
  expect_near(of({2, 3}, {3, 2}, {}), numbers({5, 11, 14, 23}));
  expect_near(of({2, 3}, {2, 3}, {.transpose_b = true}), numbers({7, 10, 16, 22}));
  expect_near(of({3, 2}, {3, 2}, {.transpose_a = true}), numbers({7, 18, 10, 22}));
}

// Of bytes: whole numbers of 32 bits, which wrap.
constexpr dtype product_type(dtype a, dtype b) {
  builder s(false);
  return matmul(s.input("a", {2, 3}, a), s.input("b", {3, 4}, b)).type();
}
static_assert(product_type(u8, i8) == i32 && product_type(i8, i8) == i32 && product_type(i8, u8) == i32 && product_type(u8, u8) == i32);
constexpr text refused_types(dtype a, dtype b) {
  return failure_of([&](builder& s) { matmul(s.input("a", {2, 3}, a), s.input("b", {3, 4}, b)); });
}
static_assert(refused_types(u8, f32) == "matmul: u8 vs f32; there is no implicit promotion: cast(x, f32)");
static_assert(refused_types(i8, i32) == "matmul: i8 vs i32; there is no implicit promotion: cast(x, i32)");
static_assert(refused_types(i16, i16) == "matmul: needs a floating type, got i16; cast(x, f32) first");
static_assert(failure_of([](builder& s) { matmul(s.input("a", {2, 3}, u8), s.input("b", {4, 3}, i8)); }) ==
              "matmul: [2,3] x [4,3]; lhs columns must equal rhs rows");

constexpr shape product(const shape& a, const shape& b, matmul_options o = {}) {
  builder s(false);
  return matmul(s.input("a", a), s.input("b", b), o).dims();
}
constexpr text refused(const shape& a, const shape& b, matmul_options o = {}) {
  return failure_of([&](builder& s) { matmul(s.input("a", a), s.input("b", b), o); });
}
static_assert(product(rows({784}), {784, 128}) == rows({128}) && product(rows({7, 8}), {8, 3}) == rows({7, 3}));
static_assert(product(rows({7, 8}), rows({3, 8}), {.transpose_b = true}) == rows({7, 3}));
static_assert(product(rows({7}), rows({8}), {.transpose_a = true}) == shape{7, 8});
static_assert(refused(rows({784}), {128, 10}) == "matmul: [n,784] x [128,10]; lhs columns must equal rhs rows");
static_assert(refused(rows({}), {3, 4}) == "matmul: [n] x [3,4]; both operands need rank 2 or more, reshape first");
static_assert(refused(rows({5}), rows({5}), {.transpose_b = true}) ==
              "matmul: [n,5] x [n,5]^T; the batch cannot be the result's columns (needs batch<N>)");
static_assert(refused({2, 3, 4}, {3, 4, 5}) == "matmul: [2,3,4] x [3,4,5]; leading extents must be equal");
static_assert(refused({3, 3, 4}, {2, 4, 5}) == "matmul: [3,3,4] x [2,4,5]; leading extents must be equal");
static_assert(refused(rows({3, 4}), {1, 4, 5}) == "matmul: [n,3,4] x [1,4,5]; leading extents must be equal");
static_assert(refused({3, 4}, rows({4}), {.transpose_a = true}) == "matmul: [3,4]^T x [n,4]; lhs columns must equal rhs rows");
static_assert(refused({1, 4}, rows({4}), {.transpose_a = true}) ==
              "matmul: [1,4]^T x [n,4]; lhs columns must equal rhs rows");  // one row is no batch
static_assert(refused(rows({4}), {1, 4}, {.transpose_a = true}) == "matmul: [n,4]^T x [1,4]; lhs columns must equal rhs rows");

}  // namespace
