// error: output_twice.cpp:13: output: 'y' is there already; give the second another name
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}));
    const value y = exp(x);
    s.output("y", y);
#if defined(IGATA_FIXED)
    s.output("z", exp(y));
#else
    s.output("y", exp(y));
#endif
  }
};
static_assert(sizeof(program<step{}>) > 0);
