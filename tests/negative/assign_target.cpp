// error: assign_target.cpp:12: assign: the target is no variable; keep the handle that state_variable gave
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}));
    const value mean = state_variable(x, "mean", role::buffer, {6}, constant_initializer(0));
#if defined(IGATA_FIXED)
    assign(mean, reduce_mean(x, 0));
#else
    assign(mean * 1, reduce_mean(x, 0));
#endif
    s.output("y", x + mean);
  }
};
static_assert(sizeof(program<step{}>) > 0);
