// error: item.cpp:10: item: a model that is drawn has no numbers yet; compute with values, select(...) chooses, or use eager
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return x * reduce_max(x);
#else
    return x * reduce_max(x).item();
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
