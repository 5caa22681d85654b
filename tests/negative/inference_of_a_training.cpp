// error: inference: training<...> is no variable_store; pass its weights()
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;
using infer_t = inference<net{}, in<"x", 6>>;

#if defined(IGATA_FIXED)
infer_t deployed(const train_t& t) { return infer_t{t.weights()}; }
#else
infer_t deployed(const train_t& t) { return infer_t{t}; }
#endif
