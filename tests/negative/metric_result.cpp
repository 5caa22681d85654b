// error: metric_result.cpp:16: training<net>, option 5: errors: a metric must be one number f32[], got f32[n,2]; take its mean
#include <igata/igata.hpp>
using namespace igata;

struct errors {
  static constexpr std::string_view name = "errors";
  constexpr value operator()(value p, value y) const {
#if defined(IGATA_FIXED)
    return reduce_mean(p - y);
#else
    return p - y;
#endif
  }
};
struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, metrics<errors{}>>;
static_assert(sizeof(train_t) > 0);
