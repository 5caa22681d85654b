// error: shared_scope.cpp:10: same/kernel: a shared scope has another shape here: [6,5] vs [5,5]; give one of the two another name
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::dense(nn::dense(x, {.units = 5, .name = "one"}), {.units = 5, .name = "other"});
#else
    return nn::dense(nn::dense(x, {.units = 5, .name = "same"}), {.units = 5, .name = "same"});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
