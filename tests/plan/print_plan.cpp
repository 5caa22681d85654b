// A plan as text: the same bytes in constant evaluation and at run time, of g++ and clang (the expected text is written out here).
#include <gtest/gtest.h>

#include <igata/draw/builder.hpp>
#include <igata/nn/all.hpp>
#include <igata/passes/pipeline.hpp>
#include <igata/plan/print_plan.hpp>

namespace {
using namespace igata;
using namespace igata::plan;

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
  const fusion f = fuse(g, 2);
  const text all = print_plan(g, f, make_plan(g, f, 2));
  return all.view().substr(0, all.view().rfind("\narena") + 1);
}
constexpr text small_fusion() {
  const graph g = small_graph();
  return print_fusion(g, fuse(g, 2));
}

constexpr std::string_view expected = R"(  0  conv2d + bias + maximum  [n,6,6,1] x [3,3,1,4] -> [n,4,4,4]  to arena 0  @conv2d
  1  max_pool2d  [n,4,4,4] -> [n,2,2,4]  to arena 512
  2  matmul + bias  [n,16] x [16,3] -> [n,3]  to arena 17920  @dense
  3  reduce_max  [n,3] -> [n,1]  to arena 18048
  4  reduce_sum <- sub exp  [n,3] -> [n,1]  to arena 18112, arena 17984
  5  pointwise: div mul  [n,3]  to output "probability", output "double"
6 steps, 3 distinct pointwise programs
)";
static_assert(small_plan().view() == expected);
TEST(print_plan, run_time) { EXPECT_EQ(small_plan().view(), expected); }

constexpr std::string_view expected_fusion =
    R"(group 0 contraction [n,4,4,4]: %3 conv2d | %5 add %6 maximum | reads %4 %0 | conv2d of plain weights + bias %4, then a program
group 1 opaque [n,2,2,4]: %7 max_pool2d
group 2 contraction [n,3]: %10 matmul | %12 add | reads %11 | split_gemm of plain weights, 2 sums + bias %11
group 3 reduce [n,3]: %13 reduce_max | reads %12
group 4 reduce [n,3]: %14 sub %15 exp | %16 reduce_sum | reads %12 %13
group 5 pointwise [n,3]: %17 div %19 mul | reads %15 %16 %18
)";
static_assert(small_fusion().view() == expected_fusion);
TEST(print_fusion, run_time) { EXPECT_EQ(small_fusion().view(), expected_fusion); }

