// Convolutions and their gradients: LeNet's at batch 64, ResNet's and MobileNet's at batch 1.
#include "benchmarking.hpp"

using namespace benchmarking_kernels;

namespace {

struct shape {
  const char* name;
  ptrdiff_t n, size, c, o, groups, kernel, stride, pad;
  igata::plan::window_geometry window() const {
    const ptrdiff_t out = (size + 2 * pad - kernel) / stride + 1;
    return {n, size, size, c, out, out, kernel, kernel, stride, stride, 1, 1, pad, pad, pad, pad};
  }
  double flops() const {
    const auto g = window();
    return 2. * static_cast<double>(n * g.oh * g.ow * o * kernel * kernel * (c / groups));
  }
};
const shape shapes[] = {
    {"lenet1", 64, 28, 1, 6, 1, 5, 1, 0},      {"lenet2", 64, 12, 6, 16, 1, 5, 1, 0},     {"3x3_64@56", 1, 56, 64, 64, 1, 3, 1, 1},
    {"3x3_128@28", 1, 28, 128, 128, 1, 3, 1, 1}, {"3x3_512@7", 1, 7, 512, 512, 1, 3, 1, 1}, {"7x7/2_3@224", 1, 224, 3, 64, 1, 7, 2, 3},
    {"1x1_64_256@56", 1, 56, 64, 256, 1, 1, 1, 0}, {"dw3x3_144@56", 1, 56, 144, 144, 144, 3, 1, 1},
};

const int registered = [] {
  for (const shape& s : shapes) {
    const auto g = s.window();
    const ptrdiff_t in = g.n * g.h * g.w * g.c, out = g.n * g.oh * g.ow * s.o, weights = s.kernel * s.kernel * (s.c / s.groups) * s.o;
    on_each_isa(std::string("conv2d/") + s.name, [=](benchmark::State& state, const igata::plan::kernel_set& kernels, isa) {
      buffer x(in), w(weights), bias(s.o), y(out), scratch(igata::plan::conv2d_scratch(g, s.o));
      for (auto _ : state) kernels.conv2d({g, s.o, s.groups, x.data(), w.data(), false, scratch.data(), bias.data(), y.data(), nullptr});
      count_flops(state, s.flops());
    });
    on_each_isa(std::string("conv2d_filter_grad/") + s.name, [=](benchmark::State& state, const igata::plan::kernel_set& kernels, isa) {
      buffer x(in), w(weights), y(out), scratch(igata::plan::conv2d_filter_grad_scratch(g, s.o, s.groups));
      for (auto _ : state) kernels.conv2d_filter_grad({g, s.o, s.groups, x.data(), y.data(), w.data(), nullptr, scratch.data()});
      count_flops(state, s.flops());
    });
    on_each_isa(std::string("conv2d_input_grad/") + s.name, [=](benchmark::State& state, const igata::plan::kernel_set& kernels, isa) {
      buffer x(in), w(weights), y(out), scratch(igata::plan::conv2d_input_grad_scratch(g, s.o, s.groups));
      for (auto _ : state) kernels.conv2d_input_grad({g, s.o, s.groups, w.data(), y.data(), x.data(), scratch.data()});
      count_flops(state, s.flops());
    });
  }
  return 0;
}();

}  // namespace

BENCHMARK_MAIN();
