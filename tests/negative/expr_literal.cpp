// error: mul: i32 vs f32; there is no implicit promotion: cast(x, i32)
#include <igata/expr.hpp>
using namespace igata;

int main() {
  tensor<std::int32_t, 4> a, y;
#if defined(IGATA_FIXED)
  y = a * 2;
#else
  y = a * 2.5;
#endif
}
