// error: shared_scope.cpp:10: same/dense/kernel: a shared scope has another shape here: [6,5] vs [5,5]; give one of the two another name
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::block("other", nn::dense_options{.units = 5})(nn::block("same", nn::dense_options{.units = 5})(x));
#else
    return nn::block("same", nn::dense_options{.units = 5})(nn::block("same", nn::dense_options{.units = 5})(x));
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
