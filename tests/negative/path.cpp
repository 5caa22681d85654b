// error: path.cpp:10: encoder/block1/dense: .units = 0; must be 1 or more
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::block(x, "encoder", [](value v) { return nn::dense(v, {.units = 1}); });
#else
    return nn::block(x, "encoder", [](value v) { return nn::block(v, {"block", 1}, [](value u) { return nn::dense(u); }); });
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
