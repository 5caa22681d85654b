// Whole programs beside the oracle: everything that fusion and planning decide shows here.
#include "oracle.hpp"

#include <igata/igata.hpp>

namespace {
using namespace igata;

struct lenet {
  constexpr value operator()(value x) const {
    x = relu(nn::conv2d(x, {.filters = 6, .kernel = 5}));
    x = nn::max_pool2d(x, {.size = 2});
    x = relu(nn::conv2d(x, {.filters = 16, .kernel = 5}));
    x = nn::flatten(nn::max_pool2d(x, {.size = 2}));
    x = relu(nn::dense(x, {.units = 120}));
    x = relu(nn::dense(x, {.units = 84}));
    return nn::dense(x, {.units = 10});
  }
};

constexpr value residual_block(value x, int filters, int stride) {
  value y = relu(nn::batch_norm(nn::conv2d(x, {.filters = filters, .kernel = 3, .stride = stride, .padding = padding::same, .use_bias = false})));
  y = nn::batch_norm(nn::conv2d(y, {.filters = filters, .kernel = 3, .padding = padding::same, .use_bias = false}));
  if (stride != 1 || x.extent(-1) != filters)
    x = nn::batch_norm(nn::conv2d(x, {.filters = filters, .kernel = 1, .stride = stride, .use_bias = false}));
  return relu(x + y);
}
struct resnet {
  constexpr value operator()(value x) const {
    x = relu(nn::batch_norm(nn::conv2d(x, {.filters = 5, .kernel = 3, .padding = 1, .use_bias = false})));
    x = residual_block(x, 5, 1);
    x = residual_block(x, 9, 2);
    return nn::dense(nn::global_avg_pool2d(x), {.units = 7});
  }
};

template <auto Model, int Size, auto Optimizer>
struct train_spec {
  static constexpr bool training = true, splits = false;
  static constexpr int max_batch = 5;
  static constexpr void build(builder& s) {
    const value x = s.input("image", rows({Size, Size, 1})), y = s.input("label", rows({}), i32, 7);
    constexpr auto model = Model;
    const value logits = model(x), cost = loss::softmax_cross_entropy{}(logits, y);
    s.minimize(cost, "*", Optimizer);
    s.output("loss", cost);
    s.output("accuracy", metric::accuracy{}(logits, y));
    s.output("logits", logits);
  }
};
template <auto Model, int Size>
struct infer_spec {
  static constexpr bool training = false, splits = true;
  static constexpr int max_batch = 4;
  static constexpr void build(builder& s) {
    constexpr auto model = Model;
    const value y = model(s.input("image", rows({Size, Size, 1})));
    s.output("logits", y);
    s.output("probability", softmax(y));
  }
};

void disturb(variable_store& store) {
  for (int i = 0; i < store.size(); ++i) {
    auto& e = store[i];
    if (e.kind != role::buffer && e.kind != role::weight) continue;
    const bool variance = e.path.find("variance") != std::string::npos;
    std::uint32_t k = 0;
    for (float& x : e.floats()) x = variance ? 1.5f + oracle::random_number(99, k++) : x + 0.1f * oracle::random_number(98, k++);
  }
}

TEST(programs, lenet_step) {
  for (const int n : {1, 3, 5}) oracle::compare<train_spec<lenet{}, 28, optim::sgd{.learning_rate = 0.05, .momentum = 0.9}>>(n, 2e-4);
}
TEST(programs, resnet_step_adam) {
  for (const int n : {2, 5}) oracle::compare<train_spec<resnet{}, 8, optim::adam{}>>(n, 5e-3, disturb);
}
TEST(programs, lenet_inference) {
  for (const int n : {1, 4}) oracle::compare<infer_spec<lenet{}, 28>>(n, 1e-4, disturb);
}
TEST(programs, resnet_inference) {
  for (const int n : {1, 3}) oracle::compare<infer_spec<resnet{}, 8>>(n, 1e-4, disturb);
}

// Branches that meet in concatenations: their loops write into the whole.
struct branches {
  constexpr value operator()(value x) const {
    const value a = relu(nn::conv2d(x, {.filters = 3, .kernel = 1}));
    const value b = relu(nn::conv2d(x, {.filters = 5, .kernel = 3, .padding = padding::same}));
    const value c = nn::conv2d(x, {.filters = 2, .kernel = 1});                       // stored as it is
    const value d = nn::max_pool2d(x, {.size = 3, .stride = 1, .padding = 1});        // a kernel without rows of its own
    const value y = concat({a, b, c, d, tanh(x) * 2, sigmoid(b)});
    const value z = concat({relu(y), y * 0.5}, 1);                                    // on another axis
    return nn::dense(nn::global_avg_pool2d(relu(z)), {.units = 7});
  }
};
TEST(programs, concatenations) {
  for (const int n : {1, 4}) oracle::compare<infer_spec<branches{}, 8>>(n, 1e-4, disturb);
  for (const int n : {1, 5}) oracle::compare<train_spec<branches{}, 8, optim::sgd{.learning_rate = 0.1}>>(n, 1e-3);
}

// A computed index may lie outside of its table: it chooses zeros, and its gradient goes nowhere.
struct wild_index {
  constexpr value operator()(value x) const {
    const value table = nn::parameter(x, "table", {5, 3}, init::constant(0.75), source::here());
    return nn::dense(concat({gather(table, cast(reduce_sum(x, {1, 2, 3}) * 4, i32)), gather(table, cast(reduce_mean(x, {1, 2, 3}) * 40, i32))}),
                     {.units = 7});
  }
};
TEST(programs, an_index_outside_of_its_table) {
  for (const int n : {1, 4}) oracle::compare<infer_spec<wild_index{}, 8>>(n, 1e-4, disturb);
  for (const int n : {1, 5}) oracle::compare<train_spec<wild_index{}, 8, optim::sgd{.learning_rate = 0.1}>>(n, 1e-3);
}

// Evaluated pass by pass, each kind of program is what it is otherwise.
using trained_in_steps = training<lenet{}, in<"image", 28, 28, 1>, labels<"label", i32, 10>, loss::softmax_cross_entropy{}, optim::sgd{}>;
using run_in_steps = inference<lenet{}, in<"image", 28, 28, 1>>;
inline constexpr auto twice = [](builder& s) { s.output("y", s.input("x", rows({3})) * 2); };
using drawn_in_steps = program<twice>;
IGATA_COMPILE_IN_STEPS(trained_in_steps);
IGATA_COMPILE_IN_STEPS(run_in_steps);
IGATA_COMPILE_IN_STEPS(drawn_in_steps);
TEST(programs, compiled_in_steps) {
  EXPECT_EQ(trained_in_steps::parameter_count, 44426);
  EXPECT_EQ(run_in_steps::parameter_count, 44426);
  variable_store store;
  drawn_in_steps p(store);
  const float x[] = {1, 2, 3};
  float y[3];
  ASSERT_TRUE(p.run({x}, {y}, 1));
  EXPECT_EQ(y[2], 6);
}

struct views {
  constexpr value operator()(value x) const {
    value t = transpose(reshape(x, {8, 8}), {0, 2, 1});
    t = slice(t, 1, 1, 7) * 2 + slice(t, 1, 0, 6);
    t = t + reverse(t, 2) * iota(t.owner(), 8, f32);
    t = pad(t, {{0, 0}, {1, 1}, {2, 0}}, 0.5);
    const value flat = nn::flatten(transpose(t, {0, 2, 1})), spread = reduce_min(t, 1) * nn::flatten(reduce_mean(t, {1, 2}, true));
    return nn::dense(concat({flat, reduce_max(t, 1), reduce_sum(t * t, 2), spread}), {.units = 7});
  }
};
// Everything that is only another way to address memory.
TEST(programs, views) {
  for (const int n : {1, 4}) oracle::compare<infer_spec<views{}, 8>>(n, 1e-4, disturb);
  for (const int n : {1, 5}) oracle::compare<train_spec<views{}, 8, optim::sgd{.learning_rate = 0.01}>>(n, 2e-3);
}

struct loops_spec {
  static constexpr bool training = false, splits = true;
  static constexpr int max_batch = 4;
  static constexpr void build(builder& s) {
    const value a = s.input("a", rows({40})), b = s.input("b", rows({40})), c = s.input("c", rows({40}));
    s.output("loop", tanh(a * b + c) * b + relu(c));
    s.output("product", relu(a) * b + nn::dense(a, {.units = 40}));
    const value kept = a * c;
    s.output("kept", kept);
    s.output("sum", reduce_sum(exp(kept * 0.25) + relu(b), 1));
  }
};
// A loop that only one later loop reads is a part of it, whichever that is; one whose results are wanted is not.
TEST(programs, loops_join_their_reader) {
  for (const int n : {1, 3}) oracle::compare<loops_spec>(n, 1e-4);
  EXPECT_EQ(compiled<loops_spec>::plan.size.steps, 5);  // and a copy: the sum is a view
}

}  // namespace
