// error: inference<net>, option 2: max_batch = 0; must be 1 or more
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using infer_t = inference<net{}, in<"x", 6>, max_batch{1}>;
#else
using infer_t = inference<net{}, in<"x", 6>, max_batch{0}>;
#endif
static_assert(sizeof(infer_t) > 0);
