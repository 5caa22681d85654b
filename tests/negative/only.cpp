// error: inference<net>, option 2: only: no output 'sied'; the model returns 'main', 'side'
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr outputs operator()(value x) const { return {{"main", nn::dense(x, {.units = 2, .name = "a"})}, {"side", nn::dense(x, {.units = 2, .name = "b"})}}; }
};
#if defined(IGATA_FIXED)
using net_t = inference<net{}, in<"x", 3>, only<"side">>;
#else
using net_t = inference<net{}, in<"x", 3>, only<"sied">>;
#endif
static_assert(sizeof(net_t) > 0);
