// error: mul: [?,3] vs [?,2]; extents must be equal or 1
#include <igata/expr.hpp>
using namespace igata;

int main() {
  tensor<float, dynamic, 3> a(5, 3), y;
  tensor<float, dynamic, 2> b(5, 2);
#if defined(IGATA_FIXED)
  y = a * b(slice(), slice(0, 1));
#else
  y = a * b;
#endif
}
