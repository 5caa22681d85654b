// error: groups.cpp:10: conv2d/conv2d: 4 channels and 9 filters must both be divisible by groups = 3
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::conv2d(x, {.filters = 8, .kernel = 3, .groups = 2});
#else
    return nn::conv2d(x, {.filters = 9, .kernel = 3, .groups = 3});
#endif
  }
};
using infer_t = inference<net{}, in<"image", 9, 9, 4>>;

int main() {
  variable_store weights;
  infer_t net{infer_t::pack(weights)};
}
