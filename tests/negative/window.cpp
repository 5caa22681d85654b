// error: window.cpp:10: conv2d/conv2d: a window of 11x11 is larger than the padded input 9x9; pad more or use a smaller kernel
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::conv2d(x, {.filters = 9, .kernel = 11, .padding = 1});
#else
    return nn::conv2d(x, {.filters = 9, .kernel = 11});
#endif
  }
};
using infer_t = inference<net{}, in<"image", 9, 9, 4>>;

int main() {
  variable_store weights;
  infer_t net{infer_t::pack(weights)};
}