// What is decided about a product or a convolution: its kernel, the form of its weights, the order of its sums, what is done to them.
struct decided {
  int rows = 1;
  bool splits = true, training = false, assigns = false;
};
template <class F>
constexpr text choices(F draw, decided o = {}) {
  builder s(o.training);
  draw(s);
  const bind_split cut = bind_pass(simplify_pass(build_pass(s.get())), o.splits);
  const fusion f = fuse(cut.main, o.rows, forms_of(cut.values));
  text t;
  for (const choice& c : f.choices) detail::print_choice(t, c);
  return t;
}
template <int N, int K>
constexpr void product(builder& s) {
  const value x = s.input("x", rows({K}));
  s.output("y", matmul(x, state_variable(x, "w", role::weight, {K, N}, constant_initializer(1))));
}
enum ends : unsigned { bias = 1, addend = 2, low = 4, high = 8, other = 16, kept = 32 };
template <unsigned Ends>
constexpr void convolution(builder& s) {
  const value x = s.input("x", rows({6, 6, 8}));
  const auto parameter = [&](std::string_view name, const shape& dims) {
    return state_variable(x, name, role::weight, dims, constant_initializer(1));
  };
  value y = conv2d(x, parameter("w", {3, 3, 8, 8}), {.padding = padding::same});
  if (Ends & bias) y = y + parameter("b", {8});
  if (Ends & kept) s.output("kept", y);
  if (Ends & addend) y = x + y;
  if (Ends & low) y = maximum(y, 0);
  if (Ends & high) y = minimum(6, y);
  if (Ends & other) y = y * 2;
  s.output("y", y);
}
TEST(choices, order_of_sums) {
  const auto of = [](int rows, auto draw) { return std::string(choices(draw, {.rows = rows}).view()); };
  EXPECT_EQ(of(1, product<3, 16>), " | split_gemm of panels, 4 sums");
  EXPECT_EQ(of(1, product<3, 3>), " | gemm of panels");  // shorter than that
  EXPECT_EQ(of(4, product<3, 16>), " | split_gemm of panels, 2 sums");
  EXPECT_EQ(of(8, product<3, 16>), " | gemm of panels");
  EXPECT_EQ(of(1, product<48, 16>), " | split_gemm of panels, 2 sums");
  EXPECT_EQ(of(1, product<64, 128>), " | split_gemm of panels, 2 sums");
  EXPECT_EQ(of(1, product<64, 129>), " | gemm of panels");
  // of a training all sums are one chain; of a stream the rows of the batch do not matter
  EXPECT_EQ(choices(product<3, 16>, {.splits = false, .training = true}).view(), " | gemm of plain weights");
  const auto stream = [](builder& s) {
    product<3, 16>(s);
    const value count = state_variable(s.input("step", {}), "count", role::buffer, {}, constant_initializer(0));
    assign(count, count + 1);
  };
  EXPECT_EQ(choices(stream, {.rows = 64}).view(), choices(product<3, 16>, {.rows = 1}).view());
}
TEST(choices, endings) {
  const auto of = [](auto draw) { return std::string(choices(draw).view()); };
  EXPECT_EQ(of(convolution<0>), " | direct_conv2d of panels");
  EXPECT_EQ(of(convolution<bias>), " | direct_conv2d of panels + bias %3");
  EXPECT_EQ(of(convolution<bias | low>), " | direct_conv2d of panels + bias %3, at least 0");
  EXPECT_EQ(of(convolution<bias | addend | low | high>), " | direct_conv2d of panels + bias %4 + %1, at least 0, at most 6");
  EXPECT_EQ(of(convolution<high>), " | direct_conv2d of panels, at most 6");
  EXPECT_EQ(of(convolution<bias | low | other>), " | direct_conv2d of panels + bias %3, then a program");
  EXPECT_EQ(of(convolution<bias | addend | other>), " | direct_conv2d of panels + bias %3, then a program");
  EXPECT_EQ(of(convolution<bias | kept | low>), " | direct_conv2d of panels + bias %3, then a program");
  EXPECT_EQ(choices(convolution<bias | low>, {.splits = false, .training = true}).view(), " | conv2d of plain weights + bias %3, then a program");
}
static_assert(choices(product<3, 16>).view() == " | split_gemm of panels, 4 sums");
// Results that go to variables, copies, and steps of one group.
// Thousands of operations of a product, alone and with others of its batch, in floats and bytes, and of its gradients; an element of a loop is 16,
// and each number that is computed of it 16 more.
TEST(plan, work_of_steps) {
  const auto work_of = [](step_kind kind, auto draw, bool training = false) {
    builder s(training);
    draw(s);
    const graph g = simplify_pass(build_pass(s.get()));
    for (const plan_step& step : make_plan(g, fuse(g, 10), 10).steps)
      if (step.kind == kind) return step.work;
    return -1;
  };
  EXPECT_EQ(work_of(step_kind::batched_gemm,
                    [](builder& s) {
                      s.output("y", matmul(s.input("x", rows({20, 30})), s.input("w", rows({30, 50}))));
                    }),
            600);
  EXPECT_EQ(work_of(step_kind::byte_gemm,
                    [](builder& s) {
                      s.output("y", matmul(s.input("x", rows({100}), u8), s.input("w", {100, 300}, i8)));
                    }),
            600);
  EXPECT_EQ(work_of(step_kind::gemm, [](builder& s) { s.output("y", matmul(s.input("x", rows({100})), s.input("w", {100, 300}))); }), 600);
  EXPECT_EQ(work_of(step_kind::loop, [](builder& s) { s.output("y", exp(s.input("x", rows({1000})))); }), 320);
  EXPECT_EQ(work_of(step_kind::max_pool2d, [](builder& s) { s.output("y", nn::max_pool2d(s.input("x", rows({20, 20, 5})), {.size = 2})); }), 320);
  const auto trained = [](builder& s) {
    const value x = s.input("x", rows({10, 10, 4})), w = state_variable(x, "w", role::weight, {3, 3, 4, 8}, constant_initializer(1)),
                y = conv2d(x, w);
    const vec<value> d = gradients(reduce_sum(y * y), {x, w});
    s.output("dx", d[0]), s.output("dw", d[1]);
  };
  EXPECT_EQ(work_of(step_kind::conv2d_input_grad, trained, true), 368);
  EXPECT_EQ(work_of(step_kind::conv2d_filter_grad, trained, true), 368);
}
TEST(print_plan, updates_and_copies) {
  builder s(true);
  const value x = s.input("x", rows({4}));
  const value w = state_variable(x, "w", role::weight, {4}, constant_initializer(1)), total = reduce_sum(x * w);
  s.output("joined", concat({x, x * w}, 1));
  s.minimize(total, "*", [](auto& u, value v, value g) { return v - g * u.learning_rate(0.1); });
  s.output("total", total);
  const graph g = simplify_pass(build_pass(s.get()));
  const fusion f = fuse(g, 2);
  const text shown = print_plan(g, f, make_plan(g, f, 2));
  for (const std::string_view part : {"to variable \"w\"", "concat (copy)", "to output \"total\"", "[n,4] -> [1,1]"})
    EXPECT_NE(shown.view().find(part), std::string_view::npos) << part << " in\n" << shown.view();
}

