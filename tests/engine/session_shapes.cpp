// Sessions of a model and its inputs, and of several extents: plans that are kept, weights in the form that each wants, callers on threads.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <igata/engine/dump.hpp>
#include <igata/engine/summary.hpp>
#include <igata/igata.hpp>
#include <igata/session.hpp>

namespace {
using namespace igata;

int drawn = 0;  // by the thread of a test

struct scorer {
  int units = 3;
  constexpr value operator()(value x) const {
    if (!std::is_constant_evaluated()) ++drawn;
    x = relu(nn::batch_norm(nn::conv2d(x, {.filters = 16, .kernel = 3, .padding = 1})));
    x = relu(nn::conv2d(x, {.filters = 16, .kernel = 3}));
    return nn::dense(nn::global_avg_pool2d(x), {.units = units});
  }
};
struct flat {
  constexpr value operator()(value x) const { return nn::dense(nn::flatten(x), {.units = 2}); }
};
std::vector<float> numbers(int count) {
  std::vector<float> x;
  for (int i = 0; i < count; ++i) x.push_back(static_cast<float>((i * 37) % 101) / 101.f - 0.4f);
  return x;
}
std::vector<float> scores(session& s, int n = 1) {
  std::vector<float> y(static_cast<std::size_t>(n * s.output_row()), -7);
  if (const status r = s.run({numbers(n * s.input_row())}, {y}, n); !r) raise(describe(r));
  return y;
}
bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && !std::memcmp(a.data(), b.data(), a.size() * 4);
}
std::string thrown(auto f) {
  try {
    f();
  } catch (const igata::error& e) {
    std::string text = e.what();  // without the compiler's name for where the models stand
    if (const std::size_t begin = text.find('<'), end = text.find("::"); begin < end && end != text.npos) text.erase(begin + 1, end + 1 - begin);
    return text;
  }
  return "nothing";
}
constexpr shape extents[] = {{6, 6, 2}, {28, 20, 2}, {9, 7, 2}};

TEST(session_shapes, a_model_and_its_inputs) {
  using compiled_t = inference<scorer{}, in<"image", 6, 6, 2>, max_batch{3}>;
  const variable_store weights = compiled_t::variables(seed{4});
  session s = session::inference<in<"image", 6, 6, 2>>(scorer{}, weights, {.max_batch = 3});
  compiled_t p{weights};
  EXPECT_EQ(s.dump("plan"), dump<compiled_t>("plan"));
  EXPECT_EQ(summary(s), summary<compiled_t>());
  const std::vector<float> x = numbers(3 * 72);
  std::vector<float> y(9), z(9);
  ASSERT_TRUE(s.run({x}, {y}) && p.run(x, y.size() ? z : y));
  EXPECT_TRUE(same_bits(y, z));
  variable_store store = s.variables(seed{4});
  session reads = session::inference<in<"image", 6, 6, 2>>(scorer{}, store, {.max_batch = 3, .made_for = mode::inference});
  ASSERT_TRUE(reads.run({x}, {z}));
  for (std::size_t i = 0; i < z.size(); ++i) EXPECT_NEAR(y[i], z[i], 1e-5);
}
TEST(session_shapes, a_training_and_its_evaluation) {
  using compiled_t = training<flat{}, in<"x", 2, 2>, labels<"y", i32, 2>, loss::softmax_cross_entropy{}, metrics<metric::accuracy{}>,
                              optim::adam{.learning_rate = 0.1}, max_batch{4}>;
  const auto draw = [](variable_store& store) {
    return session::training<in<"x", 2, 2>, labels<"y", i32, 2>, loss::softmax_cross_entropy{}, metrics<metric::accuracy{}>,
                             optim::adam{.learning_rate = 0.1}>(flat{}, store, {.max_batch = 4}, seed{2});
  };
  variable_store store;
  session step = draw(store);
  session test = session::evaluation<in<"x", 2, 2>, labels<"y", i32, 2>, loss::softmax_cross_entropy{}, metrics<metric::accuracy{}>,
                                     optim::adam{.learning_rate = 0.1}>(flat{}, store, {.max_batch = 4});
  compiled_t p{seed{2}};
  EXPECT_EQ(step.dump("plan"), dump<compiled_t>("plan"));
  const std::vector<float> x = numbers(16);
  const std::vector<std::int32_t> y{0, 1, 1, 0};
  float loss = 0, accuracy = 0, first = 0, scored[8]{};
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(step.run({x, y}, {&loss, &accuracy}, 4) && p.step({x, y}, 4));
    EXPECT_EQ(loss, p.metric(0)) << i;
    if (i == 0) first = loss;
  }
  EXPECT_LT(loss, first / 2);
  ASSERT_EQ(test.output_count(), 3);
  ASSERT_TRUE(test.run({x, y}, {scored, &loss, &accuracy}, 4));
  EXPECT_EQ(accuracy, 1);
  EXPECT_EQ(scored[2] < scored[3], true);
}
struct refuses {
  constexpr value operator()(value x) const { return matmul(x, x); }
};
TEST(session_shapes, wrong_models) {
  using compiled_t = detail::failure_of<detail::inference_spec<refuses{}, in<"x", 3>>>;
  std::string said;
  for (int i = 0; i < compiled_t::size; ++i) said += compiled_t::text[i];
  EXPECT_EQ(thrown([] { (void)session::inference<in<"x", 3>>(refuses{}); }), said);
  EXPECT_EQ(thrown([] { (void)session::inference<in<"x", 3>, in<"y", 3>>(flat{}); }),
            "inference<flat>: the model cannot be called with 2 values, one for each input; is its operator() constexpr and const?");
  EXPECT_EQ(thrown([] { (void)session::inference<in<"x", 3>>(flat{}, {.plans = 0}); }), "inference<flat>: plans = 0; must be 1 or more");
}

