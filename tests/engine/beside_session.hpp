// A compiled program and the session of its graph, side by side: the same plan, and the same bits on every instruction set.
#pragma once
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <string>
#include <vector>

#include <igata/igata.hpp>
#include <igata/session.hpp>

#include "../graph_test.hpp"

namespace beside_session {
using namespace igata;

// What a session is given and gives, as words of 32 bits. Numbers between -1 and 1, and classes.
struct call {
  using words = std::vector<std::uint32_t>;
  std::vector<words> in, out;
  std::vector<const void*> given;
  std::vector<void*> taken;

  call(const session& s, int n, std::uint32_t turn) {
    const auto rows = [&](bool has) { return static_cast<std::size_t>(has ? n : 1); };
    for (int i = 0; i < s.input_count(); ++i) {
      const int classes = s.compiled().built.inputs[i].classes;
      words& x = in.emplace_back(static_cast<std::size_t>(s.input_row(i)) * rows(s.input_has_rows(i)));
      for (std::size_t k = 0; k < x.size(); ++k) {
        const double number = testing_graphs::number_between(-1, 1, 16 * turn + static_cast<std::uint32_t>(i) + 1, static_cast<int>(k));
        x[k] = s.input_type(i) == f32 ? std::bit_cast<std::uint32_t>(static_cast<float>(number))
                                      : static_cast<std::uint32_t>((number + 1) / 2 * (classes ? classes : 2));
      }
    }
    for (int i = 0; i < s.output_count(); ++i)
      out.emplace_back(static_cast<std::size_t>(s.output_row(i)) * rows(s.output_has_rows(i)), 0xdeadbeef);
    for (const words& x : in) given.push_back(x.data());
    for (words& y : out) taken.push_back(y.data());
  }
  status run(session& s, int n) {
    std::vector<session_input> inputs;
    std::vector<session_result> results;
    for (int i = 0; i < s.input_count(); ++i) {
      const words& x = in[static_cast<std::size_t>(i)];
      if (s.input_type(i) == f32) inputs.emplace_back(std::span(reinterpret_cast<const float*>(x.data()), x.size()));
      else inputs.emplace_back(std::span(reinterpret_cast<const std::int32_t*>(x.data()), x.size()));
    }
    for (int i = 0; i < s.output_count(); ++i) {
      words& y = out[static_cast<std::size_t>(i)];
      if (s.output_type(i) == f32) results.emplace_back(std::span(reinterpret_cast<float*>(y.data()), y.size()));
      else results.emplace_back(std::span(reinterpret_cast<std::int32_t*>(y.data()), y.size()));
    }
    return s.run(session_inputs(inputs.data(), s.input_count()), session_results(results.data(), s.output_count()), n);
  }
};

template <class Spec>
struct drawn {
  void operator()(builder& b) const { Spec::build(b); }
};
template <class Spec>
session_options options_of(mode made_for) {
  return {Spec::max_batch, made_for, detail::uses_winograd<Spec> ? winograd::on : winograd::off};
}
inline const char* name_of(isa which) { return plan::kernels_of(which).name; }

// An inference<…>, with one row and with as many as there may be.
template <class Net, class Spec>
void expect_same_inference(const compiled<Spec>*) {
  session s(drawn<Spec>{}, options_of<Spec>(mode::packed));
  const variable_store weights = s.variables(seed{3});
  Net net{Net::pack(weights)};
  s.use(s.pack(weights));
  EXPECT_EQ(s.dump("plan"), dump<Net>("plan"));
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    s.use(which), net.use(which);
    for (const int n : {1, Spec::max_batch}) {
      call mine(s, n, 1), compiled(s, n, 1);
      ASSERT_EQ(describe(mine.run(s, n)), "run: ok");
      ASSERT_TRUE(net.run_unchecked(compiled.given.data(), compiled.taken.data(), n));
      EXPECT_EQ(mine.out == compiled.out, true) << name_of(which) << ", rows " << n;
      if (n == Spec::max_batch) break;
    }
  }
}
template <class Net>
void expect_same_inference() {
  expect_same_inference<Net>(static_cast<typename detail::code_of<Net>::type*>(nullptr));
}

inline void expect_same_variables(const variable_store& mine, const variable_store& theirs, const std::string& where) {
  ASSERT_EQ(mine.size(), theirs.size());
  for (int i = 0; i < mine.size(); ++i) {
    EXPECT_EQ(mine[i].path, theirs[i].path);
    ASSERT_EQ(mine[i].memory.size(), theirs[i].memory.size());
    EXPECT_EQ(std::memcmp(mine[i].memory.data(), theirs[i].memory.data(), mine[i].memory.size()), 0) << mine[i].path << where;
  }
}

// A training<…>: some steps, after each of which all variables are the same, of two numbers of rows; then what it predicts.
template <class Net, class Step, class Evaluation>
void expect_same_training(const compiled<Step>*, const compiled<Evaluation>*, int steps) {
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    variable_store mine, theirs;
    session s(drawn<Step>{}, mine, options_of<Step>(mode::training), seed{5});
    session evaluation(drawn<Evaluation>{}, mine, options_of<Step>(mode::inference));
    Net net(theirs, seed{5});
    s.use(which), evaluation.use(which), net.use(which);
    EXPECT_EQ(s.dump("plan"), dump<Net>("plan"));
    for (int turn = 0; turn < steps; ++turn) {
      const int n = turn % 2 ? (Step::max_batch + 1) / 2 : Step::max_batch;
      const std::string where = std::string(", ") + name_of(which) + ", step " + std::to_string(turn);
      call c(s, n, static_cast<std::uint32_t>(turn));
      ASSERT_EQ(describe(c.run(s, n)), "run: ok");
      ASSERT_TRUE(net.step_unchecked(c.given.data(), n));
      for (int m = 0; m < Net::metric_count; ++m) {
        EXPECT_EQ(s.output_name(m), Net::metric_name(m));
        EXPECT_EQ(c.out[static_cast<std::size_t>(m)][0], std::bit_cast<std::uint32_t>(net.metric(m))) << Net::metric_name(m) << where;
      }
      expect_same_variables(mine, theirs, where);
    }
    call seen(evaluation, Step::max_batch, 99), compiled(evaluation, Step::max_batch, 99);
    ASSERT_EQ(describe(seen.run(evaluation, Step::max_batch)), "run: ok");
    ASSERT_TRUE(net.predict_unchecked(compiled.given.data(), Step::max_batch, compiled.taken.data()));
    for (int o = 0; o < Net::output_count; ++o) {
      EXPECT_EQ(evaluation.output_name(o), Net::output_name(o));
      EXPECT_EQ(seen.out[static_cast<std::size_t>(o)] == compiled.out[static_cast<std::size_t>(o)], true) << Net::output_name(o) << name_of(which);
    }
  }
}
template <class Net>
void expect_same_training(int steps = 3) {
  expect_same_training<Net>(static_cast<typename Net::code*>(nullptr), static_cast<typename Net::evaluation_code*>(nullptr), steps);
}

}  // namespace beside_session
