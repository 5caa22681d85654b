// error: assign: [3,2] does not fit [2,3]; extents must be equal or 1
#include <igata/expr.hpp>
using namespace igata;

int main() {
  tensor<float, 2, 3> a, y;
#if defined(IGATA_FIXED)
  y = a * 2;
#else
  y = transpose(a) * 2;
#endif
}
