// error: too_large.cpp:10: dense/kernel: [6,1000000000] has more than 2^31 elements; use smaller extents
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::dense(x, {.units = 10});
#else
    return nn::dense(x, {.units = 1000000000});
#endif
  }
};
using infer_t = inference<net{}, in<"x", 6>>;
static_assert(sizeof(infer_t) > 0);
