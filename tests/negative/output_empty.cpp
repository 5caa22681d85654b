// error: output_empty.cpp:12: output: 'y' is no value; return what the layers give
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}));
    [[maybe_unused]] value y;
#if defined(IGATA_FIXED)
    s.output("y", x);
#else
    s.output("y", y);
#endif
  }
};
static_assert(sizeof(program<step{}>) > 0);
