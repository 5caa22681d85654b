// Pointwise programs, reductions, pooling and copies: mostly bytes per second.
#include "benchmarking.hpp"

using namespace benchmarking_kernels;
using igata::plan::column_access;
using igata::plan::opcode;

namespace {

constexpr igata::plan::pointwise_program one(opcode code) {
  igata::plan::pointwise_program p{};
  p.inputs = 2;
  p.outputs = 1;
  p.length = 1;
  p.code[0] = igata::plan::instruction{code, 0, 1, 0}.pack();
  p.result[0] = 2;
  return p;
}
// max(x * g + b, 0) with a scalar g and 0
constexpr igata::plan::pointwise_program affine_relu() {
  igata::plan::pointwise_program p{};
  p.inputs = 4;
  p.outputs = 1;
  p.kind[2] = p.kind[3] = column_access::scalar;
  p.length = 3;
  p.code[0] = igata::plan::instruction{opcode::mul, 0, 2, 0}.pack();
  p.code[1] = igata::plan::instruction{opcode::add, 4, 1, 0}.pack();
  p.code[2] = igata::plan::instruction{opcode::max, 5, 3, 0}.pack();
  p.result[0] = 6;
  return p;
}

template <igata::plan::pointwise_program P>
void add_pointwise(const char* name, ptrdiff_t n) {
  on_each_isa(std::string("pointwise/") + name + "/" + std::to_string(n), [=](benchmark::State& state, const igata::plan::kernel_set&, isa which) {
    buffer a(n), b(n), c(n);
    const float g = 2, zero = 0;
    igata::plan::pointwise_args args{};
    args.in[0] = a.data(), args.in[1] = b.data(), args.in[2] = &g, args.in[3] = &zero;
    args.in_col[0] = args.in_col[1] = 1;
    args.out[0] = c.data(), args.rows = 1, args.cols = n;
    const igata::plan::pointwise_fn f = igata::plan::pointwise_of<P>(which);
    for (auto _ : state) {
      f(args);
      benchmark::ClobberMemory();
    }
    state.counters["Gelement/s"] =
        benchmark::Counter(static_cast<double>(n) * 1e-9 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  });
}

void add_reduce(ptrdiff_t o, ptrdiff_t r, ptrdiff_t i) {
  on_each_isa("reduce/" + std::to_string(o) + "x" + std::to_string(r) + "x" + std::to_string(i),
              [=](benchmark::State& state, const igata::plan::kernel_set& kernels, isa) {
                buffer in(o * r * i), out(o * i), scratch(igata::plan::reduce_scratch(i, 1));
                igata::plan::reduce_args args{};
                args.o = o, args.r = r, args.i = i, args.count = 1, args.in = in.data(), args.out[0] = out.data(), args.scratch = scratch.data();
                for (auto _ : state) kernels.reduce(args);
                count_bytes(state, 4. * static_cast<double>(o * r * i));
              });
}

const int registered = [] {
  add_pointwise<affine_relu()>("affine_relu", 4096);
  add_pointwise<affine_relu()>("affine_relu", 1 << 20);
  add_pointwise<one(opcode::exp)>("exp", 4096);
  add_pointwise<one(opcode::log)>("log", 4096);
  add_pointwise<one(opcode::tanh)>("tanh", 4096);
  add_pointwise<one(opcode::sigmoid)>("sigmoid", 4096);
  add_pointwise<one(opcode::erf)>("erf", 4096);
  add_pointwise<one(opcode::sin)>("sin", 4096);
  add_pointwise<one(opcode::pow)>("pow", 4096);
  add_reduce(1, 100000, 1), add_reduce(64, 10, 1), add_reduce(512, 128, 1), add_reduce(1, 36864, 6), add_reduce(1, 3136, 64), add_reduce(64, 49, 512);
  const igata::plan::window_geometry pool{64, 24, 24, 6, 12, 12, 2, 2, 2, 2, 1, 1, 0, 0, 0, 0};
  on_each_isa("max_pool2d/lenet1", [=](benchmark::State& state, const igata::plan::kernel_set& kernels, isa) {
    buffer x(64 * 576 * 6), y(64 * 144 * 6);
    for (auto _ : state) kernels.max_pool2d({pool, x.data(), y.data(), 1.f, false});
    count_bytes(state, 4. * 64 * 720 * 6);
  });
  on_each_isa("max_pool2d_grad/lenet1", [=](benchmark::State& state, const igata::plan::kernel_set& kernels, isa) {
    buffer x(64 * 576 * 6), y(64 * 144 * 6), dx(64 * 576 * 6);
    for (auto _ : state) kernels.max_pool2d_grad({pool, x.data(), y.data(), dx.data(), 1.f, false});
    count_bytes(state, 4. * 64 * 1296 * 6);
  });
  on_each_isa("copy/transpose_512", [=](benchmark::State& state, const igata::plan::kernel_set& kernels, isa) {
    buffer x(512 * 512), y(512 * 512);
    igata::plan::copy_args args{2, {512, 512}, {1, 512}, {512, 1}, x.data(), y.data()};
    for (auto _ : state) kernels.copy(args);
    count_bytes(state, 8. * 512 * 512);
  });
  return 0;
}();

}  // namespace

BENCHMARK_MAIN();
