// error: run: wrong arguments; write run({x}, {output}, n), or run({x}, {output}) for as many rows as the inputs hold
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using infer_t = inference<net{}, in<"x", 6>>;

status scores(infer_t& net) {
  float x[6]{}, y[2]{};
#if defined(IGATA_FIXED)
  return net.run(x, y);
#else
  return y[0] = 1, net.run(x);
#endif
}
