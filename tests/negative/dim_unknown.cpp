// error: run: this program has no dim 'time'; its dims are 'points'
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using infer_t = inference<net{}, in<"x", dim<"points", 8>, 6>>;

bool score(infer_t& net, const float* x, float* y) {
#if defined(IGATA_FIXED)
  return static_cast<bool>(net.run({x}, {y}, 1, dim<"points", 8>(4)));
#else
  return static_cast<bool>(net.run({x}, {y}, 1, dim<"time", 8>(4)));
#endif
}
