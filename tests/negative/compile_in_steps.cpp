// error: IGATA_COMPILE_IN_STEPS: expected training<...>, inference<...> or program<...>
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 4}); }
};
#if defined(IGATA_FIXED)
using infer_t = inference<net{}, in<"x", 3>>;
IGATA_COMPILE_IN_STEPS(infer_t);
#else
IGATA_COMPILE_IN_STEPS(net);
#endif
