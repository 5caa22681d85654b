// error: variable_type.cpp:10: levels: its first value 300 is no u8; give it one of the type
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return x * cast(state_variable(x, "levels", role::buffer, {6}, constant_initializer(255), u8), f32);
#else
    return x * cast(state_variable(x, "levels", role::buffer, {6}, constant_initializer(300), u8), f32);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
