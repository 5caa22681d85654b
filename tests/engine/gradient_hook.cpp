// Between gradient and update: functions of the host that are handed the gradients, and gradients that are accumulated over micro-batches.
#include "../counting.hpp"

#include <barrier>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include <igata/engine/dump.hpp>
#include <igata/engine/profile.hpp>
#include <igata/igata.hpp>

namespace {
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(relu(nn::dense(x, {.units = 5, .name = "a"})), {.units = 2, .name = "b"}); }
};
template <auto... Options>
using trains = training<net{}, in<"x", 3>, labels<"y", f32, 0, 2>, loss::mse{}, Options..., max_batch{16}>;
constexpr optim::sgd sgd{.learning_rate = 0.1};
constexpr optim::adam adam{.learning_rate = 0.01};
using plain_t = trains<sgd>;
using hooked_sgd_t = trains<sgd, optim::gradient_hook{}>;
using hooked_adam_t = trains<adam, optim::gradient_hook{}, optim::clip_by_global_norm{.limit = 0.5}>;

constexpr int rows = 16, steps = 6;
struct batch {
  std::vector<float> x, y;
  explicit batch(int step) : x(rows * 3), y(rows * 2) {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<float>(i) * 0.7f + static_cast<float>(step));
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::cos(static_cast<float>(i) * 0.3f - static_cast<float>(step));
  }
};
template <class Net>
bool step_of_part(Net& net, const batch& all, int first, int n) {
  return static_cast<bool>(net.step({all.x.data() + 3 * first, all.y.data() + 2 * first}, n));
}
// The largest difference of all variables that both have.
double difference(const variable_store& one, const variable_store& other) {
  double worst = 0;
  int shared = 0;
  for (const variable_store::entry& e : one) {
    const variable_store::entry* o = other.find(e.path);
    if (!o) continue;
    ++shared;
    for (std::size_t i = 0; i < static_cast<std::size_t>(e.count()); ++i)
      worst = std::max(worst, e.type == f32 ? std::abs(static_cast<double>(e.floats()[i]) - o->floats()[i])
                                            : std::abs(static_cast<double>(e.ints()[i]) - o->ints()[i]));
  }
  EXPECT_GE(shared, 5);
  return worst;
}

TEST(gradient_hook, is_called_for_each_gradient_between_differentiation_and_update) {
  plain_t plain{seed{3}};
  hooked_sgd_t hooked{seed{3}};
  std::vector<std::string> names;
  std::vector<std::size_t> sizes;
  names.reserve(8), sizes.reserve(8);
  const batch b(0);
  const status refused = hooked.step({b.x, b.y}, rows);
  EXPECT_EQ(refused.value, status::code::missing_function);
  EXPECT_EQ(describe(refused, "step").view(), "step: gradient_hook: expected a function, got none; give it by on_gradient before the first step");
  EXPECT_EQ(difference(plain.variables(), hooked.variables()), 0);  // a refused call changes nothing

  hooked.on_gradient([&](std::string_view parameter, std::span<float> gradient) { names.emplace_back(parameter), sizes.push_back(gradient.size()); });
  EXPECT_TRUE(step_of_part(hooked, b, 0, rows) && step_of_part(plain, b, 0, rows));
  EXPECT_EQ(names, (std::vector<std::string>{"a/kernel", "a/bias", "b/kernel", "b/bias"}));
  EXPECT_EQ(sizes, (std::vector<std::size_t>{15, 5, 10, 2}));
  EXPECT_EQ(difference(plain.variables(), hooked.variables()), 0);

  // What it writes is what the update reads; the program may be moved, and use another instruction set.
  hooked_sgd_t moved = std::move(hooked);
  moved.use(isa::base);
  moved.on_gradient([](std::string_view parameter, std::span<float> gradient) {
    for (float& g : gradient) g = parameter == "b/bias" ? 1.f : 0.f;
  });
  std::vector<float> before(moved.weights().find("b/bias")->floats().begin(), moved.weights().find("b/bias")->floats().end());
  const std::vector<float> kernel(moved.weights().find("a/kernel")->floats().begin(), moved.weights().find("a/kernel")->floats().end());
  EXPECT_TRUE(step_of_part(moved, b, 0, rows));
  for (std::size_t i = 0; i < 2; ++i) EXPECT_FLOAT_EQ(moved.weights().find("b/bias")->floats()[i], before[i] - 0.1f);
  for (std::size_t i = 0; i < 15; ++i) EXPECT_EQ(moved.weights().find("a/kernel")->floats()[i], kernel[i]);
}

