// error: minimize_schedules.cpp:12: minimize: optim::exponential_decay is a second schedule; give one
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}));
    const value y = nn::dense(x, {.units = 2});
#if defined(IGATA_FIXED)
    s.minimize(reduce_mean(y), "*", optim::sgd{}, optim::cosine_decay{});
#else
    s.minimize(reduce_mean(y), "*", optim::sgd{}, optim::cosine_decay{}, optim::exponential_decay{});
#endif
  }
};
using program_t = program<step{}>;
static_assert(sizeof(program_t) > 0);
