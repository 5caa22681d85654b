// error: gather_index.cpp:11: gather: the index must be whole numbers, got f32; cast(x, i32)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    const value w = reshape(cast(iota(x.owner(), 12), f32), {6, 2});
#if defined(IGATA_FIXED)
    return gather(w, cast(x, i32));
#else
    return gather(w, x);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
