// error: reshape_two_open.cpp:10: reshape: only one extent may be -1
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return reshape(x, {2, -1});
#else
    return reshape(x, {-1, -1});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
