// error: input: 'x' has a dim behind its first extent; only the first may be one, and is what it has in the place of n
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using infer_t = inference<net{}, in<"x", dim<"time", 16>, 6>>;
#else
using infer_t = inference<net{}, in<"x", 6, dim<"time", 16>>>;
#endif
static_assert(sizeof(infer_t) > 0);
