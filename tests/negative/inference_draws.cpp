// error: inference<net>: noise: draws random numbers, and an inference program keeps nothing between calls; do so only where x.training(), or use program<...> with mode::inference
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    return nn::block("noise", [](value v) {
#if defined(IGATA_FIXED)
      if (!v.training()) return v;
#endif
      return v + random_like(v);
    })(x);
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
