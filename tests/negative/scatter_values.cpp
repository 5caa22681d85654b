// error: scatter_values.cpp:11: scatter: values [6,2] by index [3] into [6,2]; they must be [3,2]: broadcast_to or reshape
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    const value w = reshape(cast(iota(x.owner(), 12), f32), {6, 2}), index = iota(x.owner(), 3);
#if defined(IGATA_FIXED)
    return x + reduce_sum(scatter(w, index, gather(w, index) * 2));
#else
    return x + reduce_sum(scatter(w, index, w * 2));
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
