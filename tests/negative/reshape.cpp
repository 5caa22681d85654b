// error: reshape.cpp:10: reshape: [n,6] does not divide into extents of 4 elements
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return reshape(x, {3, -1});
#else
    return reshape(x, {4, -1});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
