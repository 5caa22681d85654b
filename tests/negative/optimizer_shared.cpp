// error: critic: .learning_rate = 0.2, and 0.1 where the name was given before; give the second optimizer another name
#include <igata/igata.hpp>
using namespace igata;

#if defined(IGATA_FIXED)
constexpr double second_rate = 0.1;
#else
constexpr double second_rate = 0.2;
#endif
struct step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}));
    const value a = reduce_mean(nn::dense(x, {.units = 2, .name = "a"})), b = reduce_mean(nn::dense(x, {.units = 2, .name = "b"}));
    s.name_layers({a, b});
    s.minimize(a, "*", optim::sgd{.learning_rate = 0.1}, optim::name<"critic">);
    s.minimize(b, "*", optim::sgd{.learning_rate = second_rate}, optim::name<"critic">);
    s.output("loss", a);
  }
};
static_assert(sizeof(program<step{}>) > 0);
