// error: minimize_twice.cpp:13: assign: dense/kernel is assigned twice in one step; combine the two values
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}));
    const value y = nn::dense(x, {.units = 2});
    s.minimize(reduce_mean(y * y), "*", optim::sgd{});
#if defined(IGATA_FIXED)
    s.output("other", reduce_mean(abs(y)));
#else
    s.minimize(reduce_mean(abs(y)), "*", optim::sgd{});
#endif
    s.output("y", y);
  }
};
static_assert(sizeof(program<step{}>) > 0);
