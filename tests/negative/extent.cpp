// error: extent.cpp:10: extent: axis 3 is out of range for rank 2; use -2 to 1
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::dense(x, {.units = 32 / x.extent(-1)});
#else
    return nn::dense(x, {.units = 32 / x.extent(3)});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
