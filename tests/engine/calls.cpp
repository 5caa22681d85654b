// One program called in many ways, one after the other: each call gives what a program made for it alone gives.
#include <gtest/gtest.h>

#include <vector>

#include <igata/igata.hpp>

namespace {
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    x = nn::max_pool2d(relu(nn::conv2d(x, {.filters = 6, .kernel = 3, .padding = padding::same})), {.size = 2});
    x = nn::batch_norm(nn::depthwise_conv2d(x, {.kernel = 3, .stride = 2}));
    const value rows = batch_size(x.owner()) * 0.125;
    return softmax(nn::dense(nn::flatten(x), {.units = 5})) + rows;
  }
};
constexpr int pixels = 12 * 12, classes = 5;

template <int MaxBatch>
using infer_t = inference<net{}, in<"image", 12, 12, 1>, max_batch{MaxBatch}>;
using train_t = training<net{}, in<"image", 12, 12, 1>, labels<"digit", i32, classes>, loss::softmax_cross_entropy{}, optim::adam{}, max_batch{64}>;

std::vector<float> images(int seed) {
  std::vector<float> all(static_cast<std::size_t>(64 * pixels));
  std::uint32_t state = static_cast<std::uint32_t>(seed);
  for (float& x : all) x = static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) * 0x1p-23f - 1.f;
  return all;
}
using result = std::vector<float>;

template <class Net>
result run(Net& program, const std::vector<float>& from, int n) {
  result out(static_cast<std::size_t>(n * classes));
  EXPECT_TRUE(program.run(std::span(from.data(), static_cast<std::size_t>(n * pixels)), std::span(out)));
  return out;
}

template <int MaxBatch>
void calls() {
  using infer = infer_t<MaxBatch>;
  const std::vector<float> first = images(1), second = images(2);
  variable_store weights = infer::variables(seed{3}), others = infer::variables(seed{4});
  const auto alone = [&](const variable_store& of, const std::vector<float>& from, int n) {
    infer fresh{infer::pack(of)};
    return run(fresh, from, n);
  };
  infer program{infer::pack(weights)};
  for (const int n : {MaxBatch, 1, MaxBatch / 2 + 1, MaxBatch})
    for (const auto* from : {&first, &second, &first}) EXPECT_EQ(run(program, *from, n), alone(weights, *from, n)) << n;
  const result once = run(program, first, MaxBatch), again = run(program, first, MaxBatch);
  EXPECT_EQ(once, again);  // results in other memory, nothing else changed
  infer moved = std::move(program);
  EXPECT_EQ(run(moved, first, MaxBatch), alone(weights, first, MaxBatch));
  moved = infer{infer::pack(others)};
  EXPECT_EQ(run(moved, first, MaxBatch), alone(others, first, MaxBatch));
  for (const isa which : compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    moved.use(which);
    infer fresh{infer::pack(others)};
    fresh.use(which);
    EXPECT_EQ(run(moved, second, 1), run(fresh, second, 1));
    EXPECT_EQ(run(moved, second, MaxBatch), run(fresh, second, MaxBatch));
  }
  infer assigned{infer::pack(weights)};
  assigned = std::move(moved);
  assigned.use(best_isa());
  EXPECT_EQ(run(assigned, second, MaxBatch), alone(others, second, MaxBatch));
}
TEST(calls, straight_line_code) { calls<1>(); }
TEST(calls, table) { calls<64>(); }

TEST(calls, training) {
  const std::vector<float> first = images(1), second = images(2);
  std::vector<std::int32_t> digits(64);
  for (std::size_t i = 0; i < digits.size(); ++i) digits[i] = static_cast<std::int32_t>(i % classes);
  struct call {
    const std::vector<float>* from;
    int n;
  };
  const call all[] = {{&first, 64}, {&second, 64}, {&second, 7}, {&first, 1}, {&first, 64}};
  // Each step by a program of its own on the same weights, against one program, which moves in between.
  variable_store shared;
  const auto digest = [](const variable_store& s) {
    std::vector<float> numbers;
    for (int i = 0; i < s.size(); ++i) numbers.insert(numbers.end(), s[i].floats().begin(), s[i].floats().end());
    return numbers;
  };
  std::vector<std::vector<float>> expected;
  for (const call& c : all) {
    train_t fresh{shared, seed{5}};
    ASSERT_TRUE(fresh.step({*c.from, digits}, c.n));
    expected.push_back(digest(shared));
    expected.back().push_back(fresh.metric(0));
  }
  train_t one{seed{5}};
  int i = 0;
  for (const call& c : all) {
    train_t here = std::move(one);
    ASSERT_TRUE(here.step({*c.from, digits}, c.n));
    std::vector<float> got = digest(here.weights());
    got.push_back(here.metric(0));
    EXPECT_EQ(got, expected[static_cast<std::size_t>(i)]) << i;
    one = std::move(here);
    ++i;
  }
}

}  // namespace
