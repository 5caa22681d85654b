// The example's programs: their plans, that the controller balances the pole, and that the network does after imitating it.
#include "golden.hpp"

#include <igata/igata.hpp>

#define main example_main
#include "../../examples/policy.cpp"
#undef main

namespace {

TEST(policy, plans) {
  golden::expect("policy_inference", dump<infer_t>("plan"));
  golden::expect("policy_training", dump<train_t>("plan"));
  golden::expect_same_stages<infer_t>();
  golden::expect_same_stages<train_t>();
}

TEST(policy, controller_balances) {
  std::uint32_t random = 5;
  cart_pole cart(random), alone(random);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(cart.fell()) << i;
    cart.push(forces[teacher(cart)]);
    if (!alone.fell()) alone.push(0);
  }
  EXPECT_TRUE(alone.fell());  // without a controller the pole does not stay up
}

TEST(policy, drives) {
  train_t t{seed{2}};
  infer_t before{infer_t::pack(t.weights())};
  EXPECT_LT(drive(before, 3, 1000), 500);
  EXPECT_GT(learn(t, 1500), 0.9f);
  infer_t net{infer_t::pack(t.weights())};
  EXPECT_EQ(drive(net, 3, 1000), 1000);
}

}  // namespace
