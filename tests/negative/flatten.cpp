// error: flatten.cpp:10: flatten: needs rows, got a single number; reshape first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return x * nn::flatten(reduce_sum(x, 1, true));
#else
    return x * nn::flatten(reduce_sum(x));
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
