#include "machine.hpp"

#include <ctime>
#include <fstream>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace bench {

namespace {
double seconds_of(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}
}  // namespace
double wall_seconds() { return seconds_of(CLOCK_MONOTONIC); }
double cpu_seconds() { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }

namespace {

// The fewest seconds of f().
template <class F>
double fastest(double seconds, F f) {
  double best = 1e30;
  for (const double end = cpu_seconds() + seconds; cpu_seconds() < end;) {
    const double begin = wall_seconds();
    f();
    const double took = wall_seconds() - begin;
    if (took < best) best = took;
  }
  return best;
}

constexpr int rounds = 20000;  // of twelve instructions that do not wait for each other

#if defined(__x86_64__)
#define TWELVE(instruction)                                                                                                              \
  instruction ",%0\n" instruction ",%1\n" instruction ",%2\n" instruction ",%3\n" instruction ",%4\n" instruction ",%5\n" instruction    \
              ",%6\n" instruction ",%7\n" instruction ",%8\n" instruction ",%9\n" instruction ",%10\n" instruction ",%11"
#define RUN(type, zero, instruction)                                                                                                 \
  type a = zero, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a, x = a;                                  \
  for (int r = 0; r < rounds; ++r)                                                                                                    \
    asm volatile(TWELVE(instruction) : "+v"(a), "+v"(b), "+v"(c), "+v"(d), "+v"(e), "+v"(f), "+v"(g), "+v"(h), "+v"(i), "+v"(j),      \
                 "+v"(k), "+v"(l) : "v"(x));
__attribute__((target("avx512f"))) void fma_512() { RUN(__m512, _mm512_setzero_ps(), "vfmadd213ps %12,%12") }
__attribute__((target("avx2,fma"))) void fma_256() { RUN(__m256, _mm256_setzero_ps(), "vfmadd213ps %12,%12") }
__attribute__((target("avx512f,avx512vnni"))) void dot8_512() { RUN(__m512i, _mm512_setzero_si512(), "vpdpbusd %12,%12") }

__attribute__((target("avx512f"))) float read_512(const float* p, std::size_t n) {
  __m512 s[8]{};
  for (std::size_t i = 0; i < n; i += 128)
    for (int k = 0; k < 8; ++k) s[k] += _mm512_load_ps(p + i + 16 * k);
  const __m512 all = ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
  return all[0];
}
__attribute__((target("avx2"))) float read_256(const float* p, std::size_t n) {
  __m256 s[8]{};
  for (std::size_t i = 0; i < n; i += 64)
    for (int k = 0; k < 8; ++k) s[k] += _mm256_load_ps(p + i + 8 * k);
  const __m256 all = ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
  return all[0];
}

double bandwidth(std::size_t bytes, double seconds, float (*read)(const float*, std::size_t)) {
  std::vector<float> memory(bytes / 4 + 16, 1.f);
  const float* p = memory.data() + (64 - reinterpret_cast<std::uintptr_t>(memory.data()) % 64) % 64 / 4;
  const int repeats = static_cast<int>(1 + (8u << 20) / bytes);
  float sum = 0;
  const double best = fastest(seconds, [&] {
    for (int i = 0; i < repeats; ++i) sum += read(p, bytes / 4);
    asm volatile("" ::"x"(sum));
  });
  return static_cast<double>(bytes) * repeats / best * 1e-9;
}
#endif

}  // namespace

machine measure_machine([[maybe_unused]] double seconds) {
  machine m;
  std::ifstream cpu("/proc/cpuinfo");
  for (std::string line; std::getline(cpu, line);)
    if (line.rfind("model name", 0) == 0) {
      m.processor = line.substr(line.find(':') + 2);
      break;
    }
#if defined(__x86_64__)
  const bool wide = __builtin_cpu_supports("avx512f"), medium = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (wide) m.fma = 12. * rounds * 32 / fastest(seconds, fma_512) * 1e-9;
  else if (medium) m.fma = 12. * rounds * 16 / fastest(seconds, fma_256) * 1e-9;
  if (__builtin_cpu_supports("avx512vnni")) m.dot8 = 12. * rounds * 128 / fastest(seconds, dot8_512) * 1e-9;
  if (wide || medium) {
    m.near = bandwidth(96 << 10, seconds, wide ? read_512 : read_256);
    m.far = bandwidth(24 << 20, seconds, wide ? read_512 : read_256);
  }
#endif
  return m;
}

}  // namespace bench
