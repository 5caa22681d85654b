// What simplify rewrites, shown by the graphs that it leaves; and that the numbers stay.
#include "../graph_test.hpp"

#include <igata/loss/all.hpp>
#include <igata/nn/all.hpp>
#include <igata/optim/all.hpp>
#include <igata/passes/simplify.hpp>

using namespace testing_graphs;

namespace {

template <class F>
constexpr graph simplified(F f, std::initializer_list<shape> dims, bool training = false) {
  builder s(training);
  vec<value> x;
  char name[2] = "a";
  for (const shape& d : dims) {
    x.push(s.input(name, d));
    ++name[0];
  }
  s.output("y", f(x));
  graph g = simplify(finalize(s.get()));
  verify_graph(g, "simplify");
  return g;
}
constexpr value weight(value like, std::string_view name, const shape& dims) {
  return state_variable(like, name, role::weight, dims, {initial::uniform, 1, 0});
}
// The operations without leaves: "add mul exp".
template <class F>
constexpr text operations(F f, std::initializer_list<shape> dims, bool training = false) {
  const graph g = simplified(f, dims, training);
  text t;
  if (g.failed()) return t << g.failure;
  for (const node& v : g.nodes)
    if (family_of(v.code) != family::leaf) t << (t.empty() ? "" : " ") << name_of(v.code);
  return t;
}
using inputs = const vec<value>&;

// Nothing to do.
static_assert(operations([](inputs x) { return x[0] + 0; }, {rows({3})}).empty());
static_assert(operations([](inputs x) { return 0 + x[0] - 0; }, {rows({3})}).empty());
static_assert(operations([](inputs x) { return 1 * x[0] * 1 / 1; }, {rows({3})}).empty());
static_assert(operations([](inputs x) { return -(-x[0]); }, {rows({3})}).empty());
static_assert(operations([](inputs x) { return reshape(reshape(x[0], {2, 3}), {6}); }, {rows({6})}).empty());
static_assert(operations([](inputs x) { return transpose(transpose(x[0], {0, 2, 1}), {0, 2, 1}); }, {rows({2, 3})}).empty());
static_assert(operations([](inputs x) { return reverse(reverse(x[0], 1), 1); }, {rows({3})}).empty());
static_assert(operations([](inputs x) { return slice(x[0], 1, 0, 3); }, {rows({3})}).empty());
static_assert(operations([](inputs x) { return stop_gradient(x[0]); }, {rows({3})}).empty());
// A zero of another shape is no constant, and stays. x * 0 is not 0 for inf and NaN.
static_assert(operations([](inputs x) { return x[0] + broadcast_to(constant(x[0].owner(), 0, f32), {4, 3}); }, {{3}}).view().ends_with("add"));
static_assert(operations([](inputs x) { return x[0] * 0; }, {rows({3})}) == "mul");

// Chains become one.
static_assert(operations([](inputs x) { return reshape(reshape(x[0], {2, 3}), {3, 2}); }, {rows({6})}) == "reshape");
static_assert(operations([](inputs x) { return transpose(transpose(x[0], {0, 2, 3, 1}), {0, 2, 3, 1}); }, {rows({2, 3, 4})}) == "transpose");
static_assert(operations([](inputs x) { return broadcast_to(broadcast_to(x[0], {2, 3}), {4, 2, 3}); }, {{3}}) == "broadcast_to");
static_assert(operations([](inputs x) { return matmul(x[0], transpose(x[1], {1, 0})); }, {rows({5}), {4, 5}}) == "matmul");
static_assert(operations([](inputs x) { return matmul(cast(x[0], u8), transpose(cast(x[1], i8), {1, 0})); }, {rows({5}), {4, 5}}) ==
              "cast cast byte_matmul");

// In inference a relu before the pool moves behind it where a convolution would not take it for nothing: of few filters on long lines.
constexpr text pooled_relu(int width, int channels, bool training = false, bool twice = false) {
  return operations(
      [&](inputs x) {
        const value y = maximum(0, x[0]), pooled = max_pool2d(training ? y * 1 : y, {.size = 2});
        return twice ? pooled + reduce_sum(y) : pooled;
      },
      {rows({4, width, channels})}, training);
}
static_assert(pooled_relu(8, 8) == "max_pool2d maximum" && pooled_relu(8, 9) == "maximum max_pool2d" && pooled_relu(7, 8) == "maximum max_pool2d");
static_assert(pooled_relu(8, 8, true) == "maximum max_pool2d" && pooled_relu(8, 8, false, true).view().starts_with("maximum max_pool2d"));
static_assert(operations([](inputs x) { return max_pool2d(maximum(x[1], x[0])); }, {rows({4, 8, 2}), {2}}) == "maximum max_pool2d");
TEST(simplify, relu_before_the_pool) {
  builder s(false);
  s.output("y", max_pool2d(maximum(0.25, s.input("x", rows({4, 9, 3}))), {.size = 3, .stride = 1, .padding = 1}));
  const graph drawn = finalize(s.get()), moved = simplify(drawn);
  EXPECT_EQ(moved.nodes[moved.outputs[0].id].code, op::maximum);
  const environment env = random_environment(drawn, 2);
  const vec<double> expected = evaluate(drawn, env)[drawn.outputs[0].id], got = evaluate(moved, env)[moved.outputs[0].id];
  ASSERT_EQ(got.size(), expected.size());
  for (int i = 0; i < got.size(); ++i) ASSERT_EQ(got[i], expected[i]);
}

// The sum of a pooled gradient is that of what came in; over a part of the window's axes it is not.
constexpr value pooled_gradient_sum(inputs x, int axis) {
  vec<value> of;
  of.push(x[0]);
  return reduce_sum(gradients(reduce_sum(max_pool2d(x[0], {.size = 3, .stride = 2, .padding = 1}) * x[1]), of)[0], {0, 1, axis});
}
static_assert(operations([](inputs x) { return pooled_gradient_sum(x, 2); }, {{2, 5, 5, 3}, {2, 3, 3, 3}}, true).view().find("max_pool2d_grad") ==
              std::string_view::npos);
static_assert(operations([](inputs x) { return pooled_gradient_sum(x, 3); }, {{2, 5, 5, 3}, {2, 3, 3, 3}}, true).view().find("max_pool2d_grad") !=
              std::string_view::npos);
TEST(simplify, sum_of_a_pooled_gradient) {
  builder s(true);
  vec<value> x;
  x.push(s.input("a", {2, 5, 5, 3}));
  x.push(s.input("b", {2, 3, 3, 3}));
  s.output("y", pooled_gradient_sum(x, 2));
  const graph before = finalize(s.get()), after = simplify(before);
  const environment env = random_environment(before, 1);
  expect_near(evaluate(after, env)[after.outputs[0].id], evaluate(before, env)[before.outputs[0].id]);
}

// In the right order: the axes of these two orders do not commute.
constexpr bool composes_transposes() {
  const graph g = simplified([](inputs x) { return transpose(transpose(x[0], {1, 2, 0, 3}), {1, 0, 3, 2}); }, {{2, 3, 4, 5}});
  for (const node& v : g.nodes)
    if (const per_axis<transpose_axis> order = v.code == op::transpose ? attributes_of<op::transpose>(g, v) : per_axis<transpose_axis>{};
        order.rank > 0)
      return g.nodes.size() == 2 && order[0].from == 2 && order[1].from == 1 && order[2].from == 3 && order[3].from == 0 &&
             v.dims == shape{4, 3, 5, 2};
  return false;
}
static_assert(composes_transposes());
static_assert(operations([](inputs x) { return reverse(reverse(x[0], 1), 2); }, {rows({2, 3})}) == "reverse reverse");
// A transposed operand of more than two axes stays.
static_assert(operations([](inputs x) { return matmul(x[0], transpose(x[1], {0, 2, 1})); }, {{2, 3, 5}, {2, 4, 5}}) == "transpose matmul");
static_assert(operations([](inputs x) { return matmul(transpose(x[0], {1, 0, 2}), x[1]); }, {{2, 3, 5}, {5, 4}}) == "transpose matmul");
constexpr int transposed_operands() {
  const graph g = simplified(
      [](inputs x) {
        return matmul(transpose(x[0], {1, 0}), transpose(x[1], {1, 0}), {.transpose_a = true});
      },
      {{5, 3}, {4, 3}});
  for (const node& v : g.nodes)
    if (v.code == op::matmul) return 2 * attributes_of<op::matmul>(g, v).transpose_a + attributes_of<op::matmul>(g, v).transpose_b;
  return -1;
}
static_assert(transposed_operands() == 1);

// Folding, also through chains of numbers.
static_assert(operations(
                  [](inputs x) {
                    const value two = constant(x[0].owner(), 2, f32);
                    return x[0] * (exp(two * 0) + two - 1);
                  },
                  {rows({3})}) == "mul");
static_assert(operations([](inputs x) { return (x[0] + 1) + 2; }, {rows({3})}) == "add");
constexpr double folded_number() {
  const graph g = simplified([](inputs x) { return x[0] * sqrt(constant(x[0].owner(), 2, f32)); }, {rows({3})});
  for (const node& v : g.nodes)
    if (v.code == op::constant) return v.number;
  return 0;
}
static_assert(folded_number() == static_cast<double>(1.41421356f));
// Whole numbers wrap as in kernels; a product that no double holds is left to them.
template <class F>
constexpr double folded_whole_number(F f) {
  const graph g = simplified([f](inputs x) { return cast(x[0], i32) + f(constant(x[0].owner(), 2147483647, i32)); }, {rows({3})});
  double found = 0;
  int count = 0;
  for (const node& v : g.nodes)
    if (v.code == op::constant) found = v.number, ++count;
  return count == 1 && !g.failed() ? found : 0.5;
}
static_assert(folded_whole_number([](value big) { return big + 1; }) == -2147483648.0);
static_assert(folded_whole_number([](value big) { return (big - 2147483647) * 7 - 1; }) == -1);
static_assert(folded_whole_number([](value big) { return -(big + 1); }) == -2147483648.0);
static_assert(folded_whole_number([](value big) { return big * 4; }) == -4);
static_assert(folded_whole_number([](value big) { return big * big; }) == 1);  // of more bits than a double has

// Two addends that no input reaches become one where their sum varies along the channels only.
static_assert(operations([](inputs x) { return (x[0] + weight(x[0], "a", {4})) + weight(x[0], "b", {4}); }, {rows({3, 4})}) == "add add");
template <class F>
constexpr int additions_of_inputs(F f, std::initializer_list<shape> dims, bool training = false) {
  const graph g = simplified(f, dims, training);
  vec<char> depends(g.nodes.size());
  int count = 0;
  for (int id = 0; id < g.nodes.size(); ++id) {
    const node& v = g.nodes[id];
    depends[id] = v.code == op::input;
    for (int i = 0; i < v.arity; ++i) depends[id] |= depends[g.operand(v, i)];
    count += depends[id] && v.code == op::add;
  }
  return count;
}
static_assert(additions_of_inputs([](inputs x) { return (x[0] + weight(x[0], "a", {4})) + weight(x[0], "b", {4}); }, {rows({3, 4})}) == 1);
static_assert(additions_of_inputs([](inputs x) { return (x[0] + weight(x[0], "a", {1, 4})) + weight(x[0], "b", {}); }, {rows({3, 4})}) == 1);
static_assert(additions_of_inputs([](inputs x) { return (x[0] + weight(x[0], "a", {3, 1})) + weight(x[0], "b", {4}); }, {rows({3, 4})}) == 2);
static_assert(additions_of_inputs([](inputs x) { return (x[0] + weight(x[0], "a", {4})) + weight(x[0], "b", {3, 1}); }, {rows({3, 4})}) == 2);
static_assert(additions_of_inputs([](inputs x) { return (x[0] + weight(x[0], "a", {1})) + weight(x[0], "b", {4}); }, {rows({3, 1})}) == 2);
static_assert(operations(
                  [](inputs x) {
                    const value y = x[0] + weight(x[0], "a", {4});
                    return exp(y) * (y + weight(x[0], "b", {4}));
                  },
                  {rows({3, 4})}) == "add exp add mul");
static_assert(additions_of_inputs([](inputs x) { return (x[0] + weight(x[0], "a", {4})) + weight(x[0], "b", {4}); }, {rows({3, 4})}, true) ==
              2);  // weights change there
static_assert(additions_of_inputs([](inputs x) { return (x[0] + x[1]) + weight(x[0], "b", {4}); }, {rows({3, 4}), rows({3, 4})}) == 2);

// Shared; dead code is gone.
static_assert(operations([](inputs x) { return exp(x[0]) * exp(x[0]); }, {rows({3})}) == "exp mul");
// A cast to a type that holds the first one and back is nothing; of whole numbers only the lower bits count. One that truncates or rounds stays.
constexpr text casts(std::initializer_list<dtype> types) {
  return operations(
      [types](inputs x) {
        value y = x[0];
        for (const dtype t : types) y = cast(y, t);
        return y;
      },
      {rows({3})});
}
static_assert(casts({f64, f32}) == "" && casts({f16, f64, f16}) == "cast" && casts({bf16, f32, bf16}) == "cast");
static_assert(casts({f16, bf16, f16}) == "cast cast cast" && casts({f16, i32, f16}) == "cast cast cast" && casts({f64, f32, f64}) == "cast");
static_assert(casts({f64, f16, f64}) == "cast cast cast");
static_assert(casts({u16, f32, u16}) == "cast" && casts({i32, f64, i32}) == "cast" && casts({i32, f32, i32}) == "cast cast cast");
static_assert(casts({i64, f64, i64}) == "cast cast cast" && casts({u8, bf16, u8}) == "cast" && casts({u16, f16, u16}) == "cast cast cast");
static_assert(casts({i32, i64, u64, i32}) == "cast" && casts({u8, i64, i16}) == "cast cast" && casts({i64, u8, i64}) == "cast cast cast");
static_assert(operations([](inputs x) { (void)tanh(x[0]); return exp(x[0]); }, {rows({3})}) == "exp");
static_assert(operations([](inputs x) { return slice(x[0], 1, 0, 2) + slice(x[0], 1, 1, 3); }, {rows({3})}) == "slice slice add");
// What differs in one thing only is not shared: number, type, attribute, shape, order.
static_assert(operations([](inputs x) { return pad(x[0], {{0, 0}, {1, 0}}, 1) + pad(x[0], {{0, 0}, {1, 0}}, 2); }, {rows({3})}) == "pad pad add");
static_assert(operations([](inputs x) { return cast(x[0] < 0, f32) + cast(cast(x[0] < 0, i32), f32); }, {rows({3})}) == "less cast cast cast add");
static_assert(operations(
                  [](inputs x) {
                    return reshape(x[0], {2, 3}) * transpose(reshape(x[0], {3, 2}), {0, 2, 1});
                  },
                  {rows({6})}) == "reshape reshape transpose mul");
static_assert(operations([](inputs x) { return (x[0] - x[1]) * (x[1] - x[0]); }, {rows({3}), rows({3})}) == "sub sub mul");
static_assert(operations([](inputs x) { return (1 / (x[0] * 0.0)) + (1 / (x[0] * -0.0)); }, {rows({3})}) == "mul div mul div add");
// The second addition counts the step.
static_assert(operations([](inputs x) { return random_like(x[0], "a") + random_like(x[0], "b"); }, {rows({3})}) ==
              "random_uniform random_uniform add add");

// Batch norm is gone from what depends on the input; the rest depends on weights only and is computed when they are packed.
template <class F>
constexpr text per_call(F f, std::initializer_list<shape> dims, bool training = false) {
  const graph g = simplified(f, dims, training);
  vec<char> depends(g.nodes.size());
  text t;
  for (int id = 0; id < g.nodes.size(); ++id) {
    const node& v = g.nodes[id];
    depends[id] = v.code == op::input;
    for (int i = 0; i < v.arity; ++i) depends[id] |= depends[g.operand(v, i)];
    if (depends[id] && v.code != op::input) t << (t.empty() ? "" : " ") << name_of(v.code);
  }
  return t;
}
constexpr auto conv = [](value x) { return nn::conv2d(x, {.filters = 4, .kernel = 3}); };
static_assert(per_call([](inputs x) { return nn::batch_norm(conv(x[0])); }, {rows({8, 8, 3})}) == "conv2d add");
static_assert(per_call([](inputs x) { return nn::batch_norm(nn::conv2d(x[0], {.filters = 4, .kernel = 3, .use_bias = false})); },
                       {rows({8, 8, 3})}) == "conv2d add");
static_assert(per_call([](inputs x) { return relu(nn::batch_norm(conv(x[0]), {.scale = false, .center = false})); }, {rows({8, 8, 3})}) ==
              "conv2d add maximum");
static_assert(per_call([](inputs x) { return nn::batch_norm(nn::dense(x[0], {.units = 4})); }, {rows({8})}) == "matmul add");
static_assert(per_call([](inputs x) { return nn::batch_norm(nn::depthwise_conv2d(x[0], {.kernel = 3})); }, {rows({8, 8, 3})}) == "conv2d add");
static_assert(per_call([](inputs x) { return nn::batch_norm(conv(x[0])) * 2; }, {rows({8, 8, 3})}) == "conv2d add");
// A scale of as many axes as the product, behind a product of more axes than its weights, is flattened first.
static_assert(per_call([](inputs x) { return matmul(x[0], weight(x[0], "w", {4, 5})) * weight(x[0], "s", {1, 1, 5}); }, {rows({3, 4})}) == "matmul");
static_assert(per_call(
                  [](inputs x) {
                    return weight(x[0], "s", {}) * (matmul(x[0], weight(x[0], "w", {4, 5})) + weight(x[0], "b", {1, 5}));
                  },
                  {rows({3, 4})}) == "matmul add");
// Not of one that varies along other axes, of what is no weight, of weights that are read transposed, of many products, or of what is broadcast on
// the way.
static_assert(per_call([](inputs x) { return matmul(x[0], weight(x[0], "w", {4, 5})) * weight(x[0], "s", {3, 1}); }, {rows({3, 4})}) == "matmul mul");
static_assert(per_call([](inputs x) { return matmul(x[0], x[1]) * weight(x[0], "s", {5}); }, {rows({4}), {4, 5}}) == "matmul mul");
static_assert(per_call(
                  [](inputs x) {
                    return matmul(x[0], weight(x[0], "w", {5, 4}), {.transpose_b = true}) * weight(x[0], "s", {5});
                  },
                  {rows({4})}) == "matmul mul");
static_assert(per_call([](inputs x) { return matmul(x[0], weight(x[0], "w", {3, 4, 5})) * weight(x[0], "s", {5}); }, {{3, 2, 4}}) == "matmul mul");
static_assert(per_call(
                  [](inputs x) {
                    return (matmul(x[0], weight(x[0], "w", {4, 1})) + weight(x[0], "b", {5})) * weight(x[0], "s", {5});
                  },
                  {rows({4})}) == "matmul add mul");
static_assert(per_call([](inputs x) { return matmul(x[0], weight(x[0], "w", {4, 1})) * weight(x[0], "s", {5}); }, {rows({4})}) == "matmul mul");
// Not when the convolution's result is used elsewhere too, and never while training.
static_assert(per_call([](inputs x) { const value y = conv(x[0]); return nn::batch_norm(y) + y; }, {rows({8, 8, 3})}) == "conv2d add mul add add");
static_assert(per_call([](inputs x) { return conv(x[0]) * 2; }, {rows({8, 8, 3})}, true) == "conv2d add mul");
static_assert(per_call([](inputs x) { return nn::batch_norm(relu(conv(x[0]))); }, {rows({8, 8, 3})}) == "conv2d add maximum mul add");

// Numbers before and after.
template <class F>
void expect_same_numbers(F f, bool training) {
  builder s(training);
  f(s);
  const graph before = finalize(s.get()), after = simplify(before);
  ASSERT_EQ(std::string(after.failure.view()), "");
  EXPECT_TRUE(!training || after.nodes.size() <= before.nodes.size());  // inference may gain nodes that are computed once
  const environment env = random_environment(before, 3);
  environment same = env;  // the variables of what is left, by path
  same.variables.clear();
  for (const variable& v : after.variables)
    for (int i = 0; i < before.variables.size(); ++i)
      if (before.path_of(before.variables[i]) == after.path_of(v)) same.variables.push(env.variables[i]);
  ASSERT_EQ(same.variables.size(), after.variables.size());
  const auto a = evaluate(before, env), b = evaluate(after, same);
  for (int i = 0; i < before.outputs.size(); ++i) expect_near(b[after.outputs[i].id], a[before.outputs[i].id], 1e-6);
  ASSERT_EQ(before.assigns.size(), after.assigns.size());
  for (int i = 0; i < before.assigns.size(); ++i) expect_near(b[after.assigns[i].id], a[before.assigns[i].id], 1e-6);
}
// Of the rules above that change operands or attributes.
value chains(value x) {
  const value a = weight(x, "a", {3, 1}), b = weight(x, "b", {4}), c = weight(x, "c", {1, 4});
  value y = transpose(transpose(reshape((1 * (0 + x - 0) * 1 / 1 + a) + b, {2, 6, 1}), {0, 2, 3, 1}), {0, 3, 1, 2});
  y = reshape(reverse(reverse(y, 1), 2), {3, 4});
  y = matmul(y, transpose(weight(x, "w", {4, 4}), {1, 0})) * c + ((y + b) + c) + matmul(y, weight(x, "v", {4, 4})) * weight(x, "s", {1, 1, 4});
  const value many = matmul(reshape(weight(x, "u", {24}), {2, 3, 4}), transpose(reshape(weight(x, "t", {40}), {2, 5, 4}), {0, 2, 1}));
  return matmul(y, slice(reshape(many, {6, 5}), 0, 0, 4)) * weight(x, "s5", {5});
}
value net(value x) {
  x = relu(nn::batch_norm(conv(x)));
  x = nn::block("res", [](value v) { return v + nn::batch_norm(nn::depthwise_conv2d(v, {.kernel = 3, .padding = padding::same})); })(x);
  x = nn::dropout(nn::flatten(nn::max_pool2d(x)), {.rate = 0.2});
  return nn::dense(gelu(nn::batch_norm(nn::dense(x, {.units = 5}))), {.units = 3});
}
TEST(simplify, keeps_the_numbers) {
  for (const bool training : {false, true}) expect_same_numbers([](builder& s) { s.output("y", chains(s.input("x", rows({3, 4})))); }, training);
  expect_same_numbers([](builder& s) { s.output("y", softmax(net(s.input("x", rows({6, 6, 2}))))); }, false);
  expect_same_numbers([](builder& s) {
    const value x = s.input("x", rows({6, 6, 2})), y = s.input("y", rows({}), i32, 3);
    const value l = loss::softmax_cross_entropy{}(net(x), y);
    s.output("loss", l);
    s.minimize(l, "*", optim::adam{}, optim::clip_by_global_norm{});
  }, true);
}
TEST(simplify, is_done_when_it_is_done) {
  builder s(true);
  s.output("y", net(s.input("x", rows({6, 6, 2}))));
  const graph once = simplify(finalize(s.get()));
  EXPECT_EQ(print(simplify(once)), print(once));
}

}  // namespace
