// Recurrent layers as compiled programs, beside the oracle; and a stream, one sample at a time, beside the layer on the whole.
#include "oracle.hpp"

#include <cstring>
#include <string>
#include <vector>

#include <igata/igata.hpp>

namespace {
using namespace igata;
using namespace igata::plan;

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

// A step with two results, as inference and as a program: with packed weights, and with those of a store.
struct two_results {
  constexpr outputs operator()(value sample, value h) const {
    const value next = nn::gru_cell(sample, h, {.units = 8, .name = "gru"});
    return {{"state", next}, {"y", nn::dense(next, {.units = 2, .name = "head"})}};
  }
};
struct two_results_step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("sample", rows({3})), h = s.input("state", rows({8}));
    const value next = nn::gru_cell(x, h, {.units = 8, .name = "gru"});
    s.output("state", next);
    s.output("y", nn::dense(next, {.units = 2, .name = "head"}));
  }
};
using two_t = inference<two_results{}, in<"sample", 3>, in<"state", 8>>;
using packed_t = program<two_results_step{}, mode::packed, max_batch{1}>;
using stored_t = program<two_results_step{}, mode::inference, max_batch{1}>;
template <class Net>
inline constexpr bool is_straight = detail::runner<typename Net::specification>::is_small;
static_assert(is_straight<two_t> && is_straight<packed_t> && is_straight<stored_t>);
static_assert(packed_t::code::bound.size() == two_t::code::bound.size() && stored_t::code::bound.size() == 0);
static_assert(packed_t::arena_bytes == two_t::arena_bytes && packed_t::flops == two_t::flops &&
              packed_t::code::plan.size.steps == two_t::code::plan.size.steps);

template <class Net>
std::vector<float> steps_of(Net& net) {
  const float x[3] = {0.5f, -1, 0.25f};
  float state[2][8] = {}, y[2] = {};
  std::vector<float> all;
  for (int t = 0; t < 6; ++t) {
    EXPECT_TRUE(net.run({x, state[t % 2]}, {state[(t + 1) % 2], y}, 1));
    all.insert(all.end(), state[(t + 1) % 2], state[(t + 1) % 2] + 8);
    all.insert(all.end(), y, y + 2);
  }
  return all;
}
// Loops over single numbers, one for each call or row: in both forms of a plan on the same instruction set.
struct single_numbers {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({4}));
    s.output("sum", exp(reduce_sum(x * x, {0, 1})) * 0.3 + 1.25);
    s.output("row", tanh(reduce_sum(x, 1)) * 0.3 + 0.7);
  }
};
using straight_numbers = program<single_numbers{}, mode::inference, max_batch{4}>;
using table_numbers = program<single_numbers{}, max_batch{4}>;
static_assert(is_straight<straight_numbers> && !is_straight<table_numbers>);
TEST(recurrent, single_numbers_have_the_same_bits_in_both_forms) {
  variable_store none;
  straight_numbers straight{none};
  table_numbers table{none};
  for (const isa which : compiled_isas) {
    if (which > best_isa()) continue;
    straight.use(which);
    table.use(which);
    for (int round = 0; round < 200; ++round) {
      float x[16], sums[2] = {}, rows[2][4] = {};
      for (int i = 0; i < 16; ++i) x[i] = static_cast<float>((round * 37 + i * 101) % 211) / 300 - 0.35f;
      ASSERT_TRUE(straight.run({x}, {&sums[0], rows[0]}, 4));
      ASSERT_TRUE(table.run({x}, {&sums[1], rows[1]}, 4));
      ASSERT_EQ(sums[0], sums[1]) << round;
      ASSERT_EQ(std::memcmp(rows[0], rows[1], sizeof rows[0]), 0) << round;
    }
  }
}
TEST(recurrent, a_packed_program_is_inference) {
  variable_store first = two_t::variables(seed{3});
  const variable_store second = two_t::variables(seed{4});
  two_t net{first};
  packed_t packed{packed_t::pack(first)}, own{first};
  const std::vector<float> expected = steps_of(net);
  EXPECT_EQ(steps_of(packed), expected);
  EXPECT_EQ(steps_of(own), expected);
  packed_t all{two_t::pack(first)};  // what is packed alike may be shared
  EXPECT_EQ(steps_of(all), expected);
  for (const isa which : compiled_isas) {
    if (which > best_isa()) continue;
    packed.use(which);
    net.use(which);
    EXPECT_EQ(steps_of(packed), steps_of(net));
  }

  const packed_weights other = packed_t::pack(second), again = packed_t::pack(first);
  packed.use(other);
  net.use(other);
  EXPECT_EQ(steps_of(packed), steps_of(net));
  EXPECT_NE(steps_of(packed), expected);
  two_t alone{second};
  EXPECT_EQ(steps_of(packed), steps_of(alone));
  packed.use(again);
  packed.use(best_isa());
  EXPECT_EQ(steps_of(packed), expected);

  stored_t stored(first);
  const std::vector<float> read = steps_of(stored);
  for (std::size_t i = 0; i < read.size(); ++i) EXPECT_NEAR(read[i], expected[i], 1e-6);
  for (variable_store::entry& e : first) std::memcpy(e.memory.data(), second.find(e.path)->memory.data(), static_cast<std::size_t>(e.count()) * 4);
  const std::vector<float> followed = steps_of(stored), left = steps_of(packed), changed = steps_of(alone);
  for (std::size_t i = 0; i < read.size(); ++i) EXPECT_NEAR(followed[i], changed[i], 1e-6);
  EXPECT_EQ(left, expected);
}

