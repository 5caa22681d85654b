// Special values through functions, sums, maxima and products on every instruction set that this machine has, as bits: the same text whatever the
// flags.
#include <cstdio>
#include <cstring>
#include <igata/core/float_control.hpp>
#include <igata/expr.hpp>
#include <igata/f64.hpp>
#include <igata/igata.hpp>
#include <igata/io/csv.hpp>
#include <igata/train/history.hpp>

using namespace igata;

struct functions {
  constexpr value operator()(value x, value y) const {
    return concat({sqrt(x), rsqrt(x), log(x), log1p(x), exp(x), pow(x, y), tanh(x), maximum(x, y), minimum(y, x), sign(x), x / y, x * y + x,
                   x * y - y * y, (x + y) - x,
                   x * 0.5f, expm1(x), sigmoid(x), erf(x), sin(x), cos(y), floor(x), x * y - x, select(x < y, x, y), select(x == y, 1.f, 0.f),
                   cast(cast(x, i32), f32), reduce_max(concat({x, y, x + y}, 1), {1}, true)},
                  1);
  }
};
constexpr int columns_of_result = 26;
struct of_doubles {
  constexpr value operator()(value x, value y) const { return cast(functions{}(x, y), f64); }
};
struct net {  // weights are folded when it is made
  constexpr value operator()(value x) const {
    value h = relu(nn::batch_norm(nn::conv2d(x, {.filters = 5, .kernel = 3, .padding = padding::same})));
    h = nn::max_pool2d(h, {.size = 2});
    return softmax(nn::dense(nn::flatten(h), {.units = 7}));
  }
};
constexpr unsigned values[] = {0,          0x80000000, 1,          0x80000001, 0x00400000, 0x00800000, 0x80800000, 0x3f800000,
                               0xbf800000, 0x49742400, 0x40000000, 0xc0400000, 0x3f000000, 0x7f7fffff, 0xff7fffff, 0x7f800000,
                               0xff800000, 0x7fc00000, 0x42c80000, 0x3eaaaaab, 0xc2c80000, 0x33800000, 0x3fc90fdb, 0x4b800001};
constexpr int count = sizeof values / sizeof *values, pairs = count * count;

float x[pairs], y[pairs], results[pairs * columns_of_result];
double exact[pairs * columns_of_result];

unsigned hash_of(const float* from, int step, int n = pairs) {
  unsigned hash = 2166136261u;
  for (int i = 0; i < n; ++i) {
    unsigned bits;
    std::memcpy(&bits, from + i * step, 4);
    if ((bits & 0x7fffffff) > 0x7f800000) bits = 0x7fc00000;
    hash = (hash ^ bits) * 16777619u;
  }
  return hash;
}

unsigned hash_of_doubles(const double* from) {
  unsigned hash = 2166136261u;
  for (int i = 0; i < pairs; ++i) {
    unsigned long long bits;
    std::memcpy(&bits, from + i * columns_of_result, 8);
    if (bits << 1 > 0xffe0000000000000) bits = 0x7ff8000000000000;
    hash = ((hash ^ static_cast<unsigned>(bits)) * 16777619u ^ static_cast<unsigned>(bits >> 32)) * 16777619u;
  }
  return hash;
}

int main() {
  const auto control = detail::read_float_control();
  for (int i = 0; i < pairs; ++i) std::memcpy(x + i, values + i % count, 4), std::memcpy(y + i, values + i / count, 4);
  inference<functions{}, in<"x", 1>, in<"y", 1>, max_batch{pairs}> program{variable_store()};
  for (const isa which : {isa::base, isa::avx2, isa::avx512}) {
    if (!detail::cpu_runs(which)) continue;
    program.use(which);
    if (!program.run({x, y}, results, pairs)) return 1;
    for (int k = 0; k < columns_of_result; ++k) std::printf("%d: %d: %08x\n", static_cast<int>(which), k, hash_of(results + k, columns_of_result));
  }
  inference<of_doubles{}, in<"x", 1>, in<"y", 1>, max_batch{pairs}, precision::fp64{}> wide{variable_store()};
  for (const isa which : {isa::base, isa::avx2, isa::avx512}) {
    if (!detail::cpu_runs(which)) continue;
    wide.use(which);
    if (!wide.run({x, y}, exact, pairs)) return 1;
    for (int k = 0; k < columns_of_result; ++k) std::printf("%d: f64 %d: %08x\n", static_cast<int>(which), k, hash_of_doubles(exact + k));
  }
  variable_store weights;
  training<net{}, in<"x", 6, 6, 2>, labels<"y", f32, 0, 7>, loss::mse{}, optim::adam{}, max_batch{8}> train{weights, seed{3}};
  for (int i = 0; i < 8 * 72; ++i) x[i] = static_cast<float>(i * 37 % 64) / 16.f - 2.f;
  for (int i = 0; i < 8 * 7; ++i) y[i] = static_cast<float>(i % 7 == i / 7);
  for (int i = 0; i < 4; ++i)
    if (!train.step_unchecked(std::array<const void*, 2>{x, y}.data(), 8)) return 3;
  inference<net{}, in<"x", 6, 6, 2>, max_batch{8}> fast{weights};
  if (!fast.run(std::span<const float>(x, 8 * 72), std::span<float>(results, 8 * 7), 8)) return 4;
  const std::span<const float> kernel = weights.floats("dense/kernel");
  std::printf("net: %08x %08x\n", hash_of(results, 1, 8 * 7), hash_of(kernel.data(), 1, static_cast<int>(kernel.size())));
  tensor_view<float, pairs> a(x), b(y), c(results);
  c = sqrt(a) * b + a * 0.25f;
  std::printf("expression: %08x\n", hash_of(results, 1));
  train::history h;
  for (const double loss : {static_cast<double>(x[17]), 0.5, 0.25}) {  // NaN first
    train::logs epoch;
    epoch.set("loss", loss);
    h.add(epoch, 0);
  }
  std::printf("best %g\n", h.best("loss", better::lower));
  for (const char* line : {"1,nan\n", "1,1e300\n", "1,1e-42\n"}) try {
      unsigned bits;
      std::memcpy(&bits, io::csv::parse(line, "table.csv").values.data() + 1, 4);
      std::printf("%08x\n", bits);
    } catch (const error& e) {
      std::printf("%s\n", e.what());
    }
  if (detail::read_float_control() != control) return 2;  // the caller's, set by the start-up code of -ffast-math
}
