// error: state_of_a_cell.cpp:10: gru: the state is [n,4], expected [n,8]; units and rows must be the cell's
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x, value h) const {
#if defined(IGATA_FIXED)
    return nn::gru_cell(x, nn::dense(h, {.units = 8}), {.units = 8});
#else
    return nn::gru_cell(x, h, {.units = 8});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 3>, in<"h", 4>>) > 0);
