// error: embedded<net>: an extent is a dim, which only inference<...> has; use a number
#include <igata/embedded.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using net_t = embedded<net{}, in<"x", 6>>;
#else
using net_t = embedded<net{}, in<"x", dim<"time", 16>, 6>>;
#endif
static_assert(sizeof(net_t) > 0);
