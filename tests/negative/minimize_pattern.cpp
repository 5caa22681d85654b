// error: minimize_pattern.cpp:12: minimize: no trainable parameter below the loss matches 'critic/*'; parameters are dense/kernel, dense/bias
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}));
    const value y = nn::dense(x, {.units = 2});
#if defined(IGATA_FIXED)
    s.minimize(reduce_mean(y * y), "dense/*", optim::sgd{});
#else
    s.minimize(reduce_mean(y * y), "critic/*", optim::sgd{});
#endif
    s.output("y", y);
  }
};
static_assert(sizeof(program<step{}>) > 0);
