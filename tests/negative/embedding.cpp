// error: embedding.cpp:10: embedding: .size = 0; must be 1 or more
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::embedding(x, {.size = 10, .units = 4});
#else
    return nn::embedding(x, {.units = 4});
#endif
  }
};
static_assert(sizeof(inference<net{}, ids<"token", 10, 6>>) > 0);