// Each plan is that of a session made for these extents; as many as are asked for are kept, and the least used goes.
TEST(session_shapes, plans_are_kept) {
  const variable_store weights = session::inference<in<"image", 6, 6, 2>>(scorer{}).variables(seed{1});
  std::vector<float> expected[3];
  std::string plans[3];
  for (int i = 0; i < 3; ++i) {
    session fresh([&](builder& s) { s.output("output", scorer{}(s.input("image", rows(extents[i])))); }, weights, {.max_batch = 2});
    expected[i] = scores(fresh, 2);
    plans[i] = fresh.dump("plan");
  }
  drawn = 0;
  session s = session::inference<in<"image", 6, 6, 2>>(scorer{}, weights, {.max_batch = 2, .plans = 2});
  int draws = 1;
  for (const auto& [to, is_new] : {std::pair{0, 0}, {1, 1}, {0, 0}, {1, 0}, {1, 0}, {2, 1}, {1, 0}, {0, 1}, {1, 0}, {2, 1}, {0, 1}}) {
    s.resize({{"image", extents[to]}}, weights);
    draws += is_new;
    EXPECT_EQ(drawn, draws) << to;
    EXPECT_EQ(s.input_shape(), rows(extents[to]));
    EXPECT_EQ(s.dump("plan"), plans[to]);
    EXPECT_TRUE(same_bits(scores(s, 2), expected[to])) << to;
  }
}
// Without a store, weights are there as long as the plan wants them in a form that they were packed in.
TEST(session_shapes, forms_of_weights) {
  const variable_store weights = session::inference<in<"image", 6, 6, 2>>(scorer{}).variables(seed{1});
  session s = session::inference<in<"image", 6, 6, 2>>(scorer{}, weights, {.max_batch = 2});
  const std::vector<float> small = scores(s);
  s.resize({{"image", {28, 20, 2}}});
  EXPECT_FALSE(s.has_weights());
  EXPECT_EQ(thrown([&] { (void)scores(s); }), "run: the session has no weights; give it some, session.use(session.pack(store))");
  s.resize({{"image", {6, 6, 2}}});
  EXPECT_TRUE(s.has_weights() && same_bits(scores(s), small));
  s.resize({{"image", {28, 20, 2}}}, weights);
  const std::vector<float> large = scores(s);
  s.resize({{"image", {6, 6, 2}}}), s.resize({{"image", {28, 20, 2}}});
  EXPECT_TRUE(s.has_weights() && same_bits(scores(s), large));
  s.resize({{"image", {6, 6, 2}}});
  s.use(s.pack(s.variables(seed{9})));  // others
  EXPECT_FALSE(same_bits(scores(s), small));
  s.resize({{"image", {28, 20, 2}}});
  EXPECT_FALSE(s.has_weights());
}
TEST(session_shapes, wrong_extents) {
  const variable_store weights = session::inference<in<"x", 2, 2>>(flat{}).variables(seed{1});
  session s = session::inference<in<"x", 2, 2>>(flat{}, weights);
  const std::vector<float> before = scores(s);
  EXPECT_EQ(thrown([&] { s.resize({{"y", {2, 2}}}); }), "resize: no input 'y'; the session's inputs are {x}");
  EXPECT_EQ(thrown([&] { s.resize({{"x", {2, 2, 2}}}); }), "resize: input 'x': expected 2 extents, as [n,2,2] has, got 3");
  EXPECT_EQ(thrown([&] { s.resize({{"x", {2, 0}}}); }), "inference<flat>, option 1: input: 'x' is [n,2,0]; extents must be 1 or more");
  EXPECT_EQ(thrown([&] { s.resize({{"x", {2, 3}}}, weights); }),
            "pack: dense/kernel: expected f32[6,2], got f32[4,2]; the weights were made for another model");
  EXPECT_TRUE(same_bits(scores(s), before));
  EXPECT_EQ(s.input_shape(), rows({2, 2}));
}
// Inputs that are not named are what the function says: here they follow.
TEST(session_shapes, several_inputs) {
  session s([](builder& b) {
    const value x = b.input("x", rows({4})), y = b.input("y", rows({x.dims()[1]})), all = b.input("all", {3});
    b.output("z", x * y);
    b.output("w", all * 2);
  });
  s.resize({{"x", {5}}});
  EXPECT_EQ(s.input_shape(1), rows({5}));
  s.resize({{"all", {7}}});
  EXPECT_EQ(s.input_shape(0), rows({5}));
  EXPECT_EQ(s.input_shape(2), (shape{7}));
  s.resize({{"x", {4}}, {"all", {3}}});
  const std::vector<float> x = numbers(4), all = numbers(3);
  std::vector<float> z(4), w(3);
  ASSERT_TRUE(s.run({x, x, all}, {z, w}));
  EXPECT_EQ(z[2], x[2] * x[2]);
  EXPECT_EQ(w[2], all[2] * 2);
}
TEST(session_shapes, training) {
  variable_store store, other;
  const auto make = [](variable_store& of) {
    return session::training<in<"image", 6, 6, 2>, labels<"y", i32, 3>, loss::softmax_cross_entropy{}, optim::sgd{}>(scorer{}, of, {.max_batch = 2},
                                                                                                                    seed{1});
  };
  session s = make(store), t = make(other);
  const std::vector<std::int32_t> y{0, 2};
  float loss = 0, expected = 0;
  for (int i = 0; i < 6; ++i) {
    s.resize({{"image", extents[i % 2]}});
    const std::vector<float> x = numbers(2 * s.input_row());
    ASSERT_TRUE(s.run({x, y}, {&loss}, 2));
    if (i % 2) continue;
    float before = loss;
    ASSERT_TRUE(s.run({x, y}, {&loss}, 2));
    EXPECT_LT(loss, before);  // both steps go to one store
  }
  for (int i = 0; i < 4; ++i) {  // as one that was made for these extents
    const std::vector<float> x = numbers(2 * 72);
    variable_store mine;
    session there_and_back = make(mine);
    there_and_back.resize({{"image", extents[1]}});
    there_and_back.resize({{"image", extents[0]}});
    ASSERT_TRUE(there_and_back.run({x, y}, {&loss}, 2) && (i || t.run({x, y}, {&expected}, 2)));
    EXPECT_EQ(loss, expected);
  }
  session copy = s;
  EXPECT_EQ(copy.input_shape(), rows(extents[1]));
  EXPECT_EQ(store.size(), other.size());
}

// Callers on threads share what is kept, and take turns in being the first to ask.
TEST(session_shapes, threads) {
  const auto draw = [](builder& s) {
    s.output("y", nn::dense(nn::global_avg_pool2d(tanh(nn::conv2d(s.input("image", rows({6, 6, 2})), {.filters = 4, .kernel = 3}))), {.units = 3}));
  };
  session s(draw, {.max_batch = 1, .plans = 2});
  const variable_store weights = s.variables(seed{1});
  s.use(s.pack(weights));
  std::vector<float> expected[3];
  for (int i = 0; i < 3; ++i) s.resize({{"image", extents[i]}}, weights), expected[i] = scores(s);
  std::vector<std::thread> threads;
  std::vector<int> right(8);
  for (std::size_t t = 0; t < right.size(); ++t)
    threads.emplace_back([&, t] {
      session mine = s;
      for (std::size_t i = 0; i < 30; ++i) {
        const std::size_t to = (t + i * i) % 3;
        mine.resize({{"image", extents[to]}}, weights);
        right[t] += same_bits(scores(mine), expected[to]);
      }
    });
  for (std::thread& t : threads) t.join();
  for (const int r : right) EXPECT_EQ(r, 30);
}

}  // namespace
