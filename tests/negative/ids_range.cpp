// error: inference<net>, option 1: input: 'x' has numbers in [0, 0); the end must be 1 or more
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::embedding(x, {.size = 4, .units = 2}); }
};
#if defined(IGATA_FIXED)
using infer_t = inference<net{}, ids<"x", 4, 3>>;
#else
using infer_t = inference<net{}, ids<"x", 0, 3>>;
#endif
static_assert(sizeof(infer_t) > 0);
