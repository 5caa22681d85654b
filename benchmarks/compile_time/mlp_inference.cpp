#include <igata/igata.hpp>
using namespace igata;

struct mlp {
  constexpr value operator()(value x) const {
    x = tanh(nn::dense(x, {.units = 64}));
    x = tanh(nn::dense(x, {.units = 64}));
    return nn::dense(x, {.units = 4});
  }
};
using infer_t = inference<mlp{}, in<"x", 16>>;

int main() {
  infer_t net{infer_t::pack(infer_t::variables(seed{7}))};
  static float x[16], y[4];
  return static_cast<bool>(net.run(x, y));
}
