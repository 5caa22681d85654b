// error: conv2d_transpose
// error(GNU): 'conv2d_transpose' is not a member of 'igata::
// error(Clang): no member named 'conv2d_transpose' in namespace 'igata::nn'
// then(GNU): 'constexpr' call flows off the end of the function
// then(Clang): constexpr variable 'fconstexpr_steps' must be initialized by a constant expression
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::conv2d(x, {.filters = 2, .kernel = 3});
#else
    return nn::conv2d_transpose(x, {.filters = 2, .kernel = 3});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6, 6, 1>>) > 0);
