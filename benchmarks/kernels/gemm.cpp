// Matrix products: B in place and packed, and the three layouts of a dense layer's step.
#include "benchmarking.hpp"

using namespace benchmarking_kernels;

namespace {

enum class layout { plain, packed, a_transposed, b_transposed };

void product(benchmark::State& state, const igata::plan::kernel_set& kernels, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, layout how) {
  buffer a(m * k), b(k * n), c(m * n), panels(igata::plan::packed_size(k, n)), scratch(igata::plan::packed_size(k, n) + 64);
  igata::plan::gemm_args args{};
  args.a = a.data(), args.b = b.data(), args.c = c.data(), args.c_row = n, args.scratch = scratch.data();
  args.a_row = how == layout::a_transposed ? 1 : k, args.a_k = how == layout::a_transposed ? m : 1;
  args.b_k = how == layout::b_transposed ? 1 : n, args.b_n = how == layout::b_transposed ? k : 1;
  args.m = m, args.n = n, args.k = k;
  if (how == layout::packed) {
    kernels.pack(b.data(), n, 1, k, n, panels.data());
    args.b = panels.data(), args.b_packed = true;
  }
  for (auto _ : state) {
    kernels.gemm(args);
    benchmark::ClobberMemory();
  }
  count_flops(state, 2. * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k));
}

void add(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, layout how = layout::plain) {
  const char* const names[] = {"", "/packed", "/a_transposed", "/b_transposed"};
  on_each_isa("gemm/" + std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k) + names[static_cast<int>(how)],
              [=](benchmark::State& state, const igata::plan::kernel_set& kernels, isa) { product(state, kernels, m, n, k, how); });
}

const int registered = [] {
  for (const ptrdiff_t size : {64, 128, 256, 512, 1024}) {
    add(size, size, size);
    add(size, size, size, layout::packed);
  }
  add(1, 128, 784), add(8, 512, 512), add(3136, 64, 576), add(49, 512, 4608, layout::packed);
  add(64, 120, 256), add(64, 256, 120, layout::b_transposed), add(256, 120, 64, layout::a_transposed);
  add(64, 10, 84), add(784, 16, 32);
  return 0;
}();

}  // namespace

BENCHMARK_MAIN();
