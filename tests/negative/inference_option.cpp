// error: inference<net>, option 2: loss::mse is none of in<...>, ids<...>, only<...>, max_batch{}, winograd::off, precision::fp64{}
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using infer_t = inference<net{}, in<"x", 6>>;
#else
using infer_t = inference<net{}, in<"x", 6>, loss::mse{}>;
#endif
static_assert(sizeof(infer_t) > 0);
