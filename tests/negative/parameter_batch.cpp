// error: parameter_batch.cpp:10: scale: [n,6] has the rows of a batch; a variable is the same for all of them: give its shape without n
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return x * nn::parameter(x, "scale", {6}, init::ones);
#else
    return x * nn::parameter(x, "scale", x.dims(), init::ones);
#endif
  }
};
using infer_t = inference<net{}, in<"x", 6>>;
static_assert(sizeof(infer_t) > 0);
