// error: cell_without_state.cpp:11: gru: the state is empty; begin with zeros: broadcast_to(constant(x.owner(), 0, f32), rows({4}))
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    value h;
#if defined(IGATA_FIXED)
    h = broadcast_to(constant(x.owner(), 0, f32), rows({4}));
#endif
    return nn::gru_cell(x, h, {.units = 4});
  }
};
static_assert(sizeof(inference<net{}, in<"x", 3>>) > 0);
