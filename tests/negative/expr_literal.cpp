// error: mul: i32 vs f32; there is no implicit promotion: cast(x, f32)
#include <igata/expr.hpp>
using namespace igata;

int main() {
  tensor<std::int32_t, 4> a, y;
#if defined(IGATA_FIXED)
  y = a * 2;
#else
  const auto e = a * 2.5;
  (void)e;
#endif
}
