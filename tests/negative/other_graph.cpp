// error: other_graph.cpp:12: add: an operand belongs to another graph; build each model from its own inputs
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    builder other(false);
    [[maybe_unused]] const value y = other.input("y", rows({6}));
#if defined(IGATA_FIXED)
    return x + x;
#else
    return x + y;
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
