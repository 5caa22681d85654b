// What the kernel tests share: a loop over the instruction sets this CPU can run, and buffers that catch stray writes.
//
// Data are small whole numbers, so that sums of products are exact in any order and results can be compared for equality.
#pragma once
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <igata/kernels/dispatch.hpp>

namespace testing_kernels {

using igata::isa;
using std::ptrdiff_t;

inline constexpr float quiet_nan = std::numeric_limits<float>::quiet_NaN();
inline constexpr float infinite = std::numeric_limits<float>::infinity();

template <class F>
void for_each_isa(F f) {
  for (const isa which : igata::compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    SCOPED_TRACE(igata::plan::kernels_of(which).name);
    f(igata::plan::kernels_of(which), which);
  }
}

// All shares of a kernel's work, the last one first, as threads would do them.
template <class Args>
void in_shares(void (*kernel)(const Args&) noexcept, Args args, int parts) {
  int arrived = 0;
  for (int i = 0; i < parts; ++i) {
    args.part = {parts - 1 - i, parts, &arrived};
    kernel(args);
  }
}

// n floats, `offset` floats off alignment, with guards in front and 64 readable floats of NaN behind.
class buffer {
 public:
  explicit buffer(ptrdiff_t n, float value = 0, ptrdiff_t offset = 0)
      : n_(n), offset_(offset), storage_(static_cast<std::size_t>(n + 160), quiet_nan) {
    const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
    base_ = storage_.data() + 16 + (64 - address % 64) % 64 / 4 + offset;
    for (ptrdiff_t i = 0; i < n; ++i) base_[i] = value;
    for (ptrdiff_t i = 0; i < 16; ++i) base_[i - 16] = guard;
    for (ptrdiff_t i = 0; i < 64; ++i) base_[n + i] = guard_nan();
  }
  buffer(const buffer& other) : buffer(other.n_, 0, other.offset_) { std::memcpy(base_, other.base_, sizeof(float) * static_cast<std::size_t>(n_)); }
  buffer& operator=(const buffer&) = delete;
  float* data() { return base_; }
  const float* data() const { return base_; }
  float& operator[](ptrdiff_t i) { return base_[i]; }
  float operator[](ptrdiff_t i) const { return base_[i]; }
  ptrdiff_t size() const { return n_; }
  bool intact() const {
    for (ptrdiff_t i = 0; i < 16; ++i)
      if (base_[i - 16] != guard) return false;
    for (ptrdiff_t i = 0; i < 64; ++i) {
      const float expected = guard_nan();
      if (std::memcmp(base_ + n_ + i, &expected, 4) != 0) return false;
    }
    return true;
  }

 private:
  static constexpr float guard = 12345.f;
  static float guard_nan() { return quiet_nan; }
  ptrdiff_t n_, offset_;
  std::vector<float> storage_;
  float* base_;
};

// Whole numbers in [-range, range], never the same twice in a row for long.
inline void fill_whole(buffer& b, unsigned seed, int range = 8) {
  std::uint32_t state = seed * 2654435761u + 12345u;
  for (ptrdiff_t i = 0; i < b.size(); ++i) {
    state = state * 1664525u + 1013904223u;
    b[i] = static_cast<float>(static_cast<int>((state >> 16) % static_cast<unsigned>(2 * range + 1)) - range);
  }
}
inline buffer whole(ptrdiff_t n, unsigned seed, ptrdiff_t offset = 0, int range = 8) {
  buffer b(n, 0, offset);
  fill_whole(b, seed, range);
  return b;
}

inline ::testing::AssertionResult same(const buffer& actual, const buffer& expected) {
  if (!actual.intact()) return ::testing::AssertionFailure() << "wrote outside its buffer";
  for (ptrdiff_t i = 0; i < expected.size(); ++i)
    if (!(actual[i] == expected[i] || (actual[i] != actual[i] && expected[i] != expected[i])))
      return ::testing::AssertionFailure() << "element " << i << ": " << actual[i] << " instead of " << expected[i];
  return ::testing::AssertionSuccess();
}
inline bool same_bits(const buffer& a, const buffer& b, ptrdiff_t n) { return std::memcmp(a.data(), b.data(), 4 * static_cast<std::size_t>(n)) == 0; }

// max(block * scale + other, 0) with `other` a matrix: the epilogue of the tests. Its outputs: the result, and the block as it is.
constexpr igata::plan::pointwise_program epilogue_program() {
  igata::plan::pointwise_program p{};
  p.inputs = 4;
  p.outputs = 2;
  p.kind[0] = igata::plan::column_access::contiguous;
  p.kind[1] = igata::plan::column_access::scalar;
  p.kind[2] = igata::plan::column_access::contiguous;
  p.kind[3] = igata::plan::column_access::scalar;
  p.length = 3;
  p.code[0] = igata::plan::instruction{igata::plan::opcode::mul, 0, 1, 0}.pack();
  p.code[1] = igata::plan::instruction{igata::plan::opcode::add, 4, 2, 0}.pack();
  p.code[2] = igata::plan::instruction{igata::plan::opcode::max, 5, 3, 0}.pack();
  p.result[0] = 6;
  p.result[1] = 0;
  return p;
}
struct epilogue_case {
  buffer other, result, plain;
  float scale = 3, zero = 0;
  igata::plan::epilogue post{};
  epilogue_case(ptrdiff_t rows, ptrdiff_t cols) : other(whole(rows * cols, 99)), result(rows * cols, -1, 1), plain(rows * cols, -1) {
    post.inputs = 4;
    post.outputs = 2;
    post.args.in[1] = &scale;
    post.args.in[2] = other.data();
    post.args.in_row[2] = cols;
    post.args.in_col[2] = 1;
    post.args.in[3] = &zero;
    post.args.out[0] = result.data();
    post.args.out[1] = plain.data();
    post.args.out_row[0] = post.args.out_row[1] = cols;
  }
  void expect(const buffer& reference) const {
    buffer expected = reference;
    EXPECT_TRUE(same(plain, expected));
    for (ptrdiff_t i = 0; i < expected.size(); ++i) {
      const float v = expected[i] * scale + other[i];
      expected[i] = v > 0 ? v : 0;
    }
    EXPECT_TRUE(same(result, expected));
  }
};

}  // namespace testing_kernels
