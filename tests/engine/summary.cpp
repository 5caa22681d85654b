// The table of a model and the texts of its passes.
#include <gtest/gtest.h>

#include <igata/engine/summary.hpp>
#include <igata/igata.hpp>

namespace {
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    x = relu(nn::batch_norm(nn::conv2d(x, {.filters = 4, .kernel = 3, .use_bias = false})));
    return nn::dense(nn::flatten(x), {.units = 3, .name = "head"});
  }
};
using train_t =
    training<net{}, in<"image", 5, 5, 1>, labels<"kind", i32, 3>, loss::softmax_cross_entropy{}, optim::sgd{}, freeze<"head/*">, max_batch{2}>;
using infer_t = inference<net{}, in<"image", 5, 5, 1>>;

TEST(summary, layers) {
  const std::string s = summary<train_t>();
  for (const std::string_view part : {
           "conv2d            [n,3,3,4]          36    648\n",
           "batch_norm        [n,3,3,4]          16     92\n",
           "head              [n,3]             111    219\n",
           "parameters      163 (trainable 44, not trainable 119)\n",
           "weights         652 bytes\n",
           " (a training step)\n",
           " bytes for 2 rows, without reuse ",
           "gradient arena  ",
       })
    EXPECT_NE(s.find(part), std::string::npos) << part << " in\n" << s;
}
TEST(summary, inference) {
  const std::string s = summary<infer_t>();
  EXPECT_NE(s.find(" bytes for 1 rows"), std::string::npos) << s;
  EXPECT_NE(s.find("FLOPs per row   939\n"), std::string::npos) << s;  // batch norm is part of the convolution
  EXPECT_EQ(s.find("gradient"), std::string::npos) << s;
  EXPECT_EQ(infer_t::flops, 939);
}
struct two_heads {
  constexpr outputs operator()(value x) const {
    return {{"a", nn::dense(x, {.units = 3, .name = "left"})}, {"b", nn::dense(x, {.units = 2, .name = "right"})}};
  }
};
TEST(summary, all_heads) {
  const std::string s = summary<inference<two_heads{}, in<"x", 4>>>();
  EXPECT_NE(s.find("left       [n,3]           15     27\n"), std::string::npos) << s;
  EXPECT_NE(s.find("right      [n,2]           10     18\n"), std::string::npos) << s;
}
// What training alone has stands behind the model's layers.
struct auxiliary {
  constexpr outputs operator()(value x) const {
    const value h = tanh(nn::dense(x, {.units = 5}));
    outputs all{{"late", nn::dense(h, {.units = 2, .name = "late"})}};
    if (x.training()) all.add("early", nn::dense(relu(nn::dense(h, {.units = 3, .name = "hidden"})), {.units = 1, .name = "early"}));
    return all;
  }
};
TEST(summary, heads_of_training_alone) {
  using net_t = training<auxiliary{}, in<"x", 4>, labels<"y", f32, 0, 1>, labels<"z", f32, 0, 2>, loss_of<"early", loss::mse{}, "y">,
                         loss_of<"late", loss::mse{}, "z">, optim::sgd{}, max_batch{2}>;
  const std::string s = summary<net_t>();
  const std::size_t begin = s.find("late"), end = s.find("weights");
  ASSERT_TRUE(begin < end && end != s.npos) << s;
  EXPECT_EQ(s.substr(begin, end - begin),
            "late                [n,2]           12     22\n"
            "hidden (training)   [n,3]           18     33\n"
            "maximum (training)  [n,3]                   3\n"
            "early (training)    [n,1]            4      7\n"
            "---------------------------------------------\n"
            "parameters      37 (trainable 37, not trainable 0; 22 more in training)\n");
  EXPECT_EQ(net_t::parameter_count, 37 + 22);
}
TEST(summary, grouped) {
  for (const auto& [number, shown] : {std::pair{0LL, "0"}, {999LL, "999"}, {1000LL, "1,000"}, {1234567LL, "1,234,567"}})
    EXPECT_EQ(detail::grouped(number), shown);
}

TEST(dump, passes) {
  for (const std::string_view pass : {"build", "simplify", "main", "bind", "fuse", "plan"}) EXPECT_FALSE(dump<infer_t>(pass).empty()) << pass;
  EXPECT_NE(dump<infer_t>("build").find("\"batch_norm/gamma\""), std::string::npos);
  EXPECT_NE(dump<infer_t>("bind").find("\"batch_norm/gamma\""), std::string::npos);
  EXPECT_EQ(dump<infer_t>("main").find("\"batch_norm/gamma\""), std::string::npos);  // folded
  EXPECT_NE(dump<infer_t>("fuse").find("group 0 contraction [n,3,3,4]: "), std::string::npos) << dump<infer_t>("fuse");
  EXPECT_NE(dump<infer_t>("plan").find("conv2d + bias + maximum  [n,5,5,1] x [3,3,1,4] -> [n,3,3,4]"), std::string::npos) << dump<infer_t>("plan");
}
TEST(dump, unknown_pass) {
  try {
    dump<infer_t>("optimise");
    FAIL();
  } catch (const error& e) {
    EXPECT_STREQ(e.what(), "dump: pass: expected build, simplify, main, bind, fuse or plan, got 'optimise'");
  }
}
}  // namespace
