// What the tests of graphs share: build one from a function, read its error, run it with the scalar references, and compare its
// gradients with central differences.
//
//   EXPECT_GRADIENTS([](const vec<value>& x) { return x[0] * x[1]; }, {rows({3}), shape{3}});
#pragma once
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include <igata/draw/builder.hpp>
#include <igata/ir/initialize.hpp>
#include <igata/ops/print.hpp>
#include <igata/oracle/evaluate.hpp>
#include <igata/passes/verify.hpp>

namespace testing_graphs {
using namespace igata;
using namespace igata::plan;

// f(builder&) writes a program; its first error without "file.cpp:12: ", empty if there is none. The line is the caller's concern.
template <class F>
constexpr text failure_of(F f, bool training = false) {
  builder s(training);
  f(s);
  std::string_view line = s.get().failure.view();
  const std::size_t colon = line.find(": ");
  if (colon != line.npos && line.substr(0, colon).find(':') != line.npos) line.remove_prefix(colon + 2);  // file:line
  return text(line);
}
// The same of a function of one f32 input.
template <class F>
constexpr text refusal(F f, const shape& dims, bool training = false) {
  return failure_of([&](builder& s) { s.output("y", f(s.input("x", dims))); }, training);
}
template <class F>
constexpr shape dims_of(F f, const shape& dims, bool training = false) {
  builder s(training);
  return f(s.input("x", dims)).dims();
}
constexpr bool contains(const text& t, std::string_view part) { return t.view().find(part) != std::string_view::npos; }

constexpr double number_between(double low, double high, std::uint32_t stream, int i) {
  return low + (high - low) * random_uniform(random_bits({17, stream}, {static_cast<std::uint32_t>(i), 0}).x);
}
inline vec<double> random_numbers(const shape& dims, int n, std::uint32_t stream, double low = -1, double high = 1) {
  vec<double> x(static_cast<int>(dims.count(n)));
  for (int i = 0; i < x.size(); ++i) x[i] = number_between(low, high, stream, i);
  return x;
}

// First values of all variables (buffers and biases too get random numbers, so that nothing is hidden by a zero or a one).
inline environment random_environment(const graph& g, int n, double low = 0.2, double high = 1) {
  environment env;
  env.n = n;
  for (int i = 0; i < g.inputs.size(); ++i) {
    shape dims;
    dtype type = f32;
    for (const node& v : g.nodes)
      if (v.code == op::input && leaf_index(g, v) == i) dims = v.dims, type = v.type;
    env.inputs.push(random_numbers(dims, n, stream(g.view(g.inputs[i].name))));
    if (type == i32)
      for (double& x : env.inputs.back()) x = std::floor((x + 1) * 0.5 * (g.inputs[i].classes > 0 ? g.inputs[i].classes : 2));
  }
  for (const variable& v : g.variables) {
    const text path = g.path_of(v);
    env.variables.push(random_numbers(v.dims, 1, stream(path.view()), low, high));
    if (v.kind == role::key || v.kind == role::counter) env.variables.back()[0] = 3;
  }
  return env;
}
// Evaluates one output.
inline vec<double> run(const graph& g, const environment& env, std::string_view output) {
  EXPECT_EQ(std::string(g.failure.view()), "");
  if (g.failed()) return {};
  const auto values = evaluate(g, env);
  for (const output_entry& o : g.outputs)
    if (g.view(o.name) == output) return values[o.id];
  ADD_FAILURE() << "no output " << output;
  return {};
}
// Of a function of inputs, given their numbers.
template <class F>
vec<double> run_function(F f, std::initializer_list<shape> dims, std::initializer_list<vec<double>> numbers, int n = 1, bool training = false) {
  builder s(training);
  vec<value> x;
  environment env;
  env.n = n;
  char name[2] = "a";
  for (const shape& d : dims) {
    x.push(s.input(name, d));
    ++name[0];
  }
  for (const vec<double>& v : numbers) env.inputs.push(v);
  s.output("y", f(x));
  const graph& g = s.get();
  for (const variable& v : g.variables) env.variables.push(initialize(v.init, v.dims, 1, g.path_of(v).view()));
  return run(g, env, "y");
}

struct gradient_options {
  double low = -1, high = 1;
  int n = 3;
  bool training = true;
  double step = 1e-4, tolerance = 1e-6;
};

// Differences at every element of `env`'s inputs and trainable variables listed in `by` against the gradients in the graph.
inline void compare_gradients(const graph& g, environment& env, value loss, const vec<value>& by, const vec<value>& d, const gradient_options& o) {
  const auto values = evaluate(g, env);
  for (int k = 0; k < by.size(); ++k) {
    const node& leaf = g.nodes[by[k].id()];
    vec<double>& x = leaf.code == op::input ? env.inputs[leaf_index(g, leaf)] : env.variables[leaf_index(g, leaf)];
    const text name = leaf.code == op::input ? text(g.view(g.inputs[leaf_index(g, leaf)].name)) : g.path_of(g.variables[leaf_index(g, leaf)]);
    if (d[k].valid()) {
      ASSERT_EQ(d[k].dims(), by[k].dims()) << name.view();
    }
    const int stride = x.size() > 40 ? x.size() / 40 : 1;  // large ones: a sample
    for (int i = 0; i < x.size(); i += stride) {
      const double kept = x[i], h = o.step;
      x[i] = kept + h;
      const double above = evaluate(g, env)[loss.id()][0];
      x[i] = kept - h;
      const double below = evaluate(g, env)[loss.id()][0];
      x[i] = kept;
      const double expected = (above - below) / (2 * h), got = d[k].valid() ? values[d[k].id()][i] : 0;
      ASSERT_NEAR(got, expected, o.tolerance * (1 + std::abs(expected))) << name.view() << '[' << i << ']';
    }
  }
}

// f(const vec<value>&) of these inputs: all its gradients, along a random direction of its result.
template <class F>
void expect_gradients(F f, std::initializer_list<shape> dims, const gradient_options& o = {}) {
  builder s(o.training);
  vec<value> x;
  char name[2] = "a";
  for (const shape& d : dims) {
    x.push(s.input(name, d));
    ++name[0];
  }
  const value y = f(x);
  ASSERT_EQ(std::string(s.get().failure.view()), "");
  const value direction = s.input("direction", y.dims());
  const value loss = reduce_sum(y * direction);
  const vec<value> d = gradients(loss, x);
  ASSERT_EQ(std::string(s.get().failure.view()), "");
  environment env = random_environment(s.get(), o.n);
  for (int i = 0; i < x.size(); ++i) env.inputs[i] = random_numbers(x[i].dims(), o.n, static_cast<std::uint32_t>(i + 1), o.low, o.high);
  compare_gradients(s.get(), env, loss, x, d, o);
}
// The same of the gradient of sum(f²): second derivatives.
template <class F>
void expect_second_gradients(F f, std::initializer_list<shape> dims, const gradient_options& o = {}) {
  expect_gradients(
      [&](const vec<value>& x) {
        const value y = f(x);
        const vec<value> d = gradients(reduce_sum(y * y), x);
        value sum;
        for (const value& v : d)
          if (v.valid()) sum = sum.valid() ? sum + reduce_sum(v * v) : reduce_sum(v * v);
        return sum;
      },
      dims, o);
}
// A whole model: f(builder&) gives the loss; the gradients by all its weights.
template <class F>
void expect_model_gradients(F f, const gradient_options& o = {}) {
  builder s(o.training);
  const value loss = f(s);
  ASSERT_EQ(std::string(s.get().failure.view()), "");
  vec<value> weights;
  for (const variable& v : s.get().variables)
    if (v.kind == role::weight) weights.push(value(s.get(), v.read));
  const vec<value> d = gradients(loss, weights);
  ASSERT_EQ(std::string(s.get().failure.view()), "");
  for (const value& v : d) ASSERT_TRUE(v.valid());
  environment env = random_environment(s.get(), o.n, o.low, o.high);
  compare_gradients(s.get(), env, loss, weights, d, o);
}

// A text that a constant expression made, kept as characters.
template <int Size>
struct kept_text {
  char chars[Size > 0 ? Size : 1]{};
  constexpr std::string_view view() const { return {chars, static_cast<std::size_t>(Size)}; }
};
template <auto Make>
constexpr auto keep() {
  constexpr int size = Make().size();
  kept_text<size> kept;
  const text t = Make();
  for (int i = 0; i < size; ++i) kept.chars[i] = t.view()[static_cast<std::size_t>(i)];
  return kept;
}

inline void expect_near(const vec<double>& got, const vec<double>& expected, double tolerance = 1e-9) {
  ASSERT_EQ(got.size(), expected.size());
  for (int i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], expected[i], tolerance * (1 + std::abs(expected[i]))) << "element " << i;
}
inline vec<double> numbers(std::initializer_list<double> list) {
  vec<double> v;
  for (const double x : list) v.push(x);
  return v;
}

}  // namespace testing_graphs
