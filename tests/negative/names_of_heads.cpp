// error: training<net>: dense may be either of the layers in names_of_heads.cpp:12 (training) and names_of_heads.cpp:13 (evaluation); give each a .name
#include <igata/igata.hpp>
using namespace igata;

#if defined(IGATA_FIXED)
constexpr nn::layer_name first = "first", second = "second";
#else
constexpr nn::layer_name first = {}, second = {};
#endif
struct net {  // evaluation returns the second head alone, in the place of the first
  constexpr value operator()(value x) const {
    const value a = nn::dense(x, {.units = 2, .name = first});
    const value b = nn::dense(x, {.units = 2, .name = second});
    return x.training() ? a + b * 0.5 : b + a * 0;
  }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;
static_assert(sizeof(train_t) > 0);
