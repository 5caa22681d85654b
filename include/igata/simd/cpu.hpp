// What this CPU can do, by the names that compilers give to features. Own, because compilers' __builtin_cpu_supports refuses some of them
// (clang 14 and 16: "f16c", "avxvnni"), and because a pure function of register values can be tested with CPUs that are not there.
//
//   constexpr cpu_features needed = features_named("avx2,fma");
//   this_cpu().has(needed)
#pragma once
#include <cstdint>  // uint32_t
#include <string_view>

#include "../version.hpp"

namespace igata::inline IGATA_ABI::detail {

enum class cpu_feature {
#define IGATA_CPU_FEATURE(name, word, bit, state) name,
#include "cpu_features.inc"
#undef IGATA_CPU_FEATURE
};

struct cpu_features {
  std::uint32_t bits = 0;
  constexpr void add(cpu_feature f) { bits |= std::uint32_t{1} << static_cast<int>(f); }
  constexpr bool has(cpu_feature f) const { return bits >> static_cast<int>(f) & 1; }
  constexpr bool has(cpu_features needed) const { return (needed.bits & ~bits) == 0; }
  friend constexpr bool operator==(cpu_features, cpu_features) = default;
};

inline void no_cpu_feature_is_called_so() {}  // not constexpr: the text of the error

// Names with commas between them, as in target("…").
constexpr cpu_features features_named(std::string_view names) {
  cpu_features all;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find(','));
    const std::uint32_t before = all.bits;
#define IGATA_CPU_FEATURE(feature, word, bit, state) \
  if (name == #feature) all.add(cpu_feature::feature);
#include "cpu_features.inc"
#undef IGATA_CPU_FEATURE
    if (all.bits == before) no_cpu_feature_is_called_so();
    names.remove_prefix(name.size() < names.size() ? name.size() + 1 : name.size());
  }
  return all;
}

// What the instructions say. Beyond the highest leaf a CPU may say anything.
struct cpu_registers {
  std::uint32_t highest_leaf = 0;  // leaf 0, eax
  std::uint32_t leaf1_ecx = 0;
  std::uint32_t leaf7_eax = 0, leaf7_ebx = 0, leaf7_ecx = 0;  // eax: the highest part of this leaf
  std::uint32_t leaf7_1_eax = 0;
  std::uint32_t xcr0 = 0;  // of xgetbv: the registers that the system keeps; read where leaf 1 says that it can be
};

struct cpu_state {
  static constexpr std::uint32_t xgetbv = 1u << 27;       // of leaf 1
  static constexpr std::uint32_t avx = 6, avx512 = 0xe6;  // of xcr0
};

constexpr cpu_features features_of(const cpu_registers& r) {
  const std::uint32_t leaf1_ecx = r.highest_leaf >= 1 ? r.leaf1_ecx : 0;
  const std::uint32_t leaf7_ebx = r.highest_leaf >= 7 ? r.leaf7_ebx : 0, leaf7_ecx = r.highest_leaf >= 7 ? r.leaf7_ecx : 0;
  const std::uint32_t leaf7_1_eax = r.highest_leaf >= 7 && r.leaf7_eax >= 1 ? r.leaf7_1_eax : 0;
  const std::uint32_t kept = leaf1_ecx & cpu_state::xgetbv ? r.xcr0 : 0;
  cpu_features all;
  const struct {
    cpu_feature feature;
    std::uint32_t word;
    int bit;
    std::uint32_t state;
  } known[] = {
#define IGATA_CPU_FEATURE(feature, word, bit, state) {cpu_feature::feature, word, bit, cpu_state::state},
#include "cpu_features.inc"
#undef IGATA_CPU_FEATURE
  };
  for (const auto& f : known)
    if ((f.word >> f.bit & 1) && (kept & f.state) == f.state) all.add(f.feature);
  return all;
}

#if defined(__x86_64__) || defined(__i386__)
struct cpuid_answer {
  std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};
inline cpuid_answer cpuid(std::uint32_t leaf, std::uint32_t part) noexcept {
  cpuid_answer a;
  asm volatile("cpuid" : "=a"(a.eax), "=b"(a.ebx), "=c"(a.ecx), "=d"(a.edx) : "a"(leaf), "c"(part));
  return a;
}
inline cpu_registers read_cpu_registers() noexcept {
  cpu_registers r;
  r.highest_leaf = cpuid(0, 0).eax;
  r.leaf1_ecx = cpuid(1, 0).ecx;
  if (r.leaf1_ecx & cpu_state::xgetbv) {
    std::uint32_t high = 0;
    asm volatile(".byte 0x0f, 0x01, 0xd0" : "=a"(r.xcr0), "=d"(high) : "c"(0));  // xgetbv, also for assemblers that are told of no AVX
#if defined(__APPLE__)
    if ((r.xcr0 & cpu_state::avx) == cpu_state::avx)
      r.xcr0 |= cpu_state::avx512;  // macOS keeps AVX-512's registers from their first use on
#endif
  }
  if (r.highest_leaf < 7) return r;
  const cpuid_answer seven = cpuid(7, 0);
  r.leaf7_eax = seven.eax;
  r.leaf7_ebx = seven.ebx;
  r.leaf7_ecx = seven.ecx;
  if (seven.eax >= 1) r.leaf7_1_eax = cpuid(7, 1).eax;
  return r;
}
// Asked once: under a hypervisor each cpuid takes as long as thousands of instructions.
[[gnu::cold]] inline cpu_features this_cpu() noexcept {
  static const cpu_features features = features_of(read_cpu_registers());
  return features;
}
#else
inline cpu_features this_cpu() noexcept { return {}; }
#endif

}  // namespace igata::inline IGATA_ABI::detail
