// error: assign_shape.cpp:12: assign: mean is f32[6], the new value f32[n,6]
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}));
    const value mean = state_variable(x, "mean", role::buffer, {6}, constant_initializer(0));
#if defined(IGATA_FIXED)
    assign(mean, reduce_mean(x, 0));
#else
    assign(mean, x);
#endif
    s.output("y", x + mean);
  }
};
static_assert(sizeof(program<step{}>) > 0);
