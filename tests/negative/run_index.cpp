// error: ; pass an array, vector, span or pointer of std::int32_t
// error(GNU): run: input 'token' is float [1]
// error(Clang): run: input 'token' is float[1]
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::embedding(x, {.size = 10, .units = 2}); }
};
using infer_t = inference<net{}, ids<"token", 10>>;

bool classify(infer_t& net) {
  float scores[2];
#if defined(IGATA_FIXED)
  int x[1]{};
#else
  float x[1]{};
#endif
  return static_cast<bool>(net.run(x, scores));
}
