// error: run: this program has several inputs, or one that is not f32; pass an array of pointers
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::embedding(x, {.size = 10, .units = 2}); }
};
using infer_t = inference<net{}, ids<"token", 10>>;

bool classify(infer_t& net) {
  float x[1]{}, scores[2];
#if defined(IGATA_FIXED)
  const void* inputs[] = {x};
  return static_cast<bool>(net.run(inputs, 1, scores));
#else
  return static_cast<bool>(net.run(x, scores));
#endif
}
