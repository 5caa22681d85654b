// budget: 2.5 s, 400 MB
#include "resnet.hpp"

using infer_t = inference<resnet{.depth = 18}, in<"image", 224, 224, 3>>;

int main() {
  variable_store weights;
  infer_t net{infer_t::pack(weights)};
  static float image[224 * 224 * 3], scores[1000];
  return static_cast<bool>(net.run(image, scores));
}
