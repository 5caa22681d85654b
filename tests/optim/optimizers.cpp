// Sequences of steps against the rules written out in plain loops.
#include "../graph_test.hpp"
#include "../isa_name.hpp"

#include <functional>
#include <map>

#include <igata/igata.hpp>

using namespace testing_graphs;

namespace {

// The loss sum(a * w² + b * w) / 2 … with gradients that differ by element: g = a * w + b.
constexpr int size = 4, steps = 12;
double curvature(int i) { return 0.5 + i; }
double offset(int i) { return i - 1.5; }

// Weights after each step; the graph's assignments are carried out by hand.
template <class... Rules>
std::vector<std::vector<double>> train(const Rules&... rules) {
  builder s(true);
  const value like = s.input("like", {});
  const value w = state_variable(like, "w", role::weight, {2, size / 2}, constant_initializer(1.25));
  value loss;
  for (int i = 0; i < size; ++i) {
    const value e = reduce_sum(slice(slice(w, 0, i / 2, i / 2 + 1), 1, i % 2, i % 2 + 1));
    const value term = e * e * (curvature(i) / 2) + e * offset(i);
    loss = loss.valid() ? loss + term : term;
  }
  s.minimize(loss, "*", rules...);
  const graph g = simplify(finalize(s.get()));
  EXPECT_EQ(std::string(g.failure.view()), "");
  environment env;
  env.inputs.push(numbers({0}));
  for (const variable& v : g.variables) env.variables.push(initialize(v.init, v.dims, 1, g.path_of(v).view()));
  int weight = -1;
  for (int i = 0; i < g.variables.size(); ++i)
    if (g.variables[i].kind == role::weight) weight = i;
  std::vector<std::vector<double>> history;
  for (int t = 0; t < steps; ++t) {
    const auto values = evaluate(g, env);
    for (const assignment& a : g.assigns) env.variables[a.variable] = values[a.id];
    history.push_back({});
    for (const double x : env.variables[weight]) history.back().push_back(x);
  }
  return history;
}
// rule(element's w, g, step from 1, memory of two numbers) -> new w
using rule_of_element = std::function<double(double, double, int, double*)>;
void expect_steps(const std::vector<std::vector<double>>& got, const rule_of_element& rule,
                  const std::function<void(std::vector<double>& w, std::vector<double>& g)>& change = {}) {
  std::vector<double> w(size, 1.25), g(size);
  double memory[size][2]{};
  for (int t = 1; t <= steps; ++t) {
    for (std::size_t i = 0; i < size; ++i) g[i] = curvature(static_cast<int>(i)) * w[i] + offset(static_cast<int>(i));
    if (change) change(w, g);
    for (std::size_t i = 0; i < size; ++i) {
      w[i] = rule(w[i], g[i], t, memory[i]);
      ASSERT_NEAR(got[static_cast<std::size_t>(t - 1)][i], w[i], 2e-6) << "step " << t << " element " << i;  // constants are f32
    }
  }
}
double plain(double w, double g, int, double*) { return w - 0.1 * g; }

TEST(sgd, plain) { expect_steps(train(optim::sgd{.learning_rate = 0.1}), plain); }
TEST(sgd, momentum_and_decay) {
  expect_steps(train(optim::sgd{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.05}), [](double w, double g, int, double* v) {
    g += 0.05 * w;
    *v = 0.9 * *v + g;
    return w - 0.1 * *v;
  });
}
TEST(sgd, nesterov) {
  expect_steps(train(optim::sgd{.learning_rate = 0.1, .momentum = 0.8, .nesterov = true}), [](double w, double g, int, double* v) {
    *v = 0.8 * *v + g;
    return w - 0.1 * (g + 0.8 * *v);
  });
}
double adam_step(double w, double g, int t, double* m, double decay = 0) {
  w *= 1 - 0.05 * decay;
  m[0] = 0.9 * m[0] + 0.1 * g;
  m[1] = 0.99 * m[1] + 0.01 * g * g;
  return w - 0.05 * (m[0] / (1 - std::pow(0.9, t))) / (std::sqrt(m[1] / (1 - std::pow(0.99, t))) + 1e-6);
}
TEST(adam, steps) {
  expect_steps(train(optim::adam{.learning_rate = 0.05, .beta2 = 0.99, .epsilon = 1e-6}),
               [](double w, double g, int t, double* m) { return adam_step(w, g, t, m); });
}
// Beside one of f32: of what both share only the step, the hyper-parameters and what the loss gives come from f32.
TEST(adam, a_parameter_of_f64_is_updated_in_it) {
  builder s(true);
  const value like = s.input("like", {});
  const value a = state_variable(like, "a", role::weight, {}, constant_initializer(3)),
              b = state_variable(like, "b", role::weight, {}, constant_initializer(4), f64);
  s.minimize((a * a + cast(b * b, f32)) * 0.5, "*", optim::adamw{});
  const graph g = simplify(finalize(s.get()));
  ASSERT_EQ(g.failure.view(), "");
  int casts = 0;
  for (const node& v : g.nodes)
    if (v.code == op::cast && v.type == f64) {
      const node& from = g.operand_node(v, 0);
      EXPECT_TRUE(from.code == op::cast || from.code == op::variable || from.code == op::constant) << name_of(from.code);
      ++casts;
    }
  EXPECT_GT(casts, 0);
}
TEST(adamw, steps) {
  expect_steps(train(optim::adamw{.learning_rate = 0.05, .beta2 = 0.99, .epsilon = 1e-6, .weight_decay = 0.1}),
               [](double w, double g, int t, double* m) { return adam_step(w, g, t, m, 0.1); });
}
TEST(rmsprop, steps) {
  for (const double momentum : {0.0, 0.5})
    expect_steps(train(optim::rmsprop{.learning_rate = 0.05, .rho = 0.9, .epsilon = 1e-3, .momentum = momentum}),
                 [&](double w, double g, int, double* m) {
                   m[0] = 0.9 * m[0] + 0.1 * g * g;
                   m[1] = momentum * m[1] + g / (std::sqrt(m[0]) + 1e-3);
                   return w - 0.05 * m[1];
                 });
}

using vector = std::vector<double>;
double norm(const vector& g) {
  double sum = 0;
  for (const double x : g) sum += x * x;
  return std::sqrt(sum);
}
const optim::sgd tenth{.learning_rate = 0.1};
TEST(gradient_changes, clip_by_value) {
  expect_steps(train(tenth, optim::clip_by_value{.limit = 0.3}), plain, [](vector&, vector& g) {
    for (double& x : g) x = std::min(0.3, std::max(-0.3, x));
  });
}
TEST(gradient_changes, clip_by_norm) {
  const auto clipped = [](vector&, vector& g) {
    const double n = norm(g);
    for (double& x : g) x *= n > 0.7 ? 0.7 / n : 1;
  };
  expect_steps(train(tenth, optim::clip_by_norm{.limit = 0.7}), plain, clipped);
  expect_steps(train(tenth, optim::clip_by_global_norm{.limit = 0.7}), plain, clipped);
}
// Of two types too.
TEST(gradient_changes, global_norm_spans_all_parameters) {
  for (const dtype type : {f32, f64}) {
    builder s(true);
    const value like = s.input("like", {});
    const value a = state_variable(like, "a", role::weight, {}, constant_initializer(3)),
                b = state_variable(like, "b", role::weight, {}, constant_initializer(4), type);
    s.minimize((a * a + cast(b * b, f32)) * 0.5, "*", optim::sgd{.learning_rate = 1}, optim::clip_by_global_norm{.limit = 1});
    const graph g = finalize(s.get());
    ASSERT_EQ(g.failure.view(), "");
    environment env;
    env.inputs.push(numbers({0}));
    for (const variable& v : g.variables) env.variables.push(initialize(v.init, v.dims, 1, "x"));
    const auto values = evaluate(g, env);
    for (const assignment& x : g.assigns) EXPECT_NEAR(values[x.id][0], env.variables[x.variable][0] * 0.8, 1e-12);
  }
}
// One step from given numbers: the gradient of w * slope is the slope.
struct one_step {
  double before = 0, slope = 1;
  std::int32_t steps_before = 0;
  double slot = 0;
};
template <class... Rules>
vec<vec<double>> after(const one_step& o, const Rules&... rules) {
  builder s(true);
  const value like = s.input("like", {});
  const value w = state_variable(like, "w", role::weight, {2}, constant_initializer(o.before));
  s.minimize(reduce_sum(w * like), "*", rules...);
  const graph g = simplify(finalize(s.get()));
  EXPECT_EQ(std::string(g.failure.view()), "");
  environment env;
  env.inputs.push(numbers({o.slope}));
  for (const variable& v : g.variables) {
    env.variables.push(initialize(v.init, v.dims, 1, g.path_of(v).view()));
    if (v.kind == role::counter) env.variables.back()[0] = o.steps_before;
    if (v.kind == role::slot)
      for (double& x : env.variables.back()) x = o.slot;
  }
  const auto values = evaluate(g, env);
  vec<vec<double>> result(g.variables.size());
  for (const assignment& a : g.assigns) result[a.variable] = values[a.id];
  return result;
}
TEST(adam, the_last_step_is_counted_again_and_again) {
  for (const vec<double>& v : after({.steps_before = 2147483647}, optim::adam{}, optim::cosine_decay{}))
    for (const double x : v) EXPECT_TRUE(x == x && x <= 2147483647);
}
TEST(adam, an_infinite_square_stays_infinite) {  // and is not inf - inf
  for (const vec<double>& v : after({.before = 1, .slope = 2, .slot = INFINITY}, optim::rmsprop{}))
    for (const double x : v) EXPECT_FALSE(std::isnan(x));
  builder s(true);
  const value like = s.input("like", {}), w = state_variable(like, "w", role::weight, {}, constant_initializer(1));
  s.minimize(w * like, "*", optim::adam{});
  const graph g = simplify(finalize(s.get()));
  environment env;
  env.inputs.push(numbers({2}));
  for (const variable& v : g.variables) env.variables.push(vec<double>(1, g.path_of(v).view() == "optimizer/velocity/w" ? INFINITY : 1.0));
  const auto values = evaluate(g, env);
  for (const assignment& a : g.assigns) {
    const text path = g.path_of(g.variables[a.variable]);
    EXPECT_FALSE(std::isnan(values[a.id][0])) << path.view();
    EXPECT_EQ(std::isinf(values[a.id][0]), path.view() == "optimizer/velocity/w") << path.view();
  }
}
// f32 has no number for the square of 1e20: the kernels' step, on every instruction set.
template <auto Change>
struct steep {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", {2});
    const value w = state_variable(x, "w", role::weight, {2}, constant_initializer(0));
    s.minimize(reduce_sum(w * x), "*", optim::sgd{.learning_rate = 1}, Change);
    s.output("w", w);
  }
};
template <auto Change>
void expect_clipped() {
  const double limit = Change.limit;
  for (const isa which : compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    for (const float size : {1e-25f, 1.f, 1e20f, 1e28f}) {
      variable_store store;
      program<steep<Change>{}, mode::training, max_batch{1}> step(store, seed{1});
      step.use(which);
      const float x[] = {3 * size, -1.5f * size};
      float w[2];
      for (int i = 0; i < 2; ++i) ASSERT_TRUE(step.run({x}, {w}, 1));  // the second tells what the first stored
      const double norm = std::hypot(double(x[0]), double(x[1])), factor = norm > limit ? limit / norm : 1;
      for (int i = 0; i < 2; ++i) EXPECT_NEAR(double(w[i]) / (-double(x[i]) * factor), 1, 1e-5) << isa_name(which) << ' ' << size;
    }
  }
}
TEST(gradient_changes, norms_of_steep_gradients) {
  expect_clipped<optim::clip_by_norm{.limit = 3}>();
  expect_clipped<optim::clip_by_global_norm{.limit = 2}>();
}
TEST(gradient_changes, penalties) {
  expect_steps(train(tenth, optim::l1{.rate = 0.2}), plain, [](vector& w, vector& g) {
    for (std::size_t i = 0; i < size; ++i) g[i] += 0.2 * (w[i] > 0 ? 1 : -1);
  });
  expect_steps(train(tenth, optim::l2{.rate = 0.2}), plain, [](vector& w, vector& g) {
    for (std::size_t i = 0; i < size; ++i) g[i] += 0.4 * w[i];
  });
  expect_steps(train(tenth, optim::l2{.rate = 0.2, .smallest_rank = 3}), plain);
}
TEST(schedules, factors) {
  const auto scheduled = [](auto factor) { return [=](double w, double g, int t, double*) { return w - 0.1 * factor(t) * g; }; };
  expect_steps(train(tenth, optim::exponential_decay{.rate = 0.5, .steps = 4}), scheduled([](int t) { return std::pow(0.5, (t - 1) / 4.0); }));
  expect_steps(train(tenth, optim::exponential_decay{.rate = 0.5, .steps = 4, .staircase = true}),
               scheduled([](int t) { return std::pow(0.5, (t - 1) / 4); }));
  expect_steps(train(tenth, optim::step_decay{.boundaries = {3, 7}, .rate = 0.5}), scheduled([](int t) { return t <= 3 ? 1 : t <= 7 ? 0.5 : 0.25; }));
  expect_steps(train(tenth, optim::cosine_decay{.steps = 10, .warmup = 3, .alpha = 0.1}), scheduled([](int t) {
    const double done = std::min(1.0, std::max(0.0, (t - 4) / 7.0)), cosine = 0.1 + 0.9 * 0.5 * (1 + std::cos(3.14159265358979 * done));
    return t <= 3 ? t / 3.0 : cosine;
  }));
}

