// error: dense_rank.cpp:10: dense: needs rows [n, features], got [n]; reshape first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::dense(reshape(x, {1}), {.units = 4});
#else
    return nn::dense(x, {.units = 4});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x">>) > 0);
