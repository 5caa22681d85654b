// Programs on several threads: the same bits as on one, for any number of threads and rows; executors of the user's own.
#include <gtest/gtest.h>

#include <cfenv>
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

// A pool of so many threads, on however few processors.
executor executor_of(detail::thread_pool& pool) {
  return {&pool, pool.parts(), [](void* self, void (*job)(void*, int), void* data) { static_cast<detail::thread_pool*>(self)->run(job, data); }};
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
  detail::thread_pool two(2, true), three(3, true);
  backwards own;
  infer_t one{packed};
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    one.use(which);
    for (const int n : {1, 2, 3, 7, 17}) {
      const std::vector<float> in = images(n);
      std::vector<float> expected(static_cast<std::size_t>(n) * 10);
      ASSERT_TRUE(one.run(in, expected));
      for (const executor& e : {executor_of(two), executor_of(three), executor{&own, 5, &backwards::run}}) {
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
  detail::thread_pool two(2, true), three(3, true);
  backwards own;
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    train_t one{seed{5}};
    one.use(which);
    for (const int some : {17, 17, 9, 2}) ASSERT_TRUE(one.step({in, digits}, some));
    for (const executor& e : {executor_of(two), executor_of(three), executor{&own, 5, &backwards::run}}) {
      train_t t{seed{5}};
      t.use(which);
      t.use(e);
      for (const int some : {17, 17, 9, 2}) ASSERT_TRUE(t.step({in, digits}, some));
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
  using net_t = training<image_network{}, in<"image", 16, 16, 3>, labels<"digit", i32, 10>, loss::softmax_cross_entropy{},
                         optim::sgd{.learning_rate = 0.1}, max_batch{17}>;
  EXPECT_NE(dump<net_t>("plan").find("Winograd"), std::string::npos);
  const std::vector<float> in = images(17);
  const std::vector<std::int32_t> digits(17, 4);
  detail::thread_pool two(2, true);
  backwards own;
  net_t one{seed{5}};
  for (const int some : {17, 9, 1}) ASSERT_TRUE(one.step({in, digits}, some));
  for (const executor& e : {executor_of(two), executor{&own, 5, &backwards::run}}) {
    net_t t{seed{5}};
    t.use(e);
    for (const int some : {17, 9, 1}) ASSERT_TRUE(t.step({in, digits}, some));
    EXPECT_EQ(t.metric(0), one.metric(0));
    expect_same_weights(t.variables(), one.variables());
  }
}

// Rounding and flushing to zero are the caller's on every thread, and each thread's own again afterwards.
TEST(threads, parts_compute_as_their_caller) {
  struct scaled {
    constexpr value operator()(value x) const { return nn::dense(tanh(nn::dense(x * 1e-20f, {.units = 300})) * 1e-18f, {.units = 300}); }
  };
  using net_t = inference<scaled{}, in<"x", 300>, max_batch{64}>;
  const packed_weights packed = net_t::pack(net_t::variables(seed{3}));
  const std::vector<float> in = images(25);  // 64 rows of 300
  const auto results = [&](const executor* team) {
    net_t net{packed};
    if (team) net.use(*team);
    std::vector<float> out(64 * 300);
    EXPECT_TRUE(net.run(in, 64, out));
    return out;
  };
  detail::thread_pool pool(3, true);
  const executor three = executor_of(pool);
  const detail::float_control before = detail::read_float_control();
  const std::vector<float> plain = results(nullptr);
  const auto expect_same = [&](const char* what) {
    const std::vector<float> expected = results(nullptr), got = results(&three);
    EXPECT_EQ(std::memcmp(got.data(), expected.data(), got.size() * 4), 0) << what;
    EXPECT_NE(std::memcmp(got.data(), plain.data(), got.size() * 4), 0) << what << " changes nothing";
  };
  for (const auto& [name, rounding] : {std::pair{"upward", FE_UPWARD}, std::pair{"towards zero", FE_TOWARDZERO}}) {
    ASSERT_EQ(std::fesetround(rounding), 0);
    expect_same(name);
  }
  ASSERT_EQ(std::fesetround(FE_TONEAREST), 0);
  detail::write_float_control(before | detail::float_flushes);
  expect_same("flushing to zero");
  detail::write_float_control(before);
  EXPECT_EQ(results(&three), plain);
}

TEST(threads, programs_share_a_pool) {
  const packed_weights packed = infer_t::pack(infer_t::variables(seed{3}));
  const std::vector<float> in = images(5);
  std::vector<float> expected(50);
  infer_t one{packed};
  ASSERT_TRUE(one.run(in, expected));
  threads pool;
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
