// budget: 1.2 s
#include <igata/expr.hpp>
using namespace igata;

void update(tensor<float, dynamic>& y, const tensor<float, dynamic>& a, const tensor<float, dynamic>& b, const tensor<float, dynamic>& c) {
  y = relu(a * b + c);
}
