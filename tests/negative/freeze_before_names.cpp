// error: freeze_before_names.cpp:13: freeze: which layers 'dense_1/*' means is not known yet; call name_layers({what the model returns}) before, or give them .name
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}));
    const value y = nn::dense(nn::dense(x, {.units = 4}), {.units = 2});
#if defined(IGATA_FIXED)
    s.name_layers({y});
#endif

    s.freeze("dense_1/*");
    const value loss = reduce_mean(y * y);
    s.minimize(loss, "*", optim::sgd{});
    s.output("loss", loss);
  }
};
static_assert(sizeof(program<step{}>) > 0);
