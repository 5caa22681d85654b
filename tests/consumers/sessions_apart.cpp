// A unit with sessions whose code another unit of the program has.
#include <igata/session.hpp>

using namespace igata;

int main() {
  session net([](builder& s) { s.output("y", nn::dense(s.input("x", rows({3})) * 2.0f, {.units = 2})); }, {.max_batch = 2});
  variable_store weights = net.variables();
  for (float& x : weights.floats("dense/kernel")) x = 1;
  net.use(net.pack(weights));
  const float x[] = {1, 2, 3, 4, 5, 6};
  float y[4] = {};
  return net.run(x, y, 2) && y[1] == 12 && y[2] == 30 ? 0 : 1;
}
