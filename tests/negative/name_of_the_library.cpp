// error: name_of_the_library.cpp:13: block: the name 'optimizer' belongs to the variable 'optimizer/learning_rate'; give the layer another name
#include <igata/igata.hpp>
using namespace igata;

#if defined(IGATA_FIXED)
constexpr const char* name = "planner";
#else
constexpr const char* name = "optimizer";
#endif

struct net {
  constexpr value operator()(value x) const {
    return nn::block(x, name, nn::dense_options{.units = 2});
  }
};
static_assert(sizeof(training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>) > 0);
