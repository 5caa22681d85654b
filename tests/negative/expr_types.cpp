// error: add: f32 vs i32; there is no implicit promotion: cast(x, f32)
#include <igata/expr.hpp>
using namespace igata;

int main() {
  tensor<float, 4> a, y;
  tensor<std::int32_t, 4> b;
#if defined(IGATA_FIXED)
  y = a + cast<float>(b);
#else
  y = a + b;
#endif
}
