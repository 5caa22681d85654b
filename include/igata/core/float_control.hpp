// The thread's floating-point control: how it rounds, and whether it takes subnormal numbers for zero. Who shares a step takes its caller's.
#pragma once
#include "../version.hpp"

namespace igata::inline IGATA_ABI::detail {

#if defined(__SSE__)
using float_control = unsigned;                         // MXCSR without the flags that arithmetic raises
inline constexpr float_control float_flushes = 0x8040;  // results, operands
inline float_control read_float_control() noexcept { return __builtin_ia32_stmxcsr() & ~0x3fu; }
inline void write_float_control(float_control c) noexcept { __builtin_ia32_ldmxcsr(c | (__builtin_ia32_stmxcsr() & 0x3fu)); }
#elif defined(__aarch64__)
using float_control = unsigned long long;  // FPCR
inline constexpr float_control float_flushes = 1ull << 24 | 1ull << 19;
inline float_control read_float_control() noexcept {
  float_control c;
  asm volatile("mrs %0, fpcr" : "=r"(c)::"memory");
  return c;
}
inline void write_float_control(float_control c) noexcept { asm volatile("msr fpcr, %0" ::"r"(c) : "memory"); }
#else  // WebAssembly has none
using float_control = unsigned;
inline constexpr float_control float_flushes = 0;
inline float_control read_float_control() noexcept { return 0; }
inline void write_float_control(float_control) noexcept {}
#endif

// Sets the control for as long as it lives. Reading costs 8 ns on an AMD EPYC; writing stands behind a test, because it costs more where it changes
// something.
class float_control_scope {
 public:
  explicit float_control_scope(float_control wanted) noexcept : before_(read_float_control()), changed_(wanted != before_) {
    if (changed_) [[unlikely]] write_float_control(wanted);
  }
  float_control_scope(const float_control_scope&) = delete;
  float_control_scope& operator=(const float_control_scope&) = delete;
  ~float_control_scope() {
    if (changed_) [[unlikely]] write_float_control(before_);
  }

 private:
  float_control before_;
  bool changed_;
};

// Around what computes where the unit was compiled with flags whose start-up code lets the processor flush subnormal numbers to zero: exact all the
// same. Elsewhere nothing: there flushing is the caller's choice.
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__)
struct exact_scope : float_control_scope {
  exact_scope() noexcept : float_control_scope(read_float_control() & ~float_flushes) {}
};
#else
struct exact_scope {};
#endif

}  // namespace igata::inline IGATA_ABI::detail
