// Whether more is better is what each metric says, from the program's options to early stopping.
#include <igata/igata.hpp>
#include <igata/train.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace {
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 4}); }
};
struct silent_metric {  // does not say it
  static constexpr std::string_view name = "margin";
  constexpr value operator()(value prediction, value) const { return reduce_mean(prediction); }
};
using train_t =
    training<net{}, in<"x", 3>, labels<"kind", i32, 4>, loss::softmax_cross_entropy{}, optim::sgd{.learning_rate = 0.5}, max_batch{16},
             metrics<metric::accuracy{}, metric::named<"top_1", metric::top_k{.k = 1}>, metric::top_k{.k = 3}, silent_metric{},
                     metric::named<"own", silent_metric{}>>>;
static_assert(train_t::metric_name(2) == "top_1" && train_t::metric_name(3) == "top_k");
static_assert(train_t::metric_direction(0) == better::lower);
static_assert(train_t::metric_direction(1) == better::higher && train_t::metric_direction(2) == better::higher &&
              train_t::metric_direction(3) == better::higher);
static_assert(train_t::metric_direction(4) == better::automatic && train_t::metric_direction(5) == better::automatic);

struct regression {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 1}); }
};
using regression_t =
    training<regression{}, in<"x", 3>, labels<"y", f32, 0, 1>, loss::huber{}, optim::sgd{}, metrics<metric::mae{}, metric::mse{}>>;
static_assert(regression_t::metric_direction(1) == better::lower && regression_t::metric_direction(2) == better::lower);

train::dataset points() {
  std::vector<float> x;
  std::vector<std::int32_t> kind;
  for (int i = 0; i < 64; ++i) {
    for (int k = 0; k < 3; ++k)
      x.push_back(random_uniform(random_bits({3, 4}, {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(k)}).x) - 0.5f);
    kind.push_back((x[x.size() - 3] > 0 ? 1 : 0) + (x.back() > 0 ? 2 : 0));
  }
  train::dataset d;
  d.add_features("x", x, {3}).add_labels("kind", kind, 4);
  return d;
}

// top_k grows while the program learns: automatically, the epoch with the largest one is the best.
TEST(Directions, EarlyStoppingOfTopK) {
  for (const char* monitor : {"val_top_k", "val_top_1", "val_accuracy"}) {
    train_t t{seed{5}};
    const train::dataset d = points();
    train::early_stopping stop{.monitor = monitor, .patience = 30, .restore_best_weights = true};
    const auto h = train::fit(t, d, {.epochs = 30, .validation = &d, .progress = train::progress_mode::silent}, stop);
    const auto& values = h[monitor];
    EXPECT_GT(*std::max_element(values.begin(), values.end()), values[0]) << monitor;
    EXPECT_EQ(stop.best.value, *std::max_element(values.begin(), values.end())) << monitor;
    EXPECT_EQ(h.best(monitor), stop.best.value);
    EXPECT_EQ(train::evaluate(t, d)[std::string(monitor).substr(4)], stop.best.value);
  }
}
TEST(Directions, UnknownNeedsMode) {
  train_t t;
  const train::fit_options how{.epochs = 2, .progress = train::progress_mode::silent};
  try {
    train::fit(t, points(), how, train::checkpoint{.monitor = "margin"});
    FAIL();
  } catch (const error& e) {
    EXPECT_STREQ(e.what(),
                 "checkpoint: mode: expected better::lower or better::higher, got automatic; 'margin' does not say whether more is better");
  }
  train::fit(t, points(), how, train::checkpoint{.monitor = "margin", .mode = better::higher});
}

// In the kernels, as in the oracle: a NaN is never right.
TEST(Directions, NanIsNeverRight) {
  for (const isa which : compiled_isas) {
    if (which > best_isa()) continue;
    train_t t;
    t.use(which);
    for (float& w : t.variables().floats("dense/kernel")) w = std::numeric_limits<float>::quiet_NaN();
    const float x[4 * 3] = {1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3};
    const std::int32_t kind[4] = {0, 1, 2, 3};
    ASSERT_TRUE(t.evaluate({x, kind}, 4));
    EXPECT_EQ(t.metric(1), 0);
    EXPECT_EQ(t.metric(2), 0);
    EXPECT_EQ(t.metric(3), 0);
    float scores[16];
    ASSERT_TRUE(t.predict({x}, 4, scores));
    EXPECT_EQ(train::argmax(std::span(scores).first(4)), 0);
  }
}

// What is not there is refused, where a call of it would be an illegal instruction or fall back in silence.
TEST(Use, InstructionSetsThatAreThere) {
  train_t t;
  const auto error_of = [&](isa which) -> std::string {
    try {
      t.use(which);
    } catch (const error& e) {
      return e.what();
    }
    return "";
  };
  for (const isa which : {isa::base, isa::avx2, isa::avx512}) {
    bool there = false;
    for (const isa compiled : compiled_isas) there |= compiled == which && igata::detail::cpu_runs(which);
    EXPECT_EQ(error_of(which).empty(), there) << static_cast<int>(which);
  }
  EXPECT_TRUE(error_of(static_cast<isa>(7)).starts_with("use: isa: expected one that this CPU and this unit's flags have ("));
  EXPECT_TRUE(error_of(static_cast<isa>(7)).ends_with("), got another number"));
}

}  // namespace