template <class F>
std::string raised(F f) {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return {};
}
struct wider {
  constexpr outputs operator()(value sample, value h) const {
    const value next = nn::gru_cell(sample, h, {.units = 8, .name = "gru"});
    return {{"state", next}, {"y", nn::dense(next, {.units = 3, .name = "head"})}};
  }
};
TEST(recurrent, weights_that_were_packed_for_another_program) {
  using wider_t = inference<wider{}, in<"sample", 3>, in<"state", 8>>;
  two_t net{two_t::variables()};
  const packed_weights none, other = wider_t::pack(wider_t::variables());
  const std::string count = std::to_string(two_t::code::bound.size());
  EXPECT_EQ(raised([&] { net.use(none); }), "use: packed weights: expected " + count + " values, got 0; pack them with this program's pack");
  EXPECT_EQ(raised([&] { (void)packed_t(none); }), "use: packed weights: expected " + count + " values, got 0; pack them with this program's pack");
  const std::string shapes = raised([&] { net.use(other); });
  EXPECT_NE(shapes.find("expected f32[8,2], got f32[8,3]; pack them with this program's pack"), std::string::npos) << shapes;
  const std::vector<float> as_before = steps_of(net);
  two_t again{two_t::variables()};
  EXPECT_EQ(as_before, steps_of(again));
}

struct counts {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({2})), calls = state_variable(x, "calls", role::buffer, {}, constant_initializer(0));
    assign(calls, calls + 1);
    s.output("y", x + calls);
  }
};
struct draws {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({2}));
    s.output("y", x + random_like(x));
  }
};
struct trains {
  constexpr void operator()(builder& s) const {
    const value loss = reduce_mean(nn::dense(s.input("x", rows({2})), {.units = 1, .name = "a"}));
    s.minimize(loss, "*", optim::sgd{});
    s.output("loss", loss);
  }
};
template <auto F, mode Mode>
std::string mistake_of() {
  return std::string(detail::build_step<detail::program_spec<F, Mode>>::make().failure.view());
}
TEST(recurrent, what_a_packed_program_cannot_keep) {
  const std::string end =
      ", and an inference program keeps nothing between calls; do so only where x.training(), or use program<...> with mode::inference";
  EXPECT_NE((mistake_of<counts{}, mode::packed>().find("assigns 'calls'" + end)), std::string::npos) << mistake_of<counts{}, mode::packed>();
  EXPECT_NE((mistake_of<draws{}, mode::packed>().find("draws random numbers" + end)), std::string::npos) << mistake_of<draws{}, mode::packed>();
  EXPECT_NE((mistake_of<trains{}, mode::packed>().find("assigns 'kernel'" + end)), std::string::npos) << mistake_of<trains{}, mode::packed>();
  EXPECT_EQ((mistake_of<counts{}, mode::inference>()), "");
  EXPECT_EQ((mistake_of<draws{}, mode::inference>()), "");
}

// The same of lstm, whose state is two arrays.
struct whole_lstm {
  constexpr value operator()(value x) const { return nn::lstm(x, {.units = 8, .return_sequences = true}); }
};
struct lstm_stream {
  constexpr outputs operator()(value sample, value h, value c) const {
    const nn::lstm_state s = nn::lstm_cell(sample, {h, c}, {.units = 8});
    return {{"h", s.h}, {"c", s.c}};
  }
};
TEST(recurrent, a_stream_of_lstm) {
  using whole_t = inference<whole_lstm{}, in<"x", 20, 3>>;
  using stream_t = inference<lstm_stream{}, in<"sample", 3>, in<"h", 8>, in<"c", 8>>;
  const variable_store weights = whole_t::variables(seed{3});
  whole_t all{whole_t::pack(weights)};
  stream_t one{stream_t::pack(weights)};
  float x[20 * 3], expected[20 * 8], h[2][8] = {}, c[2][8] = {};
  for (int i = 0; i < 60; ++i) x[i] = static_cast<float>(i * 37 % 19) / 19 - 0.5f;
  ASSERT_TRUE(all.run(x, expected));
  for (int t = 0; t < 20; ++t) {
    ASSERT_TRUE(one.run({x + 3 * t, h[t % 2], c[t % 2]}, {h[(t + 1) % 2], c[(t + 1) % 2]}, 1));
    for (int u = 0; u < 8; ++u) EXPECT_EQ(h[(t + 1) % 2][u], expected[t * 8 + u]) << t;
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
  for (int i = 0; i < 32; ++i)
    h[i] = static_cast<float>(i % 5) / 5 - 0.4f, c[i] = static_cast<float>(i % 7) / 7, x[i % 12] = static_cast<float>(i % 3) - 1;
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
