// error: minimize_option.cpp:12: minimize: int is no change of gradients, (const vec<value>&, vec<value>&), and no schedule, (value step) -> value
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const {
    const value y = nn::dense(s.input("x", rows({6})), {.units = 2});
    const value loss = reduce_mean(y * y);
#if defined(IGATA_FIXED)
    s.minimize(loss, "*", optim::adam{}, optim::clip_by_norm{.limit = 5});
#else
    s.minimize(loss, "*", optim::adam{}, 5);
#endif
  }
};
static_assert(sizeof(program<step{}>) > 0);
