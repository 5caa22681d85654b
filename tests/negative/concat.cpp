// error: concat.cpp:10: concat: operand 1: f32[n,9,9,8] vs f32[n,9,9,4]; types and all extents but axis 1 must be equal
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return concat({x, nn::conv2d(x, {.filters = 8, .kernel = 1})}, 3);
#else
    return concat({x, nn::conv2d(x, {.filters = 8, .kernel = 1})}, 1);
#endif
  }
};
using infer_t = inference<net{}, in<"image", 9, 9, 4>>;

int main() {
  variable_store weights;
  infer_t net{infer_t::pack(weights)};
}
