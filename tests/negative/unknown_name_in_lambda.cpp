// error: conv2d_transpose
// error(GNU): 'conv2d_transpose' was not declared in this scope
// error(Clang): use of undeclared identifier 'conv2d_transpose'
#include <igata/igata.hpp>
using namespace igata;

#if !defined(IGATA_FIXED)
#define relu conv2d_transpose
#endif
constexpr auto net = [](value x) { return relu(x); };
// As a model, a part of another one, an option, and the function of a program.
struct outer {
  constexpr value operator()(value x) const { return nn::sequential{net, net}(nn::dense(x, {.units = 1})); }
};
using train_t = training<outer{}, in<"x", 6>, labels<"y", f32, 0, 1>, loss::mse{}, optim::sgd{}>;
using scheduled_t = training<[](value x) { return nn::dense(x, {.units = 1}); }, in<"x", 6>, labels<"y", f32, 0, 1>, loss::mse{}, optim::sgd{}, net>;
static_assert(sizeof(inference<net, in<"x", 6>>) + sizeof(train_t) + sizeof(scheduled_t) > 0);
