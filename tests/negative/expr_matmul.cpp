// error: matmul: [2,3] x [2,3]; lhs columns must equal rhs rows
#include <igata/expr.hpp>
using namespace igata;

int main() {
  tensor<float, 2, 3> a;
  tensor<float, 2, 2> y;
#if defined(IGATA_FIXED)
  y = matmul(a, transpose(a));
#else
  y = matmul(a, a);
#endif
}
