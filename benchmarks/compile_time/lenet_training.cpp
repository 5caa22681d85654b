// budget: 2 s, 250 MB
#include <igata/igata.hpp>
using namespace igata;

struct lenet {
  constexpr value operator()(value x) const {
    x = relu(nn::conv2d(x, {.filters = 6, .kernel = 5}));
    x = nn::max_pool2d(x, {.size = 2});
    x = relu(nn::conv2d(x, {.filters = 16, .kernel = 5}));
    x = nn::flatten(nn::max_pool2d(x, {.size = 2}));
    x = relu(nn::dense(x, {.units = 120}));
    x = relu(nn::dense(x, {.units = 84}));
    return nn::dense(x, {.units = 10});
  }
};
using train_t = training<lenet{}, in<"image", 28, 28, 1>, labels<"digit", i32, 10>, loss::softmax_cross_entropy{},
                         optim::sgd{.learning_rate = 0.05, .momentum = 0.9}, metrics<metric::accuracy{}>, max_batch{64}>;

int main() {
  train_t t{seed{7}};
  static float image[64 * 28 * 28];
  static int digit[64];
  return static_cast<bool>(t.step({image, digit}, 64));
}
