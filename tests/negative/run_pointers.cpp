// error: run: got 2 results, expected 1: {y}
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const { s.output("y", nn::dense(s.input("x", rows({6})), {.units = 2})); }
};
bool classify(program<step{}>& p) {
  float x[6]{}, y[2];
#if defined(IGATA_FIXED)
  return static_cast<bool>(p.run({x}, {y}, 1));
#else
  return static_cast<bool>(p.run({x}, {y, y}, 1));
#endif
}