// Every kind of step says where its result lies.
void expect_outputs(const builder& s, bool splits, int max_batch, std::initializer_list<std::pair<std::string_view, std::string_view>> expected) {
  const bind_split cut = bind_pass(simplify_pass(build_pass(s.get())), splits);
  const fusion f = fuse(cut.main, max_batch, forms_of(cut.values));
  const text shown = print_plan(cut.main, f, plan_pass(cut.main, forms_of(cut.values), max_batch));
  for (const auto& [name, step] : expected) {
    const text end = text() << "  to output \"" << name << '"';
    const std::size_t at = shown.view().find(end.view());
    ASSERT_NE(at, std::string_view::npos) << name << " in\n" << shown.view();
    const std::string_view line = shown.view().substr(0, at);
    EXPECT_TRUE(line.substr(line.rfind('\n') == line.npos ? 5 : line.rfind('\n') + 6).starts_with(step)) << name << ": " << step << " in\n"
                                                                                                         << shown.view();
  }
}
TEST(print_plan, results_of_every_kind) {
  builder s(true);
  const value x = s.input("x", rows({6, 6, 4})), a = s.input("a", rows({2, 3})), index = s.input("index", rows({}), i32);
  const auto weight = [&](const char* name, const shape& dims) { return state_variable(x, name, role::weight, dims, constant_initializer(1)); };
  const auto with_gradients = [&](value y, value by, value also, const char* name, const char* d, const char* other) {
    const vec<value> g = gradients(reduce_sum(y * s.input((text() << "of_" << name).view(), y.dims())), {by, also});
    s.output(name, y), s.output(d, g[0]);
    if (also.valid()) s.output(other, g[1]);
  };
  const value w = weight("w", {3, 3, 4, 6}), deep = weight("deep", {3, 3, 1, 4}), table = weight("table", {5, 3});
  with_gradients(conv2d(x, w), x, w, "conv", "conv_dx", "conv_dw");
  with_gradients(conv2d(x, deep, {.groups = 4}), x, deep, "depthwise", "depthwise_dx", "depthwise_dw");
  with_gradients(max_pool2d(x, {.size = 2}), x, {}, "max_pool", "max_pool_dx", "");
  with_gradients(avg_pool2d(x, {.size = 2}), x, {}, "avg_pool", "avg_pool_dx", "");
  with_gradients(gather(table, index), table, {}, "gathered", "table_d", "");
  s.output("products", matmul(a, a, {.transpose_b = true}));
  s.output("padded", pad(a, {{0, 0}, {1, 0}, {0, 2}}));
  s.output("turned", transpose(a, {0, 2, 1}));
  s.output("sums", reduce_sum(a * 2, 2, true));
  s.output("largest", reduce_max(a, 1, true));
  s.output("loop", tanh(transpose(a, {0, 2, 1})) + 1);
  expect_outputs(s, false, 2,
                 {{"conv", "conv2d  "}, {"conv_dx", "conv2d_input_grad  "}, {"conv_dw", "conv2d_filter_grad  "}, {"depthwise", "conv2d (depthwise)"},
                  {"depthwise_dx", "conv2d_input_grad  "},
                  {"depthwise_dw", "conv2d_filter_grad  "}, {"max_pool", "max_pool2d  "}, {"max_pool_dx", "max_pool2d_grad  "},
                  {"avg_pool", "avg_pool2d  "}, {"avg_pool_dx", "avg_pool2d_grad  "},
                  {"gathered", "gather  "}, {"table_d", "scatter  "}, {"products", "matmul  [n,2,3] x [n,2,3]T"}, {"padded", "pad (fill)  "},
                  {"turned", "copy"}, {"sums", "reduce_sum <- mul"},
                  {"largest", "reduce_max  "}, {"loop", "pointwise: tanh add"}});
}
TEST(print_plan, results_of_large_convolutions) {
  for (const bool training : {true, false}) {
    builder s(training);
    const value x = s.input("x", rows({8, 8, 64})), w = state_variable(x, "w", role::weight, {3, 3, 64, 64}, constant_initializer(1));
    const value direct = state_variable(x, "direct", role::weight, {1, 1, 64, 16}, constant_initializer(1)),
                y = conv2d(x, w, {.padding = padding::same});
    s.output("y", maximum(y, 0)), s.output("z", conv2d(x, direct));
    if (!training) {
      expect_outputs(s, true, 4, {{"y", "conv2d (Winograd 4x4) + maximum"}, {"z", "conv2d  [n,8,8,64] x [1,1,64,16]"}});
      continue;
    }
    s.output("dw", gradients(reduce_sum(y * s.input("dy", y.dims())), {w})[0]);
    expect_outputs(s, false, 4, {{"y", "conv2d (Winograd 2x2) + maximum"}, {"dw", "conv2d_filter_grad (Winograd 4x4)"}});
    const graph g = simplify_pass(build_pass(s.get()));
    const fusion f = fuse(g, 4);
    EXPECT_NE(
        print_plan(g, f, make_plan(g, f, 4)).view().find("conv2d (filters for Winograd 2x2)  [n,8,8,64] x [3,3,64,64] -> [n,8,8,64]  to arena "),
        std::string_view::npos);
  }
}

TEST(print_plan, failure) {
  execution_plan p;
  p.failure << "plan: no kernel";
  const graph g;
  EXPECT_EQ(print_plan(g, fuse(g, 2), p).view(), "error: plan: no kernel\n");
}
}  // namespace
