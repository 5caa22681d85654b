// error: parameter_extent.cpp:10: scale: [0] has no elements; extents must be 1 or more
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return x * nn::parameter(x, "scale", {6}, init::ones);
#else
    return x * nn::parameter(x, "scale", {0}, init::ones);
#endif
  }
};
using infer_t = inference<net{}, in<"x", 6>>;
static_assert(sizeof(infer_t) > 0);
