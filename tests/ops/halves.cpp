// f16 and bf16 in graphs: constants and the oracle round once, gradients reach what was rounded, and what computes in f32 alone says so.
#include "graph_test.hpp"

#include <igata/core/half.hpp>
#include <igata/draw/differentiate.hpp>
#include <igata/passes/simplify.hpp>

namespace {
using namespace testing_graphs;

template <class F>
constexpr double computed(dtype type, double number, F f) {
  builder s(false);
  const value x = s.input("x", {}, type);
  (void)f(x);
  environment env;
  env.inputs.push(vec<double>(1, number));
  const graph& g = s.get();
  if (g.failed()) return -12345;
  const vec<vec<double>> values = evaluate(g, env);
  return values.back()[0];
}

// Each operation is rounded, literals too.
static_assert(computed(f32, 2049, [](value x) { return cast(x, f16); }) == 2048 && computed(f32, 2051, [](value x) { return cast(x, f16); }) == 2052);
static_assert(computed(f32, 257, [](value x) { return cast(x, bf16); }) == 256 &&
              computed(f32, 65520, [](value x) { return cast(x, f16); }) == math::infinity);
static_assert(computed(f16, 2048, [](value x) { return x + 1; }) == 2048 && computed(f16, 2048, [](value x) { return x + 1 + 1; }) == 2048 &&
              computed(f16, 2048, [](value x) { return x + 3; }) == 2052);
static_assert(computed(f16, 1, [](value x) { return x * 0.1; }) == float{float16(0.1)} &&
              computed(bf16, 1, [](value x) { return x * 0.1; }) == float{bfloat16(0.1)});
static_assert(computed(f64, 0x1.002p0 + 0x1p-40, [](value x) { return cast(x, f16); }) == 0x1.004p0);  // once: as f32 it would be the middle
static_assert(computed(i32, 4097, [](value x) { return cast(x, f16); }) == 4096 && computed(u8, 255, [](value x) { return cast(x, bf16); }) == 255);
static_assert(computed(f16, -1.75, [](value x) { return cast(x, i32); }) == -1 && computed(bf16, 300, [](value x) { return cast(x, u8); }) == 255);
static_assert(computed(f16, 3, [](value x) { return cast(x > 2, f16); }) == 1 &&
              computed(bf16, -2, [](value x) { return exp(x); }) == float{bfloat16(math::exp(-2))});
static_assert(computed(f16, 2048, [](value x) {
                return reduce_sum(concat({reshape(x, {1}), cast(reshape(x, {1}) * 0 + 1, f16), reshape(x, {1}) * 0 + 1}, 0));
              }) == 2050);

TEST(halves, constants) {
  builder s(false);
  const value x = s.input("x", rows({2}), f16);
  s.output("y", x * 0.1), s.output("z", cast(cast(x, f32), f16)), s.output("w", cast(cast(cast(x, f32), bf16), f32));
  s.output("v", pad(x, {{0, 0}, {1, 1}}, 0.1));
  ASSERT_EQ(s.get().failure.view(), "");
  const text shown = print(simplify(finalize(s.get())));
  EXPECT_TRUE(contains(shown, "constant 0.0999756 : f32[]")) << shown.view();                    // as it is computed with
  EXPECT_TRUE(contains(shown, "output \"z\" = %0")) << shown.view();                             // there and back is nothing
  EXPECT_TRUE(contains(shown, ": bf16[n,2]")) << shown.view();                                   // but not by way of another type
}

// Through what was rounded, what moved, and what was read of a table.
TEST(halves, gradients) {
  builder s(false);
  const value w = s.input("w", shape{5, 4}), index = s.input("i", shape{3}, i32, 5);
  const value h = cast(w, f16), picked = gather(h, index);
  const value y = reduce_sum(cast(picked * picked + broadcast_to(slice(h, 0, 0, 1), shape{3, 4}), f32));
  const vec<value> by = gradients(y, {w});
  s.output("y", y);
  ASSERT_EQ(s.get().failure.view(), "");
  ASSERT_TRUE(by[0].valid());
  EXPECT_EQ(by[0].type(), f32);
  environment env;
  env.inputs.push(vec<double>(20)), env.inputs.push(vec<double>(3));
  for (int i = 0; i < 20; ++i) env.inputs[0][i] = i * 0.25;
  env.inputs[1][0] = 1, env.inputs[1][1] = 4, env.inputs[1][2] = 1;
  const vec<vec<double>> values = evaluate(s.get(), env);
  for (int i = 0; i < 20; ++i) {
    const double x = i * 0.25, want = i / 4 == 1 ? 4 * x : i / 4 == 4 ? 2 * x : i / 4 == 0 ? 3 : 0;
    EXPECT_EQ(values[by[0].id()][i], want) << i;
  }
}

constexpr text of_half(dtype type, value (*f)(value)) {
  return failure_of([&](builder& s) { f(s.input("a", {4, 4}, type)); });
}
static_assert(of_half(f16, [](value a) { return matmul(a, a); }) == "matmul: needs f32 or f64, got f16; cast(x, f32) first");
static_assert(of_half(bf16, [](value a) { return max_pool2d(reshape(a, {1, 4, 4, 1}), {2, 2}); }) ==
              "max_pool2d: needs f32 or f64, got bf16; cast(x, f32) first");
static_assert(of_half(f16, [](value a) { return a + cast(a, bf16); }) == "add: f16 vs bf16; there is no implicit promotion: cast(x, f32)");
static_assert(of_half(f16, [](value a) { return a * cast(a, i32); }) == "mul: f16 vs i32; there is no implicit promotion: cast(x, f32)");
static_assert(of_half(f16, [](value a) { return a + 70000; }) == "constant: 70000 is no f16; cast the other operand to f32");
static_assert(of_half(bf16, [](value a) { return a + 70000; }).empty());
static_assert(of_half(i32, [](value a) { return cast(a, bf16); }).empty());

}  // namespace
