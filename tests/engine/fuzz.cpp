// Random graphs through every pass at run time: the plan, executed, must agree with the oracle on the graph as it was drawn.
#include <gtest/gtest.h>

#include <cmath>

#include <igata/engine/execute.hpp>
#include <igata/engine/records.hpp>
#include <igata/engine/runtime.hpp>
#include <igata/passes/pipeline.hpp>

#include "interpret.hpp"

namespace {
using namespace igata;

class generator {
 public:
  generator(std::uint32_t seed, bool training) : seed_(seed), b_(training) {}

  const graph& draw() {
    values_.push_back(b_.input("image", rows({pick(3, 7), pick(3, 7), pick(1, 4)})));
    values_.push_back(b_.input("vector", rows({pick(1, 20)})));
    values_.push_back(parameter({pick(1, 20)}));
    const int size = pick(3, 28);
    for (int i = 0; i < size; ++i) add();
    value loss;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (values_[i].type() != f32 || (pick(0, 3) && i + 1 < values_.size())) continue;
      const value term = reduce_mean(tanh(values_[i]));
      loss = loss.valid() ? loss + term : term;
      if (pick(0, 1)) b_.output(i % 2 ? std::string("a") + std::to_string(i) : std::string("b") + std::to_string(i), values_[i]);
    }
    if (!loss.valid()) loss = reduce_mean(tanh(values_[0]));
    loss = loss + reduce_mean(tanh(matmul_of(values_[1], 3)));
    b_.output("loss", loss);
    if (b_.get().training) b_.minimize(loss, "*", momentum{});
    return b_.get();
  }

  int pick(int low, int high) { return low + static_cast<int>(random_bits({seed_, 17}, {calls_++, 0}).x % static_cast<std::uint32_t>(high - low + 1)); }

 private:
  struct momentum {
    constexpr value operator()(update& u, value w, value g) const {
      const value v = u.slot("momentum", 0.25), next = v * 0.9 + g;
      assign(v, next);
      return w - u.learning_rate(0.5) * next;
    }
  };

  value any() { return values_[static_cast<std::size_t>(pick(0, static_cast<int>(values_.size()) - 1))]; }
  value parameter(const shape& dims) {
    graph& g = b_.get();
    const std::string name = "w" + std::to_string(parameters_++);
    return read_variable(g, declare_variable(g, name, role::weight, f32, dims, {initial::uniform, 1, 0}, {}));
  }
  value matmul_of(value x, int units) { return matmul(x, parameter({x.extent(-1), units})); }
  void keep(value v) {
    ASSERT_FALSE(b_.get().failed()) << b_.get().failure.view();
    values_.push_back(v);
  }

  void add() {
    const value x = any();
    const bool image = x.rank() == 4 && x.dims().batched, batched = x.dims().batched && x.dims()[0] == 1;
    switch (pick(0, 23)) {
      case 0: return keep(tanh(x) * 2 + x);
      case 1: return keep(maximum(0, x));
      case 2: return keep(sigmoid(x) * x - 0.5);
      case 3: return keep(select(x > 0.1, x * 0.5, exp(minimum(x, 1))));
      case 4: return keep(x + parameter({x.rank() ? x.extent(-1) : 1}));
      case 5: return keep(x * reduce_mean(x, {-1}, true));
      case 6: return x.rank() ? keep(x - reduce_max(x, -1, true)) : void();
      case 7: return batched && x.rank() > 1 ? keep((x - reduce_mean(x, 0, true)) * rsqrt(reduce_mean(x * x, 0, true) + 0.1)) : void();
      case 8: return image ? keep(conv2d(x, parameter({pick(1, 3), pick(1, 3), x.extent(-1), pick(1, 9)}), {.padding = pick(1, 2)})) : void();
      case 9: return image ? keep(maximum(0, conv2d(x, parameter({3, 3, x.extent(-1), 5}), {.stride = pick(1, 2), .padding = padding::same}) + parameter({5}))) : void();
      case 10: return image ? keep(conv2d(x, parameter({2, 2, 1, x.extent(-1)}), {.padding = 1, .groups = x.extent(-1)})) : void();
      case 11: return image && x.extent(1) > 2 && x.extent(2) > 2 ? keep(max_pool2d(x, {.size = 2, .stride = pick(1, 2)})) : void();
      case 12: return image && x.extent(1) > 2 && x.extent(2) > 2 ? keep(avg_pool2d(x, {.size = 3, .stride = pick(1, 2), .padding = pick(0, 1)})) : void();
      case 13: return batched && x.rank() == 4 ? keep(reshape(x, {-1})) : void();
      case 14: return batched && x.rank() == 2 ? keep(matmul_of(x, pick(1, 20))) : void();
      case 15: return batched && x.rank() == 2 ? keep(maximum(0, matmul_of(x, 8) + parameter({8})) * 0.5) : void();
      case 16: return batched && x.rank() == 4 ? keep(transpose(x, {0, 2, 1, 3})) : void();
      case 17: return x.rank() > 1 && x.extent(1) > 2 ? keep(slice(x, 1, 1, x.extent(1), 1)) : void();
      case 18: return x.rank() > 1 ? keep(reverse(x, 1)) : void();
      case 19: return x.rank() > 1 ? keep(concat({x, tanh(x), x * 0.5}, pick(1, x.rank() - 1))) : void();
      case 20: return x.rank() > 1 ? keep(sigmoid(concat({x * x, maximum(0, x)}, -1))) : void();
      case 21: {
        const value y = any();
        return y.dims() == x.dims() ? keep(x * 0.7 + y) : void();
      }
      case 22: return batched && x.rank() == 4 ? keep(pad(x, {{0, 0}, {1, 0}, {0, 2}, {0, 0}}, 0.3)) : void();
      default: return x.rank() > 1 ? keep(reduce_sum(x, {1}, true) * 0.1 + x) : void();
    }
  }

