// Matrix products of bytes on every instruction set against a plain loop: odd extents, all mixes of types, strides and shares, sums that wrap.
#include "testing.hpp"

namespace {

using namespace testing_kernels;
using igata::plan::byte_gemm_args;

struct byte_case {
  ptrdiff_t m, n, k, batches = 1;
  bool a_signed = false, b_signed = true, a_transposed = false, b_transposed = false;
  int first = -1;  // every byte, or those that a counter gives
  bool packed = false;
};

std::vector<char> bytes(ptrdiff_t count, unsigned seed, int all) {
  std::vector<char> b(static_cast<std::size_t>(count) + 1);  // a place also where there are none
  std::uint32_t state = seed * 2654435761u + 99u;
  for (char& x : b) {
    state = state * 1664525u + 1013904223u;
    x = static_cast<char>(all >= 0 ? static_cast<unsigned>(all) : state >> 20);
  }
  return b;
}
std::uint32_t number(const std::vector<char>& b, ptrdiff_t i, bool has_sign) {
  const char x = b[static_cast<std::size_t>(i)];
  return static_cast<std::uint32_t>(has_sign ? static_cast<signed char>(x) : static_cast<int>(static_cast<unsigned char>(x)));
}

// B in panels of 64 columns: the sums of all columns, then [panel][k / 4][column][4], of u8 less 128.
std::vector<char> packed(const byte_case& t, const byte_gemm_args& s, const std::vector<char>& b) {
  const ptrdiff_t line = igata::plan::line_floats, all = (t.n + line - 1) / line * line, fours = (t.k + 3) / 4;
  std::vector<char> to(static_cast<std::size_t>(4 * all * (fours + 1)));
  for (ptrdiff_t j = 0; j < t.n; ++j) {
    const ptrdiff_t first = j / 64 * 64, width = first + 64 <= t.n ? 64 : (t.n - first + line - 1) / line * line;
    std::uint32_t sum = 0;
    for (ptrdiff_t l = 0; l < t.k; ++l) {
      const std::uint32_t x = number(b, l * s.b_k + j * s.b_n, t.b_signed);
      sum += x;
      to[static_cast<std::size_t>(4 * all + 4 * fours * first + l / 4 * 4 * width + 4 * (j - first) + l % 4)] =
          static_cast<char>(x - (t.b_signed ? 0u : 128u));
    }
    std::memcpy(to.data() + 4 * j, &sum, 4);
  }
  return to;
}

void expect_product_of(const byte_case& t, void (*kernel)(const byte_gemm_args&) noexcept, int parts) {
  const std::vector<char> a = bytes(t.batches * t.m * t.k, 1, t.first), b = bytes(t.batches * t.k * t.n, 2, t.first);
  const std::size_t count = static_cast<std::size_t>(t.batches * t.m * t.n);
  std::vector<std::int32_t> expected(count), got(count + 32, -7);
  byte_gemm_args s{};
  s.m = t.m, s.n = t.n, s.k = t.k, s.batches = t.batches;
  s.a = a.data(), s.a_row = t.a_transposed ? 1 : t.k, s.a_k = t.a_transposed ? t.m : 1, s.step_a = t.m * t.k, s.a_signed = t.a_signed;
  s.b = b.data(), s.b_k = t.b_transposed ? 1 : t.n, s.b_n = t.b_transposed ? t.k : 1, s.step_b = t.k * t.n, s.b_signed = t.b_signed;
  for (ptrdiff_t i = 0; i < t.batches; ++i)
    for (ptrdiff_t r = 0; r < t.m; ++r)
      for (ptrdiff_t j = 0; j < t.n; ++j) {
        std::uint32_t sum = 0;
        for (ptrdiff_t l = 0; l < t.k; ++l)
          sum += number(a, i * s.step_a + r * s.a_row + l * s.a_k, t.a_signed) * number(b, i * s.step_b + l * s.b_k + j * s.b_n, t.b_signed);
        expected[static_cast<std::size_t>((i * t.m + r) * t.n + j)] = static_cast<std::int32_t>(sum);
      }
  const std::vector<char> panels = packed(t, s, b);
  if (t.packed) s.b = panels.data(), s.b_packed = true, s.b_k = s.b_n = s.step_b = 0;
  const ptrdiff_t floats = scratch_floats(igata::plan::step_kind::byte_gemm, s);
  std::vector<buffer> scratch;
  for (int i = 0; i < parts; ++i) scratch.emplace_back(floats);
  s.c = got.data() + 16, s.c_row = t.n;
  for (int i = 0; i < parts; ++i) {
    s.part = {parts - 1 - i, parts};
    s.scratch = scratch[static_cast<std::size_t>(i)].data();
    kernel(s);
    EXPECT_TRUE(scratch[static_cast<std::size_t>(i)].intact());
  }
  const std::vector<std::int32_t> result(got.begin() + 16, got.end() - 16);
  EXPECT_EQ(result, expected) << t.m << 'x' << t.n << 'x' << t.k << ' ' << t.a_signed << t.b_signed << ' ' << parts;
  for (std::size_t i = 0; i < 16; ++i) EXPECT_TRUE(got[i] == -7 && got[count + 16 + i] == -7);
}

void expect_product(byte_case t, void (*kernel)(const byte_gemm_args&) noexcept, int parts) {
  expect_product_of(t, kernel, parts);
  t.packed = true;
  if (t.batches == 1) expect_product_of(t, kernel, parts);
}

void expect_all(void (*kernel)(const byte_gemm_args&) noexcept) {
  for (const ptrdiff_t m : {0, 1, 3, 4, 9})
    for (const ptrdiff_t n : {0, 1, 5, 16, 17, 64, 83, 300})
      for (const ptrdiff_t k : {0, 1, 3, 4, 6, 33})
        for (int types = 0; types < 4; ++types) {
          byte_case t{m, n, k};
          t.a_signed = types & 1, t.b_signed = types & 2;
          t.a_transposed = (m + n) % 2, t.b_transposed = (n + k) % 2;
          expect_product(t, kernel, 1 + static_cast<int>(m + n + k) % 3);
        }
  for (const int parts : {1, 2, 3}) {
    expect_product({3, 19, 7, 5, true, false}, kernel, parts);
    expect_product({2, 3, 5, 2, true, true, false, true}, kernel, parts);
  }
  for (int types = 0; types < 4; ++types)  // rows that are packed together, and what is left
    for (const auto& [m, k] : {std::pair<ptrdiff_t, ptrdiff_t>{71, 9}, {35, 259}, {21, 514}, {9, 1026}})
      expect_product({m, 83, k, 1, (types & 1) != 0, (types & 2) != 0, (types & 1) != 0, types == 2}, kernel, 2);
  for (int types = 0; types < 4; ++types)
    for (const int all : {0x80, 0xff, 0x7f}) expect_product({5, 18, 515, 1, (types & 1) != 0, (types & 2) != 0, false, false, all}, kernel, 1);
  for (int form = 0; form < 8; ++form)  // more than 2^31, which wraps; also what the sums begin with
    expect_product({1, 70, 70003, 1, (form & 1) != 0, (form & 2) != 0, false, (form & 4) != 0, (form & 2) != 0 ? 0x80 : 0xff}, kernel, 1);
}

// What the largest extents need is enough for all smaller ones, which a call may have.
TEST(byte_gemm, scratch_grows_with_every_extent) {
  const auto floats = [](ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, bool packed) {
    byte_gemm_args s{};
    s.m = m, s.n = n, s.k = k, s.b_packed = packed;
    return scratch_floats(igata::plan::step_kind::byte_gemm, s);
  };
  for (const bool packed : {false, true})
    for (ptrdiff_t m = 0; m < 40; m += 3)
      for (ptrdiff_t k = 0; k < 2200; k += k % 64 < 60 ? 59 : 1) {
        EXPECT_LE(floats(m, 70, k, packed), floats(m, 70, k + 1, packed)) << m << ' ' << k;
        EXPECT_LE(floats(m, 70, k, packed), floats(m + 1, 70, k, packed)) << m << ' ' << k;
        EXPECT_LE(floats(m, 70, k, packed), floats(m, 71, k, packed)) << m << ' ' << k;
      }
}
TEST(byte_gemm, every_instruction_set) {
  for_each_isa([](const kernel_set& kernels, isa) { expect_all(kernels.byte_gemm); });
}

#if IGATA_HAS_AVX512
// What a CPU with AVX-512 but without VNNI runs.
TEST(byte_gemm, without_vnni) {
  if (!igata::detail::cpu_runs(isa::avx512)) return;
  expect_all([](const byte_gemm_args& s) noexcept { igata::drivers::byte_gemm(s, igata::avx512::own_bytes<igata::avx512::byte_products>); });
}
#endif

}  // namespace
