// error: input: 'y' is bool; inputs are f32, f64, i32, u32, i64, u64, u8, i8, u16 or i16
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", boolean, 0, 2>, loss::mse{}, optim::sgd{}>;
#endif
static_assert(sizeof(train_t) > 0);
