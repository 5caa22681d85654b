// error: training<net>, option 5: watch: no layer matches 'densee'; did you mean 'dense'?
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(relu(nn::dense(x, {.units = 4})), {.units = 2, .name = "head"}); }
};
#if defined(IGATA_FIXED)
using net_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, watch<"dense">>;
#else
using net_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, watch<"densee">>;
#endif
static_assert(sizeof(net_t) > 0);
