// error: input: 'x' has a type behind an extent; it stands before all of them
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(cast(x, f32), {.units = 2}); }
};
#if defined(IGATA_FIXED)
using infer_t = inference<net{}, in<"x", u8, 6>>;
#else
using infer_t = inference<net{}, in<"x", 6, u8>>;
#endif
static_assert(sizeof(infer_t) > 0);
