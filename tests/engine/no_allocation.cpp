// Inference and training steps do not allocate or lock.
#include "../counting.hpp"

#include <igata/igata.hpp>

namespace {
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    value y = relu(nn::batch_norm(nn::conv2d(x, {.filters = 8, .kernel = 3, .padding = padding::same})));
    y = y + nn::conv2d(y, {.filters = 8, .kernel = 3, .padding = padding::same});
    y = nn::dropout(nn::flatten(nn::max_pool2d(y)), {.rate = 0.2});
    return nn::dense(y, {.units = 5});
  }
};
using train_t = training<net{}, in<"image", 9, 9, 2>, labels<"class", i32, 5>, loss::softmax_cross_entropy{}, metrics<metric::accuracy{}>,
                         optim::adam{}, max_batch{16}>;
using infer_t = inference<net{}, in<"image", 9, 9, 2>, max_batch{16}>;

TEST(no_allocation, training_and_inference) {
  train_t t{seed{1}};
  std::vector<float> x(16 * 9 * 9 * 2, 0.5f), out(16 * 5);
  std::vector<std::int32_t> y(16, 3);
  infer_t net{infer_t::pack(t.weights())};
  bool fine = true;
  const long before = allocations, locked = locks;
  for (const int n : {16, 1, 7}) {
    fine &= static_cast<bool>(t.step({x, y}, n));
    fine &= static_cast<bool>(t.evaluate({x, y}, n));
    fine &= static_cast<bool>(t.predict(x, n, out));
    fine &= static_cast<bool>(net.run(x, n, out));
  }
  const bool refused = !t.step({x, y}, 17) && !t.step({x, std::span(y).first(3)}, 4) && !net.run(x, 0, out) && !net.run(std::span(x).first(7), out);
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(locks, locked);
  EXPECT_TRUE(fine && refused);
  static_assert(noexcept(t.step({x, y}, 1)) && noexcept(t.evaluate({x, y}, 1)) && noexcept(net.run(x, 1, out)));
}
}  // namespace
