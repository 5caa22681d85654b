// What the kernel tests share: a loop over the instruction sets this CPU can run, and buffers that catch stray writes.
//
// Data are small whole numbers, so that sums of products are exact in any order and results can be compared for equality. With IGATA_TEST_WIDE
// (variants `wide`) the same of lanes of 64 bits: a test says `real` and takes what kernels are told from here.
#pragma once
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#if defined(IGATA_TEST_WIDE)
#include <bit>

#include <igata/f64.hpp>
#include <igata/kernels/wide_interpreter.hpp>
#else
#include <igata/kernels/interpreter.hpp>
#endif

namespace testing_kernels {

using igata::isa;
using std::ptrdiff_t;

#if defined(IGATA_TEST_WIDE)
using real = double;
using integer = std::int64_t;
using natural = std::uint64_t;
namespace drivers = igata::wide_drivers;
using told = igata::plan::wide_bound;

// Through the table, whose functions are told of floats.
template <class Args>
struct kernel_of;
template <template <class> class Fields>
struct kernel_of<Fields<told>> {
  void (*call)(const Fields<igata::plan::bound>&) noexcept;
  void operator()(const Fields<told>& args) const noexcept { call(std::bit_cast<Fields<igata::plan::bound>>(args)); }
};
struct kernel_set {
  const char* name;
#define IGATA_KERNEL(name, fields) kernel_of<igata::plan::fields<told>> name;
#include <igata/target/kernels.inc>
#undef IGATA_KERNEL
  void (*pack)(const real* b, ptrdiff_t b_k, ptrdiff_t b_n, ptrdiff_t k, ptrdiff_t n, real* panels) noexcept;
  void (*stream)(real* out, const real* in, ptrdiff_t n) noexcept;
};
kernel_set kernels_of(isa which);  // in _kernel_sets.cpp, as the other
template <igata::plan::pointwise_program P>
igata::plan::pointwise_fn pointwise_of(isa which) {
  return igata::plan::wide_pointwise_of<P>(which);
}
inline igata::plan::pointwise_fn interpreted_by(isa which, const igata::plan::interpreted_program& p) {
  return igata::plan::wide_interpreter_of(which, p);
}
#else
using real = float;
using integer = std::int32_t;
using natural = std::uint32_t;
namespace drivers = igata::drivers;
using told = igata::plan::bound;
template <class Args>
using kernel_of = void (*)(const Args&) noexcept;
using igata::plan::kernel_set;
const kernel_set& kernels_of(isa which);
template <igata::plan::pointwise_program P>
igata::plan::pointwise_fn pointwise_of(isa which) {
  return igata::plan::pointwise_of<P>(which);
}
inline igata::plan::pointwise_fn interpreted_by(isa which, const igata::plan::interpreted_program& p) {
  return igata::plan::interpreter_of(which, p);
}
#endif
using gemm_args = igata::plan::gemm_fields<told>;
using reduce_args = igata::plan::reduce_fields<told>;
using conv2d_args = igata::plan::conv2d_fields<told>;
using conv2d_filter_grad_args = igata::plan::conv2d_filter_grad_fields<told>;
using conv2d_input_grad_args = igata::plan::conv2d_input_grad_fields<told>;
using finished_conv2d_args = igata::plan::finished_conv2d_fields<told>;
using pool2d_args = igata::plan::pool2d_fields<told>;
using pool2d_grad_args = igata::plan::pool2d_grad_fields<told>;
using table_args = igata::plan::table_fields<told>;
using along_axis_args = igata::plan::along_axis_fields<told>;
using scatter_args = igata::plan::scatter_fields<told>;
using cumsum_args = igata::plan::cumsum_fields<told>;
using copy_args = igata::plan::copy_fields<told>;
using fill_args = igata::plan::fill_fields<told>;
inline constexpr bool is_wide = sizeof(real) == 8;

inline constexpr real quiet_nan = std::numeric_limits<real>::quiet_NaN();
inline constexpr real infinite = std::numeric_limits<real>::infinity();

template <class F>
void for_each_isa(F f) {
  for (const isa which : igata::compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    const kernel_set& kernels = kernels_of(which);
    SCOPED_TRACE(kernels.name);
    f(kernels, which);
  }
}

// All shares of a kernel's work, the last one first, as threads would do them.
template <class Args>
void in_shares(kernel_of<Args> kernel, Args args, int parts) {
  int arrived = 0;
  for (int i = 0; i < parts; ++i) {
    args.part = {parts - 1 - i, parts, &arrived};
    kernel(args);
  }
}

// n floats, `offset` floats off alignment, with guards in front and 64 readable floats of NaN behind.
class buffer {
 public:
  explicit buffer(ptrdiff_t n, real value = 0, ptrdiff_t offset = 0)
      : n_(n), offset_(offset), storage_(static_cast<std::size_t>(n + 160), quiet_nan) {
    const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
    base_ = storage_.data() + 16 + (64 - static_cast<ptrdiff_t>(address % 64)) % 64 / static_cast<ptrdiff_t>(sizeof(real)) + offset;
    for (ptrdiff_t i = 0; i < n; ++i) base_[i] = value;
    for (ptrdiff_t i = 0; i < 16; ++i) base_[i - 16] = guard;
    for (ptrdiff_t i = 0; i < 64; ++i) base_[n + i] = guard_nan();
  }
  buffer(const buffer& other) : buffer(other.n_, 0, other.offset_) { std::memcpy(base_, other.base_, sizeof(real) * static_cast<std::size_t>(n_)); }
  buffer& operator=(const buffer&) = delete;
  real* data() { return base_; }
  const real* data() const { return base_; }
  real& operator[](ptrdiff_t i) { return base_[i]; }
  real operator[](ptrdiff_t i) const { return base_[i]; }
  ptrdiff_t size() const { return n_; }
  bool intact() const {
    for (ptrdiff_t i = 0; i < 16; ++i)
      if (base_[i - 16] != guard) return false;
    for (ptrdiff_t i = 0; i < 64; ++i) {
      const real expected = guard_nan();
      if (std::memcmp(base_ + n_ + i, &expected, sizeof expected) != 0) return false;
    }
    return true;
  }

 private:
  static constexpr real guard = 12345.f;
  static real guard_nan() { return quiet_nan; }
  ptrdiff_t n_, offset_;
  std::vector<real> storage_;
  real* base_;
};

// Whole numbers in [-range, range], never the same twice in a row for long.
inline void fill_whole(buffer& b, unsigned seed, int range = 8) {
  std::uint32_t state = seed * 2654435761u + 12345u;
  for (ptrdiff_t i = 0; i < b.size(); ++i) {
    state = state * 1664525u + 1013904223u;
    b[i] = static_cast<real>(static_cast<int>((state >> 16) % static_cast<unsigned>(2 * range + 1)) - range);
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
inline bool same_bits(const buffer& a, const buffer& b, ptrdiff_t n) {
  return std::memcmp(a.data(), b.data(), sizeof(real) * static_cast<std::size_t>(n)) == 0;
}

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
  real scale = 3, zero = 0;
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
      const real v = expected[i] * scale + other[i];
      expected[i] = v > 0 ? v : 0;
    }
    EXPECT_TRUE(same(result, expected));
  }
};

}  // namespace testing_kernels
