// error: input: 'x' is [n,0]; extents must be 1 or more
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using infer_t = inference<net{}, in<"x", 6>>;
#else
using infer_t = inference<net{}, in<"x", 0>>;
#endif
static_assert(sizeof(infer_t) > 0);
