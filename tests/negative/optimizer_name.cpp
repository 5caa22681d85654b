// error: minimize: optim::name<"optimizer_1">: a name without '/', that no optimizer has by itself
#include <igata/igata.hpp>
using namespace igata;

#if defined(IGATA_FIXED)
using train_t = training<nn::dense_options{.units = 2}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::name<"critic">>;
#else
using train_t = training<nn::dense_options{.units = 2}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::name<"optimizer_1">>;
#endif
static_assert(sizeof(train_t) > 0);
