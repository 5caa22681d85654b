// error: mul: i32 vs f32; there is no implicit promotion: cast(x, f32)
#include <igata/expr.hpp>
using namespace igata;

// What is made of a mistake is no second one.
void scale(const tensor<int, 2, 3>& a, tensor<int, 2, 3>& whole, tensor<float, 2, 3>& x, tensor<float, 2>& rows) {
#if defined(IGATA_FIXED)
  const tensor<float, 2, 3> scaled = cast<float>(a) * 2.5f;
  whole = cast<int>(scaled);
#else
  const auto scaled = a * 2.5;
  whole = scaled;
#endif
  x = softmax(exp(scaled) * x);
  x += scaled;
  rows = mean<1>(scaled);
}
