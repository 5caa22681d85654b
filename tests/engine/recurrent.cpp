// Recurrent layers as compiled programs, beside the oracle; and a stream, one sample at a time, beside the layer on the whole.
#include "oracle.hpp"

#include <igata/igata.hpp>

namespace {
using namespace igata;

struct sequence_net {
  constexpr value operator()(value x) const {
    x = nn::lstm(x, {.units = 7, .return_sequences = true});
    return nn::dense(nn::gru(x, {.units = 5}), {.units = 3});
  }
};
template <bool Training>
struct spec {
  static constexpr bool training = Training, splits = !Training;
  static constexpr int max_batch = 5;
  static constexpr void build(builder& s) {
    const value y = sequence_net{}(s.input("x", rows({6, 4})));
    if constexpr (Training) {
      const value cost = reduce_mean(y * y);
      s.minimize(cost, "*", optim::adam{});
      s.output("loss", cost);
    }
    s.output("y", y);
  }
};
TEST(recurrent, training) {
  for (const int n : {1, 5}) oracle::compare<spec<true>>(n, 1e-3);
}
TEST(recurrent, inference) {
  for (const int n : {1, 4}) oracle::compare<spec<false>>(n, 1e-4);
}

struct whole {
  constexpr value operator()(value x) const { return nn::gru(x, {.units = 8, .return_sequences = true}); }
};
struct stream {
  constexpr value operator()(value sample, value h) const { return nn::gru_cell(sample, h, {.units = 8}); }
};
TEST(recurrent, a_stream) {
  using whole_t = inference<whole{}, in<"x", 20, 3>>;
  using stream_t = inference<stream{}, in<"sample", 3>, in<"state", 8>>;
  const variable_store weights = whole_t::variables(seed{3});
  whole_t all{whole_t::pack(weights)};
  stream_t one{stream_t::pack(weights)};
  float x[20 * 3], expected[20 * 8], state[2][8] = {};
  for (int i = 0; i < 60; ++i) x[i] = static_cast<float>(i * 37 % 19) / 19 - 0.5f;
  ASSERT_TRUE(all.run(x, expected));
  for (int t = 0; t < 20; ++t) {
    ASSERT_TRUE(one.run({x + 3 * t, state[t % 2]}, 1, state[(t + 1) % 2]));
    for (int u = 0; u < 8; ++u) EXPECT_EQ(state[(t + 1) % 2][u], expected[t * 8 + u]) << t;  // the same bits
  }
}

// A cell's output and memory beside each other: both are written where they belong, though the memory is read by its own loop too.
struct both {
  constexpr value operator()(value x, value h, value c) const {
    const nn::lstm_state s = nn::lstm_cell(x, {h, c}, {.units = 8});
    return concat({s.h, s.c});
  }
};
TEST(recurrent, states_side_by_side) {
  using net_t = inference<both{}, in<"x", 3>, in<"h", 8>, in<"c", 8>, max_batch{4}>;
  static_assert([] {
    const auto& p = net_t::code::plan;
    int copies = 0;
    for (int i = 0; i < p.size.steps; ++i) copies += p.steps.items[i].kind == step_kind::copy;
    return copies;
  }() == 0);
  net_t net{net_t::variables(seed{5})};
  float x[4 * 3], h[4 * 8], c[4 * 8], all[4 * 16], one[16];
  for (int i = 0; i < 32; ++i) h[i] = static_cast<float>(i % 5) / 5 - 0.4f, c[i] = static_cast<float>(i % 7) / 7, x[i % 12] = static_cast<float>(i % 3) - 1;
  ASSERT_TRUE(net.run({x, h, c}, 4, all));
  for (int r = 0; r < 4; ++r) {
    ASSERT_TRUE(net.run({x + 3 * r, h + 8 * r, c + 8 * r}, 1, one));
    for (int i = 0; i < 16; ++i) EXPECT_EQ(one[i], all[16 * r + i]) << r;
    for (int u = 0; u < 8; ++u) EXPECT_LE(std::abs(one[u]), std::abs(std::tanh(one[8 + u])) + 1e-6f);  // h' = o tanh(c')
  }
}

// A layer over one step has all parameters of its cell, and is it from a state of zeros.
struct one_gru {
  constexpr value operator()(value x) const { return nn::gru(x, {.units = 4, .bias_initializer = init::normal()}); }
};
struct one_gru_cell {
  constexpr value operator()(value x, value h) const { return nn::gru_cell(x, h, {.units = 4, .bias_initializer = init::normal()}); }
};
struct one_lstm {
  constexpr value operator()(value x) const { return nn::lstm(x, {.units = 4}); }
};
struct one_lstm_cell {
  constexpr value operator()(value x, value h) const { return nn::lstm_cell(x, {h, h}, {.units = 4}).h; }
};
template <auto Layer, auto Cell>
void expect_cell_takes_one_step() {
  using layer_t = training<Layer, in<"x", 1, 3>, labels<"y", f32, 0, 4>, loss::mse{}, optim::adam{}>;
  using cell_t = inference<Cell, in<"x", 3>, in<"h", 4>>;
  layer_t t{seed{4}};
  const float x[3] = {0.5f, -1, 2}, y[4] = {1, 2, 3, 4}, h[4] = {};
  float expected[4], got[4];
  ASSERT_TRUE(t.step({x, y}, 1) && t.predict({x}, 1, expected));
  cell_t cell{t.weights()};
  ASSERT_TRUE(cell.run({x, h}, 1, got));
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(got[i], expected[i], 1e-6);
}
TEST(recurrent, a_cell_takes_the_weights_of_one_step) {
  expect_cell_takes_one_step<one_gru{}, one_gru_cell{}>();
  expect_cell_takes_one_step<one_lstm{}, one_lstm_cell{}>();
}

}  // namespace