// Two replicas, each with half of the rows, and the mean of their gradients: the update of all rows.
template <class Net>
void expect_replicas_to_be_the_double_batch() {
  Net whole{seed{5}};
  whole.on_gradient([](std::string_view, std::span<float>) {});
  Net replicas[2] = {Net{seed{5}}, Net{seed{5}}};
  std::span<float> given[2];
  std::barrier<> all(2);
  for (int r = 0; r < 2; ++r)
    replicas[r].on_gradient([&, r](std::string_view, std::span<float> gradient) {
      given[r] = gradient;
      all.arrive_and_wait();
      const std::span<float> other = given[1 - r];
      float mean[16];
      for (std::size_t i = 0; i < gradient.size(); ++i) mean[i] = (gradient[i] + other[i]) / 2;
      all.arrive_and_wait();
      for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] = mean[i];
    });
  for (int s = 0; s < steps; ++s) {
    const batch b(s);
    ASSERT_TRUE(step_of_part(whole, b, 0, rows));
    bool fine[2] = {};
    const auto step = [&](int r) { fine[r] = step_of_part(replicas[r], b, r * rows / 2, rows / 2); };
    std::thread second(step, 1);
    step(0);
    second.join();
    ASSERT_TRUE(fine[0] && fine[1]);
    ASSERT_EQ(difference(replicas[0].variables(), replicas[1].variables()), 0);
  }
  EXPECT_LT(difference(whole.variables(), replicas[0].variables()), 1e-6);
  Net fresh{seed{5}};
  EXPECT_GT(difference(whole.variables(), fresh.variables()), 1e-3);
}
TEST(gradient_hook, two_replicas_are_the_double_batch) {
  expect_replicas_to_be_the_double_batch<hooked_sgd_t>();
  expect_replicas_to_be_the_double_batch<hooked_adam_t>();
}

TEST(gradient_hook, does_not_allocate) {
  hooked_sgd_t t{seed{1}};
  float sum = 0;
  t.on_gradient([&](std::string_view, std::span<float> gradient) { sum += gradient[0]; });
  const batch b(2);
  bool fine = true;
  const long before = allocations, locked = locks;
  for (const int n : {16, 3, 7}) fine &= step_of_part(t, b, 0, n);
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(locks, locked);
  EXPECT_TRUE(fine && sum != 0);
}

TEST(gradient_hook, plans_and_profiles_name_the_calls) {
  const std::string plan = dump<hooked_sgd_t>("plan"), fused = dump<hooked_sgd_t>("fuse");
  EXPECT_NE(plan.find("  call with the gradient of \"a/kernel\"  [3,5]  to arena "), std::string::npos) << plan;
  EXPECT_NE(plan.find("  call with the gradient of \"b/bias\"  [2]  to arena "), std::string::npos) << plan;
  EXPECT_NE(fused.find(" call\n"), std::string::npos) << fused;
  EXPECT_EQ(dump<plain_t>("plan").find("call"), std::string::npos);
  hooked_sgd_t t{seed{1}};
  t.on_gradient([](std::string_view, std::span<float>) {});
  const batch b(0);
  EXPECT_NE(profile(t, {b.x, b.y}, rows, 1).text().find("call with the gradient of \"a/bias\"  [5] "), std::string::npos);
}

// Micro-batches of one size are the batch of all their rows; what does not update leaves everything but the sums as it is.
template <auto... Options>
void expect_micro_batches_to_be_the_batch() {
  trains<Options...> whole{seed{7}};
  trains<optim::gradient_accumulation{.steps = 4}, Options...> micro{seed{7}};
  for (int s = 0; s < steps; ++s) {
    const batch b(s);
    ASSERT_TRUE(step_of_part(whole, b, 0, rows));
    for (int part = 0; part < 4; ++part) {
      ASSERT_TRUE(step_of_part(micro, b, part * 4, 4));
      EXPECT_EQ(micro.variables().find("optimizer/micro_step")->ints()[0], (part + 1) % 4);
      if (part < 3) {
        EXPECT_GT(difference(whole.variables(), micro.variables()), 1e-5);
      }
    }
    EXPECT_LT(difference(whole.variables(), micro.variables()), 1e-6) << s;
    for (const float x : micro.variables().find("optimizer/accumulated/a/kernel")->floats()) EXPECT_EQ(x, 0);
  }
}
TEST(gradient_accumulation, is_the_step_of_all_rows) {
  expect_micro_batches_to_be_the_batch<sgd>();
  expect_micro_batches_to_be_the_batch<adam, optim::cosine_decay{.steps = 20}, optim::clip_by_global_norm{.limit = 0.5}>();
}

template <auto... Options>
std::string mistake_of() {
  return std::string(detail::build_step<detail::training_spec<true, net{}, in<"x", 3>, labels<"y", f32, 0, 2>, loss::mse{}, sgd, Options...>>::make()
                         .failure.view());
}
TEST(gradient_accumulation, refuses) {
  EXPECT_NE(mistake_of<optim::gradient_accumulation{.steps = 0}>().find("gradient_accumulation: .steps = 0; must be 1 or more"), std::string::npos)
      << mistake_of<optim::gradient_accumulation{.steps = 0}>();
  EXPECT_NE(
      (mistake_of<optim::gradient_accumulation{}, optim::gradient_accumulation{}>().find("gradient_accumulation is a second accumulation; give one")),
      std::string::npos);
  EXPECT_EQ(mistake_of<optim::gradient_accumulation{}>(), "");
}

}  // namespace
