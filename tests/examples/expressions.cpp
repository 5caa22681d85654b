// The example's clusters are those that plain loops find.
#include <gtest/gtest.h>

#pragma GCC diagnostic ignored "-Wreturn-type"  // it is not main() here
#define main example_main
#include "../../examples/expressions.cpp"
#undef main

namespace {

TEST(expressions, clusters) {
  const matrix x = rings();
  const clusters found = k_means(x, 3, 10);
  float error = 0;
  for (int i = 0; i < 120; ++i) {
    int best = 0;
    float least = 1e9f;
    for (int k = 0; k < 3; ++k) {
      const float dx = x(i, 0) - found.centres(k, 0), dy = x(i, 1) - found.centres(k, 1);
      if (dx * dx + dy * dy < least) least = dx * dx + dy * dy, best = k;
    }
    EXPECT_EQ(found.label(i), best) << i;
    EXPECT_EQ(found.label(i), i % 3) << "the rings lie apart";
    error += least / 120;
  }
  EXPECT_NEAR(found.error, error, 1e-5);
  for (int k = 0; k < 3; ++k) {
    double mean[2] = {0, 0};
    for (int i = k; i < 120; i += 3) mean[0] += x(i, 0) / 40.0, mean[1] += x(i, 1) / 40.0;
    EXPECT_NEAR(found.centres(k, 0), mean[0], 1e-5);
    EXPECT_NEAR(found.centres(k, 1), mean[1], 1e-5);
  }
}

}  // namespace
