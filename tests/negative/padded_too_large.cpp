// error: padded_too_large.cpp:10: conv2d/conv2d: the padded input 60006x60006x4 has more than 2^31 elements; pad less
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::conv2d(x, {.filters = 1, .kernel = 3, .padding = 3});
#else
    return nn::conv2d(x, {.filters = 1, .kernel = 3, .padding = 30000});
#endif
  }
};
using infer_t = inference<net{}, in<"x", 6, 6, 4>>;
static_assert(sizeof(infer_t) > 0);
