// error: sum: axis 2 is out of range for rank 2; use -2 to 1
#include <igata/expr.hpp>
using namespace igata;

int main() {
  tensor<float, 2, 3> a;
  float y = 0;
#if defined(IGATA_FIXED)
  y = eval(sum<1>(a))(0);
#else
  y = eval(sum<2>(a))(0);
#endif
  return static_cast<int>(y);
}
