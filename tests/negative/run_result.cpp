// error: run: result 'output' has 3 elements; expected 4, 2 for each of 2 rows
#include <igata/igata.hpp>
using namespace igata;

#include <array>

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using infer_t = inference<net{}, in<"x", 6>, max_batch{4}>;

bool classify(infer_t& net) {
#if defined(IGATA_FIXED)
  std::array<float, 12> x{};
  std::array<float, 4> scores;
#else
  std::array<float, 12> x{};
  std::array<float, 3> scores;
#endif
  return static_cast<bool>(net.run(x, scores));
}
