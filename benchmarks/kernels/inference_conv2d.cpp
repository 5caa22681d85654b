// The convolutions of inference programs, one image: ResNet's and MobileNet's layers, with bias and clamp. GFLOP/s of a Winograd convolution are
// those of the direct sum that it replaces.
#include "benchmarking.hpp"

using namespace benchmarking_kernels;

namespace {

enum class method { direct, winograd, depthwise };
struct shape {
  const char* name;
  method how;
  ptrdiff_t size, c, o, kernel, stride;
};
const shape shapes[] = {
    {"7x7/2_3_64@224", method::direct, 224, 3, 64, 7, 2},       {"3x3/2_3_32@224", method::direct, 224, 3, 32, 3, 2},
    {"3x3/2_128@56", method::direct, 56, 128, 128, 3, 2},       {"3x3/2_256@28", method::direct, 28, 256, 256, 3, 2},
    {"3x3/2_512@14", method::direct, 14, 512, 512, 3, 2},       {"1x1_64_256@56", method::direct, 56, 64, 256, 1, 1},
    {"1x1_256_64@56", method::direct, 56, 256, 64, 1, 1},       {"1x1/2_256_512@56", method::direct, 56, 256, 512, 1, 2},
    {"1x1_128_512@28", method::direct, 28, 128, 512, 1, 1},     {"1x1_512_128@28", method::direct, 28, 512, 128, 1, 1},
    {"1x1_256_1024@14", method::direct, 14, 256, 1024, 1, 1},   {"1x1_1024_256@14", method::direct, 14, 1024, 256, 1, 1},
    {"1x1_512_2048@7", method::direct, 7, 512, 2048, 1, 1},     {"1x1_2048_512@7", method::direct, 7, 2048, 512, 1, 1},
    {"1x1_32_16@112", method::direct, 112, 32, 16, 1, 1},       {"1x1_16_96@112", method::direct, 112, 16, 96, 1, 1},
    {"1x1_24_144@56", method::direct, 56, 24, 144, 1, 1},       {"1x1_144_24@56", method::direct, 56, 144, 24, 1, 1},
    {"1x1_576_96@14", method::direct, 14, 576, 96, 1, 1},       {"1x1_320_1280@7", method::direct, 7, 320, 1280, 1, 1},
    {"3x3_64@56", method::direct, 56, 64, 64, 3, 1},            {"3x3_64@56", method::winograd, 56, 64, 64, 3, 1},
    {"3x3_128@28", method::winograd, 28, 128, 128, 3, 1},       {"3x3_256@14", method::winograd, 14, 256, 256, 3, 1},
    {"3x3_512@7", method::winograd, 7, 512, 512, 3, 1},         {"dw3x3_32@112", method::depthwise, 112, 32, 32, 3, 1},
    {"dw3x3/2_96@112", method::depthwise, 112, 96, 96, 3, 2},   {"dw3x3_144@56", method::depthwise, 56, 144, 144, 3, 1},
    {"dw3x3_192@28", method::depthwise, 28, 192, 192, 3, 1},    {"dw3x3_384@14", method::depthwise, 14, 384, 384, 3, 1},
    {"dw3x3_960@7", method::depthwise, 7, 960, 960, 3, 1},
};

const int registered = [] {
  for (const shape& s : shapes) {
    const ptrdiff_t pad = s.kernel / 2, out = (s.size + 2 * pad - s.kernel) / s.stride + 1;
    const igata::plan::window_geometry g{1, s.size, s.size, s.c, out, out, s.kernel, s.kernel, s.stride, s.stride, 1, 1, pad, pad, pad, pad};
    const int tile = s.how == method::winograd ? igata::plan::winograd_tile(g, s.o, 1) : 0;
    const char* how = s.how == method::direct ? "direct/" : s.how == method::depthwise ? "depthwise/" : tile == 4 ? "winograd4/" : "winograd2/";
    on_each_isa(std::string(how) + s.name, [=](benchmark::State& state, const igata::plan::kernel_set& kernels, isa) {
      const ptrdiff_t weights = tile ? igata::plan::winograd_packed_size(s.c, s.o, tile) : igata::plan::packed_size(s.kernel * s.kernel * s.c, s.o);
      buffer x(s.size * s.size * s.c), w(weights), bias(s.o), y(out * out * s.o), scratch(tile ? igata::plan::winograd_scratch(g, tile) : 0);
      const auto kernel = tile == 4 ? kernels.winograd4_conv2d : tile == 2 ? kernels.winograd2_conv2d
                          : s.how == method::depthwise ? kernels.depthwise_conv2d : kernels.direct_conv2d;
      for (auto _ : state) kernel({g, s.o, x.data(), w.data(), scratch.data(), bias.data(), y.data(), s.o, {nullptr, 0, true, 0, 6}, nullptr});
      count_flops(state, 2. * static_cast<double>(out * out * s.o * s.kernel * s.kernel * (s.how == method::depthwise ? 1 : s.c)));
    });
  }
  return 0;
}();

}  // namespace

BENCHMARK_MAIN();
