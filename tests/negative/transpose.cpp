// error: transpose.cpp:10: transpose: the order must name each of the 4 axes once
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return transpose(x, {0, 1, 3, 2});
#else
    return transpose(x, {0, 1, 1, 2});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"image", 6, 6, 6>>) > 0);
