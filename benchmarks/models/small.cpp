// Small programs: what a call costs beside its arithmetic. Prints ns, the limit of the arithmetic (multiply-adds at the given peak) and, where
// there is one, the goal; the least of many short runs, which other processes do not disturb.
//
//   igata_benchmark_models_small [text that a name must contain] [peak GFLOP/s, 264] [steps: the time of each]
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <igata/engine/profile.hpp>
#include <igata/igata.hpp>
#include <igata/kernels/dispatch.hpp>

#include "lenet.hpp"
using namespace igata;
using namespace igata::plan;

namespace {

double now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

// ns of a call: the least of batches of about 50 us, for so many ns.
template <class F>
double least(F f, double time = 2.5e8) {
  for (int i = 0; i < 3; ++i) f();
  const double once = [&] { const double t = now(); f(); return now() - t; }();
  const int calls = once > 5e4 ? 1 : static_cast<int>(5e4 / (once + 1)) + 1;
  double best = 1e30, spent = 0;
  for (int batch = 0; spent < time || batch < 5; ++batch) {
    const double t = now();
    for (int i = 0; i < calls; ++i) {
      f();
      asm volatile("" ::: "memory");
    }
    const double passed = now() - t;
    spent += passed;
    if (passed / calls < best) best = passed / calls;
  }
  return best;
}

const char* wanted = "";
double peak = 264;
bool show_steps = false;

// products: multiply-adds of a row. goal: ns, or 0.
void report(const char* name, double ns, double flops, double goal) {
  std::printf("%-34s %12.1f ns", name, ns);
  if (flops > 0) std::printf("  limit %10.1f  %5.1f %%", flops / peak, flops / peak / ns * 100);
  else std::printf("%27s", "");
  if (goal > 0) std::printf("  goal %9.1f  %s", goal, ns <= goal ? "met" : "missed");
  std::printf("\n");
  std::fflush(stdout);
}

struct numbers {
  aligned_memory memory;
  std::span<float> span;
  explicit numbers(std::size_t n) : memory(n * 4), span(reinterpret_cast<float*>(memory.data()), n) {
    std::uint32_t state = 1;
    for (float& x : span) {
      state = state * 1664525u + 1013904223u;
      x = static_cast<float>(state >> 8) * 0x1p-23f - 1.f;
    }
  }
  float* data() const { return span.data(); }
};

template <class Net>
void print_steps(Net& net, const void* const* inputs, int rows) {
  if (show_steps) std::printf("%s", profile_unchecked(net, inputs, rows, 2000).text().c_str());
}

template <class Net>
void infer(const char* name, double products, double goal, int rows = Net::max_batch) {
  if (!std::strstr(name, wanted)) return;
  Net net{Net::pack(Net::variables(seed{7}))};
  const numbers in(static_cast<std::size_t>(Net::input_row()) * static_cast<std::size_t>(rows)),
      out(static_cast<std::size_t>(Net::output_row()) * static_cast<std::size_t>(rows));
  const void* inputs[] = {in.data()};
  const double ns = least([&] { (void)net.run(in.span, out.span); });
  report(name, ns, 2 * products * rows, goal);
  print_steps(net, inputs, rows);
}

template <class Net>
void train(const char* name, double products, double goal) {
  if (!std::strstr(name, wanted)) return;
  Net net{seed{7}};
  const numbers in(static_cast<std::size_t>(Net::input_row(0)) * Net::max_batch),
      target(static_cast<std::size_t>(Net::input_row(1)) * Net::max_batch);
  std::vector<std::int32_t> classes(Net::max_batch);
  for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = static_cast<std::int32_t>(i * 7 % 10);
  const void* inputs[] = {in.data(), Net::input_type(1) == i32 ? static_cast<const void*>(classes.data()) : target.data()};
  const double ns = least([&] { (void)net.step_unchecked(inputs, Net::max_batch); });
  report(name, ns, 2 * products * Net::max_batch, goal);
  print_steps(net, inputs, Net::max_batch);
}

struct identity {
  constexpr value operator()(value x) const { return x; }
};
struct chain {
  int steps;
  constexpr value operator()(value x) const {
    for (int i = 0; i < steps; ++i) x = nn::max_pool2d(x, {.size = 1});
    return x;
  }
};
struct one_layer {
  int units;
  constexpr value operator()(value x) const { return relu(nn::dense(x, {.units = units})); }
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

// Multiply-adds of a row; a training step has three times as many, but for the first layer's gradient of its input.
constexpr double of_tanh_mlp = 16 * 64 + 64 * 64 + 64 * 4, of_mlp = 784 * 128 + 128 * 10;
constexpr double of_lenet = 576 * 25 * 6 + 64 * 150 * 16 + 256 * 120 + 120 * 84 + 84 * 10;

template <int N>
using square = inference<one_layer{N}, in<"x", N>, max_batch{N}>;

void engine() {
  if (!std::strstr("engine", wanted)) return;
  using copy_t = inference<identity{}, in<"x", 4>>;
  copy_t net{copy_t::pack(copy_t::variables())};
  const numbers in(4), out(4);
  const double copy = least([&] {
    asm volatile("" ::: "memory");
    std::memcpy(out.data(), in.data(), 16);
  });
  report("engine: memcpy of 4 floats", copy, 0, 0);
  report("engine: identity of 4 floats", least([&] { (void)net.run(in.span, out.span); }), 0, copy + 5);
  using short_t = inference<chain{33}, igata::in<"x", 1, 1, 4>>;
  using long_t = inference<chain{65}, igata::in<"x", 1, 1, 4>>;
  short_t a{short_t::pack(short_t::variables())};
  long_t b{long_t::pack(long_t::variables())};
  const double t = least([&] { (void)a.run(in.span, out.span); });
  const double step = (least([&] { (void)b.run(in.span, out.span); }) - t) / 32;
  const pool2d_args args{{1, 1, 1, 4, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0}, in.data(), out.data(), 1, true};
  const auto kernel = kernels_of(best_isa()).max_pool2d;
  const double alone = least([&] {
    for (int i = 0; i < 32; ++i) kernel(args);
  }) / 32;
  report("engine: a tiny pool", alone, 0, 0);
  report("engine: a step that is one", step, 0, alone + 3);
}

// A step of a recurrent network with two results: as inference, and as a general program with packed weights and with those of a store. In turns: the
// least and the median of many rounds.
struct gru_model {
  constexpr outputs operator()(value sample, value state) const {
    const value next = nn::gru_cell(sample, state, {.units = 8, .name = "gru"});
    return {{"next", next}, {"score", nn::dense(next, {.units = 2, .name = "head"})}};
  }
};
struct gru_program {
  constexpr void operator()(builder& s) const {
    const value sample = s.input("sample", rows({3})), state = s.input("state", rows({8}));
    const value next = nn::gru_cell(sample, state, {.units = 8, .name = "gru"});
    s.output("next", next);
    s.output("score", nn::dense(next, {.units = 2, .name = "head"}));
  }
};
void gru() {
  if (!std::strstr("gru step", wanted)) return;
  using model_t = inference<gru_model{}, in<"sample", 3>, in<"state", 8>>;
  using packed_t = program<gru_program{}, mode::packed, max_batch{1}>;
  using stored_t = program<gru_program{}, mode::inference, max_batch{1}>;
  variable_store weights = model_t::variables();
  model_t model{weights};
  packed_t packed{weights};
  stored_t stored(weights);
  const numbers sample(3), first(8), second(8), score(2);
  constexpr int rounds = 400, calls = 500;
  std::vector<double> times[3];
  const auto round = [&](auto& net) {
    const double t = now();
    for (int i = 0; i < calls; ++i) {
      (void)net.run({sample.span, first.span}, {second.span, score.span}, 1);
      asm volatile("" ::: "memory");
    }
    return (now() - t) / calls;
  };
  for (int r = 0; r < rounds; ++r) {
    times[0].push_back(round(model));
    times[1].push_back(round(packed));
    times[2].push_back(round(stored));
  }
  const char* const names[] = {"gru step: inference", "gru step: program, packed", "gru step: program, of a store"};
  for (int i = 0; i < 3; ++i) {
    std::sort(times[i].begin(), times[i].end());
    std::printf("%-34s %12.1f ns  median %10.1f ns\n", names[i], times[i].front(), times[i][rounds / 2]);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) wanted = argv[1];
  if (argc > 2) peak = std::atof(argv[2]);
  if (argc > 3) show_steps = true;
  engine();
  gru();
  infer<square<4>>("dense+relu 4^3", 16, 3.0);
  infer<square<8>>("dense+relu 8^3", 64, 10.2);
  infer<square<16>>("dense+relu 16^3", 256, 36);
  infer<square<32>>("dense+relu 32^3", 1024, 329);
  infer<square<64>>("dense+relu 64^3", 4096, 2060);
  infer<inference<tanh_mlp{}, in<"x", 16>>>("mlp 16-64-64-4 tanh b1", of_tanh_mlp, 85);
  infer<inference<mlp{}, in<"x", 784>>>("mlp 784-128-10 b1", of_mlp, 1700);
  infer<inference<mlp{}, in<"x", 784>, max_batch{64}>>("mlp 784-128-10 b64", of_mlp, 50'000);
  infer<inference<lenet{}, in<"image", 28, 28, 1>>>("lenet b1", of_lenet, 3500);
  infer<inference<lenet{}, in<"image", 28, 28, 1>, max_batch{64}>>("lenet b64", of_lenet, 190'000);
  train<training<mlp{}, in<"x", 784>, labels<"y", i32, 10>, loss::softmax_cross_entropy{}, optim::adam{}, max_batch{64}>>(
      "train mlp 784-128-10 adam b64", 3 * of_mlp - 784 * 128, 135'000);
  train<training<lenet{}, in<"image", 28, 28, 1>, labels<"y", i32, 10>, loss::softmax_cross_entropy{},
                 optim::sgd{.learning_rate = 0.01, .momentum = 0.9}, max_batch{64}>>("train lenet sgd momentum b64", 3 * of_lenet - 576 * 25 * 6,
                                                                                     600'000);
  train<training<tanh_mlp{}, in<"x", 16>, labels<"y", f32, 0, 4>, loss::mse{}, optim::adam{}, max_batch{32}>>("train mlp 16-64-64-4 adam b32",
                                                                                                              3 * of_tanh_mlp - 16 * 64, 7000);
}
