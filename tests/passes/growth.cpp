// Every pass takes time in proportion to the nodes: four times the layers may not take more than six times the work.
//
// Work is counted, not timed: growth.cmake has the compiler call __sanitizer_cov_trace_pc in every basic block, so the numbers are the same in
// every run on any machine, however busy.
#include <gtest/gtest.h>
#include <igata/igata.hpp>
#include <cstdio>  // printf

#if defined(__clang__)
#define IGATA_NOT_COUNTED __attribute__((no_sanitize("coverage")))
#else
#define IGATA_NOT_COUNTED __attribute__((no_sanitize_coverage))
#endif

static long long blocks = 0;
extern "C" IGATA_NOT_COUNTED void __sanitizer_cov_trace_pc() { ++blocks; }

namespace {
using namespace igata;
using namespace igata::plan;

struct chain {
  int layers;
  constexpr value operator()(value x) const {
    for (int i = 0; i < layers; ++i)
      x = x + relu(nn::batch_norm(nn::conv2d(x, {.filters = 8, .kernel = 3, .padding = padding::same, .use_bias = false})));
    return nn::dense(nn::global_avg_pool2d(x), {.units = 10});
  }
};

struct work {
  long long draw, build, simplify, fuse, plan;
};
template <int Layers>
work measure() {
  using spec =
      detail::training_spec<true, chain{Layers}, in<"image", 16, 16, 8>, labels<"class", i32, 10>, loss::softmax_cross_entropy{}, optim::adam{}>;
  work done{};
  long long at = blocks;
  const auto lap = [&](long long& pass) {
    pass = blocks - at;
    at = blocks;
  };
  builder b(true);
  spec::build(b);
  lap(done.draw);
  const graph built = build_pass(b.get());
  lap(done.build);
  const graph simple = simplify_pass(built);
  lap(done.simplify);
  const fusion f = fuse(simple, 32);
  lap(done.fuse);
  const execution_plan p = make_plan(simple, f, 32);
  lap(done.plan);
  EXPECT_TRUE(p.failure.empty()) << p.failure.view();
  EXPECT_GT(p.steps.size(), 16 * Layers);
  return done;
}

// A block of many unnamed layers of two kinds that is entered again: each entry finds the same layers in their order.
long long draw_again(int layers) {
  builder b(true);
  const auto twice = nn::block("twice", [layers](value x) {
    for (int i = 0; i < layers; ++i) x = nn::layer_norm(nn::dense(x, {.units = 4}));
    return x;
  });
  value x = b.input("x", rows({4}));
  x = twice(x);
  const int scopes = b.get().scopes.size();
  const long long at = blocks;
  x = twice(x);
  EXPECT_EQ(b.get().scopes.size(), scopes);
  EXPECT_TRUE(x.valid()) << b.get().failure.view();
  return blocks - at;
}

TEST(growth, passes_are_linear) {
  const work small = measure<32>(), large = measure<128>();
  const auto check = [](const char* pass, long long once, long long fourfold) {
    EXPECT_GT(once, 10000) << pass << ": is the test compiled with -fsanitize-coverage=trace-pc?";
    EXPECT_LT(fourfold, 6 * once) << pass;
    std::printf("%-8s %9lld blocks, %10lld of four times the layers: %.2f\n", pass, once, fourfold,
                static_cast<double>(fourfold) / static_cast<double>(once));
  };
  check("draw", small.draw, large.draw);
  check("build", small.build, large.build);
  check("simplify", small.simplify, large.simplify);
  check("fuse", small.fuse, large.fuse);
  check("plan", small.plan, large.plan);
  check("again", draw_again(64), draw_again(256));
}

}  // namespace
