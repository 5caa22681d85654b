// Pointwise programs run one element and one instruction at a time: what the instructions mean, without vectors.
#pragma once
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include <igata/core/random.hpp>
#include <igata/engine/session_lanes.hpp>
#include <igata/kernels/interpreter.hpp>
#include <igata/plan/plan.hpp>

namespace interpret {
using namespace igata;
using namespace igata::plan;

inline std::uint32_t bits_of(float x) { return std::bit_cast<std::uint32_t>(x); }
inline float real(std::uint32_t x) { return std::bit_cast<float>(x); }

inline std::uint32_t quotient(std::int64_t a, std::int64_t b) { return static_cast<std::uint32_t>(b ? a / b : -1); }
inline std::uint32_t compute(opcode code, std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t index) {
  const float x = real(a), y = real(b), z = real(c);
  const std::int32_t i = static_cast<std::int32_t>(a), j = static_cast<std::int32_t>(b);
  const auto mask = [](bool m) { return m ? 0xffffffffu : 0u; };
  switch (code) {
    case opcode::neg: return bits_of(-x);
    case opcode::abs: return bits_of(std::fabs(x));
    case opcode::sign: return bits_of(x > 0 ? 1.0f : x < 0 ? -1.0f : x);
    case opcode::reciprocal: return bits_of(1 / x);
    case opcode::sqrt: return bits_of(std::sqrt(x));
    case opcode::rsqrt: return bits_of(1 / std::sqrt(x));
    case opcode::exp: return bits_of(std::exp(x));
    case opcode::expm1: return bits_of(std::expm1(x));
    case opcode::log: return bits_of(std::log(x));
    case opcode::log1p: return bits_of(std::log1p(x));
    case opcode::tanh: return bits_of(std::tanh(x));
    case opcode::sigmoid: return bits_of(1 / (1 + std::exp(-x)));
    case opcode::erf: return bits_of(std::erf(x));
    case opcode::sin: return bits_of(std::sin(x));
    case opcode::cos: return bits_of(std::cos(x));
    case opcode::floor: return bits_of(std::floor(x));
    case opcode::ceil: return bits_of(std::ceil(x));
    case opcode::round: return bits_of(std::nearbyint(x));
    case opcode::add: return bits_of(x + y);
    case opcode::sub: return bits_of(x - y);
    case opcode::mul: return bits_of(x * y);
    case opcode::div: return bits_of(x / y);
    case opcode::max: return bits_of(std::isnan(x) || x > y ? x : y);
    case opcode::max_of_number: return bits_of(x > y ? x : y);
    case opcode::min: return bits_of(std::isnan(x) || x < y ? x : y);
    case opcode::pow: return bits_of(std::pow(x, y));
    case opcode::fma: return bits_of(std::fma(x, y, z));
    case opcode::eq: return mask(x == y);
    case opcode::ne: return mask(x != y);
    case opcode::lt: return mask(x < y);
    case opcode::le: return mask(x <= y);
    case opcode::iadd: return a + b;
    case opcode::isub: return a - b;
    case opcode::imul: return a * b;
    case opcode::imax: return static_cast<std::uint32_t>(i > j ? i : j);
    case opcode::imin: return static_cast<std::uint32_t>(i < j ? i : j);
    case opcode::idiv: return quotient(i, j);
    case opcode::irem: return a - quotient(i, j) * b;
    case opcode::udiv: return b ? a / b : ~0u;
    case opcode::urem: return b ? a % b : a;
    case opcode::shl: return b < 32 ? a << b : 0;
    case opcode::ishr: return static_cast<std::uint32_t>(i >> (b < 32 ? b : 31));
    case opcode::ushr: return b < 32 ? a >> b : 0;
    case opcode::wrap_u8: return a & 255;
    case opcode::wrap_i8: return static_cast<std::uint32_t>(static_cast<std::int8_t>(a));
    case opcode::wrap_u16: return a & 65535;
    case opcode::wrap_i16: return static_cast<std::uint32_t>(static_cast<std::int16_t>(a));
    case opcode::odd:
    case opcode::uodd: {
      const std::uint32_t size = code == opcode::odd && a >> 31 ? 0 - a : a, odd = size >> 24 ? (size & ~255u) | (size & 255 ? 256 : 0) : size;
      return size == a ? odd : 0 - odd;
    }
    case opcode::round_f16: return bits_of(float16(x));
    case opcode::round_bf16: return bits_of(bfloat16(x));
    case opcode::ieq: return mask(i == j);
    case opcode::ilt: return mask(i < j);
    case opcode::bit_and: return a & b;
    case opcode::bit_or: return a | b;
    case opcode::bit_xor: return a ^ b;
    case opcode::select: return a ? b : c;
    case opcode::to_i32:
      return static_cast<std::uint32_t>(std::isnan(x)        ? 0
                                        : x >= 2147483648.0f ? 2147483647
                                        : x < -2147483648.0f ? -2147483647 - 1
                                                             : static_cast<std::int32_t>(x));
    case opcode::to_f32: return bits_of(static_cast<float>(i));
    case opcode::mask_to_f32: return bits_of(a ? 1.0f : 0.0f);
    case opcode::mask_to_i32: return a ? 1 : 0;
    case opcode::uniform: return bits_of(random_uniform(a));
    case opcode::random: return random_bits({a, b}, {index, c}).x;
    case opcode::count_: break;
  }
  return 0;
}

inline std::uint32_t lane(const void* p, storage element) {
  const auto number = [&](auto x) {
    std::memcpy(&x, p, sizeof x);
    return static_cast<std::uint32_t>(static_cast<std::int64_t>(x));
  };
  switch (element) {
    case storage::u8: return number(std::uint8_t{});
    case storage::i8: return number(std::int8_t{});
    case storage::u16: return number(std::uint16_t{});
    case storage::i16: return number(std::int16_t{});
    case storage::mask: return number(std::uint8_t{}) ? ~0u : 0;
    case storage::f16: return bits_of(float16::of_bits(static_cast<std::uint16_t>(number(std::uint16_t{}))));
    case storage::bf16: return bits_of(bfloat16::of_bits(static_cast<std::uint16_t>(number(std::uint16_t{}))));
    default: break;
  }
  return number(std::uint32_t{});
}
inline void run(const pointwise_program& p, const pointwise_args& args) {
  for (std::ptrdiff_t col = 0; col < args.cols; ++col) {
    std::uint32_t r[max_pointwise_inputs + max_pointwise_length];
    for (int i = 0; i < p.inputs; ++i) {
      const std::ptrdiff_t step = access_of(p.kind[i]) == column_access::contiguous ? 1
                                  : access_of(p.kind[i]) == column_access::scalar   ? 0
                                                                                    : args.in_col[i];
      r[i] = lane(static_cast<const char*>(args.in[i]) + args.sizes.of_input(i) * col * step, storage_of(p.kind[i]));
    }
    for (int k = 0; k < p.length; ++k) {
      const instruction c = instruction::unpack(p.code[k]);
      r[p.inputs + k] = compute(c.code, r[c.a], r[c.b], r[c.c], args.index + static_cast<std::uint32_t>(col));
    }
    for (int o = 0; o < p.outputs; ++o) {
      const int size = args.sizes.of_output(o);  // the lower bytes
      std::uint32_t bits = r[p.result[o]];
      if (storage_of_output(p, o) == storage::mask) bits &= 1;
      if (storage_of_output(p, o) == storage::f16) bits = float16(std::bit_cast<float>(bits)).bits;
      if (storage_of_output(p, o) == storage::bf16) bits = bfloat16(std::bit_cast<float>(bits)).bits;
      std::memcpy(static_cast<char*>(args.out[o]) + size * col, &bits, static_cast<std::size_t>(size));
    }
  }
}

// The programs of a plan, for the interpreter of an instruction set, or for this one.
struct table {
  std::vector<interpreted_program> programs;
  std::vector<const interpreted_program*> pointers;
  std::vector<pointwise_fn> functions;

  // Programs of 64-bit lanes run on those alone that sessions have.
  table(const execution_plan& p, const isa* which) {
    for (const pointwise_program& one : p.programs) programs.emplace_back(is_wide(one) ? without_width(one) : one);
    for (const interpreted_program& one : programs) {
      pointers.push_back(&one);
      if (is_wide(p.programs[static_cast<int>(functions.size())]))
        functions.push_back(igata::detail::wide_session_lanes->interpreter_of(*which, one));
      else functions.push_back(which ? interpreter_of(*which, one) : [](const pointwise_args& args) noexcept { run(args.program->program, args); });
    }
  }
};

}  // namespace interpret
