// error: evaluate: wrong arguments; write evaluate(program, data), of a training<...> or a program<...>, and a dataset
#include <igata/igata.hpp>
#include <igata/train.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using net_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;
#else
using net_t = inference<net{}, in<"x", 6>>;
#endif
double loss_of(net_t& net, const train::dataset& data) { return train::evaluate(net, data)["loss"]; }
