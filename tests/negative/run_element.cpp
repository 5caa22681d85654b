// error: ; pass an array, std::array, std::vector or std::span of float
// error(GNU): run: the input is float [2][3]
// error(Clang): run: the input is float[2][3]
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(nn::flatten(x), {.units = 2}); }
};
using infer_t = inference<net{}, in<"x", 2, 3>>;

bool classify(infer_t& net) {
  float rows[2][3]{}, scores[2];
#if defined(IGATA_FIXED)
  return static_cast<bool>(net.run(std::span<const float>(rows[0], 6), scores));
#else
  return static_cast<bool>(net.run(rows, scores));
#endif
}
