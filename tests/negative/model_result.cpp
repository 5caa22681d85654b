// error: model_result.cpp:7: training<net>: the model returned an empty value; return what the layers give
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    value y = nn::dense(x, {.units = 2});
#if defined(IGATA_FIXED)
    return y;
#else
    return {};
#endif
  }
};
static_assert(sizeof(training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>) > 0);
