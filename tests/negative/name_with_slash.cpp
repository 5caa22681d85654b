// error: name_with_slash.cpp:10: dense: the name 'head/out' holds a '/'; use nn::block for the part before it
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::dense(x, {.units = 5, .name = "head_out"});
#else
    return nn::dense(x, {.units = 5, .name = "head/out"});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
