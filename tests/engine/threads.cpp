// Programs on several threads: the same bits as on one, for any number of threads and rows; executors of the user's own.
#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <numeric>
#include <thread>
#include <vector>

#include <igata/engine/dump.hpp>
#include <igata/igata.hpp>
#include <igata/threads.hpp>

using namespace igata;

namespace {

struct network {  // every kind of kernel: windows with padding and stride, depthwise, pooling, batch norm, softmax, wide and narrow matrices
  constexpr value operator()(value x) const {
    x = relu(nn::batch_norm(nn::conv2d(x, {.filters = 24, .kernel = 3, .padding = padding::same})));
    x = relu(nn::depthwise_conv2d(x, {.kernel = 3, .padding = padding::same}));
    x = nn::max_pool2d(x, {.size = 2});
    x = x + relu(nn::conv2d(x, {.filters = 24, .kernel = 1}));
    x = nn::avg_pool2d(nn::conv2d(x, {.filters = 40, .kernel = 3, .stride = 2, .padding = 1}), {.size = 2});
    x = nn::layer_norm(nn::dense(nn::flatten(x), {.units = 300}));
    return nn::dense(nn::dropout(gelu(x), {.rate = 0.1}), {.units = 10});
  }
};
using infer_t = inference<network{}, in<"image", 16, 16, 3>, max_batch{17}>;
using train_t = training<network{}, in<"image", 16, 16, 3>, labels<"digit", i32, 10>, loss::softmax_cross_entropy{}, metrics<metric::accuracy{}>,
                         optim::adamw{.learning_rate = 1e-3}, max_batch{17}>;

std::vector<float> images(int n) {
  std::vector<float> v(static_cast<std::size_t>(n) * 16 * 16 * 3);
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = random_uniform(random_bits({1, 2}, {static_cast<std::uint32_t>(i), 0}).x) - 0.5f;
  return v;
}

// Parts in any order, on the calling thread.
struct backwards {
  int runs = 0;
  static void run(void* self, void (*job)(void*, int), void* data) {
    ++static_cast<backwards*>(self)->runs;
    for (int part = 5; part-- > 0;) job(data, part);
  }
};

void expect_same_weights(const variable_store& a, const variable_store& b) {
  for (int i = 0; i < a.size(); ++i) EXPECT_EQ(std::memcmp(a[i].memory.data(), b[i].memory.data(), a[i].memory.size()), 0) << a[i].path;
}

TEST(threads, inference_has_the_same_bits) {
  const variable_store weights = infer_t::variables(seed{3});
  const packed_weights packed = infer_t::pack(weights);
  threads two{2}, three{3};
  backwards own;
  infer_t one{packed};
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    one.use(which);
    for (const int n : {1, 2, 3, 7, 17}) {
      const std::vector<float> in = images(n);
      std::vector<float> expected(static_cast<std::size_t>(n) * 10);
      ASSERT_TRUE(one.run(in, expected));
      for (const executor& e : {executor(two), executor(three), executor{&own, 5, &backwards::run}}) {
        infer_t net{packed};
        net.use(which);
        net.use(e);
        std::vector<float> got(expected.size());
        ASSERT_TRUE(net.run(in, got));
        EXPECT_EQ(std::memcmp(got.data(), expected.data(), got.size() * 4), 0) << n << " rows, " << e.parts << " threads";
      }
    }
  }
  EXPECT_GT(own.runs, 0);
}

TEST(threads, training_has_the_same_bits) {
  const int n = 17;
  const std::vector<float> in = images(n);
  std::vector<std::int32_t> digits(n);
  std::iota(digits.begin(), digits.end(), 0);
  for (std::int32_t& d : digits) d %= 10;
  const void* const rows[] = {in.data(), digits.data()};
  threads two{2}, three{3};
  backwards own;
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    train_t one{seed{5}};
    one.use(which);
    for (const int some : {17, 17, 9, 2}) ASSERT_TRUE(one.step(rows, some));
    for (const executor& e : {executor(two), executor(three), executor{&own, 5, &backwards::run}}) {
      train_t t{seed{5}};
      t.use(which);
      t.use(e);
      for (const int some : {17, 17, 9, 2}) ASSERT_TRUE(t.step(rows, some));
      EXPECT_EQ(t.metric(0), one.metric(0));
      expect_same_weights(t.variables(), one.variables());
    }
  }
}

