// error: training<net>: computes in f64, i64 or u64; #include <igata/f64.hpp> in front of it, or cast(x, f32), cast(x, i32)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, precision::fp64{}>;
#endif
train_t made() { return train_t(); }
