// Runs a specification's program on every instruction set beside the scalar oracle: outputs and new values of variables must agree.
#pragma once
#include <gtest/gtest.h>

#include <cmath>

#include <igata/engine/all_bind_code.hpp>
#include <igata/engine/runner.hpp>

#include "../isa_name.hpp"

namespace oracle {
using namespace igata;
using namespace igata::plan;

inline float random_number(std::uint32_t stream, std::uint32_t i) { return 2 * random_uniform(random_bits({42, stream}, {i, 0}).x) - 1; }

struct data {
  std::vector<std::vector<float>> reals;
  std::vector<std::vector<std::int32_t>> whole;
  std::vector<const void*> pointers;
  environment env;
};

// Random rows for every input; integers below the input's limit.
template <class Runner>
data random_data(int n) {
  data d;
  d.env.n = n;
  for (int i = 0; i < Runner::input_count; ++i) {
    const input_facts f = Runner::inputs[i];
    const int count = n * f.row;
    vec<double> numbers(count);
    std::vector<float> reals;
    std::vector<std::int32_t> whole;
    for (int k = 0; k < count; ++k) {
      const float x = random_number(static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(k));
      const std::int32_t w = static_cast<std::int32_t>((x + 1) / 2 * static_cast<float>(f.limit ? f.limit : 5));
      numbers[k] = f.type == f32 ? static_cast<double>(x) : w;
      reals.push_back(x);
      whole.push_back(w);
    }
    d.env.inputs.push(std::move(numbers));
    d.reals.push_back(reals);
    d.whole.push_back(whole);
  }
  for (int i = 0; i < Runner::input_count; ++i) {
    const std::size_t k = static_cast<std::size_t>(i);
    d.pointers.push_back(Runner::inputs[i].type == f32 ? static_cast<const void*>(d.reals[k].data())
                                                       : static_cast<const void*>(d.whole[k].data()));
  }
  return d;
}

inline void expect_near(double got, double expected, double tolerance, const text& what, int index, isa which) {
  if (std::isnan(got) && std::isnan(expected)) return;
  EXPECT_LE(std::abs(got - expected), tolerance * (1 + std::abs(expected)))
      << what.view() << '[' << index << "] on " << isa_name(which) << ": got " << got << ", expected " << expected;
}

inline double number_of(const variable_store::entry& e, std::size_t i) {
  if (e.type == f64) return e.values<double>()[i];
  return e.type == f32 ? static_cast<double>(e.floats()[i]) : e.ints()[i];
}

// `prepare` may change the variables before the run. Results have 32 bits.
template <class Spec, class Prepare>
void compare(int n, double tolerance, Prepare prepare, int calls = 1) {
  using runner = detail::runner<Spec>;
  const graph whole = compiled<Spec>::simplified().thaw();
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    variable_store store;
    declare_variables(compiled<Spec>::built().thaw(), store, seed{3});
    prepare(store);
    data d = random_data<runner>(n);
    for (const variable& v : whole.variables) {
      const variable_store::entry& e = store.at(whole.path_of(v).view());
      vec<double> numbers(static_cast<int>(e.count()));
      for (int i = 0; i < numbers.size(); ++i)
        numbers[i] = number_of(e, static_cast<std::size_t>(i));
      d.env.variables.push(std::move(numbers));
    }
    owner<runner> r;
    if constexpr (Spec::splits) {
      r = owner<runner>(new runner(packed_weights::make(compiled<Spec>::bind.thaw(), compiled<Spec>::bound.items, compiled<Spec>::bound.size(), store,
                                                        igata::detail::all_bind_code)));
    } else {
      r = owner<runner>(new runner(store));
    }
    r->use(which);
    for (int call = 0; call < calls; ++call) {
      const vec<vec<double>> expected = evaluate(whole, d.env);
      std::vector<std::vector<float>> results;
      std::vector<void*> out;
      for (int i = 0; i < runner::output_count; ++i) {
        const output_facts f = runner::outputs[i];
        results.emplace_back(static_cast<std::size_t>(f.row * (f.rows_of ? n : 1)) + 1, -77.0f);
      }
      for (auto& v : results) out.push_back(v.data());
      ASSERT_TRUE(static_cast<bool>(r->run(d.pointers.data(), out.data(), n)));

      for (int i = 0; i < runner::output_count; ++i) {
        const std::vector<float>& got = results[static_cast<std::size_t>(i)];
        const vec<double>& want = expected[whole.outputs[i].id];
        ASSERT_EQ(static_cast<int>(got.size()) - 1, want.size());
        EXPECT_EQ(got.back(), -77.0f) << "written past the end";
        for (int k = 0; k < want.size(); ++k) {
          double value = got[static_cast<std::size_t>(k)];
          if (runner::outputs[i].type == i32) {
            std::int32_t bits;
            std::memcpy(&bits, &got[static_cast<std::size_t>(k)], 4);
            value = bits;
          }
          expect_near(value, want[k], tolerance > 1e-6 ? tolerance : 1e-6, text() << whole.view(whole.outputs[i].name), k, which);
        }
      }
      for (const assignment& a : whole.assigns) {
        const text path = whole.path_of(whole.variables[a.variable]);
        const variable_store::entry& e = store.at(path.view());
        const vec<double>& want = expected[a.id];
        for (int k = 0; k < want.size(); ++k)
          expect_near(number_of(e, static_cast<std::size_t>(k)), want[k], tolerance, path, k, which);
        d.env.variables[a.variable] = want;
      }
    }
  }
}
template <class Spec>
void compare(int n, double tolerance) {
  compare<Spec>(n, tolerance, [](variable_store&) {});
}

}  // namespace oracle
