// The convolutional networks of the benchmark suite, LeNet-5 to ResNet-50: the programs, and the sessions of their graphs.
#include "suite_networks.hpp"

namespace {
using namespace beside_session;

TEST(session_images, all) { expect_same_inferences<bench::family::images>(); }

}  // namespace
