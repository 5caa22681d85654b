// error: program<step>: its function cannot be called with a builder; write constexpr void operator()(builder& s) const
#include <igata/igata.hpp>
using namespace igata;

struct step {
#if defined(IGATA_FIXED)
  constexpr void operator()(builder& s) const { s.output("y", nn::dense(s.input("x", rows({6})), {.units = 2})); }
#else
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
#endif
};
static_assert(sizeof(program<step{}>) > 0);
