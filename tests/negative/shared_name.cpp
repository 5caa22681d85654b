// error: shared_name.cpp:10: layer_norm: the name 'same' belongs to a dense here; give one of the two another name
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::layer_norm(nn::dense(x, {.units = 5, .name = "same"}), {.name = "other"});
#else
    return nn::layer_norm(nn::dense(x, {.units = 5, .name = "same"}), {.name = "same"});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
