// A unit with sessions whose code another unit of the program has.
#include <igata/session.hpp>

using namespace igata;

int main() {
  session doubled([](builder& s) { s.output("y", s.input("x", rows({3})) * 2.0f); }, {.max_batch = 2});
  const float x[] = {1, 2, 3, 4, 5, 6};
  float y[6] = {};
  if (!doubled.run(x, y, 2) || y[5] != 12) return 1;
  session layer([](builder& s) { s.output("y", nn::dense(s.input("x", rows({4}), f64), {.units = 3})); }, {.max_batch = 2});
  layer.use(layer.pack(layer.variables(seed{1})));
  const double in[4] = {1, 1, 1, 1};
  double out[3] = {};
  return layer.run(in, out, 1) && out[0] != 0 ? 0 : 1;
}
