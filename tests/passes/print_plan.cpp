// A plan as text: the same bytes in constant evaluation and at run time, of g++ and clang (the expected text is written out here).
#include <gtest/gtest.h>

#include <igata/nn/all.hpp>
#include <igata/passes/pipeline.hpp>
#include <igata/passes/print_plan.hpp>

namespace {
using namespace igata;

constexpr graph small_graph() {
  builder s(false);
  const value x = s.input("image", rows({6, 6, 1}));
  const value y = nn::max_pool2d(relu(nn::conv2d(x, {.filters = 4, .kernel = 3})), {.size = 2});
  const value p = softmax(nn::dense(nn::flatten(y), {.units = 3}));
  s.output("probability", p);
  s.output("double", p * 2);
  return simplify_pass(build_pass(s.get()));
}
// Without its last line: the kernels' scratch is not what is tested here.
constexpr text small_plan() {
  const graph g = small_graph();
  const fusion f = fuse(g);
  const text all = print_plan(g, f, make_plan(g, f, 2));
  return all.view().substr(0, all.view().rfind("\narena") + 1);
}
constexpr text small_fusion() {
  const graph g = small_graph();
  return print_fusion(g, fuse(g));
}

constexpr std::string_view expected = R"(  0  conv2d + bias + maximum  [n,6,6,1] x [3,3,1,4] -> [n,4,4,4]  to arena 0  @conv2d
  1  max_pool2d  [n,4,4,4] -> [n,2,2,4]  to arena 512
  2  matmul + bias  [n,16] x [16,3] -> [n,3]  to arena 0  @dense
  3  reduce_max  [n,3] -> [n,1]  to arena 64
  4  reduce_sum <- sub exp  [n,3] -> [n,1]  to arena 192, arena 128
  5  pointwise: div mul  [n,3]  to output "probability", output "double"
6 steps, 3 distinct pointwise programs
)";
static_assert(small_plan().view() == expected);
TEST(print_plan, run_time) { EXPECT_EQ(small_plan().view(), expected); }

constexpr std::string_view expected_fusion = R"(group 0 contraction [n,4,4,4]: %3 conv2d | %5 add %6 maximum | reads %4 %0
group 1 dense [n,2,2,4]: %7 max_pool2d
group 2 contraction [n,3]: %10 matmul | %12 add | reads %11
group 3 reduce [n,3]: %13 reduce_max | reads %12
group 4 reduce [n,3]: %14 sub %15 exp | %16 reduce_sum | reads %12 %13
group 5 pointwise [n,3]: %17 div %19 mul | reads %15 %16 %18
)";
static_assert(small_fusion().view() == expected_fusion);
TEST(print_fusion, run_time) { EXPECT_EQ(small_fusion().view(), expected_fusion); }

// Results that go to variables, copies, and steps of one group.
TEST(print_plan, updates_and_copies) {
  builder s(true);
  const value x = s.input("x", rows({4}));
  const value w = state_variable(x, "w", role::weight, {4}, constant_initializer(1)), total = reduce_sum(x * w);
  s.output("joined", concat({x, x * w}, 1));
  s.minimize(total, "*", [](auto& u, value v, value g) { return v - g * u.learning_rate(0.1); });
  s.output("total", total);
  const graph g = simplify_pass(build_pass(s.get()));
  const fusion f = fuse(g);
  const text shown = print_plan(g, f, make_plan(g, f, 2));
  for (const std::string_view part : {"to variable \"w\"", "concat (copy)", "to output \"total\"", "[n,4] -> [1,1]"})
    EXPECT_NE(shown.view().find(part), std::string_view::npos) << part << " in\n" << shown.view();
}

TEST(print_plan, failure) {
  plan p;
  p.failure << "plan: no kernel";
  const graph g;
  EXPECT_EQ(print_plan(g, fuse(g), p).view(), "error: plan: no kernel\n");
}
}  // namespace
