// error: cast_to_a_type.cpp:10: cast: a type is a value in a model; write cast(x, f32)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return cast(argmax(x), f32);
#else
    return cast<float>(argmax(x));
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
