// error: one_hot.cpp:10: one_hot: the index must be whole numbers, got f32; cast(x, i32)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return one_hot(cast(x, i32), 4);
#else
    return one_hot(x, 4);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
