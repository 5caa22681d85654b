// error: shapes.cpp:10: add: [n,9,9,4] vs [n,7,7,8]; extents must be equal or 1
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return x + nn::conv2d(x, {.filters = 4, .kernel = 3, .padding = padding::same});
#else
    return x + nn::conv2d(x, {.filters = 8, .kernel = 3});
#endif
  }
};
using infer_t = inference<net{}, in<"image", 9, 9, 4>>;

int main() {
  variable_store weights;
  infer_t net{infer_t::pack(weights)};
}
