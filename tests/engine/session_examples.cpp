// The programs of the examples, and the sessions of their graphs: the same bits. (examples/expressions.cpp has no program.)
#include <igata/train.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <utility>

#include "beside_session.hpp"

#pragma GCC diagnostic ignored "-Wreturn-type"  // it is not main() here
#pragma GCC diagnostic ignored "-Wunused-function"
#include "../../examples/digits_model.hpp"
#define main example_main
namespace custom {
#include "../../examples/custom.cpp"
}
namespace digits_training {
#include "../../examples/digits.cpp"
}
namespace digits_inference {
#include "../../examples/digits_inference.cpp"
}
namespace mnist {
#include "../../examples/mnist.cpp"
}
namespace policies {
#include "../../examples/policy.cpp"
}
namespace exclusive_or {
#include "../../examples/xor.cpp"
}
#undef main

namespace {
using namespace beside_session;

TEST(session_examples, custom) { expect_same_training<custom::train_t>(); }
TEST(session_examples, digits) {
  expect_same_training<digits_training::train_t>();
  expect_same_inference<digits_inference::infer_t>();
}
TEST(session_examples, mnist) {
  expect_same_training<mnist::train_t>();
  expect_same_inference<mnist::infer_t>();
}
TEST(session_examples, policy) {
  expect_same_training<policies::train_t>();
  expect_same_inference<policies::infer_t>();
}
TEST(session_examples, exclusive_or) { expect_same_training<exclusive_or::train_t>(8); }

}  // namespace
