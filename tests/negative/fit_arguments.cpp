// error: fit: wrong arguments; write fit(program, data, {.epochs = 10}, callbacks...), of a training<...> or a program<...>, and a dataset
#include <vector>

#include <igata/igata.hpp>
#include <igata/train.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;

train::history learn(train_t& t, const train::dataset& data, const std::vector<float>& rows) {
#if defined(IGATA_FIXED)
  return rows.empty() ? train::fit(t, data) : train::fit(t, data, {.epochs = 3}, train::early_stopping{});
#else
  return train::fit(t, rows, {.epochs = data.size()}, train::early_stopping{});
#endif
}
