// What a kernel takes on igata's own vectors and on the user's xsimd, in turn in one run: the time of ours, and the ratio of both.
//
//   g++ -std=c++20 -O2 -DIGATA_USE_XSIMD -Iinclude benchmarks/kernels/beside_xsimd.cpp -o beside_xsimd && ./beside_xsimd
//   with -mavx2 -mfma -DIGATA_MAX_ISA=1 both have registers of 32 bytes
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <vector>

#include <igata/kernels/dispatch.hpp>

#if defined(IGATA_USE_XSIMD)
using namespace igata;
using namespace igata::plan;

namespace {

double now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }  // of the processor: others may run beside

template <class F>
double time_of(F f, int rounds) {
  const double begin = now();
  for (int i = 0; i < rounds; ++i) f();
  return (now() - begin) / rounds;
}
template <class F>
void compare(const char* name, F on) {
  const auto ours = [&] { on(compiled_isas[1]); };
  const auto other = [&] { on(isa::xsimd); };
  int rounds = 1;
  while (time_of(ours, rounds) * rounds < 5e-3) rounds *= 2;
  std::vector<double> times, ratios;
  for (int i = 0; i < 41; ++i) {
    const double a = time_of(ours, rounds), b = time_of(other, rounds);
    times.push_back(a);
    ratios.push_back(b / a);
  }
  std::sort(times.begin(), times.end());
  std::sort(ratios.begin(), ratios.end());
  std::printf("%-22s ours %9.2f us; xsimd takes %.2f times as long (least %.2f, most %.2f)\n", name, times[0] * 1e6, ratios[20], ratios[0],
              ratios[40]);
}

constexpr pointwise_program one_instruction(opcode code) {
  pointwise_program p{};
  p.inputs = p.outputs = p.length = 1;
  p.kind[0] = column_access::contiguous;
  p.code[0] = instruction{code, 0, 0, 0}.pack();
  p.result[0] = 1;
  return p;
}
template <opcode Code>
void compare_function(const char* name, const float* from, float* to) {
  pointwise_args args{};
  args.cols = 4096;
  args.in[0] = from;
  args.in_col[0] = 1;
  args.out[0] = to;
  compare(name, [&](isa which) { pointwise_of<one_instruction(Code)>(which)(args); });
}

}  // namespace

int main() {
  std::printf("%s, and xsimd with %d lanes\n", kernels_of(compiled_isas[1]).name, kernels_of(isa::xsimd).vector_floats);
  std::vector<float> a(1 << 20), b(1 << 20, 0.25f), c(1 << 20), scratch(1 << 22);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<float>(i * 40503 % 400) / 100 - 2;
  for (const auto& [m, n, k] : {std::array{64, 64, 64}, std::array{256, 256, 256}, std::array{1, 128, 784}}) {
    gemm_args args{};
    args.m = m;
    args.n = n;
    args.k = k;
    args.a = a.data();
    args.a_row = k;
    args.a_k = 1;
    args.b = b.data();
    args.b_k = n;
    args.b_n = 1;
    args.scratch = scratch.data();
    args.c = c.data();
    args.c_row = n;
    char name[64];
    std::snprintf(name, sizeof name, "gemm %d x %d x %d", m, n, k);
    compare(name, [&](isa which) { kernels_of(which).gemm(args); });
  }
  const window_geometry g{1, 28, 28, 64, 28, 28, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
  compare("conv2d 3x3 64 @28", [&](isa which) {
    kernels_of(which).conv2d({g, 64, 1, a.data(), b.data(), false, scratch.data(), nullptr, c.data(), nullptr});
  });
  compare_function<opcode::exp>("exp of 4096", a.data(), c.data());
  compare_function<opcode::tanh>("tanh of 4096", a.data(), c.data());
  compare_function<opcode::log>("log of 4096", a.data(), c.data());
}
#else
int main() { std::puts("compile with -DIGATA_USE_XSIMD"); }
#endif
