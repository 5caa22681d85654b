// error: axis.cpp:10: reduce_sum: axis 4 is out of range for rank 4; use -4 to 3
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return reduce_sum(x, 3);
#else
    return reduce_sum(x, 4);
#endif
  }
};
using infer_t = inference<net{}, in<"image", 9, 9, 4>>;

int main() {
  variable_store weights;
  infer_t net{infer_t::pack(weights)};
}
