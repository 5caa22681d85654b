// error: dtype.cpp:10: mul: f32 vs i32; there is no implicit promotion: cast(x, f32)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return x * cast(iota(x.owner(), 4), f32);
#else
    return x * iota(x.owner(), 4);
#endif
  }
};
using infer_t = inference<net{}, in<"image", 9, 9, 4>>;

int main() {
  variable_store weights;
  infer_t net{infer_t::pack(weights)};
}
