// Programs of many kinds of layers: to g++ with sanitizers fewer expressions are constant, and what it compiles must still be.
#include <igata/engine/dump.hpp>
#include <igata/engine/summary.hpp>
#include <igata/igata.hpp>

using namespace igata;

constexpr value images(value x) {
  x = relu(nn::batch_norm(nn::conv2d(x, {.filters = 4, .kernel = {3, 3}})));
  x = nn::flatten(nn::max_pool2d(x, {.size = {2, 2}}));
  return nn::dense(nn::layer_norm(x), {.units = 3});
}
constexpr value sequences(value x) { return nn::dense(nn::gru(x, {.units = 5}), {.units = 2}); }

int main() {
  using train_t = training<images, in<"x", 8, 8, 1>, labels<"y", i32, 3>, loss::softmax_cross_entropy{}, optim::adam{}, max_batch{4}>;
  using stream_t = inference<sequences, in<"x", 6, 3>>;
  train_t t{seed{1}};
  inference<images, in<"x", 8, 8, 1>> net{t.weights()};
  stream_t stream{stream_t::variables(seed{2})};
  static float x[64], steps[18], scores[3], two[2];
  const std::int32_t label[] = {2};
  const bool ran = t.step({x, label}, 1) && net.run({x}, {scores}, 1) && stream.run({steps}, {two}, 1);
  return ran && !dump<stream_t>("plan").empty() && !summary<train_t>().empty() ? 0 : 1;
}
