// budget: 10 s, 800 MB
#include "resnet.hpp"

using train_t = training<resnet{.depth = 50}, in<"image", 224, 224, 3>, labels<"class", i32, 1000>, loss::softmax_cross_entropy{},
                         optim::sgd{.learning_rate = 0.1, .momentum = 0.9}, max_batch{8}>;
IGATA_COMPILE_IN_STEPS(train_t);

int main() {
  train_t t{seed{1}};
  static float image[8 * 224 * 224 * 3];
  static int label[8];
  return static_cast<bool>(t.step({image, label}, 8));
}
