// error: inference<net>: the model cannot be called with 2 values, one for each input; is its operator() constexpr and const?
#include <igata/igata.hpp>
using namespace igata;

struct net {
#if defined(IGATA_FIXED)
  constexpr value operator()(value x, value z) const { return nn::dense(x + z, {.units = 2}); }
#else
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
#endif
};
static_assert(sizeof(inference<net{}, in<"x", 6>, in<"z", 6>>) > 0);
