// error: another text than the compiler's
#include <igata/infer.hpp>
using namespace igata;

struct net {
#if defined(IGATA_FIXED)
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 1}); }
#else
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 0}); }
#endif
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
