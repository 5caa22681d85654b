// error: training<net>, option 4: no output 'side'; the model returns 'main' (in evaluation)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr outputs operator()(value x) const {
    const value main = nn::dense(x, {.units = 2, .name = "a"}), side = nn::dense(x, {.units = 2, .name = "b"});
#if !defined(IGATA_FIXED)
    if (!x.training()) return {{"main", main}};
#endif
    return {{"main", main}, {"side", side}};
  }
};
static_assert(sizeof(training<net{}, in<"x", 3>, labels<"y", f32, 0, 2>, loss_of<"main", loss::mse{}>, loss_of<"side", loss::mse{}>, optim::sgd{}>) > 0);
