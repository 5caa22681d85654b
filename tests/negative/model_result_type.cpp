// error: inference<net>: the model returned bool[n,6]; return cast(x, f32), or write a program<...>
#include <igata/igata.hpp>
using namespace igata;

#if defined(IGATA_FIXED)
struct net {
  constexpr value operator()(value x) const { return cast(x > 0, f32); }
};
#else
struct net {
  constexpr value operator()(value x) const { return x > 0; }
};
#endif
using infer_t = inference<net{}, in<"x", 6>>;
static_assert(sizeof(infer_t) > 0);
