// What a session takes beside the compiled program of the same graph, in turns: the least and the median of the processor's time of many rounds, and
// the ratio of both. And what it takes to make one from its graph, without weights.
//
//   igata_benchmark_models_sessions [text that a name must contain]
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

#include <igata/igata.hpp>
#include <igata/session.hpp>

#include "../compile_time/resnet.hpp"
#include "lenet.hpp"
#include "mobilenet_v2.hpp"

namespace {

const char* wanted = "";
constexpr int rounds = 100;

double now() {  // us
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) * 1e-3;
}
struct times {
  std::vector<double> all;
  double least() { return *std::min_element(all.begin(), all.end()); }
  double median() {
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
  }
};

template <class A, class B>
void compare(const char* name, A compiled, B of_session) {
  int calls = 1;  // of about 200 us
  for (;; calls *= 2) {
    const double begin = now();
    for (int i = 0; i < calls; ++i) compiled();
    if (now() - begin > 200) break;
  }
  times a, b;
  for (int r = 0; r < rounds; ++r) {
    const double begin = now();
    for (int i = 0; i < calls; ++i) compiled();
    const double middle = now();
    for (int i = 0; i < calls; ++i) of_session();
    const double end = now();
    a.all.push_back((middle - begin) / calls);
    b.all.push_back((end - middle) / calls);
  }
  std::printf("%-32s %11.3f %11.3f %11.3f %11.3f   %6.2f %6.2f\n", name, a.least(), a.median(), b.least(), b.median(), b.least() / a.least(),
              b.median() / a.median());
  std::fflush(stdout);
}

void expect(status s) {
  if (!s) raise(describe(s));
}
std::vector<float> numbers(int count) {
  std::vector<float> v(static_cast<std::size_t>(count));
  std::uint32_t state = 1;
  for (float& x : v) {
    state = state * 1664525u + 1013904223u;
    x = static_cast<float>(state >> 8) * 0x1p-23f - 1.f;
  }
  return v;
}

template <auto Model, int Rows, auto... In>
void infer(const char* name) {
  if (!std::strstr(name, wanted)) return;
  using net_t = inference<Model, In..., max_batch{Rows}>;
  session s = session::inference<In...>(Model, {.max_batch = Rows});
  const variable_store weights = s.variables(seed{1});
  net_t net{net_t::pack(weights)};
  s.use(s.pack(weights));
  std::vector<std::vector<float>> in;
  std::vector<session_input> inputs;
  std::vector<const void*> pointers;
  for (int i = 0; i < s.input_count(); ++i) in.push_back(numbers(s.input_row(i) * Rows));
  for (const auto& x : in) inputs.emplace_back(x), pointers.push_back(x.data());
  std::vector<float> mine(static_cast<std::size_t>(s.output_row() * Rows)), compiled(mine.size());
  void* const out[] = {compiled.data()};
  compare(
      name, [&] { expect(net.run_unchecked(pointers.data(), out, Rows)); },
      [&] { expect(s.run(session_inputs(inputs.data(), s.input_count()), {mine}, Rows)); });
}

struct chain {
  constexpr value operator()(value a, value b) const { return relu((a * b + 0.5) * a - b); }
};
struct suite_chain {
  constexpr value operator()(value a, value b, value c, value d, value e) const { return tanh(a * b + c) * d + relu(e); }
};
struct scores {
  constexpr value operator()(value x) const { return softmax(x); }
};
struct tanh_mlp {
  constexpr value operator()(value x) const {
    x = tanh(nn::dense(x, {.units = 64}));
    x = tanh(nn::dense(x, {.units = 64}));
    return nn::dense(x, {.units = 4});
  }
};
struct mlp {
  constexpr value operator()(value x) const { return nn::dense(relu(nn::dense(x, {.units = 128})), {.units = 10}); }
};

void train() {
  constexpr const char* name = "train MLP 784-128-10, Adam, 64";
  if (!std::strstr(name, wanted)) return;
  using net_t = training<mlp{}, in<"x", 784>, labels<"y", i32, 10>, loss::softmax_cross_entropy{}, optim::adam{}, max_batch{64}>;
  variable_store mine;
  net_t net{seed{7}};
  session s =
      session::training<in<"x", 784>, labels<"y", i32, 10>, loss::softmax_cross_entropy{}, optim::adam{}>(mlp{}, mine, {.max_batch = 64}, seed{7});
  const std::vector<float> x = numbers(64 * 784);
  std::vector<std::int32_t> y(64);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<std::int32_t>(i * 7 % 10);
  const void* const in[] = {x.data(), y.data()};
  float loss = 0;
  compare(
      name, [&] { expect(net.step_unchecked(in, 64)); }, [&] { expect(s.run({x, y}, {&loss}, 64)); });
}

void make(const char* name, bool trains) {
  if (!std::strstr(name, wanted)) return;
  times t;
  for (int r = 0; r < 60; ++r) {
    builder b(trains);
    const double begin = now();
    const value y = resnet{.depth = 50}(b.input("image", rows({224, 224, 3})));
    b.output("y", y);
    if (trains) b.minimize(loss::softmax_cross_entropy{}(y, b.input("class", rows({}), i32, 1000)), "*", optim::sgd{.learning_rate = 0.1});
    const detail::session_plan p =
        detail::session_unit::plan(b.get(), "session", {.max_batch = 8, .made_for = trains ? mode::training : mode::packed}, false, {});
    t.all.push_back(now() - begin);
  }
  std::printf("%-32s least %8.0f us, median %8.0f us\n", name, t.least(), t.median());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) wanted = argv[1];
  std::printf("%-32s %11s %11s %11s %11s   %6s %6s\n", "us", "compiled", "median", "session", "median", "ratio", "median");
  infer<chain{}, 1, in<"a", 10>, in<"b", 10>>("elementwise, 10");
  infer<chain{}, 1, in<"a", 4096>, in<"b", 4096>>("elementwise, 4096");
  infer<chain{}, 1, in<"a", 1 << 20>, in<"b", 1 << 20>>("elementwise, 1048576");
  infer<suite_chain{}, 1, in<"a", 4096>, in<"b", 4096>, in<"c", 4096>, in<"d", 4096>, in<"e", 4096>>("elementwise with tanh, 4096");
  infer<suite_chain{}, 1, in<"a", 1 << 20>, in<"b", 1 << 20>, in<"c", 1 << 20>, in<"d", 1 << 20>, in<"e", 1 << 20>>("elementwise with tanh, 1048576");
  infer<scores{}, 64, in<"x", 10>>("softmax, 64 rows of 10");
  infer<scores{}, 64, in<"x", 1000>>("softmax, 64 rows of 1000");
  infer<tanh_mlp{}, 1, in<"x", 16>>("MLP 16-64-64-4 tanh");
  infer<lenet{}, 1, in<"image", 28, 28, 1>>("LeNet-5");
  infer<lenet{}, 64, in<"image", 28, 28, 1>>("LeNet-5, batch 64");
  infer<mobilenet_v2{}, 1, in<"image", 224, 224, 3>>("MobileNetV2");
  infer<resnet{.depth = 50}, 1, in<"image", 224, 224, 3>>("ResNet-50");
  train();
  make("make ResNet-50", false);
  make("make ResNet-50, training", true);
}
