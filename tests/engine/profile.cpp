// profile: the steps of a plan with what they compute; and that steps run one by one are a run.
#include <igata/engine/profile.hpp>
#include <igata/igata.hpp>

#include <gtest/gtest.h>

using namespace igata;

namespace {

struct digits {
  constexpr value operator()(value x) const {
    x = nn::max_pool2d(relu(nn::conv2d(x, {.filters = 4, .kernel = 3})), {.size = 2});
    return nn::dense(nn::flatten(x), {.units = 3, .name = "scores"});
  }
};
using infer_t = inference<digits{}, in<"image", 6, 6, 1>, max_batch{4}>;
using train_t =
    training<digits{}, in<"image", 6, 6, 1>, labels<"digit", i32, 3>, loss::softmax_cross_entropy{}, optim::sgd{.learning_rate = 0.5}, max_batch{4}>;

const std::vector<float> images = [] {
  std::vector<float> x(4 * 36);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 7) * 0.1f;
  return x;
}();

TEST(profile, names_the_steps_of_the_plan) {
  infer_t net{infer_t::pack(infer_t::variables())};
  const profile_report r = profile(net, images, 4, 3);
  ASSERT_EQ(r.steps.size(), static_cast<std::size_t>(infer_t::code::plan.size.steps));
  EXPECT_EQ(r.steps[0].what, "  0  conv2d + bias + maximum  [n,6,6,1] x [3,3,1,4] -> [n,4,4,4]  @conv2d");
  EXPECT_EQ(r.steps[1].what, "  1  max_pool2d  [n,4,4,4] -> [n,2,2,4]");
  EXPECT_EQ(r.steps[2].what, "  2  matmul + bias  [n,16] x [16,3] -> [n,3]  @scores");
  EXPECT_EQ(r.rows, 4);
}

TEST(profile, counts_the_operations_of_all_rows) {
  infer_t net{infer_t::pack(infer_t::variables())};
  const profile_report r = profile(net, images, 3, 1);
  EXPECT_EQ(r.flops(), 3. * static_cast<double>(infer_t::flops));
  EXPECT_EQ(r.steps[0].flops, 3. * 16 * 4 * (2 * 9 + 2));  // convolution, bias, maximum
}

TEST(profile, times_are_those_of_something_that_ran) {
  infer_t net{infer_t::pack(infer_t::variables())};
  const profile_report r = profile(net, images, 4, 2);
  for (const profiled_step& s : r.steps) {
    EXPECT_GE(s.seconds, 0);
    EXPECT_LT(s.seconds, 1);
  }
  EXPECT_GT(r.sum(), 0);
  EXPECT_GT(r.whole, 0);
  EXPECT_NE(r.text().find("matmul + bias"), std::string::npos);
  EXPECT_NE(r.text().find("a run of 4 rows"), std::string::npos);
}

TEST(profile, of_a_training_its_steps_are_steps) {
  const std::int32_t classes[] = {0, 1, 2, 0};
  train_t profiled{seed{3}}, stepped{seed{3}};
  (void)profile(profiled, {images, classes}, 4, 5);  // each repeat is a run and a walk through its steps
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(stepped.step({images, classes}, 4));
  for (int i = 0; i < stepped.variables().size(); ++i) {
    const auto &a = profiled.variables()[i], &b = stepped.variables()[i];
    EXPECT_EQ(std::memcmp(a.memory.data(), b.memory.data(), a.memory.size()), 0) << a.path;
  }
}

TEST(profile, says_what_is_wrong_with_the_inputs) {
  infer_t net{infer_t::pack(infer_t::variables())};
  try {
    (void)profile(net, images, 5);
    FAIL();
  } catch (const error& e) {
    EXPECT_EQ(std::string(e.what()).rfind("profile: ", 0), 0u) << e.what();
  }
}

}  // namespace
