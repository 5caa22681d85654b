// error: ; pass an array, vector, span or pointer of float
// error(GNU): run: result 'output' is std::array<double, 4>
// error(Clang): run: result 'output' is
#include <igata/igata.hpp>
using namespace igata;

#include <array>

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using infer_t = inference<net{}, in<"x", 6>, max_batch{4}>;

bool classify(infer_t& net) {
  std::array<float, 12> x{};
#if defined(IGATA_FIXED)
  std::array<float, 4> scores;
#else
  std::array<double, 4> scores;
#endif
  return static_cast<bool>(net.run(x, scores));
}
