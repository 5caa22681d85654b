// No session calls the oracle, neither to pack nor to run, nor does eager mode on kernels: the compiler reports every function that is entered
// (session_oracle.cmake).
#include <gtest/gtest.h>

#include <vector>

#include <igata/eager.hpp>
#include <igata/session.hpp>

namespace {
int evaluations = 0, references = 0;
}  // namespace
extern "C" {
[[gnu::no_instrument_function]] void __cyg_profile_func_enter(void* function, void*);
[[gnu::no_instrument_function]] void __cyg_profile_func_exit(void*, void*);
void __cyg_profile_func_enter(void* function, void*) {
  evaluations += function == reinterpret_cast<void*>(&igata::ir::evaluate);
  for (const igata::ir::evaluation_rule rule : igata::ir::evaluation_rules) references += function == reinterpret_cast<void*>(rule);
}
void __cyg_profile_func_exit(void*, void*) {}
}

namespace {
using namespace igata;

TEST(session, runs_without_the_oracle) {
  session s(
      [](builder& b) {
        b.output("y", softmax(nn::dense(tanh(nn::conv2d(b.input("x", rows({6, 6, 2})), {.filters = 3, .kernel = 3})), {.units = 4})));
      },
      {.max_batch = 2});
  s.use(s.pack(s.variables(seed{1})));
  std::vector<float> x(2 * 72), y(2 * 64);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(s.run({x}, {y}));
  session other = s;
  ASSERT_TRUE(other.run({x}, {y}));
  EXPECT_EQ(evaluations, 0);
  ir::evaluate({}, {});  // is seen
  EXPECT_EQ(evaluations, 1);
}
TEST(session, eager_mode_runs_without_the_oracle) {
  references = 0;
  eager e({.rows = 2, .seed = 3});
  const value x = e.input("x", rows({6, 6, 2}), vec<double>(144, 0.25));
  const value y = softmax(nn::dense(nn::flatten(tanh(nn::conv2d(x, {.filters = 3, .kernel = 3}))), {.units = 4}));
  EXPECT_GT(e.backward(reduce_mean(y * y)).size(), 3);
  EXPECT_EQ(y.numbers().size(), 8);
  EXPECT_EQ(references, 0);
  const auto hook = std::exchange(ir::compute_on_kernels, nullptr);
  eager other;
  (void)(other.input("x", {}, vec<double>(1, 2.0)) + 1);  // is seen
  ir::compute_on_kernels = hook;
  EXPECT_GT(references, 0);
}
}  // namespace
