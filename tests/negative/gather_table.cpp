// error: gather_table.cpp:11: gather: table [n,6] by index [n]; the table needs rank 1 or more and no batch
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    [[maybe_unused]] const value w = reshape(cast(iota(x.owner(), 12), f32), {6, 2});
#if defined(IGATA_FIXED)
    return gather(w, argmax(x));
#else
    return gather(x, argmax(x));
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
