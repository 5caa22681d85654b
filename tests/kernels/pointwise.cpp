// Every opcode on every instruction set against its scalar meaning; then the ways operands are read and written.
#include "testing.hpp"

#include <bit>
#include <cmath>
#include <utility>

#include <igata/core/half.hpp>
#include <igata/core/random.hpp>

using namespace testing_kernels;
using igata::plan::column_access;
using igata::plan::opcode;

namespace {

constexpr int opcodes = static_cast<int>(opcode::count_);

// One instruction on three contiguous inputs.
template <int Code>
constexpr igata::plan::pointwise_program single() {
  igata::plan::pointwise_program p{};
  p.inputs = 3;
  p.outputs = 1;
  p.length = 1;
  p.code[0] = igata::plan::instruction{static_cast<opcode>(Code), 0, 1, 2}.pack();
  p.result[0] = 3;
  if (static_cast<opcode>(Code) == opcode::random) {
    p.kind[0] = p.kind[1] = p.kind[2] = column_access::scalar;
    p.has_random = 1;
  }
  return p;
}
template <std::size_t... Code>
std::vector<igata::plan::pointwise_fn> singles(isa which, std::index_sequence<Code...>) {
  return {pointwise_of<single<static_cast<int>(Code)>()>(which)...};
}

real as_real(integer i) { return std::bit_cast<real>(i); }
integer as_integer(real f) { return std::bit_cast<integer>(f); }

constexpr natural width = 8 * sizeof(natural);
natural quotient(integer a, integer b) {
  if (b == 0) return ~natural{0};
  return b == -1 ? 0 - static_cast<natural>(a) : static_cast<natural>(a / b);
}

real scalar(opcode code, real a, real b, real c) {
  const integer i = as_integer(a), j = as_integer(b);
  const auto u = static_cast<natural>(i), v = static_cast<natural>(j);
  const auto wrapped = [](natural x) { return as_real(static_cast<integer>(x)); };
  const auto mask = [](bool x) { return as_real(x ? -1 : 0); };
  const double x = double(a), most = is_wide ? 0x1p63 : 0x1p31;
  switch (code) {
    case opcode::neg: return -a;
    case opcode::abs: return std::fabs(a);
    case opcode::sign: return a > 0 ? 1.f : a < 0 ? -1.f : a;
    case opcode::reciprocal: return 1.f / a;
    case opcode::sqrt: return std::sqrt(a);
    case opcode::rsqrt: return 1.f / std::sqrt(a);
    case opcode::exp: return static_cast<real>(std::exp(x));
    case opcode::expm1: return static_cast<real>(std::expm1(x));
    case opcode::log: return static_cast<real>(std::log(x));
    case opcode::log1p: return static_cast<real>(std::log1p(x));
    case opcode::tanh: return static_cast<real>(std::tanh(x));
    case opcode::sigmoid: return static_cast<real>(1 / (1 + std::exp(-x)));
    case opcode::erf: return static_cast<real>(std::erf(x));
    case opcode::sin: return static_cast<real>(std::sin(x));
    case opcode::cos: return static_cast<real>(std::cos(x));
    case opcode::floor: return std::floor(a);
    case opcode::ceil: return std::ceil(a);
    case opcode::round: return std::nearbyint(a);
    case opcode::add: return a + b;
    case opcode::sub: return a - b;
    case opcode::mul: return a * b;
    case opcode::div: return a / b;
    case opcode::max: return a != a || b != b ? quiet_nan : a > b ? a : b;
    case opcode::max_of_number: return a != a ? b : b != b ? quiet_nan : a > b ? a : b;
    case opcode::min: return a != a || b != b ? quiet_nan : a < b ? a : b;
    case opcode::pow: return static_cast<real>(std::pow(x, double(b)));
    case opcode::fma: return static_cast<real>(x * double(b) + double(c));
    case opcode::eq: return mask(a == b);
    case opcode::ne: return mask(a != b);
    case opcode::lt: return mask(a < b);
    case opcode::le: return mask(a <= b);
    case opcode::iadd: return wrapped(u + v);
    case opcode::isub: return wrapped(u - v);
    case opcode::imul: return wrapped(u * v);
    case opcode::imax: return i > j ? a : b;
    case opcode::imin: return i < j ? a : b;
    case opcode::idiv: return wrapped(quotient(i, j));
    case opcode::irem: return wrapped(u - quotient(i, j) * v);
    case opcode::udiv: return wrapped(v ? u / v : ~natural{0});
    case opcode::urem: return wrapped(v ? u % v : u);
    case opcode::shl: return wrapped(v < width ? u << v : 0);
    case opcode::ishr: return as_real(i >> (v < width ? v : width - 1));
    case opcode::ushr: return wrapped(v < width ? u >> v : 0);
    case opcode::wrap_u8: return wrapped(u & 255);
    case opcode::wrap_i8: return as_real(static_cast<std::int8_t>(u));
    case opcode::wrap_u16: return wrapped(u & 65535);
    case opcode::wrap_i16: return as_real(static_cast<std::int16_t>(u));
    case opcode::odd:
    case opcode::uodd: {
      const bool minus = code == opcode::odd && i < 0;
      const natural size = minus ? 0 - u : u, cut = width - (width == 32 ? 24 : 53);
      const natural odd = size >> (width - cut) ? size >> cut << cut | (size << (width - cut) ? natural{1} << cut : 0) : size;
      return wrapped(minus ? 0 - odd : odd);
    }
    case opcode::round_f16: return static_cast<real>(float{igata::float16(a)});
    case opcode::round_bf16: return static_cast<real>(float{igata::bfloat16(a)});
    case opcode::ieq: return mask(i == j);
    case opcode::ilt: return mask(i < j);
    case opcode::bit_and: return wrapped(u & v);
    case opcode::bit_or: return wrapped(u | v);
    case opcode::bit_xor: return wrapped(u ^ v);
    case opcode::select: return i != 0 ? b : c;
    case opcode::to_i32:
      return as_real(a != a       ? 0
                     : x >= most  ? std::numeric_limits<integer>::max()
                     : x <= -most ? std::numeric_limits<integer>::min()
                                  : static_cast<integer>(a));
    case opcode::to_f32: return static_cast<real>(i);
    case opcode::mask_to_f32: return i != 0 ? 1.f : 0.f;
    case opcode::mask_to_i32: return as_real(i != 0 ? 1 : 0);
    case opcode::uniform: return igata::random_uniform(static_cast<std::uint32_t>(u));
    case opcode::random:
    case opcode::count_: break;
  }
  return 0;
}

// Approximated functions: within 4 units in the last place, or 1e-6 where the result is that small (erf).
bool close(opcode code, real a, real actual, real expected) {
  if (std::memcmp(&actual, &expected, sizeof actual) == 0 || (actual != actual && expected != expected)) return true;
  if ((code == opcode::sin || code == opcode::cos) && std::fabs(a) > 1e6f) return actual >= -1 && actual <= 1;
  const double error = std::fabs(double(actual) - double(expected));
  if (code == opcode::erf && !is_wide) return error < 1e-6;
  const bool approximate = (code >= opcode::exp && code <= opcode::cos) || code == opcode::pow || code == opcode::fma;
  if (!approximate)
    return actual == expected && (code == opcode::max || code == opcode::max_of_number || code == opcode::min || code == opcode::sign);  // +0 and -0
  const double ulp = is_wide ? std::fmax(std::fabs(double(expected)) * 2.3e-16, 4.9e-324) : std::fmax(std::fabs(double(expected)) * 1.2e-7, 1.5e-45);
  return error <= 4 * ulp || (code == opcode::fma && error < (is_wide ? 1e-14 : 1e-5) * std::fabs(double(expected)) + (is_wide ? 1e-12 : 1e-3)) ||
         actual == expected;
}

TEST(pointwise, every_opcode) {
  const real specials[] = {0.f,           -0.f,       1.f,        -1.f,   0.5f,     -0.5f,     1.5f,      2.5f,   -2.5f,  3.f,
                            -3.f,          10.25f,     -77.7f,     100.f,  -100.f,   1e-3f,     1e-40f,    1e30f,  -1e30f, 2147483648.f,
                            -2147483648.f, 8388607.5f, 16777217.f, 0.693f, infinite, -infinite, quiet_nan, 1e-45f, 88.7f,  -88.f};
  // Divisors, and numbers of bits.
  constexpr integer wholes[] = {5,
                                static_cast<integer>(width) - 1,
                                static_cast<integer>(width),
                                static_cast<integer>(width) + 1,
                                17,
                                3 * static_cast<integer>(width),
                                -static_cast<integer>(width),
                                std::numeric_limits<integer>::min(),
                                std::numeric_limits<integer>::max(),
                                1000003};
  std::vector<real> a, b, c;
  for (const real x : specials)
    for (const real y : specials) a.push_back(x), b.push_back(y), c.push_back(static_cast<real>(a.size() % 13));
  const auto n = static_cast<ptrdiff_t>(a.size());
  for_each_isa([&](const kernel_set&, isa which) {
    const auto functions = singles(which, std::make_index_sequence<opcodes>{});
    for (int k = 0; k < opcodes; ++k) {
      const auto code = static_cast<opcode>(k);
      if (code == opcode::random) continue;
      std::vector<real> first = a, second = b, out(a.size());
      const bool integers = (code >= opcode::iadd && code <= opcode::ilt) || code == opcode::to_f32 || code == opcode::uniform;
      const bool masks = code == opcode::select || code == opcode::mask_to_f32 || code == opcode::mask_to_i32;
      for (std::size_t i = 0; i < a.size(); ++i) {
        if (integers)
          first[i] = as_real(static_cast<integer>(static_cast<natural>(i) * static_cast<natural>(0x9e3779b99e3779b1u))),
          second[i] = as_real(i % 5 ? static_cast<integer>(i % 7) - 3 : wholes[i / 5 % std::size(wholes)]);
        if (integers && i % 6 == 0) first[i] = as_real(i % 4 ? std::numeric_limits<integer>::min() : static_cast<integer>(i % 50) - 25);
        if (masks) first[i] = as_real(i % 3 ? -1 : 0);
      }
      igata::plan::pointwise_args args{};
      args.in[0] = first.data(), args.in[1] = second.data(), args.in[2] = c.data();
      args.in_col[0] = args.in_col[1] = args.in_col[2] = 1;
      args.out[0] = out.data();
      args.rows = 1, args.cols = n;
      functions[static_cast<std::size_t>(k)](args);
      for (std::size_t i = 0; i < a.size(); ++i)
        EXPECT_TRUE(close(code, first[i], out[i], scalar(code, first[i], second[i], c[i])))
            << igata::plan::opcode_name[k] << "(" << first[i] << ", " << second[i] << ", " << c[i] << ") = " << out[i] << " instead of "
            << scalar(code, first[i], second[i], c[i]);
    }
    const integer key[3] = {123, -7, 42};
    std::vector<integer> out(7 * 19);
    igata::plan::pointwise_args args{};
    for (int i = 0; i < 3; ++i) args.in[i] = &key[i];
    args.out[0] = out.data(), args.out_row[0] = 19, args.rows = 7, args.cols = 19, args.index = 4294967290u;
    for (const std::uint32_t index_row : {19u, 100u}) {
      args.index_row = index_row;
      drivers::run_rows(functions[static_cast<std::size_t>(opcode::random)], args, 3, 1);
      for (std::uint32_t r = 0; r < 7; ++r)
        for (std::uint32_t i = 0; i < 19; ++i)
          EXPECT_EQ(out[r * 19 + i],
                    static_cast<std::int32_t>(igata::random_bits({123u, static_cast<std::uint32_t>(-7)}, {4294967290u + r * index_row + i, 42u}).x));
    }
  });
}

// in: contiguous, scalar, strided; out: a * s + t, a
constexpr igata::plan::pointwise_program mixed() {
  igata::plan::pointwise_program p{};
  p.inputs = 3;
  p.outputs = 2;
  p.kind[0] = column_access::contiguous;
  p.kind[1] = column_access::scalar;
  p.kind[2] = column_access::strided;
  p.length = 2;
  p.code[0] = igata::plan::instruction{opcode::mul, 0, 1, 0}.pack();
  p.code[1] = igata::plan::instruction{opcode::add, 3, 2, 0}.pack();
  p.result[0] = 4;
  p.result[1] = 0;
  return p;
}

TEST(pointwise, operands_and_sizes) {
  for_each_isa([](const kernel_set&, isa which) {
    for (const ptrdiff_t rows : {0, 1, 3, 5})
      for (const ptrdiff_t cols : {0, 1, 2, 15, 16, 17, 31, 33, 100})
        for (const ptrdiff_t gap : {0, 3}) {  // between the rows
          const ptrdiff_t row = cols + gap;
          const buffer a = whole(rows * row, 1, 1), s = whole(rows, 2), t = whole(cols * 3 * rows, 3);
          buffer out(rows * row, -1, 1), second(rows * row, -1), expected = out, copied = second;
          for (ptrdiff_t r = 0; r < rows; ++r)
            for (ptrdiff_t c = 0; c < cols; ++c) {
              expected[r * row + c] = a[r * row + c] * s[r] + t[c * 3 * rows + r];
              copied[r * row + c] = a[r * row + c];
            }
          igata::plan::pointwise_args args{};
          args.in[0] = a.data(), args.in_row[0] = row, args.in_col[0] = 1;
          args.in[1] = s.data(), args.in_row[1] = 1;
          args.in[2] = t.data(), args.in_row[2] = 1, args.in_col[2] = 3 * rows;
          args.out[0] = out.data(), args.out[1] = second.data(), args.out_row[0] = args.out_row[1] = row;
          args.rows = rows, args.cols = cols;
          drivers::run_rows(pointwise_of<mixed()>(which), args, 3, 2);
          EXPECT_TRUE(same(out, expected)) << rows << "x" << cols;
          EXPECT_TRUE(same(second, copied));
        }
  });
}

// Rows that are larger than the caches together go past them, whatever the result's address; those in place do not. In WebAssembly, where a store
// past the caches is a store, node 20 crashes at the end of a program that has grown so far.
#if !defined(__wasm__)
TEST(pointwise, streamed) {
  constexpr ptrdiff_t rows = 3, cols = (1 << 19) + 13;
  const buffer a = whole(rows * cols, 1), scale = whole(1, 2), t = whole(rows * cols, 3);
  for_each_isa([&](const kernel_set& kernels, isa which) {
    for (const ptrdiff_t offset : {0, 1, 15}) {
      buffer out(rows * cols, -1, offset), second(rows * cols, -1, offset), expected = out, copied = second;
      igata::plan::pointwise_args args{};
      args.in[0] = a.data(), args.in[1] = scale.data(), args.in[2] = t.data();
      args.in_col[0] = args.in_col[2] = 1, args.in_row[0] = args.in_row[2] = cols;
      args.rows = rows, args.cols = cols;
      args.out[0] = expected.data(), args.out[1] = copied.data(), args.out_row[0] = args.out_row[1] = cols;
      drivers::run_rows(pointwise_of<mixed()>(which), args, 3, 2);
      args.out[0] = out.data(), args.out[1] = second.data();
      const auto counted = [&](igata::plan::pointwise_args some) { return drivers::streams_row(some, 3, 2); };
      igata::plan::pointwise_args row = args;
      row.cols = rows * cols;
      EXPECT_TRUE(counted(row));
      row.out[2] = row.out[0];
      EXPECT_FALSE(drivers::streams_row(row, 3, 3));  // more than there are buffers for
      row.out[1] = const_cast<real*>(a.data());
      EXPECT_FALSE(counted(row));
      drivers::run_rows(pointwise_of<mixed()>(which), args, 3, 2, kernels.stream);
      EXPECT_TRUE(same(out, expected)) << offset;
      EXPECT_TRUE(same(second, copied)) << offset;
    }
  });
}
#endif

// What a row draws goes on over the pieces that are stored past the caches.
TEST(pointwise, streamed_draws) {
  const integer key[3] = {123, -7, 42};
  for_each_isa([&](const kernel_set& kernels, isa which) {
    const igata::plan::pointwise_fn draw = pointwise_of<single<static_cast<int>(opcode::random)>()>(which);
    std::vector<integer> out(1300), expected(1300);
    igata::plan::pointwise_args args{};
    for (int i = 0; i < 3; ++i) args.in[i] = &key[i];
    args.rows = 1, args.cols = 1300, args.index = 4294967290u;
    args.out[0] = expected.data();
    draw(args);
    args.out[0] = out.data();
    drivers::run_streamed(draw, args, 3, 1, kernels.stream);
    EXPECT_EQ(out, expected);
  });
}

TEST(pointwise, in_place) {
  for_each_isa([](const kernel_set&, isa which) {
    buffer a = whole(71, 1, 1), other = whole(71, 2), plain(71);
    const real scale = 2, zero = 0;
    buffer expected(71);
    for (ptrdiff_t i = 0; i < 71; ++i) expected[i] = std::fmax(a[i] * scale + other[i], 0.f);
    igata::plan::pointwise_args args{};
    args.in[0] = a.data(), args.in[1] = &scale, args.in[2] = other.data(), args.in[3] = &zero;
    args.in_col[0] = args.in_col[2] = 1;
    args.out[0] = a.data(), args.out[1] = plain.data(), args.rows = 1, args.cols = 71;
    pointwise_of<epilogue_program()>(which)(args);
    EXPECT_TRUE(same(a, expected));
  });
}

}  // namespace
