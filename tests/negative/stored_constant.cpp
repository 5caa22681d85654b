// error: stored_constant.cpp:10: constant: u8 only stores numbers; cast one of another type
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr outputs operator()(value x) const {
#if defined(IGATA_FIXED)
    return {{"y", x}, {"one", cast(constant(x.owner(), 1, f32), u8)}};
#else
    return {{"y", x}, {"one", constant(x.owner(), 1, u8)}};
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
