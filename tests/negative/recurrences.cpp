// error: recurrences.cpp:10: gru: needs sequences [n, steps, features], got [n,40]; reshape first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::gru(reshape(x, {10, 4}), {.units = 8});
#else
    return nn::gru(x, {.units = 8});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 40>>) > 0);
