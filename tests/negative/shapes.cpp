// error: shapes.cpp:10: add: [n,2] vs [n,8]; extents must be equal or 1
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return x + tanh(nn::dense(x, {.units = 2}));
#else
    return x + tanh(nn::dense(x, {.units = 8}));
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 2>>) > 0);
