// error: shared_scope.cpp:10: same/kernel: a shared scope has another shape here: [324,5] vs [5,5]; give one of the two another name
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::dense(nn::dense(nn::flatten(x), {.units = 5, .name = "one"}), {.units = 5, .name = "other"});
#else
    return nn::dense(nn::dense(nn::flatten(x), {.units = 5, .name = "same"}), {.units = 5, .name = "same"});
#endif
  }
};
using infer_t = inference<net{}, in<"image", 9, 9, 4>>;

int main() {
  variable_store weights;
  infer_t net{infer_t::pack(weights)};
}
