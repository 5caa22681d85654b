// error: input: 'y' has 1 class but is f32; classes are whole numbers, rows of numbers are labels<"y", f32, 0, 1>
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 1}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 1>, loss::mse{}, optim::sgd{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 1>, loss::mse{}, optim::sgd{}>;
#endif
static_assert(sizeof(train_t) > 0);
