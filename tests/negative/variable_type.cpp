// error: variable_type.cpp:10: mask: is bool; variables are f32, f64 or i32
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return select(state_variable(x, "mask", role::weight, {6}, constant_initializer(1), i32) > 0, x, 0);
#else
    return select(state_variable(x, "mask", role::weight, {6}, constant_initializer(1), boolean), x, 0);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
