// Models and expressions in one unit: the same names mean values there and arrays here, and compute the same numbers.
#include <igata/igata.hpp>
#include <igata/train.hpp>

#include "testing.hpp"

namespace {
using namespace testing_expr;

struct head {
  constexpr value operator()(value x) const { return softmax(tanh(x * 0.5 + 1) - relu(-x) + select(x > 0, gelu(x), softplus(x))); }
};
using head_t = inference<head{}, in<"x", 33>, max_batch{7}>;

TEST(with_models, one_function_two_meanings) {
  std::mt19937 random(41);
  const tensor<float, dynamic, dynamic> x = random_tensor(random, 7, 33);
  tensor<float, dynamic, dynamic> from_model(7, 33), from_expression(7, 33);
  variable_store none = head_t::variables();
  head_t model{head_t::pack(none)};
  ASSERT_TRUE(model.run(std::span<const float>(x.data(), 7 * 33), std::span<float>(from_model.data(), 7 * 33)));
  from_expression = softmax(tanh(x * 0.5 + 1) - relu(-x) + select(x > 0, gelu(x), softplus(x)));
  for (int i = 0; i < 7 * 33; ++i) EXPECT_EQ(from_expression.data()[i], from_model.data()[i]) << "the same programs: the same bits";
}

}  // namespace
