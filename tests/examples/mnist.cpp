// The example's programs: their plans.
#include "golden.hpp"

#include <igata/igata.hpp>
#include <igata/train.hpp>

#define main example_main
#include "../../examples/mnist.cpp"
#undef main

namespace {

TEST(mnist, plans) {
  golden::expect("mnist_inference", dump<infer_t>("plan"));
  golden::expect("mnist_training", dump<train_t>("plan"));
  golden::expect("mnist_summary", summary<train_t>());
}
TEST(mnist, stages_at_run_time) {
  golden::expect_same_stages<infer_t>();
  golden::expect_same_stages<train_t>();
}

}  // namespace
