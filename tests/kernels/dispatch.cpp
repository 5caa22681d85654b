// The table of instruction sets: what is compiled in, what the CPU runs, which one is chosen.
#include "testing.hpp"

namespace {

TEST(dispatch, best_is_the_highest_the_cpu_runs) {
  const igata::isa best = igata::best_isa();
  EXPECT_TRUE(igata::detail::cpu_runs(best));
  bool found = false;
  for (const igata::isa which : igata::compiled_isas) {
    EXPECT_TRUE(which <= best || !igata::detail::cpu_runs(which));
    found = found || which == best;
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(igata::best_isa(), best);
}

TEST(dispatch, every_set_is_complete) {
  for (const igata::isa which : igata::compiled_isas) {
    const igata::plan::kernel_set& k = igata::plan::kernels_of(which);
    EXPECT_STREQ(k.name, igata::detail::isa_names[static_cast<int>(which)]);
    EXPECT_TRUE(which == igata::isa::xsimd || k.vector_floats == (which == igata::isa::avx512 ? 16 : which == igata::isa::avx2 ? 8 : 4));
    EXPECT_TRUE(k.gemm && k.pack && k.conv2d && k.conv2d_filter_grad && k.conv2d_input_grad && k.max_pool2d && k.avg_pool2d);
    EXPECT_TRUE(k.max_pool2d_grad && k.avg_pool2d_grad && k.reduce && k.gather && k.scatter_add && k.scatter && k.scatter_reduce && k.copy && k.fill);
  }
}

// What is not compiled in stands for the lowest that is; a comparison asks for at least so much on every architecture.
TEST(dispatch, other_instruction_sets_are_the_lowest) {
  using igata::isa;
  EXPECT_STREQ(igata::detail::isa_names[static_cast<int>(isa::avx512)], "avx512");
#if defined(__x86_64__)
  EXPECT_EQ(isa::base, isa::sse2);
  EXPECT_EQ(&igata::plan::kernels_of(isa::neon), &igata::plan::kernels_of(igata::compiled_isas[0]));
  EXPECT_EQ(igata::detail::place_of(isa::wasm), 0);
#elif defined(__aarch64__)
  EXPECT_EQ(isa::base, isa::neon);
  EXPECT_EQ(&igata::plan::kernels_of(isa::avx2), &igata::plan::kernels_of(igata::compiled_isas[0]));
#elif defined(__wasm__)
  EXPECT_EQ(isa::base, isa::wasm);
#endif
  EXPECT_LT(isa::base, isa::avx2);
}

#if defined(__x86_64__)
using igata::detail::cpu_feature;
using igata::detail::cpu_registers;
using igata::detail::features_named;
using igata::detail::features_of;

static_assert(features_named("").bits == 0 && features_named("fma").has(cpu_feature::fma));
static_assert(features_named("avx2,fma") == features_named("fma,avx2") && !features_named("avx512f").has(cpu_feature::avx512bw));
template <int Kind>
concept is_a_name = requires {
  typename std::integral_constant<unsigned, features_named(Kind == 0 ? "avx2,fma" : Kind == 1 ? "avx2;fma" : "avx").bits>;
};
static_assert(is_a_name<0> && !is_a_name<1> && !is_a_name<2>);

// As cpuid and xgetbv answered on Linux: leaves 0 (eax), 1 (ecx), 7 (eax, ebx, ecx), 7.1 (eax); XCR0.
struct known_cpu {
  const char* name;
  cpu_registers registers;
  const char* features;
  igata::isa best;
};
constexpr known_cpu known_cpus[] = {
    {"Pentium 4 640", {5, 0x0000649d, 0, 0, 0, 0, 0}, "", igata::isa::sse2},
    {"Core i7-4770 (Haswell)", {0xd, 0x7ffafbff, 0, 0x000027ab, 0, 0, 7}, "fma,f16c,avx2", igata::isa::avx2},
    {"the same, limited to leaf 3 by its firmware, and what it may say beyond",
     {3, 0x7ffafbff, ~0u, ~0u, ~0u, ~0u, 7},
     "fma,f16c",
     igata::isa::sse2},
    {"the same, its part 7.1 not being there", {0xd, 0x7ffafbff, 0, 0x000027ab, 0, ~0u, 7}, "fma,f16c,avx2", igata::isa::avx2},
    {"the same under a system that keeps no AVX registers", {0xd, 0x7ffafbff, 0, 0x000027ab, 0, 0, 3}, "", igata::isa::sse2},
    {"the same under a system without xgetbv", {0xd, 0x77fafbff, 0, 0x000027ab, 0, 0, 7}, "", igata::isa::sse2},
    {"Ryzen 7 1700X (Zen 1)", {0xd, 0x7ed8320b, 0, 0x209c01a9, 0, 0, 7}, "fma,f16c,avx2", igata::isa::avx2},
    {"Ryzen 7 3700X (Zen 2)", {0x10, 0x7ed8320b, 0, 0x219c91a9, 0x00400004, 0, 0x207}, "fma,f16c,avx2", igata::isa::avx2},
    {"Ryzen 9 5950X (Zen 3)", {0x10, 0x7ed8320b, 0, 0x219c97a9, 0x0040068c, 0, 0x207}, "fma,f16c,avx2", igata::isa::avx2},
    {"Ryzen 9 7900X (Zen 4)",
     {0x10, 0x7ef8320b, 1, 0xf1bf97a9, 0x00405fce, 0x00000020, 0x2e7},
     "fma,f16c,avx2,avx512f,avx512dq,avx512bw,avx512vl,avx512vnni,avx512bf16",
     igata::isa::avx512},
    {"Core i9-7900X (Skylake-X)",
     {0x16, 0x7ffefbbf, 0, 0xd39ffffb, 0, 0, 0xff},
     "fma,f16c,avx2,avx512f,avx512dq,avx512bw,avx512vl",
     igata::isa::avx512},
    {"the same under a system that keeps AVX's registers only",
     {0x16, 0x7ffefbbf, 0, 0xd39ffffb, 0, 0, 7},
     "fma,f16c,avx2",
     igata::isa::avx2},
    {"Core i9-12900K (Alder Lake)",
     {0x20, 0x7ffafbff, 1, 0x239ca7eb, 0x98c027ac, 0x00400810, 0x207},
     "fma,f16c,avx2,avxvnni",
     igata::isa::avx2},
    {"Core i5-12400 (Alder Lake with AVX-512)",
     {0x20, 0x7ffafbbf, 1, 0xf3bfa7eb, 0x98c05fee, 0x00401c30, 0x2e7},
     "fma,f16c,avx2,avxvnni,avx512f,avx512dq,avx512bw,avx512vl,avx512vnni,avx512bf16",
     igata::isa::avx512},
};
TEST(dispatch, known_cpus) {
  for (const known_cpu& cpu : known_cpus) {
    SCOPED_TRACE(cpu.name);
    const igata::detail::cpu_features features = features_of(cpu.registers);
    EXPECT_EQ(features.bits, features_named(cpu.features).bits);
    igata::isa best = igata::compiled_isas[0];  // of those that this unit has
    for (const igata::isa which : igata::compiled_isas)
      if (which <= cpu.best) best = which;
    EXPECT_EQ(igata::detail::best_on(features), best);
  }
}
TEST(dispatch, this_cpu_is_the_one_that_the_compiler_sees) {
  using igata::detail::this_cpu;
  EXPECT_EQ(this_cpu().has(cpu_feature::avx2), __builtin_cpu_supports("avx2") != 0);
  EXPECT_EQ(this_cpu().has(cpu_feature::fma), __builtin_cpu_supports("fma") != 0);
  EXPECT_EQ(this_cpu().has(cpu_feature::avx512f), __builtin_cpu_supports("avx512f") != 0);
  EXPECT_EQ(this_cpu().has(cpu_feature::avx512bw), __builtin_cpu_supports("avx512bw") != 0);
  EXPECT_EQ(this_cpu().has(cpu_feature::avx512vl), __builtin_cpu_supports("avx512vl") != 0);
  EXPECT_EQ(this_cpu().has(cpu_feature::avx512dq), __builtin_cpu_supports("avx512dq") != 0);
  EXPECT_EQ(this_cpu().has(cpu_feature::avx512vnni), __builtin_cpu_supports("avx512vnni") != 0);
}
#endif

}  // namespace
