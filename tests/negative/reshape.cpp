// error: reshape.cpp:10: reshape: [n,9,9,4] does not divide into extents of 5 elements
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return reshape(x, {6, -1});
#else
    return reshape(x, {5, -1});
#endif
  }
};
using infer_t = inference<net{}, in<"image", 9, 9, 4>>;

int main() {
  variable_store weights;
  infer_t net{infer_t::pack(weights)};
}
