// error: training<net>, option 4: assign: dense/kernel is f32[6,2], the new value f32[]
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
struct own_optimizer {
  template <class Update>
  constexpr value operator()(Update&, value w, value g) const {
#if defined(IGATA_FIXED)
    return w - g * 0.1;
#else
    return reduce_sum(w - g * 0.1);
#endif
  }
};
static_assert(sizeof(training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, own_optimizer{}>) > 0);
