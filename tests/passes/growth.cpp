// Every pass takes time in proportion to the nodes: four times the layers may not take seven times as long.
#include <gtest/gtest.h>
#include <igata/igata.hpp>
#include <time.h>
#include <cstdio>  // printf

namespace {
using namespace igata;

struct chain {
  int layers;
  constexpr value operator()(value x) const {
    for (int i = 0; i < layers; ++i) x = x + relu(nn::batch_norm(nn::conv2d(x, {.filters = 8, .kernel = 3, .padding = padding::same, .use_bias = false})));
    return nn::dense(nn::global_avg_pool2d(x), {.units = 10});
  }
};

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct times {
  double draw = 1e9, build = 1e9, simplify = 1e9, fuse = 1e9, plan = 1e9;  // the best of several runs
};
template <int Layers>
times measure() {
  using spec = detail::training_spec<true, chain{Layers}, in<"image", 16, 16, 8>, labels<"class", i32, 10>, loss::softmax_cross_entropy{}, optim::sgd{.learning_rate = 0.1, .momentum = 0.9}>;
  times best;
  double at = 0;
  const auto lap = [&](double& pass) {
    const double now = cpu_seconds();
    if (now - at < pass) pass = now - at;
    at = cpu_seconds();
  };
  for (int run = 0; run < 15; ++run) {
    at = cpu_seconds();
    builder b(true);
    spec::build(b);
    lap(best.draw);
    const graph built = build_pass(b.get());
    lap(best.build);
    const graph simple = simplify_pass(built);
    lap(best.simplify);
    const fusion f = fuse(simple);
    lap(best.fuse);
    const plan p = make_plan(simple, f, 32);
    lap(best.plan);
    EXPECT_TRUE(p.failure.empty()) << p.failure.view();
    EXPECT_GT(p.steps.size(), 16 * Layers);
  }
  return best;
}

TEST(growth, passes_are_linear) {
  const times small = measure<32>(), large = measure<128>();
  EXPECT_LT(large.draw, 7 * small.draw);
  EXPECT_LT(large.build, 7 * small.build);
  EXPECT_LT(large.simplify, 7 * small.simplify);
  EXPECT_LT(large.fuse, 7 * small.fuse);
  EXPECT_LT(large.plan, 7 * small.plan);
  std::printf("ratios: draw %.2f build %.2f simplify %.2f fuse %.2f plan %.2f\n", large.draw / small.draw, large.build / small.build, large.simplify / small.simplify, large.fuse / small.fuse, large.plan / small.plan);
}

}  // namespace
