// error: add: [2,3] vs [2,4]; extents must be equal or 1
#include <igata/expr.hpp>
using namespace igata;

int main() {
  tensor<float, 2, 3> a, y;
  tensor<float, 2, 4> b;
#if defined(IGATA_FIXED)
  y = a + b(slice(), 0)(slice(), new_axis);
#else
  y = a + b;
#endif
}
