// Products, blocks, perceptrons and loops of the benchmark suite: the programs, and the sessions of their graphs.
#include "suite_networks.hpp"

#include "../../benchmarks/suite/igata_elementwise.cpp"

namespace {
using namespace beside_session;

TEST(session_networks, products) { expect_same_inferences<bench::family::gemm>(); }
TEST(session_networks, perceptrons) { expect_same_inferences<bench::family::dense>(); }
template <int Count>
using loop = inference<chain{}, in<"a", Count>, in<"b", Count>, in<"c", Count>, in<"d", Count>, in<"e", Count>>;
TEST(session_networks, elementwise) {
  expect_same_inference<loop<4096>>();
  expect_same_inference<loop<1 << 20>>();
}

}  // namespace
