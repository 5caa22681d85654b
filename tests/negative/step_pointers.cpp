// error: has no type to check; pass {x, y}, or call step_unchecked
// error(GNU): step: const void* [2]
// error(Clang): step: const void *[2]
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;

int main() {
  train_t t;
  float x[6]{}, y[2]{};
  const void* rows[] = {x, y};
#if defined(IGATA_FIXED)
  return !t.step_unchecked(rows, 1);
#else
  return !t.step(rows, 1);
#endif
}
