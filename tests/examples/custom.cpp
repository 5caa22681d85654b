// The example's program: its plan, and that it learns.
#include "golden.hpp"

#include <igata/igata.hpp>
#include <igata/train.hpp>

#pragma GCC diagnostic ignored "-Wreturn-type"  // it is not main() here
#define main example_main
#include "../../examples/custom.cpp"
#undef main

namespace {

TEST(custom, plan) {
  golden::expect("custom_training", dump<train_t>("plan"));
  golden::expect_same_stages<train_t>();
}
TEST(custom, learns) {
  const auto [rest, test] = spirals(1000).split(0.2, 7);
  train_t t{seed{7}};
  train::fit(t, rest, {.epochs = 60, .progress = train::progress_mode::silent});
  EXPECT_GT(train::evaluate(t, test)["binary_accuracy"], 0.95);
}

}  // namespace
