// One path means one thing: automatic names in programs that share a store, in packed weights and in files; optimizers of several programs.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include <igata/igata.hpp>
#include <igata/io/safetensors.hpp>

#include "../graph_test.hpp"

namespace {
using namespace igata;
using namespace igata::plan;
using testing_graphs::failure_of;

template <class F>
std::string thrown(F f) {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return {};
}
constexpr value head(value x, nn::layer_name name = {}) { return nn::dense(x, {.units = 2, .use_bias = false, .name = name}); }

// Two heads of one input: kept both, or the second alone.
template <int Kept, bool Named = false>
struct heads {
  constexpr value operator()(value x) const {
    const value first = head(x, Named ? "first" : nn::layer_name()), second = head(x, Named ? "second" : nn::layer_name());
    return Kept == 2 ? concat({first, second}) : second;
  }
};
template <auto Model>
using net = inference<Model, in<"x", 3>>;

TEST(names, the_second_of_two_unnamed_heads_cannot_be_deployed_alone) {
  const variable_store weights = net<heads<2>{}>::variables(seed{1});
  EXPECT_EQ(thrown([&] { net<heads<1>{}>::pack(weights); }),
            "pack: dense may be either of dense, dense_1 (the weights), of which the program has dense; give each a .name");
  // Named, its numbers are those of the second.
  const variable_store named = net<heads<2, true>{}>::variables(seed{1});
  net<heads<2, true>{}> both{named};
  net<heads<1, true>{}> second{named};
  const float x[3] = {1, -2, 3};
  float all[4], one[2];
  ASSERT_TRUE(both.run(x, all) && second.run(x, one));
  EXPECT_EQ(one[0], all[2]);
  EXPECT_EQ(one[1], all[3]);
  // Whoever names a layer as it was named automatically has chosen it.
  struct chosen {
    constexpr value operator()(value v) const { return head(v, "dense_1"); }
  };
  net<heads<2>{}> unnamed{weights};
  net<chosen{}> chose{weights};
  ASSERT_TRUE(unnamed.run(x, all) && chose.run(x, one));
  EXPECT_EQ(one[0], all[2]);
}

// An auxiliary head, in training only; see tests/negative/names_of_auxiliary.cpp for training<…>.
template <bool Named>
constexpr value with_auxiliary(value x) {
  const value main = head(x, Named ? "main" : nn::layer_name());
  return x.training() ? concat({head(x, Named ? "auxiliary" : nn::layer_name()), main}) : main;
}
template <bool Named>
struct auxiliary_step {
  constexpr void operator()(builder& s) const {
    const value both = with_auxiliary<Named>(s.input("x", rows({3}))), y = s.input("y", rows({4}));
    s.name_layers({both});
    s.minimize(reduce_mean((both - y) * (both - y)), "*", optim::sgd{.learning_rate = 0.05});
    s.output("both", both);
  }
};
template <bool Named>
struct auxiliary_test {
  constexpr void operator()(builder& s) const { s.output("main", with_auxiliary<Named>(s.input("x", rows({3})))); }
};
template <bool Named>
using step_t = program<auxiliary_step<Named>{}, mode::training, max_batch{1}>;
template <bool Named>
using test_t = program<auxiliary_test<Named>{}, mode::inference, max_batch{1}>;

TEST(names, an_auxiliary_head_of_training_does_not_lend_its_weights) {
  const float x[3] = {1, 0.5f, -1}, y[4] = {3, 3, -1, 1};
  float both[4], main[2];
  variable_store unnamed;
  step_t<false> wrong{unnamed};
  const int size = unnamed.size();
  EXPECT_EQ(thrown([&] { test_t<false>{unnamed}; }),
            "bind: dense may be either of dense, dense_1 (the store), of which the program has dense; give each a .name");
  EXPECT_EQ(unnamed.size(), size);
  variable_store store;
  step_t<true> step{store};
  test_t<true> test{store};
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(static_cast<bool>(step.run({x, y}, {both}, 1)));
  ASSERT_TRUE(static_cast<bool>(test.run({x}, {main}, 1)));
  EXPECT_NEAR(main[0], -1, 1e-3);
  EXPECT_NEAR(main[1], 1, 1e-3);
}

TEST(names, files_carry_which_are_automatic) {
  const std::string file = ::testing::TempDir() + "igata_names.safetensors", plain = ::testing::TempDir() + "igata_plain.safetensors";
  const variable_store two = net<heads<2>{}>::variables(seed{1});
  io::safetensors::save(file, two);
  variable_store same = net<heads<2>{}>::variables(seed{2}), one = net<heads<1>{}>::variables(seed{2}), chosen;
  io::safetensors::load(file, same);
  EXPECT_EQ(same.floats("dense_1/kernel")[0], two.find("dense_1/kernel")->floats()[0]);
  const float before = one.floats("dense/kernel")[0];
  for (const bool partial : {false, true})
    EXPECT_EQ(thrown([&] { io::safetensors::load(file, one, {.allow_unexpected = true, .partial = partial}); }),
              file + ": dense may be either of dense, dense_1 (the file), of which the model has dense; give each a .name");
  EXPECT_EQ(one.floats("dense/kernel")[0], before);
  // Of one's own names, and a file that says nothing: by name.
  chosen.add("dense/kernel", role::weight, f32, {3, 2});
  io::safetensors::load(file, chosen, {.allow_unexpected = true});
  EXPECT_EQ(chosen.floats("dense/kernel")[0], two.find("dense/kernel")->floats()[0]);
  io::safetensors::save(plain, chosen);
  io::safetensors::load(plain, one);
  EXPECT_EQ(one.floats("dense/kernel")[0], two.find("dense/kernel")->floats()[0]);
  // A part below other names: only the kinds of the part are compared.
  variable_store below;
  below.add("backbone/dense/kernel", role::weight, f32, {3, 2}).automatic = 2;
  EXPECT_EQ(thrown([&] { io::safetensors::load(file, below, {.into = "backbone", .allow_unexpected = true}); }),
            file + ": dense may be either of dense, dense_1 (the file), of which the model has dense; give each a .name");
  std::remove(file.c_str());
  std::remove(plain.c_str());
}
TEST(names, a_copy_of_a_store_knows_them) {
  const variable_store weights = net<heads<2>{}>::variables(seed{1}), copy = weights;
  EXPECT_NE(thrown([&] { net<heads<1>{}>::pack(copy); }), "");
}

TEST(names, sets_of_names) {
  const auto conflict = [](std::initializer_list<named_path> a, std::initializer_list<named_path> b) {
    vec<named_path> one, other;
    for (const named_path& v : a) one.push(v);
    for (const named_path& v : b) other.push(v);
    return std::string(names_conflict(one, "one", other, "other").view());
  };
  EXPECT_EQ(conflict({{"a/k", 1}, {"a_1/k", 1}}, {{"a/k", 1}, {"a_1/k", 1}}), "");
  EXPECT_EQ(conflict({{"a/k", 1}, {"b/k", 1}}, {{"a/k", 1}}), "");                   // of another kind
  EXPECT_EQ(conflict({{"a/k", 1}, {"a_1/k", 1}}, {{"a/k", 1}, {"a_1/k", 0}}), "");   // chosen
  EXPECT_EQ(conflict({{"a/k", 1}, {"a_1/k", 1}}, {{"a/k", 0}}), "");                 // nothing automatic in the other
  EXPECT_EQ(conflict({{"s/a/k", 2}, {"s/a_1/k", 2}}, {{"t/a/k", 2}}), "");           // of another scope
  EXPECT_EQ(conflict({{"s/a/k", 2}, {"s/a_1/k", 2}}, {{"s/a/k", 2}}),
            "s/a may be either of s/a, s/a_1 (one), of which other has s/a; give each a .name");
  EXPECT_EQ(conflict({{"a/k", 1}, {"a_2/k", 1}, {"a_1/k", 0}}, {{"a/k", 1}, {"a_1/k", 1}}),
            "a may be either of a, a_2, a_1 (one), of which other has a, a_1; give each a .name");
  EXPECT_EQ(conflict({{"s/a/k", 3}, {"s/a/b", 3}, {"s/a_1/k", 3}, {"s/a_1/b", 3}},
                     {{"s/a/b", 3}, {"s/a/k", 3}}),  // layers of several variables, in any order
            "s/a may be either of s/a, s/a_1 (one), of which other has s/a; give each a .name");
  EXPECT_EQ(conflict({{"a/k", 1}, {"a_b/k", 1}, {"a_/k", 1}, {"_1/k", 1}, {"a_1b/k", 1}}, {{"a/k", 1}}), "");  // kinds of their own
  EXPECT_EQ(conflict({{"b/k", 1}, {"b_1/k", 1}, {"a/k", 1}, {"a_1/k", 1}}, {{"a/k", 1}, {"b/k", 1}}),         // the first
            "b may be either of b, b_1 (one), of which other has b; give each a .name");
  EXPECT_EQ(conflict({{"a/k", 1}}, {{"a/k", 1}, {"a_1/k", 1}, {"a_2/k", 1}, {"a_10/k", 1}, {"a_4/k", 1}}),
            "a may be either of a, a_1, a_2, a_10 ... (other), of which one has a; give each a .name");
  EXPECT_EQ(conflict({{"a/k", 1}}, {{"a/k", 1}, {"a_1/k", 1, {}, false}}),
            "a may be either of a, a_1 (other), of which one has a; give each a .name");
  EXPECT_EQ(conflict({{"a/b", 1, {}, false}, {"a/k", 1}}, {{"a/b", 1, {}, false}, {"a_1/b", 1, {}, false}}),
            "a may be either of a, a_1 (other), of which one has a; give each a .name");
  EXPECT_EQ(conflict({{"a/k", 1, {}, false}}, {{"a/k", 1, {}, false}, {"a_1/k", 1, {}, false}}), "");  // none that matters
}

// Optimizers.
template <auto... Options>
using line_t = training<heads<2>{}, in<"x", 3>, labels<"y", f32, 0, 4>, loss::mse{}, max_batch{1}, Options...>;
TEST(names, programs_on_one_store_have_optimizers_of_their_own) {
  using slow_t = line_t<optim::sgd{.learning_rate = 0.5, .momentum = 0.9}>;
  using fast_t = line_t<optim::adam{.learning_rate = 0.25}>;
  using named_t = line_t<optim::adam{.learning_rate = 0.25}, optim::name<"fast">>;
  using other_rate_t = line_t<optim::adam{.learning_rate = 0.125}, optim::name<"fast">>;
  variable_store store;
  slow_t slow{store, seed{1}};
  const int size = store.size();
  EXPECT_EQ(thrown([&] { fast_t{store}; }),
            "bind: 'optimizer/learning_rate' belongs to another program's optimizer; give this one a name, optim::name<\"...\">, or the other's to "
            "share it");
  EXPECT_EQ(store.size(), size);
  named_t fast{store};
  EXPECT_EQ(store.floats("optimizer/learning_rate")[0], 0.5f);
  EXPECT_EQ(store.floats("fast/learning_rate")[0], 0.25f);
  EXPECT_EQ(thrown([&] { other_rate_t{store}; }),
            "bind: 'fast/learning_rate' was made as 0.25 by another program, and is 0.125 here; give both the same, or the optimizers two names");
  const float x[3] = {1, 2, 3}, y[4] = {0, 1, 0, 1};
  ASSERT_TRUE(static_cast<bool>(slow.step({x, y}, 1)));
  EXPECT_EQ(store.at("fast/step").ints()[0], 0);
  EXPECT_EQ(store.floats("fast/momentum/dense/kernel")[0], 0.0f);
  EXPECT_NE(store.floats("optimizer/momentum/dense/kernel")[0], 0.0f);
  ASSERT_TRUE(static_cast<bool>(fast.step({x, y}, 1)));
  EXPECT_EQ(store.at("fast/step").ints()[0], 1);
  // The same program again goes on, also on a copy and after a file.
  named_t again{store};
  ASSERT_TRUE(static_cast<bool>(again.step({x, y}, 1)));
  EXPECT_EQ(store.at("fast/step").ints()[0], 2);
  variable_store copy = store;
  slow_t on_copy{copy};
  EXPECT_NE(thrown([&] { fast_t{copy}; }), "");
}
TEST(names, an_unnamed_optimizer_does_not_take_a_named_one) {
  variable_store store;
  line_t<optim::sgd{.learning_rate = 0.5}, optim::name<"optimizer">> named{store};
  EXPECT_NE(thrown([&] { line_t<optim::sgd{.learning_rate = 0.25}>{store}; }), "");
  line_t<optim::sgd{.learning_rate = 0.5}, optim::name<"optimizer">, optim::l2{}> shares{store};
}
TEST(names, a_saved_store_is_resumed) {
  const std::string file = ::testing::TempDir() + "igata_resume.safetensors";
  using adam_t = line_t<optim::adam{.learning_rate = 0.25}>;
  const float x[3] = {1, 2, 3}, y[4] = {0, 1, 0, 1};
  adam_t whole{seed{1}}, first{seed{1}}, second{seed{5}};
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(static_cast<bool>(whole.step({x, y}, 1)));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(static_cast<bool>(first.step({x, y}, 1)));
  io::safetensors::save(file, first.weights(), {.roles = io::role_set::all()});
  io::safetensors::load(file, second.variables(), {.roles = io::role_set::all()});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(static_cast<bool>(second.step({x, y}, 1)));
  for (const variable_store::entry& e : whole.weights())
    for (std::size_t i = 0; i < e.floats().size(); ++i) EXPECT_EQ(e.floats()[i], second.weights().find(e.path)->floats()[i]) << e.path;
  std::remove(file.c_str());
}

// What drawing refuses.
constexpr value unit(value x) { return nn::dense(x, {.units = 2}); }
static_assert(failure_of([](builder& s) {
                const value x = s.input("x", rows({2}));
                s.name_layers({unit(x)});
                s.minimize(reduce_mean(unit(x)), "*", optim::sgd{});
              }) == "dense: no part of the values that give layers their names, which a model returns; give it a .name");
static_assert(failure_of([](builder& s) {
                const value x = s.input("x", rows({2}));
                s.name_layers({unit(x)});
                s.minimize(reduce_mean(nn::sequential{[](value v) { return nn::dense(v, {.units = 2, .name = "a"}); }}(x)), "*", optim::sgd{});
              }) == "sequential: no part of the values that give layers their names, which a model returns; give it a .name");
static_assert(failure_of([](builder& s) {
                const value x = s.input("x", rows({2}));
                const auto block = [](value v, int layers) {
                  return nn::block(v, "b", [&](value u) {
                    for (int i = 0; i < layers; ++i) u = unit(u);
                    return u;
                  });
                };
                s.output("y", block(block(x, 2), 1));
              }) == "b: is used again with another number of layers 'dense' without a name; give each a .name");
static_assert(failure_of([](builder& s) {
                const value x = s.input("x", rows({2}));
                const auto block = [](value v, int layers) {
                  return nn::block(v, "b", [&](value u) {
                    for (int i = 0; i < layers; ++i) u = nn::dropout(unit(u));
                    return u;
                  });
                };
                s.output("y", block(block(x, 1), 2));
              }) == "b: is used again with another number of layers 'dense' without a name; give each a .name");
// Within the default limits of constant evaluation: as many comparisons as layers.
constexpr int variables_of_long_block(int uses) {
  builder s(false);
  const auto block = nn::block("b", [](value v) {
    for (int i = 0; i < 100; ++i) v = unit(v);
    return v;
  });
  value x = s.input("x", rows({2}));
  for (int i = 0; i < uses; ++i) x = block(x);
  s.output("y", x);
  return s.get().failed() ? -1 : s.get().variables.size();
}
static_assert(variables_of_long_block(2) == 200);
static_assert(failure_of([](builder& s) {
                const value x = unit(unit(s.input("x", rows({2}))));
                s.freeze("dense_1/*");
                s.minimize(reduce_mean(x), "*", optim::sgd{});
              }) == "freeze: which layers 'dense_1/*' means is not known yet; call name_layers({what the model returns}) before, or give them .name");
static_assert(failure_of([](builder& s) {
                const value x = unit(nn::block(s.input("x", rows({2})), "b", unit));
                s.freeze("b/*");
                s.minimize(reduce_mean(x), "*", optim::sgd{});
              }) == "");
static_assert(failure_of([](builder& s) {
                const value x = unit(s.input("x", rows({2})));
                nn::parameter(x, "scale", {2}, init::ones);
                state_variable(x, "scale", role::buffer, {2}, init::ones);
              }) == "scale: is a weight here already, and now a buffer; give one of the two another name");
static_assert(failure_of([](builder& s) {
                const value x = s.input("x", rows({2}));
                const nn::layer scope(x, "own", {}, {});
                nn::parameter(x, "a/b", {2}, init::ones);
              }) == "own/a/b: a variable's name holds a '/'; use nn::block for the part before it");
constexpr text taken_name() {
  builder s(true);
  const value x = s.input("x", rows({2}));
  s.output("y", nn::block(x, "random", unit) + random_like(x));
  return finalize(s.get()).failure;
}
static_assert(taken_name().view().ends_with("block: the name 'random' belongs to the variable 'random/seed'; give the layer another name"));
// A number that was given before is not given again, though an explicit name stands between.
constexpr text numbered_twice() {
  builder s(true);
  const value x = s.input("x", rows({2}));
  const value first = unit(nn::dense(unit(x), {.units = 2, .name = "dense_1"})),
              second = nn::dropout(nn::dropout(nn::dropout(first, {.name = "dropout_1"})));
  s.name_layers({first});
  s.output("y", second);
  const graph g = finalize(s.get());
  text t;
  for (const variable& v : g.variables) t << g.path_of(v) << ' ';
  return t;
}
static_assert(numbered_twice().view().find("dense_2/kernel") != std::string_view::npos);
}  // namespace

