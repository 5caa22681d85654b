#include "../graph_test.hpp"

using namespace testing_graphs;

namespace {

// Attributes are ints with names; another struct is none, and of a primitive without any none are asked.
struct with_fraction {
  IGATA_ATTRIBUTES(axis = 0);
  float scale = 1;
};
struct with_nameless {
  IGATA_ATTRIBUTES(axis = 0);
  int reverse = 0;
};
struct without_names {
  int axis = 0;
};
static_assert(Attributes<cumsum_attributes> && Attributes<conv2d_attributes>);
static_assert(!Attributes<with_fraction> && !Attributes<with_nameless> && !Attributes<without_names> && !Attributes<int>);
template <op Code>
constexpr bool answers = requires(const graph& g, const node& v) { attributes_of<Code>(g, v); };
static_assert(answers<op::slice> && answers<op::variable> && answers<op::avg_pool2d_grad> && !answers<op::add> && !answers<op::reshape> &&
              !answers<op::constant>);

static_assert(rows({3}) == rows({3}) && !(rows({3}) == shape{1, 3}));  // a batch is no extent of 1

TEST(movement, gradients) {
  expect_gradients([](const vec<value>& x) { return reshape(x[0], {4, 3}) * reshape(x[0], {4, -1}); }, {rows({2, 6})});
  expect_gradients([](const vec<value>& x) { return transpose(x[0], {0, 3, 1, 2}); }, {rows({2, 3, 5})});
  expect_gradients([](const vec<value>& x) { return transpose(x[0], {2, 0, 1}); }, {{2, 3, 5}});
  expect_gradients([](const vec<value>& x) { return broadcast_to(x[0], rows({3, 2})) * x[1]; }, {{1, 2}, rows({3, 2})});
  expect_gradients([](const vec<value>& x) { return slice(slice(x[0], 1, 1, 5, 2), -1, -2, 3); }, {rows({5, 3})});
  expect_gradients([](const vec<value>& x) { return reverse(x[0], 1) * x[0]; }, {rows({5, 3})});
  expect_gradients([](const vec<value>& x) { return pad(x[0], {{0, 0}, {1, 2}, {0, 3}}, 7); }, {rows({2, 3})});
  expect_gradients([](const vec<value>& x) { return concat({x[0], x[1], x[0]}, 1); }, {rows({2, 3}), rows({1, 3})});
  expect_gradients([](const vec<value>& x) { return concat({x[0], x[1]}); }, {rows({2, 3}), rows({2, 2})});
}
TEST(movement, second_gradients) {
  const auto all = [](const vec<value>& x) {
    const value y = pad(slice(transpose(x[0], {0, 2, 1}), 1, 0, 3, 2), {{0, 0}, {1, 0}, {0, 1}});
    return concat({y * y * y, reverse(y, 2)}, 1);
  };
  expect_second_gradients(all, {rows({2, 3})}, {.tolerance = 1e-5});
}

template <class F>
vec<double> counted(F f, const shape& dims) {
  vec<double> x(static_cast<int>(dims.count()));
  for (int i = 0; i < x.size(); ++i) x[i] = i;
  return run_function([&](const vec<value>& v) { return f(v[0]); }, {dims}, {x});
}
TEST(movement, values) {
  expect_near(counted([](value x) { return transpose(x, {1, 0}); }, {2, 3}), numbers({0, 3, 1, 4, 2, 5}));
  expect_near(counted([](value x) { return transpose(x, {1, 2, 0}); }, {2, 1, 3}), numbers({0, 3, 1, 4, 2, 5}));
  expect_near(counted([](value x) { return slice(x, 1, 1, 3); }, {2, 3}), numbers({1, 2, 4, 5}));
  expect_near(counted([](value x) { return slice(x, 0, 0, 5, 2); }, {5}), numbers({0, 2, 4}));
  expect_near(counted([](value x) { return slice(x, 0, -2, 5); }, {5}), numbers({3, 4}));
  expect_near(counted([](value x) { return reverse(x, 1); }, {2, 3}), numbers({2, 1, 0, 5, 4, 3}));
  expect_near(counted([](value x) { return broadcast_to(x, {2, 2, 3}); }, {2, 1}), numbers({0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1}));
  expect_near(counted([](value x) { return pad(x, {{1, 0}, {0, 2}}, 9); }, {1, 2}), numbers({9, 9, 9, 9, 0, 1, 9, 9}));
  expect_near(counted([](value x) { return concat({x, x + 10}, 1); }, {2, 2}), numbers({0, 1, 10, 11, 2, 3, 12, 13}));
  expect_near(counted([](value x) { return stop_gradient(x); }, {2}), numbers({0, 1}));
}

static_assert(dims_of([](value x) { return broadcast_to(x, {3, 5}); }, rows({1, 5})) == rows({3, 5}));
static_assert(dims_of([](value x) { return reshape(x, {-1}); }, rows({4, 5})) == rows({20}));
static_assert(dims_of([](value x) { return reshape(x, {-1, 2, 3}); }, rows({6})) == rows({1, 2, 3}));  // -1 never takes the batch
static_assert(dims_of([](value x) { return reshape(x, {2, -1, 5}); }, rows({4, 5})) == rows({2, 2, 5}));
static_assert(dims_of([](value x) { return reshape(x, {-1, 2}); }, {4, 5}) == shape{10, 2});
static_assert(dims_of([](value x) { return transpose(x, {0, 2, 1}); }, rows({4, 5})) == rows({5, 4}));
static_assert(dims_of([](value x) { return slice(x, -1, 1, -1, 2); }, rows({4, 6})) == rows({4, 2}));
static_assert(dims_of([](value x) { return pad(x, {{0, 0}, {1, 2}}); }, rows({4})) == rows({7}));
static_assert(dims_of([](value x) { return concat({x, x, x}); }, rows({4})) == rows({12}));

static_assert(refusal([](value x) { return reshape(x, {3, 7}); }, rows({4, 5})) ==
              "reshape: [n,4,5] to [n,3,7] changes the number of elements; the product of the extents must stay");
static_assert(refusal([](value x) { return reshape(x, {-1, 7}); }, rows({4, 5})) == "reshape: [n,4,5] does not divide into extents of 7 elements");
static_assert(refusal([](value x) { return reshape(x, {-1, -1}); }, rows({4})) == "reshape: only one extent may be -1");
static_assert(refusal([](value x) { return transpose(x, {1, 0}); }, rows({4})) ==
              "transpose: would move the batch from the front; n must stay the first extent (needs batch<N>)");
static_assert(refusal([](value x) { return transpose(x, {0, 0}); }, {4, 5}) == "transpose: the order must name each of the 2 axes once");
static_assert(refusal([](value x) { return slice(x, 0, 0, 1); }, rows({4})) == "slice: of the batch axis; n is not a number (needs batch<N>)");
static_assert(refusal([](value x) { return slice(x, 1, 2, 5); }, rows({4})) == "slice: axis 1: from 2 to 5 by 1 is no range inside [0, 4)");
static_assert(refusal([](value x) { return slice(x, 1, 2, 2); }, rows({4})) == "slice: axis 1: from 2 to 2 by 1 is no range inside [0, 4)");
constexpr per_axis<slice_axis> along(slice_axis a) {
  per_axis<slice_axis> one(1);
  one[0] = a;
  return one;
}
// What no call of slice makes, but a rule's gradient might.
static_assert(refusal([](value x) { return emit<op::slice>(x.owner(), {x}, along({.begin = 0}), 0, {}, f32, {2}); }, {4, 5}) ==
              "slice: needs a range for each of the 2 axes");
static_assert(refusal([](value x) { return emit<op::slice>(x.owner(), {x}, along({.begin = 1, .step = 2}), 0, {}, f32, {3}); }, {5}) ==
              "slice: axis 0: 3 elements from 1 by 2 reach outside [0, 5)");
static_assert(dims_of([](value x) { return emit<op::slice>(x.owner(), {x}, along({.begin = 0, .step = 2}), 0, {}, f32, {3}); }, {5}) == shape{3});
static_assert(refusal([](value x) { return emit<op::slice>(x.owner(), {x}, along({.begin = 0}), 0, {}, f32, shape{1}); }, rows({})) ==
              "slice: of the batch axis; n is not a number (needs batch<N>)");
static_assert(refusal([](value x) { return slice(x, 2, 0, 1); }, rows({4})) == "slice: axis 2 is out of range for rank 2; use -2 to 1");
static_assert(refusal([](value x) { return reverse(x, 0); }, rows({4})) == "reverse: of the batch axis; n is not a number (needs batch<N>)");
static_assert(refusal([](value x) { return reverse(x, 5); }, rows({4})) == "reverse: axis 5 is out of range for rank 2; use -2 to 1");
static_assert(refusal([](value x) { return pad(x, {{1, 0}, {0, 0}}); }, rows({4})) == "pad: of the batch axis; n is not a number (needs batch<N>)");
static_assert(refusal([](value x) { return pad(x, {{0, 0}}); }, rows({4})) == "pad: needs {before, after} for each of the 2 axes, got 1");
static_assert(refusal([](value x) { return concat({x, x}, 0); }, rows({4})) == "concat: on the batch axis; n is not a number (needs batch<N>)");
static_assert(refusal([](value x) { return concat({x, reshape(x, {2, 2})}, 1); }, rows({4})) ==
              "concat: operand 1: f32[n,2,2] vs f32[n,4]; types and all extents but axis 1 must be equal");
static_assert(refusal([](value x) { return concat({x, slice(x, 1, 0, 3)}, 2); }, rows({4, 5})) ==
              "concat: operand 1: f32[n,3,5] vs f32[n,4,5]; types and all extents but axis 2 must be equal");
static_assert(refusal([](value x) { return concat({slice(x, 1, 0, 3), x}, 2); }, rows({4, 5})) ==
              "concat: operand 1: f32[n,4,5] vs f32[n,3,5]; types and all extents but axis 2 must be equal");
static_assert(refusal([](value x) { return broadcast_to(x, {3}); }, {4}).view().starts_with("broadcast_to: [4] vs [3]"));
// More axes than a shape holds.
static_assert(refusal([](value x) { return broadcast_to(x, {1, 1, 1, 1, 1, 1}); }, rows({4})) == "broadcast_to: the result has 7 axes; at most 6");
static_assert(refusal([](value x) { return broadcast_to(x, {2, 1, 1, 1, 1, 1, 1, 3}); }, {4}) == "broadcast_to: the result has 8 axes; at most 6");
static_assert((text() << rows({1, 2, 3, 4, 5, 6, 7})) == "[n,1,2,3,4,5,...]");
static_assert(refusal([](value x) { return broadcast_to(x, {1}); }, {4}) == "broadcast_to: [4] does not fit [1]; extents must be equal or 1");

// What is not as usual is named.
TEST(attributes, are_printed_by_name) {
  const auto line = [](auto f, const shape& dims) {
    builder b(false);
    b.output("y", f(b.input("x", dims)));
    const text all = print(finalize(b.get()));
    std::string_view t = all.view();
    t.remove_prefix(t.rfind("%1 = "));
    return std::string(t.substr(5, t.find(" :") - 5));
  };
  EXPECT_EQ(line([](value x) { return cumsum(x, 1, {.reverse = true}); }, rows({3})), "cumsum(%0) {axis=1, reverse=1}");
  EXPECT_EQ(line([](value x) { return cumsum(x, 0); }, {3}), "cumsum(%0)");
  EXPECT_EQ(line(
                [](value x) {
                  return avg_pool2d(x, {.size = {3, 2}, .stride = 1, .include_padding = true});
                },
                rows({4, 4, 1})),
            "avg_pool2d(%0) {kernel_h=3, kernel_w=2, include_padding=1}");
  EXPECT_EQ(line([](value x) { return transpose(x, {0, 2, 1}); }, rows({3, 4})), "transpose(%0) {from=0, from=2, from=1}");
  EXPECT_EQ(line([](value x) { return slice(x, 1, 1, 4, 2); }, rows({5})), "slice(%0) {begin=0 step=1, begin=1 step=2}");
  EXPECT_EQ(line([](value x) { return pad(x, {{0, 0}, {1, 2}}); }, rows({5})), "pad(%0) {before=0 after=0 step=1, before=1 after=2 step=1}");
}
static_assert(refusal(
                  [](value x) {
                    return transpose(x, {0, 1, 2, 3, 4, 5, 6});
                  },
                  {4, 5}) == "transpose: the order must name each of the 2 axes once");

}  // namespace
