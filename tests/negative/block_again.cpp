// error: block_again.cpp:14: tower: is used again with another number of layers 'dense' without a name; give each a .name
#include <igata/igata.hpp>
using namespace igata;

#if defined(IGATA_FIXED)
constexpr int layers_again = 2;
#else
constexpr int layers_again = 1;
#endif
struct net {
  constexpr value operator()(value x) const {
    const auto tower = [](value v, int layers) {
      return nn::block(v, "tower", [&](value u) {
        for (int i = 0; i < layers; ++i) u = nn::dense(u, {.units = 6});
        return u;
      });
    };
    return tower(tower(x, 2), layers_again);
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
