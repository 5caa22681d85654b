// error: softmax: needs f32, got i32; cast<float>(x) first
#include <igata/expr.hpp>
using namespace igata;

void probabilities(const tensor<int, 2, 3>& a, tensor<float, 2, 3>& x) {
#if defined(IGATA_FIXED)
  x = softmax(cast<float>(a));
#else
  x = softmax(a);
#endif
}
