// error: half_type.cpp:10: matmul: needs f32 or f64, got f16; cast(x, f32) first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return cast(matmul(cast(x, f32), cast(transpose(x, {0, 2, 1}), f32)), f16);
#else
    return matmul(x, transpose(x, {0, 2, 1}));
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", f16, 6, 4>>) > 0);
