// error: inference<net>: count: assigns 'calls', and an inference program keeps nothing between calls; do so only where x.training(), or use program<...> with mode::inference
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    return nn::block("count", [](value v) {
      const value calls = state_variable(v, "calls", role::buffer, {}, constant_initializer(0));
#if defined(IGATA_FIXED)
      if (v.training())
#endif
      assign(calls, calls + 1);
      return v + calls;
    })(x);
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
