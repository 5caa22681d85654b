// The oracle's elementwise primitives, a block of numbers at a time: what a graph of weights is computed with when weights are packed. The same
// meanings (ops/unary.inc, ops/binary.inc) and so the same bits; optimised and exact whatever the user's flags are.
#pragma once
#include "../core/half_bits.hpp"
#include "evaluate.hpp"

#if !defined(__clang__)
#pragma GCC push_options
#pragma GCC optimize("O2", "no-fast-math", "fp-contract=off", "tree-loop-vectorize")
#elif defined(__x86_64__) || defined(__i386__)
#pragma float_control(precise, on, push)
#endif

namespace igata::inline IGATA_ABI::ir {

// `count` numbers of each operand to as many of the result; `from`: the first operand's type.
using block_rule = void (*)(const node& v, dtype from, const double* const* in, double* out, int count) noexcept;

template <op Code>
struct in_blocks;

// Whole numbers wrap, and are never doubles: core/whole.hpp.
inline void whole_block(const node& v, dtype from, const double* const* in, double* out, int count) noexcept {
  const double *const p = in[0], *const q = in[v.arity - 1];
  for (int i = 0; i < count; ++i) {
    const std::uint64_t y = apply_whole(v.code, whole_of(p[i], from), whole_of(q[i], from), is_unsigned(from));
    out[i] = v.type == boolean ? static_cast<double>(y) : held_as(y, v.type);
  }
}

// Whole lines first: loops of a constant length are what g++ makes vectors of at -O2.
#define IGATA_EACH(operands, ...)                           \
  double* __restrict const to = out;                        \
  int i = 0;                                                \
  for (; i + 16 <= count; i += 16)                          \
    for (int k = i; k < i + 16; ++k) {                      \
      operands(k);                                          \
      to[k] = static_cast<double>(__VA_ARGS__);             \
    }                                                       \
  for (; i < count; ++i) {                                  \
    operands(i);                                            \
    to[i] = static_cast<double>(__VA_ARGS__);               \
  }
#define IGATA_FIRST(k) const double a = p[k]
#define IGATA_BOTH(k) const double a = p[k], b = q[k]
#define IGATA_ALL(k) const double mask = p[k], a = q[k], b = r[k]

#define IGATA_UNARY(name, meaning, derivative)                                                              \
  template <>                                                                                               \
  struct in_blocks<op::name> {                                                                              \
    static void run(const node& v, dtype from, const double* const* in, double* out, int count) noexcept {  \
      if (is_whole(from)) return whole_block(v, from, in, out, count);                                      \
      const double* __restrict const p = in[0];                                                             \
      IGATA_EACH(IGATA_FIRST, meaning)                                                                      \
    }                                                                                                       \
  };
#include "../ops/unary.inc"
IGATA_UNARY(logical_not, a == 0, )
#undef IGATA_UNARY

#define IGATA_BINARY(name, meaning, by_first, by_second)                                                    \
  template <>                                                                                               \
  struct in_blocks<op::name> {                                                                              \
    static void run(const node& v, dtype from, const double* const* in, double* out, int count) noexcept {  \
      if (is_whole(from)) return whole_block(v, from, in, out, count);                                      \
      const double *__restrict const p = in[0], *__restrict const q = in[1];                                \
      IGATA_EACH(IGATA_BOTH, meaning)                                                                       \
    }                                                                                                       \
  };
#include "../ops/binary.inc"
#undef IGATA_BINARY

template <>
struct in_blocks<op::select> {
  static void run(const node&, dtype, const double* const* in, double* out, int count) noexcept {
    const double *__restrict const p = in[0], *__restrict const q = in[1], *__restrict const r = in[2];
    IGATA_EACH(IGATA_ALL, mask != 0 ? a : b)
  }
};
template <>
struct in_blocks<op::cast> {
  static void run(const node& v, dtype from, const double* const* in, double* out, int count) noexcept {
    for (int i = 0; i < count; ++i) out[i] = converted(in[0][i], from, v.type);
  }
};

#undef IGATA_EACH
#undef IGATA_FIRST
#undef IGATA_BOTH
#undef IGATA_ALL

// Numbers of a variable as the oracle holds them or as floats, and back, rounded once.
#define IGATA_NUMBERS(from_type, ...)                                        \
  {                                                                          \
    const from_type* __restrict const p = static_cast<const from_type*>(from); \
    std::ptrdiff_t i = 0;                                                    \
    for (; i + 16 <= count; i += 16)                                         \
      for (std::ptrdiff_t k = i; k < i + 16; ++k) {                          \
        const from_type x = p[k];                                            \
        out[k] = static_cast<To>(__VA_ARGS__);                               \
      }                                                                      \
    for (; i < count; ++i) {                                                 \
      const from_type x = p[i];                                              \
      out[i] = static_cast<To>(__VA_ARGS__);                                 \
    }                                                                        \
    return;                                                                  \
  }
template <class To>
void read_block(const void* from, dtype type, To* __restrict out, std::ptrdiff_t count) noexcept {
  if (type == f32) IGATA_NUMBERS(float, x)
  if (type == f16) IGATA_NUMBERS(std::uint16_t, igata::detail::float16_bits_to_float(x))
  if (type == bf16) IGATA_NUMBERS(std::uint16_t, igata::detail::bfloat16_bits_to_float(x))
  if (is_wide(type)) IGATA_NUMBERS(double, x)
  if constexpr (std::is_same_v<To, double>) {  // what becomes a float has fractions
    if (type == boolean || type == u8) IGATA_NUMBERS(std::uint8_t, x)
    if (is_whole(type)) igata::detail::of_whole(type, [&](auto of) { IGATA_NUMBERS(decltype(of), x) });
  }
}
#undef IGATA_NUMBERS
inline void narrow_block(const double* __restrict from, float* __restrict out, std::ptrdiff_t count) noexcept {
  std::ptrdiff_t i = 0;
  for (; i + 16 <= count; i += 16)
    for (std::ptrdiff_t k = i; k < i + 16; ++k) out[k] = static_cast<float>(from[k]);
  for (; i < count; ++i) out[i] = static_cast<float>(from[i]);
}
inline void narrow_block(const double* from, dtype type, void* out, std::ptrdiff_t count) noexcept {
  if (type == f32) return narrow_block(from, static_cast<float*>(out), count);
  if (is_wide(type)) return detail::copy_items(static_cast<double*>(out), from, static_cast<int>(count));
  if (is_whole(type))
    return igata::detail::of_whole(type, [&](auto x) {
      for (std::ptrdiff_t i = 0; i < count; ++i) static_cast<decltype(x)*>(out)[i] = static_cast<decltype(x)>(from[i]);
    });
  for (std::ptrdiff_t i = 0; i < count; ++i)
    if (type == boolean) static_cast<bool*>(out)[i] = from[i] != 0;
    else static_cast<std::uint16_t*>(out)[i] = type == f16 ? float16(from[i]).bits : bfloat16(from[i]).bits;
}

}  // namespace igata::inline IGATA_ABI::ir

#if !defined(__clang__)
#pragma GCC pop_options
#elif defined(__x86_64__) || defined(__i386__)
#pragma float_control(pop)
#endif

namespace igata::inline IGATA_ABI::ir {

// How a primitive of a graph of weights is computed: in blocks, or with the oracle's own reference; neither where it only says what is read.
struct bind_rule {
  evaluation_rule whole = nullptr;
  block_rule in_blocks = nullptr;
};
template <op Code, bool Used>
constexpr bind_rule bind_rule_of() {
  if constexpr (!Used || family_of(Code) == family::leaf || family_of(Code) == family::movement) return {};
  else if constexpr (family_of(Code) == family::elementwise && Code != op::random_uniform) return {nullptr, in_blocks<Code>::run};
  else return {rule<Code>::evaluate, nullptr};
}
// Of some primitives only, so that a binary holds no others.
template <op_set Used>
inline constexpr bind_rule some_bind_rules[] = {
#define IGATA_OP(name, group, arity) bind_rule_of<op::name, Used.has(op::name)>(),
#include "../ir/op_list.inc"
#undef IGATA_OP
};

}  // namespace igata::inline IGATA_ABI::ir
