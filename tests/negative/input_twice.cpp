// error: input_twice.cpp:11: input: 'x' is there already; give the second another name
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}));
#if defined(IGATA_FIXED)
    const value y = x + s.input("z", rows({6}));
#else
    const value y = x + s.input("x", rows({6}));
#endif
    s.output("y", y);
  }
};
static_assert(sizeof(program<step{}>) > 0);
