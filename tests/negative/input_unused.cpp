// error: inference<net>: input: 'z' is never used; use it in the model or leave it out
#include <igata/igata.hpp>
using namespace igata;

struct net {
#if defined(IGATA_FIXED)
  constexpr value operator()(value x, value z) const { return nn::dense(x + z, {.units = 2}); }
#else
  constexpr value operator()(value x, value) const { return nn::dense(x, {.units = 2}); }
#endif
};
static_assert(sizeof(inference<net{}, in<"x", 6>, in<"z", 6>>) > 0);
