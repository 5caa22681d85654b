// The example's program: its plan.
#include "golden.hpp"

#include <igata/igata.hpp>

#pragma GCC diagnostic ignored "-Wreturn-type"  // it is not main() here
#define main example_main
#include "../../examples/xor.cpp"
#undef main

namespace {

TEST(exclusive_or, plan) {
  golden::expect("xor_training", dump<train_t>("plan"));
  golden::expect_same_stages<train_t>();
}

}  // namespace
