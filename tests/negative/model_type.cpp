// error: inference<net>: the model returns int; return a value, or several as outputs{{"name", value}, ...}
#include <igata/igata.hpp>
using namespace igata;

struct net {
#if defined(IGATA_FIXED)
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
#else
  constexpr int operator()(value x) const { return nn::dense(x, {.units = 2}).rank(); }
#endif
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
