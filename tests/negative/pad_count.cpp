// error: pad_count.cpp:10: pad: needs {before, after} for each of the 2 axes, got 1
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return pad(x, {{0, 0}, {1, 1}});
#else
    return pad(x, {{1, 1}});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
