// watch<"pattern">: what layers gave, handed out by a step; beside the oracle, and without a change of the step.
#include "oracle.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <igata/engine/dump.hpp>
#include <igata/igata.hpp>

namespace {
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    const value h = nn::block(
        x, "trunk", [](value v) { return relu(nn::dense(relu(nn::dense(v, {.units = 6, .name = "first"})), {.units = 5, .name = "second"})); });
    return nn::dense(h, {.units = 2, .name = "head"});
  }
};
template <auto... Options>
using trains = training<net{}, in<"x", 3>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{.learning_rate = 0.1}, metrics<metric::mae{}>, Options...,
                        max_batch{8}>;
using plain_t = trains<>;
using watched_t = trains<watch<"trunk*">, watch<"head">>;
static_assert(watched_t::metric_count == plain_t::metric_count && plain_t::watched_count == 0);

TEST(watch, values_are_the_oracles) {
  for (const int n : {1, 8}) oracle::compare<watched_t::specification>(n, 1e-4);
}

TEST(watch, hands_out_what_layers_gave) {
  static_assert(watched_t::watched_count == 4);
  std::vector<std::string> names;
  for (int i = 0; i < watched_t::watched_count; ++i) names.emplace_back(watched_t::watched_name(i));
  EXPECT_EQ(names, (std::vector<std::string>{"trunk", "trunk/first", "trunk/second", "head"}));

  watched_t t{seed{3}};
  plain_t plain{seed{3}};
  EXPECT_TRUE(t.watched("head").empty());
  float x[8 * 3], y[8 * 2];
  for (int i = 0; i < 24; ++i) x[i] = std::sin(static_cast<float>(i));
  for (int i = 0; i < 16; ++i) y[i] = std::cos(static_cast<float>(i));
  float predicted[8 * 2];
  for (const int n : {8, 3}) {
    const std::vector<float> kernel(t.weights().find("trunk/first/kernel")->floats().begin(), t.weights().find("trunk/first/kernel")->floats().end());
    const std::vector<float> bias(t.weights().find("trunk/first/bias")->floats().begin(), t.weights().find("trunk/first/bias")->floats().end());
    ASSERT_TRUE(t.predict({x}, n, {predicted}));
    ASSERT_TRUE(t.step({x, y}, n) && plain.step({x, y}, n));
    const std::span<const float> first = t.watched("trunk/first"), second = t.watched("trunk/second"), trunk = t.watched("trunk"),
                                 head = t.watched("head");
    const std::size_t rows = static_cast<std::size_t>(n);
    ASSERT_EQ(first.size(), rows * 6);
    ASSERT_EQ(second.size(), rows * 5);
    ASSERT_EQ(trunk.size(), rows * 5);
    ASSERT_EQ(head.size(), rows * 2);
    bool negative = false;
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t u = 0; u < 6; ++u) {
        float sum = bias[u];
        for (std::size_t k = 0; k < 3; ++k) sum += x[r * 3 + k] * kernel[k * 6 + u];
        EXPECT_NEAR(first[r * 6 + u], sum, 1e-5);  // in front of relu, which plain fuses into the product
        negative |= sum < 0;
      }
    EXPECT_TRUE(negative);
    for (std::size_t i = 0; i < second.size(); ++i) EXPECT_EQ(trunk[i], second[i] > 0 ? second[i] : 0);
    for (std::size_t i = 0; i < head.size(); ++i) EXPECT_NEAR(head[i], predicted[i], 1e-5);
    for (int m = 0; m < t.metric_count; ++m) EXPECT_FLOAT_EQ(t.metric(m), plain.metric(m));
  }
  EXPECT_FALSE(t.step({x, y}, 9));
  EXPECT_EQ(t.watched("head").size(), 6u);  // a refused call changes nothing
  try {
    (void)t.watched("haed");
    ADD_FAILURE();
  } catch (const error& e) {
    EXPECT_EQ(std::string(e.what()), "watched: no layer 'haed' is watched; did you mean 'head'?");
  }
  EXPECT_NE(dump<watched_t>("plan").find("output \"watch/trunk/first\""), std::string::npos) << dump<watched_t>("plan");
}

struct with_places {
  constexpr value operator()(value x) const {
    const value h = nn::dense(x, {.units = 2});
    return h + cast(reshape(nn::block(h, "place", [](value v) { return argmax(v, 1); }), {1}), f32);
  }
};
template <auto Model, auto... Options>
std::string mistake_of() {
  return std::string(
      detail::build_step<detail::training_spec<true, Model, in<"x", 3>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, Options...>>::make()
          .failure.view());
}
TEST(watch, refuses_what_matches_nothing) {
  const std::string text = mistake_of<net{}, watch<"trunk/frist">>(), whole = mistake_of<with_places{}, watch<"place">>();
  EXPECT_NE(text.find("option 5: watch: no layer matches 'trunk/frist'; did you mean 'trunk/first'?"), std::string::npos) << text;
  EXPECT_NE(whole.find("option 5: watch: layer 'place' gives i32[n]; only f32 can be watched"), std::string::npos) << whole;
  EXPECT_EQ((mistake_of<with_places{}, watch<"dense">>()), "");
}

}  // namespace