// Winograd's method in both directions, with filters transformed by all threads.
struct image_network {
  constexpr value operator()(value x) const {
    x = relu(nn::conv2d(x, {.filters = 40, .kernel = 3, .padding = 1}));
    x = relu(nn::conv2d(x, {.filters = 70, .kernel = 3, .padding = 1}));
    return nn::dense(nn::global_avg_pool2d(nn::conv2d(x, {.filters = 36, .kernel = 3, .padding = 1})), {.units = 10});
  }
};
TEST(threads, winograd_in_training_has_the_same_bits) {
  using net_t = training<image_network{}, in<"image", 16, 16, 3>, labels<"digit", i32, 10>, loss::softmax_cross_entropy{}, optim::sgd{.learning_rate = 0.1}, max_batch{17}>;
  EXPECT_NE(dump<net_t>("plan").find("Winograd"), std::string::npos);
  const std::vector<float> in = images(17);
  const std::vector<std::int32_t> digits(17, 4);
  const void* const rows[] = {in.data(), digits.data()};
  threads two{2};
  backwards own;
  net_t one{seed{5}};
  for (const int some : {17, 9, 1}) ASSERT_TRUE(one.step(rows, some));
  for (const executor& e : {executor(two), executor{&own, 5, &backwards::run}}) {
    net_t t{seed{5}};
    t.use(e);
    for (const int some : {17, 9, 1}) ASSERT_TRUE(t.step(rows, some));
    EXPECT_EQ(t.metric(0), one.metric(0));
    expect_same_weights(t.variables(), one.variables());
  }
}

TEST(threads, a_pool_runs_every_part_once) {
  for (const int count : {1, 2, 5}) {
    threads pool{count};
    EXPECT_EQ(pool.count(), count);
    const executor e = pool;
    for (int round = 0; round < 600; ++round) {
      std::vector<int> runs(static_cast<std::size_t>(count));
      e.run(e.self, [](void* data, int part) { ++(*static_cast<std::vector<int>*>(data))[static_cast<std::size_t>(part)]; }, &runs);
      for (const int r : runs) ASSERT_EQ(r, 1);
      if (round % 150 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(3));  // until it sleeps
    }
  }
}

TEST(threads, programs_share_a_pool) {
  const packed_weights packed = infer_t::pack(infer_t::variables(seed{3}));
  const std::vector<float> in = images(5);
  std::vector<float> expected(50);
  infer_t one{packed};
  ASSERT_TRUE(one.run(in, expected));
  threads pool{3};
  std::vector<std::thread> users;
  std::vector<std::vector<float>> got(3, std::vector<float>(50));
  for (int user = 0; user < 3; ++user)
    users.emplace_back([&, user] {
      infer_t net{packed};
      net.use(pool);
      for (int i = 0; i < 50; ++i)
        if (!net.run(in, got[static_cast<std::size_t>(user)])) return;
    });
  for (std::thread& t : users) t.join();
  for (const auto& g : got) EXPECT_EQ(g, expected);
}

TEST(threads, wrong_numbers) {
  EXPECT_THROW(threads{-1}, error);
  EXPECT_THROW(threads{1000}, error);
  infer_t net{infer_t::pack(infer_t::variables())};
  try {
    net.use(executor{nullptr, 2, nullptr});
    FAIL();
  } catch (const error& e) {
    EXPECT_STREQ(e.what(), "use: an executor of 2 parts without run; parts must be 1 or more, and run a function");
  }
}

}  // namespace
