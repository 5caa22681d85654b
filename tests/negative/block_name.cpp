// error: block_name.cpp:11: block: the name 'head' belongs to a dense here; give one of the two another name
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    x = nn::dense(x, {.units = 5, .name = "head"});
#if defined(IGATA_FIXED)
    return nn::block(x, "tail", nn::dense_options{.units = 5});
#else
    return nn::block(x, "head", nn::dense_options{.units = 5});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
