// error: axis_twice.cpp:10: reduce_sum: axis -1 is named twice
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return reduce_sum(x, {1});
#else
    return reduce_sum(x, {1, -1});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