  std::uint32_t seed_, calls_ = 0;
  int parameters_ = 0;
  builder b_;
  std::vector<value> values_;
};

void check(std::uint32_t seed, bool training) {
  SCOPED_TRACE("seed " + std::to_string(seed) + (training ? " training" : ""));
  generator gen(seed, training);
  const graph drawn = gen.draw();
  ASSERT_FALSE(drawn.failed()) << drawn.failure.view();
  const graph built = build_pass(drawn), main = simplify_pass(built);
  ASSERT_FALSE(main.failed()) << main.failure.view();
  const int most_rows = gen.pick(1, 6), n = gen.pick(1, most_rows);
  const plan p = plan_pass(main, {}, most_rows);
  ASSERT_TRUE(p.failure.empty()) << p.failure.view();
  ASSERT_LE(p.programs.size(), interpret::most);

  environment env;
  env.n = n;
  std::vector<std::vector<float>> inputs;
  for (int i = 0; i < built.inputs.size(); ++i) {
    const int count = static_cast<int>(built.inputs[i].dims.count(n));
    inputs.emplace_back();
    vec<double> numbers(count);
    for (int k = 0; k < count; ++k) {
      inputs.back().push_back(2 * random_uniform(random_bits({seed, 5}, {static_cast<std::uint32_t>(k), static_cast<std::uint32_t>(i)}).x) - 1);
      numbers[k] = static_cast<double>(inputs.back().back());
    }
    env.inputs.push(std::move(numbers));
  }
  variable_store store;
  declare_variables(built, store, igata::seed{seed});
  const auto numbers_of = [&](const graph& g) {
    vec<vec<double>> all;
    for (const variable& v : g.variables) {
      const auto& e = *store.find(g.path_of(v).view());
      vec<double> numbers(static_cast<int>(e.count()));
      for (int i = 0; i < numbers.size(); ++i) numbers[i] = e.type == f32 ? static_cast<double>(e.floats()[static_cast<std::size_t>(i)]) : e.ints()[static_cast<std::size_t>(i)];
      all.push(std::move(numbers));
    }
    return all;
  };
  env.variables = numbers_of(built);
  const vec<vec<double>> expected = evaluate(built, env);

  std::vector<void*> variables;
  for (const variable& v : main.variables) variables.push_back(store.find(main.path_of(v).view())->memory.data());
  std::vector<const void*> in;
  for (const auto& v : inputs) in.push_back(v.data());
  std::vector<std::vector<float>> results;
  for (const output_entry& o : main.outputs) results.emplace_back(static_cast<std::size_t>(main.nodes[o.id].dims.count(n)) + 1, -7.0f);
  std::vector<void*> out;
  for (auto& v : results) out.push_back(v.data());
  aligned_memory arena(static_cast<std::size_t>(p.arena) * 4);
  float* const memory = reinterpret_cast<float*>(arena.data());
  for (int i = 0; i < p.arena; ++i) memory[i] = std::nanf("");  // what nobody has written shows
  interpret::table = p.programs.data();
  for (const isa which : compiled_isas) {
    if (!igata::detail::cpu_runs(which) || (which != best_isa() && seed % 4 != 0)) continue;
    const variable_store before = store;
    context c{reinterpret_cast<std::uint32_t*>(memory), in.data(), out.data(), variables.data(), nullptr, p.constants.data(), static_cast<float>(n), n, &kernels_of(which), interpret::entries()};
    igata::detail::record_list records({p.steps.data(), p.ints.data(), p.steps.size(), p.ints.size(), p.records, static_cast<int>(in.size()), static_cast<int>(out.size())});
    EXPECT_TRUE(records.bind(c)) << seed;
    records.follow(c);
    c.records = records.data();
    execute<~0u>(p.steps.data(), p.steps.size(), n, c);
    const auto near = [&](double got, double want, const auto& what, int k) {
      EXPECT_LE(std::abs(got - want), 2e-3 * (1 + std::abs(want))) << what << '[' << k << "] on " << kernels_of(which).name << ": got " << got << ", expected " << want;
    };
    for (int i = 0; i < main.outputs.size(); ++i) {
      const vec<double>& want = expected[built.outputs[i].id];
      EXPECT_EQ(results[static_cast<std::size_t>(i)].back(), -7.0f) << "written past the end";
      for (int k = 0; k < want.size(); ++k) near(static_cast<double>(results[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)]), want[k], main.view(main.outputs[i].name), k);
    }
    for (const assignment& a : built.assigns) {
      const text path = built.path_of(built.variables[a.variable]);
      const auto& e = *store.find(path.view());
      for (int k = 0; k < expected[a.id].size(); ++k)
        near(e.type == f32 ? static_cast<double>(e.floats()[static_cast<std::size_t>(k)]) : e.ints()[static_cast<std::size_t>(k)], expected[a.id][k], path.view(), k);
    }
    for (int i = 0; i < store.size(); ++i) std::memcpy(store[i].memory.data(), before[i].memory.data(), before[i].memory.size());
  }
  if (::testing::Test::HasFailure()) std::printf("%.*s", static_cast<int>(main.failed() ? 0 : print(main).view().size()), print(main).view().data());
}

TEST(fuzz, forward) {
  for (std::uint32_t seed = 0; seed < 300 && !HasFailure(); ++seed) check(seed, false);
}
TEST(fuzz, training) {
  for (std::uint32_t seed = 1000; seed < 1300 && !HasFailure(); ++seed) check(seed, true);
}
}  // namespace
