// error: ; pass an array, vector, span or pointer of float
// error(GNU): run: result 'output' is std::span<const float
// error(Clang): run: result 'output' is std::span<const float
#include <igata/igata.hpp>
using namespace igata;

#include <span>

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using infer_t = inference<net{}, in<"x", 6>, max_batch{4}>;

bool classify(infer_t& net, const float* x, std::span<float> scores) {
#if defined(IGATA_FIXED)
  return static_cast<bool>(net.run(x, 1, scores));
#else
  return static_cast<bool>(net.run(x, 1, std::span<const float>(scores)));
#endif
}
