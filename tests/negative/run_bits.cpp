// error: run: input 'mask' is std::vector<bool>; pass an array, span or pointer of bool
#include <vector>

#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value mask) const { return cast(mask, f32); }
};
using net_t = inference<net{}, in<"mask", boolean, 6>>;

status call(net_t& net, float (&y)[6]) {
#if defined(IGATA_FIXED)
  const bool mask[6] = {};
#else
  std::vector<bool> mask(6);
#endif
  return net.run(mask, y);
}
