// error: expression: 21 inputs and 20 instructions, at most 20 and 64; assign a part of it to a tensor first
#include <igata/expr.hpp>
using namespace igata;

int main() {
  tensor<float, 4> a, y;
#if defined(IGATA_FIXED)
  y = a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a;
#else
  y = a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a;
#endif
}