static_assert(detail::edit_distance("kernel", "kernel") == 0 && detail::edit_distance("", "abc") == 3 &&
              detail::edit_distance("kernel", "kernle") == 1 && detail::edit_distance("kitten", "sitting") == 3 &&
              detail::edit_distance("dense/kernel", "desne/kernl") == 2);
TEST(names, a_misspelt_variable_names_the_near_ones) {
  variable_store store;
  const auto refused = [&store](std::string_view path) { return thrown([&] { store.at(path); }); };
  EXPECT_EQ(refused("w"), "variable_store: no variable 'w'; there are none");
  for (const char* path : {"a/kernel", "a/bias", "b/kernel", "b/bias", "head/kernel"}) store.add(path, role::weight, f32, {2});
  EXPECT_EQ(refused("a/kernle"), "variable_store: no variable 'a/kernle'; did you mean 'a/kernel' or 'b/kernel'?");
  EXPECT_EQ(refused("haed/kernel"), "variable_store: no variable 'haed/kernel'; did you mean 'head/kernel' or 'a/kernel'?");
  EXPECT_EQ(refused("bias"), "variable_store: no variable 'bias'; did you mean 'a/bias' or 'b/bias'?");
  EXPECT_EQ(refused("encoder/w"), "variable_store: no variable 'encoder/w'; there are 'a/kernel', 'a/bias', 'b/kernel' and 2 more");
  EXPECT_EQ(thrown([&] { store.floats("b/bais"); }), "variable_store: no variable 'b/bais'; did you mean 'b/bias' or 'a/bias'?");
}
