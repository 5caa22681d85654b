// A control policy: a small network pushes a cart so that the pole on it stays upright (Barto, Sutton and Anderson 1983).
// It learns by imitating a linear controller, then runs alone, in an inference program that neither allocates nor throws.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

#include <igata/igata.hpp>

using namespace igata;

// What it sees: the last four states. What it gives: a score for each of four forces.
struct policy {
  constexpr value operator()(value states) const {
    const value x = tanh(nn::dense(nn::flatten(states), {.units = 64}));
    return nn::dense(tanh(nn::dense(x, {.units = 64})), {.units = 4});
  }
};
constexpr int batch = 64, tick = 4, seen = 4 * tick;
using train_t = training<policy{}, in<"states", 4, tick>, labels<"force", i32, 4>, loss::softmax_cross_entropy{}, metrics<metric::accuracy{}>,
                         optim::adam{.learning_rate = 2e-3}, max_batch{batch}>;
using infer_t = inference<policy{}, in<"states", 4, tick>>;

constexpr float forces[] = {-10, -2, 2, 10};  // N

// Uniform in [-1, 1), the same on every machine.
float noise(std::uint32_t& state) {
  state = state * 1664525u + 1013904223u;
  return static_cast<float>(state >> 8) * 0x1p-23f - 1;
}

struct cart_pole {
  float x = 0, v = 0, angle = 0, spin = 0;  // m, m/s, rad, rad/s
  float history[seen] = {};                 // the newest state last

  explicit cart_pole(std::uint32_t& random) : x(0.5f * noise(random)), angle(0.1f * noise(random)), spin(0.3f * noise(random)) {
    for (int i = 0; i < 4; ++i) remember();
  }
  void remember() {
    std::copy(history + tick, history + seen, history);
    const float state[] = {x, v, 4 * angle, spin};  // of about the same size
    std::copy(state, state + tick, history + seen - tick);
  }
  // 20 ms. Cart 1 kg, pole 0.1 kg and 1 m, no friction.
  void push(float force) {
    const float sine = std::sin(angle), cosine = std::cos(angle);
    const float inertial = (force + 0.05f * spin * spin * sine) / 1.1f;
    const float turning = (9.8f * sine - cosine * inertial) / (0.5f * (4 / 3.f - 0.1f * cosine * cosine / 1.1f));
    v += 0.02f * (inertial - 0.05f * turning * cosine / 1.1f);
    spin += 0.02f * turning;
    x += 0.02f * v;
    angle += 0.02f * spin;
    remember();
  }
  bool fell() const { return std::fabs(x) > 2.4f || std::fabs(angle) > 0.21f; }
};

// The controller to imitate: a sum of the state, and the nearest of the four forces.
int teacher(const cart_pole& c) {
  const float wanted = 1.5f * c.x + 2.5f * c.v + 32 * c.angle + 6.5f * c.spin;
  return wanted < -6 ? 0 : wanted < 0 ? 1 : wanted < 6 ? 2 : 3;
}

// Imitation: the teacher drives, now and then disturbed, and says what it would do.
float learn(train_t& t, int steps) {
  std::uint32_t random = 1;
  cart_pole cart(random);
  std::vector<float> states(batch * seen);
  std::vector<std::int32_t> actions(batch);
  float accuracy = 0;
  for (int step = 0; step < steps; ++step) {
    for (int row = 0; row < batch; ++row) {
      for (int i = 0; i < 5; ++i) cart.push(noise(random) > 0.7f ? 10 * noise(random) : forces[teacher(cart)]);
      if (cart.fell()) cart = cart_pole(random);
      std::copy(cart.history, cart.history + seen, states.begin() + row * seen);
      actions[static_cast<std::size_t>(row)] = teacher(cart);
    }
    if (!t.step({states, actions}, batch)) return 0;
    accuracy += (t.metric(1) - accuracy) / 50;  // over about the last 50 steps
  }
  return accuracy;
}

// Ticks until the pole falls, at most `most`.
int drive(infer_t& net, std::uint32_t start, int most) {
  cart_pole cart(start);
  float scores[4];
  for (int i = 0; i < most; ++i) {
    if (cart.fell() || !net.run(cart.history, scores)) return i;
    cart.push(forces[std::max_element(scores, scores + 4) - scores]);
  }
  return most;
}

// The median of the means of 100 calls.
double nanoseconds(infer_t& net) {
  std::uint32_t random = 1;
  const cart_pole cart(random);
  std::vector<double> times;
  float scores[4];
  for (int i = 0; i < 101; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    for (int k = 0; k < 100; ++k)
      if (!net.run(cart.history, scores)) return 0;
    times.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count() / 100);
  }
  std::nth_element(times.begin(), times.begin() + 50, times.end());
  return times[50];
}

int main() {
  train_t t{seed{1}};
  const float accuracy = learn(t, 1500);
  infer_t net{infer_t::pack(t.weights())};
  constexpr int episodes = 20, ticks = 1000;
  int upright = 0;
  for (int i = 0; i < episodes; ++i) upright += drive(net, 1000u + static_cast<std::uint32_t>(i), ticks) == ticks;
  std::printf("16-64-64-4 policy, %lld parameters, %zu bytes of weights, %zu bytes of arena\n", infer_t::parameter_count, infer_t::weight_bytes,
              infer_t::arena_bytes);
  std::printf("agrees with the controller in %.0f %% of the states\n", 100.0 * static_cast<double>(accuracy));
  std::printf("upright for 20 s in %d of %d episodes\n%.0f ns a decision\n", upright, episodes, nanoseconds(net));
  return upright >= 18 ? 0 : 1;
}
