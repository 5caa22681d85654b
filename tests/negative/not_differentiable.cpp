// error: not_differentiable.cpp:12: minimize: the loss does not depend on 'dense/kernel' differentiably
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}));
    const value y = nn::dense(x, {.units = 2});
#if defined(IGATA_FIXED)
    s.minimize(reduce_mean(y * y), "*", optim::sgd{});
#else
    s.minimize(reduce_mean(floor(y)), "*", optim::sgd{});
#endif
    s.output("y", y);
  }
};
static_assert(sizeof(program<step{}>) > 0);
