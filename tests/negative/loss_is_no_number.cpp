// error: loss_is_no_number.cpp:12: minimize: the loss must be one number, got f32[n,2]; take its mean
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}));
    const value y = nn::dense(x, {.units = 2});
#if defined(IGATA_FIXED)
    s.minimize(reduce_mean(y * y), "*", optim::sgd{});
#else
    s.minimize(y * y, "*", optim::sgd{});
#endif
    s.output("y", y);
  }
};
static_assert(sizeof(program<step{}>) > 0);
