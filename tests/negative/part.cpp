// error: part.cpp:10: sequential: a part is no function of one value that returns a value
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::sequential{relu, [](value v) { return v * 3; }}(x);
#else
    return nn::sequential{relu, [](value) { return 3; }}(x);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
