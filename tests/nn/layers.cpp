// Shapes, parameters, errors and numbers of the layers.
#include "../graph_test.hpp"

#include <igata/nn/all.hpp>

using namespace testing_graphs;

namespace {

static_assert(dims_of([](value x) { return nn::dense(x, {.units = 10}); }, rows({784})) == rows({10}));
static_assert(dims_of([](value x) { return nn::dense(x, {.units = 10}); }, rows({7, 5})) == rows({7, 10}));
static_assert(dims_of([](value x) { return nn::conv2d(x, {.filters = 6, .kernel = 5}); }, rows({28, 28, 1})) == rows({24, 24, 6}));
static_assert(dims_of(
                  [](value x) {
                    return nn::conv2d(x, {.filters = 6, .kernel = {3, 5}, .stride = 2, .padding = padding::same});
                  },
                  rows({28, 28, 1})) == rows({14, 14, 6}));
static_assert(dims_of([](value x) { return nn::conv1d(x, {.filters = 6, .kernel = 5}); }, rows({28, 2})) == rows({24, 6}));
static_assert(dims_of([](value x) { return nn::conv1d(x, {.filters = 6, .kernel = 5, .padding = nn::padding1d::causal, .dilation = 3}); },
                      rows({28, 2})) == rows({28, 6}));
static_assert(dims_of([](value x) { return nn::conv1d(x, {.filters = 6, .kernel = 3, .stride = 2, .padding = nn::padding1d::same}); },
                      rows({27, 2})) == rows({14, 6}));
static_assert(dims_of(
                  [](value x) {
                    return nn::conv1d(x, {.filters = 6, .kernel = 3, .padding = {2, 1}, .groups = 2});
                  },
                  {5, 4, 2}) == shape{5, 5, 6});
static_assert(dims_of([](value x) { return nn::depthwise_conv2d(x, {.kernel = 3, .multiplier = 2}); }, rows({8, 8, 3})) == rows({6, 6, 6}));
static_assert(dims_of([](value x) { return nn::max_pool2d(x, {.size = 2}); }, rows({8, 8, 3})) == rows({4, 4, 3}));
static_assert(dims_of([](value x) { return nn::global_avg_pool2d(x); }, rows({8, 8, 3})) == rows({3}));
static_assert(dims_of([](value x) { return nn::global_max_pool2d(x, {.keep_dims = true}); }, rows({8, 8, 3})) == rows({1, 1, 3}));
static_assert(dims_of([](value x) { return nn::flatten(x); }, rows({4, 4, 16})) == rows({256}));
static_assert(dims_of([](value x) { return nn::flatten(x); }, {5, 4, 4}) == shape{5, 16});
static_assert(dims_of([](value x) { return nn::flatten(x); }, rows({})) == rows({1}));
static_assert(dims_of([](value x) { return nn::embedding(cast(x, i32), {.size = 9, .units = 4}); }, rows({7})) == rows({7, 4}));

template <auto Layer>
constexpr text refused(const shape& dims, bool training = false) {
  return refusal([](value x) { return Layer(x); }, dims, training);
}
static_assert(refused<[](value x) { return nn::dense(x); }>(rows({4})) == "dense: .units = 0; must be 1 or more");
static_assert(refused<[](value x) { return nn::dense(x, {.units = 3, .name = "head"}); }>(rows({})) ==
              "head: needs rows [n, features], got [n]; reshape first");
static_assert(refused<[](value x) { return nn::conv2d(x, {.kernel = 3}); }>(rows({4, 4, 1})) == "conv2d: .filters = 0; must be 1 or more");
static_assert(refused<[](value x) { return nn::conv2d(x, {.filters = 3}); }>(rows({4, 4, 1})) == "conv2d: .kernel = 0x0; must be 1 or more");
static_assert(refused<[](value x) { return nn::conv2d(x, {.filters = 3, .kernel = 5, .name = {"conv", 2}}); }>(rows({4, 4, 1})) ==
              "conv2/conv2d: a window of 5x5 is larger than the padded input 4x4; pad more or use a smaller kernel");
static_assert(refused<[](value x) { return nn::conv2d(x, {.filters = 4, .kernel = 1, .groups = 2}); }>(rows({4, 4, 3})) ==
              "conv2d/conv2d: 3 channels and 4 filters must both be divisible by groups = 2");
static_assert(dims_of([](value x) { return nn::gru(x, {.units = 5}); }, rows({7, 2})) == rows({5}));
static_assert(dims_of([](value x) { return nn::gru(x, {.units = 5, .return_sequences = true}); }, rows({7, 2})) == rows({7, 5}));
static_assert(dims_of([](value x) { return nn::lstm(x, {.units = 5}); }, {3, 7, 2}) == shape{3, 5});
static_assert(dims_of([](value x) { return nn::lstm(x, {.units = 5, .return_sequences = true}); }, rows({1, 2})) == rows({1, 5}));
static_assert(dims_of([](value x) { return nn::gru_cell(x, nn::dense(x, {.units = 5}), {.units = 5}); }, rows({2})) == rows({5}));
static_assert(dims_of(
                  [](value x) {
                    return nn::lstm_cell(x, {nn::dense(x, {.units = 5}), nn::dense(x, {.units = 5})}, {.units = 5}).c;
                  },
                  rows({2})) == rows({5}));
static_assert(refused<[](value x) { return nn::gru(x, {.units = 5}); }>(rows({4})) ==
              "gru: needs sequences [n, steps, features], got [n,4]; reshape first");
static_assert(refused<[](value x) { return nn::lstm(x); }>(rows({4, 2})) == "lstm: .units = 0; must be 1 or more");
static_assert(refused<[](value x) { return nn::gru_cell(x, x, {.units = 5}); }>(rows({4})) ==
              "gru: the state is [n,4], expected [n,5]; units and rows must be the cell's");
static_assert(refused<[](value x) { return nn::lstm_cell(x, {x, nn::dense(x, {.units = 3})}, {.units = 4}).h; }>(rows({4})) ==
              "lstm: the state is [n,3], expected [n,4]; units and rows must be the cell's");
static_assert(refused<[](value x) { return nn::gru_cell(x, value(), {.units = 4}); }>(rows({3})) ==
              "gru: the state is empty; begin with zeros: broadcast_to(constant(x.owner(), 0, f32), rows({4}))");
static_assert(refused<[](value x) { return nn::lstm_cell(x, {}, {.units = 4}).h; }>(rows({3})) ==
              "lstm: the state is empty; begin with zeros: broadcast_to(constant(x.owner(), 0, f32), rows({4}))");
static_assert(refused<[](value x) { return nn::lstm_cell(x, {x, value()}, {.units = 4}).h; }>(rows({4})) ==
              "lstm: the state is empty; begin with zeros: broadcast_to(constant(x.owner(), 0, f32), rows({4}))");
static_assert(refused<[](value x) { return nn::gru_cell(value(), x, {.units = 4}); }>(rows({4})) ==
              "gru: the step is empty (a default-constructed value); assign it before use");
static_assert(refused<[](value x) { return nn::gru_cell(nn::dense(x), value(), {.units = 4}); }>(rows({4})) ==
              "dense: .units = 0; must be 1 or more");
static_assert(refused<[](value x) { return x * x.item(); }>(rows({4})) ==
              "item: a model that is drawn has no numbers yet; compute with values, select(...) chooses, or use eager");
static_assert(refused<[](value x) { return x * x.numbers().size(); }>(rows({4})) ==
              "numbers: a model that is drawn has no numbers yet; compute with values, select(...) chooses, or use eager");
static_assert(refused<[](value x) { return nn::gru_cell(x, x, {.units = 4}); }>(rows({2, 4})) ==
              "gru: needs one step [n, features], got [n,2,4]; slice and reshape first");
static_assert(refused<[](value x) { return nn::conv1d(x, {.filters = 3, .kernel = 3}); }>(rows({4, 4, 1})) ==
              "conv1d: needs sequences [n, steps, channels], got [n,4,4,1]; reshape first");
static_assert(refused<[](value x) { return nn::conv1d(x, {.kernel = 3}); }>(rows({4, 1})) == "conv1d: .filters = 0; must be 1 or more");
static_assert(refused<[](value x) { return nn::conv1d(x, {.filters = 3}); }>(rows({4, 1})) == "conv1d: .kernel = 0; must be 1 or more");
static_assert(refused<[](value x) { return nn::conv1d(x, {.filters = 3, .kernel = 1, .groups = 0}); }>(rows({4, 1})) ==
              "conv1d: .groups = 0; must be 1 or more");
static_assert(refused<[](value x) { return nn::conv1d(x, {.filters = 4, .kernel = 1, .groups = 2}); }>(rows({4, 3})) ==
              "conv1d/conv2d: 3 channels and 4 filters must both be divisible by groups = 2");
static_assert(refused<[](value x) { return nn::conv1d(x, {.filters = 3, .kernel = 5}); }>(rows({4, 1})) ==
              "conv1d/conv2d: a window of 1x5 is larger than the padded input 1x4; pad more or use a smaller kernel");
static_assert(refused<[](value x) { return nn::depthwise_conv2d(x, {.kernel = 3, .multiplier = 0}); }>(rows({4, 4, 3})) ==
              "depthwise_conv2d: .multiplier = 0; must be 1 or more");
static_assert(refused<[](value x) { return nn::dropout(x, {.rate = 1}); }>(rows({4})) == "dropout: .rate = 1; must be in [0, 1)");
static_assert(refused<[](value x) { return nn::batch_norm(x, {.momentum = 1}); }>(rows({4})) == "batch_norm: .momentum = 1; must be in [0, 1)");
static_assert(refused<[](value x) { return nn::batch_norm(x); }>(rows({})) == "batch_norm: needs [n, ..., channels], got [n]; reshape first");
static_assert(refused<[](value x) { return nn::batch_norm(cast(x, i32)); }>(rows({4})) ==
              "batch_norm: needs a floating type, got i32; cast(x, f32) first");
static_assert(refused<[](value x) { return nn::batch_norm(x, {.epsilon = 0}); }>(rows({4})) == "batch_norm: .epsilon = 0; must be above 0");
static_assert(refused<[](value x) { return nn::layer_norm(x); }>(rows({})) == "layer_norm: needs [n, ..., features], got [n]; reshape first");
static_assert(refused<[](value x) { return nn::embedding(x, {.size = 3, .units = 2}); }>(rows({4})) ==
              "embedding/gather: the index must be whole numbers, got f32; cast(x, i32)");
static_assert(refused<[](value x) { return nn::global_avg_pool2d(x); }>(rows({4})) ==
              "global_avg_pool2d: needs images [n, height, width, channels], got [n,4]; reshape first");
static_assert(refused<[](value x) {
                return nn::block("a", [](value y) { return nn::dense(y, {.units = y.extent(-1) + 1, .name = "d"}); })(
                    nn::block("a", [](value y) { return nn::dense(y, {.units = y.extent(-1) + 1, .name = "d"}); })(x));
              }>(rows({4})) == "a/d/kernel: a shared scope has another shape here: [4,5] vs [5,6]; give one of the two another name");

// The line is the user's.
constexpr bool names_my_line() {
  builder s(false);
  const value x = s.input("x", rows({4}));
  nn::dense(x, {.units = 0}); const int line = __LINE__;
  return s.get().failure == text("layers.cpp:") << line << ": dense: .units = 0; must be 1 or more";
}
static_assert(names_my_line());

// Paths.
template <class F>
constexpr text paths(F f, const shape& dims, bool training = false) {
  builder s(training);
  s.output("y", f(s.input("x", dims)));
  const graph g = finalize(s.get());
  text t;
  for (const variable& v : g.variables) t << g.path_of(v) << ' ' << name_of(v.kind) << v.dims << '\n';
  if (g.failed()) t << g.failure;
  return t;
}
static_assert(paths([](value x) { return nn::dense(nn::dense(x, {.units = 3}), {.units = 2, .use_bias = false}); }, rows({4})) ==
              "dense/kernel weight[4,3]\ndense/bias weight[3]\ndense_1/kernel weight[3,2]\n");
static_assert(paths(
                  [](value x) {
                    for (int i = 0; i < 2; ++i)
                      x = nn::block(
                          {"layer", i}, [](value y) { return nn::dense(y, {.units = 4, .use_bias = false}); }, relu)(x);
                    return x;
                  },
                  rows({4})) == "layer0/dense/kernel weight[4,4]\nlayer1/dense/kernel weight[4,4]\n");
static_assert(paths(
                  [](value x) {
                    return nn::sequential{nn::dense_options{.units = 3}, relu, nn::flatten, nn::layer_norm, [](value y) { return y * 2; }}(x);
                  },
                  rows({4})) ==
              "sequential/dense/kernel weight[4,3]\nsequential/dense/bias weight[3]\nsequential/layer_norm/gamma "
              "weight[3]\nsequential/layer_norm/beta weight[3]\n");
static_assert(paths([](value x) { return nn::layer_norm(x, {.scale = false}); }, rows({4})) == "layer_norm/beta weight[4]\n");
static_assert(paths([](value x) { return nn::layer_norm(x, {.center = false}); }, rows({4})) == "layer_norm/gamma weight[4]\n");
static_assert(paths(
                  [](value x) {
                    return nn::block(
                        x, "both", [](value y) { return nn::dense(y, {.units = 4, .use_bias = false}); }, silu);
                  },
                  rows({4})) == "both/dense/kernel weight[4,4]\n");
static_assert(
    paths([](value x) { return nn::block("pair", [](value a, value b) { return a * nn::dense(b, {.units = 4, .use_bias = false}); })(x, x + 1); },
          rows({4})) == "pair/dense/kernel weight[4,4]\n");
static_assert(paths([](value x) { return nn::batch_norm(x); }, rows({4})) ==
              "batch_norm/gamma weight[4]\nbatch_norm/moving_variance buffer[4]\nbatch_norm/beta weight[4]\nbatch_norm/moving_mean buffer[4]\n");
static_assert(paths([](value x) { return nn::dropout(x); }, rows({4})).empty());
static_assert(paths([](value x) { return nn::conv1d(x, {.filters = 6, .kernel = 3, .groups = 2}); }, rows({9, 4})) ==
              "conv1d/kernel weight[3,2,6]\nconv1d/bias weight[6]\n");

static_assert(paths([](value x) { return nn::gru(x, {.units = 2}); }, rows({9, 4})) ==
              "gru/kernel weight[4,6]\ngru/bias weight[6]\ngru/recurrent_bias weight[6]\ngru/recurrent_kernel weight[2,6]\n");
// The second quarter of an lstm's bias is the forget gate's.
constexpr bool first_bias(nn::lstm_options o, std::initializer_list<double> expected) {
  builder s(true);
  nn::lstm(s.input("x", rows({3, 1})), o);
  for (const variable& v : s.get().variables) {
    if (s.get().path_of(v).view() != "lstm/bias") continue;
    const vec<double> first = initialize(v.init, v.dims, 1, "lstm/bias");
    return std::equal(first.begin(), first.end(), expected.begin(), expected.end());
  }
  return false;
}
static_assert(first_bias({.units = 2}, {0, 0, 0, 0, 0, 0, 0, 0}));
static_assert(first_bias({.units = 2, .unit_forget_bias = true}, {0, 0, 1, 1, 0, 0, 0, 0}));
static_assert(first_bias({.units = 1, .bias_initializer = init::constant(0.5), .unit_forget_bias = true}, {0.5, 1, 0.5, 0.5}));
static_assert(paths([](value x) { return nn::lstm(x, {.units = 2}); }, rows({9, 4})) ==
              "lstm/kernel weight[4,8]\nlstm/bias weight[8]\nlstm/recurrent_kernel weight[2,8]\n");

// Numbers.
TEST(dense, is_an_affine_map) {
  const auto y = run_function(
      [](const vec<value>& v) {
        return nn::dense(v[0], {.units = 2, .kernel_initializer = init::constant(3), .bias_initializer = init::constant(0.5)});
      },
      {rows({2})}, {numbers({1, 2, -1, 0})}, 2);
  expect_near(y, numbers({9.5, 9.5, -2.5, -2.5}));
}
// Sums of products, a window for each result.
template <class Options>
void expect_conv1d(Options make) {
  builder s(false);
  s.output("y", nn::conv1d(s.input("x", rows({11, 4})), make()));
  const graph& g = s.get();
  environment env = random_environment(g, 2);
  const auto y = run(g, env, "y");
  const nn::conv1d_options o = make();
  const vec<double>&x = env.inputs[0], &kernel = env.variables[0], &bias = env.variables[1];
  const int span = (o.kernel - 1) * o.dilation + 1;
  int before = o.padding.before, steps = (11 + before + o.padding.after - span) / o.stride + 1;
  if (o.padding.by == nn::padding1d::kind::causal) before = span - 1, steps = (10) / o.stride + 1;
  if (o.padding.by == nn::padding1d::kind::same) steps = (11 + o.stride - 1) / o.stride, before = ((steps - 1) * o.stride + span - 11) / 2;
  ASSERT_EQ(y.size(), 2 * steps * o.filters);
  const int channels = 4 / o.groups, filters = o.filters / o.groups;
  for (int n = 0; n < 2; ++n)
    for (int t = 0; t < steps; ++t)
      for (int f = 0; f < o.filters; ++f) {
        double sum = bias[f];
        for (int k = 0; k < o.kernel; ++k)
          for (int c = 0; c < channels; ++c) {
            const int at = t * o.stride + k * o.dilation - before;
            if (at >= 0 && at < 11) sum += x[(n * 11 + at) * 4 + f / filters * channels + c] * kernel[(k * channels + c) * o.filters + f];
          }
        ASSERT_NEAR(y[(n * steps + t) * o.filters + f], sum, 1e-12) << n << ' ' << t << ' ' << f;
      }
}
TEST(conv1d, numbers) {
  expect_conv1d([] { return nn::conv1d_options{.filters = 3, .kernel = 3}; });
  expect_conv1d([] { return nn::conv1d_options{.filters = 3, .kernel = 4, .stride = 3, .padding = {1, 2}}; });
  expect_conv1d([] { return nn::conv1d_options{.filters = 6, .kernel = 3, .padding = nn::padding1d::causal, .dilation = 2, .groups = 2}; });
  expect_conv1d([] { return nn::conv1d_options{.filters = 2, .kernel = 5, .stride = 2, .padding = nn::padding1d::same}; });
  expect_conv1d([] { return nn::conv1d_options{.filters = 1, .kernel = 1, .padding = 2}; });
}
// The recurrences as they stand in the papers, a row and a unit at a time.
template <bool Lstm>
void expect_recurrent(int steps, int features, int units, bool sequences) {
  builder s(false);
  const value x = s.input("x", rows({steps, features}));
  if (Lstm) s.output("y", nn::lstm(x, {.units = units, .return_sequences = sequences}));
  else s.output("y", nn::gru(x, {.units = units, .return_sequences = sequences}));
  const graph& g = s.get();
  environment env = random_environment(g, 2);
  const auto y = run(g, env, "y");
  const int gates = Lstm ? 4 : 3;
  const vec<double>&in = env.inputs[0], &kernel = env.variables[0], &recurrent = env.variables[1], &bias = env.variables[2],
        &recurrent_bias = env.variables[Lstm ? 2 : 3];
  const auto sigmoid = [](double v) { return 1 / (1 + std::exp(-v)); };
  for (int n = 0; n < 2; ++n) {
    std::vector<double> h(static_cast<std::size_t>(units)), c(h);
    for (int t = 0; t < steps; ++t) {
      const std::vector<double> before = h;
      const auto of_input = [&](int gate, int u) {
        double sum = bias[gate * units + u];
        for (int f = 0; f < features; ++f) sum += in[(n * steps + t) * features + f] * kernel[(f * gates + gate) * units + u];
        return sum;
      };
      const auto of_state = [&](int gate, int u) {
        double sum = 0;
        for (int k = 0; k < units; ++k) sum += before[static_cast<std::size_t>(k)] * recurrent[(k * gates + gate) * units + u];
        return sum;
      };
      for (int u = 0; u < units; ++u) {
        double &state = h[static_cast<std::size_t>(u)], &memory = c[static_cast<std::size_t>(u)];
        if (Lstm) {
          const auto gate = [&](int i) { return of_input(i, u) + of_state(i, u); };
          memory = sigmoid(gate(1)) * memory + sigmoid(gate(0)) * std::tanh(gate(2));
          state = sigmoid(gate(3)) * std::tanh(memory);
        } else {
          const auto recurrent_part = [&](int i) { return of_state(i, u) + recurrent_bias[i * units + u]; };
          const double update = sigmoid(of_input(0, u) + recurrent_part(0)), reset = sigmoid(of_input(1, u) + recurrent_part(1));
          state = update * before[static_cast<std::size_t>(u)] + (1 - update) * std::tanh(of_input(2, u) + reset * recurrent_part(2));
        }
        if (!sequences && t < steps - 1) continue;
        ASSERT_NEAR(y[(sequences ? n * steps + t : n) * units + u], state, 1e-12) << n << ' ' << t << ' ' << u;
      }
    }
  }
}
TEST(recurrent, numbers) {
  for (const bool sequences : {false, true}) {
    expect_recurrent<false>(5, 3, 4, sequences);
    expect_recurrent<true>(5, 3, 4, sequences);
    expect_recurrent<false>(1, 2, 1, sequences);
    expect_recurrent<true>(1, 1, 3, sequences);
  }
}
// A stream, one sample after the other, gives what the layer gives for all of them.
TEST(recurrent, cells_share_the_layers_weights) {
  builder s(false);
  const value x = s.input("x", rows({4, 3}));
  s.output("gru", nn::gru(x, {.units = 2, .return_sequences = true}));
  s.output("lstm", nn::lstm(x, {.units = 2, .return_sequences = true}));
  const graph& whole = s.get();
  environment env = random_environment(whole, 1);
  const auto gru = run(whole, env, "gru"), lstm = run(whole, env, "lstm");
  builder step(false);
  const value state = step.input("h", rows({2})), memory = step.input("c", rows({2})), one = step.input("sample", rows({3}));
  step.output("gru", nn::gru_cell(one, state, {.units = 2}));
  const nn::lstm_state next = nn::lstm_cell(one, {state, memory}, {.units = 2});
  step.output("h", next.h);
  step.output("c", next.c);
  ASSERT_EQ(step.get().variables.size(), whole.variables.size());
  environment at = env;
  at.inputs = {};
  vec<double> of_gru(2), of_lstm(2), of_memory(2);
  for (int t = 0; t < 4; ++t) {
    vec<double> features(3);
    for (int f = 0; f < 3; ++f) features[f] = env.inputs[0][t * 3 + f];
    const auto with = [&](const vec<double>& first) {
      at.inputs = {};
      at.inputs.push(first), at.inputs.push(of_memory), at.inputs.push(features);
    };
    with(of_gru);
    of_gru = run(step.get(), at, "gru");
    with(of_lstm);
    const vec<double> output = run(step.get(), at, "h");
    of_memory = run(step.get(), at, "c");
    of_lstm = output;
    for (int u = 0; u < 2; ++u) {
      EXPECT_NEAR(of_gru[u], gru[t * 2 + u], 1e-12) << t;
      EXPECT_NEAR(of_lstm[u], lstm[t * 2 + u], 1e-12) << t;
    }
  }
}
TEST(conv1d, causal_results_do_not_see_later_steps) {
  builder s(false);
  s.output("y", nn::conv1d(s.input("x", rows({9, 1})), {.filters = 2, .kernel = 3, .padding = nn::padding1d::causal, .dilation = 2}));
  environment env = random_environment(s.get(), 1);
  const auto before = run(s.get(), env, "y");
  env.inputs[0][6] += 1;
  const auto after = run(s.get(), env, "y");
  for (int t = 0; t < 9; ++t) EXPECT_EQ(before[2 * t] == after[2 * t], t != 6 && t != 8) << t;
}
TEST(batch_norm, training) {
  builder s(true);
  const value x = s.input("x", rows({2, 2, 3}));
  s.output("y", nn::batch_norm(x, {.momentum = 0.9, .epsilon = 1e-3}));
  const graph g = finalize(s.get());
  environment env = random_environment(g, 4);
  const auto values = evaluate(g, env);
  const auto variable_of = [&](std::string_view path) {
    for (int i = 0; i < g.variables.size(); ++i)
      if (g.path_of(g.variables[i]) == text(path)) return i;
    return -1;
  };
  const vec<double>&in = env.inputs[0], &y = values[g.outputs[0].id];
  ASSERT_EQ(g.assigns.size(), 2);
  for (int c = 0; c < 3; ++c) {
    double mean = 0, variance = 0;
    for (int i = c; i < in.size(); i += 3) mean += in[i] / 16;
    for (int i = c; i < in.size(); i += 3) variance += (in[i] - mean) * (in[i] - mean) / 16;
    const double gamma = env.variables[variable_of("batch_norm/gamma")][c], beta = env.variables[variable_of("batch_norm/beta")][c];
    for (int i = c; i < in.size(); i += 3) ASSERT_NEAR(y[i], (in[i] - mean) / std::sqrt(variance + 1e-3) * gamma + beta, 1e-12);
    for (const assignment& a : g.assigns) {
      const bool of_mean = g.path_of(g.variables[a.variable]) == text("batch_norm/moving_mean");
      ASSERT_NEAR(values[a.id][c], env.variables[a.variable][c] * 0.9 + (of_mean ? mean : variance) * 0.1, 1e-12);
    }
  }
}
TEST(batch_norm, twice_in_one_step_moves_twice) {
  builder s(true);
  const value x = s.input("x", rows({2}));
  const auto norm = nn::block("shared", nn::batch_norm);
  s.output("y", norm(x) + norm(x * 2));
  EXPECT_EQ(std::string(s.get().failure.view()), "");
  EXPECT_EQ(finalize(s.get()).assigns.size(), 2);
}
TEST(batch_norm, inference) {
  builder s(false);
  s.output("y", nn::batch_norm(s.input("x", rows({3}))));
  const graph& g = s.get();
  environment env = random_environment(g, 2);
  const auto y = run(g, env, "y");
  const vec<double>&gamma = env.variables[0], &beta = env.variables[1], &mean = env.variables[2], &variance = env.variables[3];
  for (int i = 0; i < 6; ++i)
    EXPECT_NEAR(y[i], (env.inputs[0][i] - mean[i % 3]) / std::sqrt(variance[i % 3] + 1e-3) * gamma[i % 3] + beta[i % 3], 1e-12);
}
TEST(layer_norm, numbers) {
  const auto y = run_function([](const vec<value>& v) { return nn::layer_norm(v[0], {.epsilon = 1e-9}); }, {rows({2, 3})},
                              {testing_graphs::numbers({1, 2, 3, 10, 10, 40})});
  const double a = std::sqrt(1.5), b = std::sqrt(0.5);
  expect_near(y, testing_graphs::numbers({-a, 0, a, -b, -b, 2 * b}), 1e-8);
}
TEST(dropout, drops_the_share_and_keeps_the_mean) {
  builder s(true);
  const value x = s.input("x", rows({100}));
  s.output("y", nn::dropout(x, {.rate = 0.3}));
  environment env = random_environment(s.get(), 200);
  env.inputs[0] = vec<double>(20000, 1.0);
  double zeros = 0, sum = 0;
  for (const double y : run(s.get(), env, "y")) {
    ASSERT_TRUE(y == 0 || std::abs(y - 1 / 0.7) < 1e-12);
    zeros += y == 0, sum += y;
  }
  EXPECT_NEAR(zeros / 20000, 0.3, 0.01);
  EXPECT_NEAR(sum / 20000, 1, 0.02);
}

TEST(layers, gradients) {
  const auto check = [](auto layer, std::initializer_list<int> dims) {
    shape extents;
    for (const int e : dims) extents.push(e);
    expect_model_gradients([&](builder& s) {
      const value y = layer(s.input("x", rows(extents)));
      return reduce_mean(y * y * y);
    });
  };
  check([](value x) { return nn::dense(x, {.units = 3}); }, {4});
  check([](value x) { return nn::dense(x, {.units = 3}); }, {2, 4});
  check([](value x) { return nn::conv2d(x, {.filters = 3, .kernel = 3, .stride = 2, .padding = padding::same}); }, {5, 5, 2});
  check([](value x) { return nn::conv1d(x, {.filters = 4, .kernel = 3, .stride = 2, .padding = nn::padding1d::causal, .groups = 2}); }, {7, 2});
  check([](value x) { return nn::depthwise_conv2d(x, {.kernel = 3, .multiplier = 2}); }, {4, 4, 2});
  check([](value x) { return nn::gru(x, {.units = 3}); }, {4, 2});
  check([](value x) { return nn::gru(x, {.units = 2, .return_sequences = true}); }, {3, 2});
  check([](value x) { return nn::lstm(x, {.units = 3}); }, {4, 2});
  check([](value x) { return nn::lstm(x, {.units = 2, .return_sequences = true}); }, {3, 2});
  check([](value x) { return nn::batch_norm(x); }, {4});
  check([](value x) { return nn::batch_norm(x, {.scale = false}); }, {2, 2, 3});
  check([](value x) { return nn::layer_norm(x); }, {4});
  check([](value x) { return nn::embedding(cast(x * 3 + 3, i32), {.size = 6, .units = 2}); }, {4});
}
TEST(layers, gradients_by_the_input) {
  expect_gradients([](const vec<value>& x) { return nn::layer_norm(x[0]); }, {rows({5})});
  const auto norm = [](value x) {  // without parameters, for a graph without variables
    return nn::batch_norm(x, {.scale = false, .center = false});
  };
  builder s(true);
  const value x = s.input("x", rows({3})), y = norm(x), loss = reduce_sum(y * y * y);
  vec<value> by;
  by.push(x);
  environment env = random_environment(s.get(), 4);
  compare_gradients(s.get(), env, loss, by, gradients(loss, by), {.tolerance = 1e-5});
}

// A small LeNet and a residual net in training mode.
TEST(models, lenet) {
  expect_model_gradients([](builder& s) {
    value x = s.input("image", rows({12, 12, 1}));
    x = tanh(nn::conv2d(x, {.filters = 3, .kernel = 3}));
    x = nn::max_pool2d(x, {.size = 2});
    x = silu(nn::conv2d(x, {.filters = 4, .kernel = 3}));
    x = nn::flatten(nn::avg_pool2d(x, {.size = 3}));
    x = softplus(nn::dense(x, {.units = 5}));
    return reduce_mean(log_softmax(nn::dense(x, {.units = 4})) * softmax(slice(x, 1, 0, 4)));
  }, {.low = -0.5, .high = 0.5, .n = 2});
}
TEST(models, residual) {
  expect_model_gradients([](builder& s) {
    value x = s.input("image", rows({6, 6, 2}));
    const auto conv = [](value v, int filters, int stride) {
      return nn::batch_norm(nn::conv2d(v, {.filters = filters, .kernel = 3, .stride = stride, .padding = padding::same, .use_bias = false}));
    };
    x = gelu(conv(x, 3, 1));
    for (int i = 0; i < 2; ++i)
      x = nn::block({"layer", i}, [&](value v) {
        const value y = conv(gelu(conv(v, 4, i + 1)), 4, 1);
        return gelu(y + nn::batch_norm(nn::conv2d(v, {.filters = 4, .kernel = 1, .stride = i + 1})));
      })(x);
    x = nn::dense(nn::global_avg_pool2d(x), {.units = 3});
    return reduce_mean(x * x * x);
  }, {.low = -0.7, .high = 0.7, .n = 2, .tolerance = 1e-5});
}

}  // namespace
