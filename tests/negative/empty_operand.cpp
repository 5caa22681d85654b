// error: empty_operand.cpp:11: add: an operand is empty (a default-constructed value); assign it before use
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    [[maybe_unused]] const value y;
#if defined(IGATA_FIXED)
    return x + x;
#else
    return x + y;
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
