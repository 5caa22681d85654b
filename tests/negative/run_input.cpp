// error: run: input 'x' has 10 elements; expected rows of 6, 1 to 4 of them (max_batch)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using infer_t = inference<net{}, in<"x", 6>, max_batch{4}>;

bool classify(infer_t& net) {
#if defined(IGATA_FIXED)
  float x[12]{}, scores[4];
#else
  float x[10]{}, scores[4];
#endif
  return static_cast<bool>(net.run(x, scores));
}
