// error: result_too_large.cpp:10: broadcast_to: [n,6,100000,100000]: a row has more than 2^31 elements; use smaller extents
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return broadcast_to(reshape(x, {6, 1, 1}), rows({6, 2, 2}));
#else
    return broadcast_to(reshape(x, {6, 1, 1}), rows({6, 100000, 100000}));
#endif
  }
};
using infer_t = inference<net{}, in<"x", 6>>;
static_assert(sizeof(infer_t) > 0);
