// error: axis.cpp:10: reduce_sum: axis 5 is out of range for rank 2; use -2 to 1
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return reduce_sum(x, 1);
#else
    return reduce_sum(x, 5);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
