// error: evaluate: the program trains; give one of mode::inference
#include <igata/igata.hpp>
#include <igata/train.hpp>
using namespace igata;

struct net {
  constexpr void operator()(builder& s) const {
    const value loss = reduce_mean(abs(nn::dense(s.input("x", rows({2})), {.units = 1})));
#if !defined(IGATA_FIXED)
    s.minimize(loss, "*", optim::sgd{});
#endif
    s.output("loss", loss);
  }
};
#if defined(IGATA_FIXED)
using net_t = program<net{}, mode::inference>;
#else
using net_t = program<net{}, mode::training>;
#endif
double loss_of(net_t& p, const train::dataset& d) { return train::evaluate(p, d)["loss"]; }