// What is stored.
TEST(optimizers, variables) {
  builder s(true);
  const value like = s.input("like", {});
  const value w = state_variable(like, "w", role::weight, {3}, constant_initializer(1)),
              v = state_variable(like, "v", role::weight, {2, 2}, constant_initializer(1));
  s.minimize(reduce_sum(w * w) + reduce_sum(v * v), "*", optim::adam{});
  const graph g = finalize(s.get());
  std::map<std::string, std::string> roles;
  for (const variable& x : g.variables)
    roles[std::string(g.path_of(x).view())] = std::string((text() << name_of(x.kind) << ' ' << name_of(x.type) << x.dims).view());
  const std::map<std::string, std::string> expected{{"w", "weight f32[3]"},
                                                    {"v", "weight f32[2,2]"},
                                                    {"optimizer/step", "counter i32[]"},
                                                    {"optimizer/learning_rate", "hyper f32[]"},
                                                    {"optimizer/momentum/w", "slot f32[3]"},
                                                    {"optimizer/velocity/w", "slot f32[3]"},
                                                    {"optimizer/momentum/v", "slot f32[2,2]"},
                                                    {"optimizer/velocity/v", "slot f32[2,2]"}};
  EXPECT_EQ(roles, expected);
}
template <auto Optimizer> struct carrier {};
[[maybe_unused]] constexpr carrier<optim::adam{.learning_rate = 1e-3f}> structural;

static_assert(failure_of([](builder& s) {
                const value w = state_variable(s.input("like", {}), "w", role::weight, {}, constant_initializer(1));
                s.minimize(w * w, "*", optim::sgd{}, optim::cosine_decay{.steps = 5, .warmup = 5});
              }, true) == "cosine_decay: .steps = 5, .warmup = 5; steps must be above warmup");

}  // namespace
