// error: variable_role.cpp:14: scale: is a weight here already, and now a buffer; give one of the two another name
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    const value scale = nn::parameter(x, "scale", {6}, init::ones);
#if defined(IGATA_FIXED)
    const char* const name = "mean";
#else
    const char* const name = "scale";
#endif

    const value mean = state_variable(x, name, role::buffer, {6}, init::zeros);
    return nn::dense(x * scale - mean, {.units = 2});
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
