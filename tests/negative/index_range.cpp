// error: index_range.cpp:6: embedding/gather: input 'x' has numbers in [0, 9) for a choice of 4; correct one of the two
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::embedding(x, {.size = 4, .units = 2}); }
};
#if defined(IGATA_FIXED)
using infer_t = inference<net{}, ids<"x", 4, 3>>;
#else
using infer_t = inference<net{}, ids<"x", 9, 3>>;
#endif
static_assert(sizeof(infer_t) > 0);
