// Loops over elements of fewer than 4 bytes: all types, lengths and strides, at any address, and no byte beside them.
#include <vector>

#include <igata/core/random.hpp>

#include "testing.hpp"

namespace {
using namespace testing_kernels;
using igata::plan::column_access;
using igata::plan::opcode;
using igata::plan::storage;

// What such an element is in a register.
template <class T>
using lane_of = std::conditional_t<std::is_same_v<T, float>, real, integer>;

// in: contiguous, scalar, any stride, all of this type; out: the first and the sum of the others, as lanes.
template <storage Type>
constexpr igata::plan::pointwise_program sums() {
  igata::plan::pointwise_program p{};
  p.inputs = 3;
  p.outputs = 2;
  p.kind[0] = stored_as(column_access::contiguous, Type);
  p.kind[1] = stored_as(column_access::scalar, Type);
  p.kind[2] = stored_as(column_access::strided, Type);
  p.length = 1;
  p.code[0] = igata::plan::instruction{Type == storage::f32 ? opcode::add : opcode::iadd, 1, 2, 0}.pack();
  p.result[0] = 0;
  p.result[1] = 3;
  return p;
}

template <class T>
std::vector<T> numbers(ptrdiff_t n, unsigned seed) {
  std::vector<T> v(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = static_cast<T>(igata::random_bits({seed, 1}, {static_cast<std::uint32_t>(i), 0}).x);
  if (n > 0) v[0] = std::numeric_limits<T>::min();
  if (n > 1) v[1] = std::is_same_v<T, double> ? T(1e300) : std::numeric_limits<T>::max();
  return v;
}

template <class T, storage Type>
void expect_right() {
  for_each_isa([](const kernel_set& kernels, isa which) {
    static constexpr igata::plan::interpreted_program as_data{sums<Type>()};
    for (const bool interpreted : {false, true})
      for (const ptrdiff_t rows : {1, 3})
        for (ptrdiff_t cols = 0; cols <= 70; ++cols)
          for (const ptrdiff_t stride : {-2, 0, 1, 3}) {
            const ptrdiff_t before = stride < 0 ? 2 * (cols > 0 ? cols - 1 : 0) : 0, span = cols > 0 ? (cols - 1) * (stride < 0 ? 2 : stride) + 1 : 0;
            const std::vector<T> a = numbers<T>(rows * cols, 1), b = numbers<T>(rows, 2), c = numbers<T>(span, 3);
            std::vector<lane_of<T>> out(static_cast<std::size_t>(rows * cols) + 1, -7), sum = out;
            igata::plan::pointwise_args args{};
            for (int i = 0; i < 3; ++i) args.sizes.set_input(i, sizeof(T), sizeof(real));
            args.in[0] = a.data(), args.in_row[0] = cols, args.in_col[0] = 1;
            args.in[1] = b.data(), args.in_row[1] = 1;
            args.in[2] = c.data() + before, args.in_col[2] = stride;
            args.out[0] = out.data(), args.out[1] = sum.data(), args.out_row[0] = args.out_row[1] = cols;
            args.rows = rows, args.cols = cols;
            args.program = &as_data;
            drivers::run_rows(interpreted ? interpreted_by(which, as_data) : pointwise_of<sums<Type>()>(which), args, 3, 2);
            bool right = out.back() == -7 && sum.back() == -7;
            for (ptrdiff_t r = 0; r < rows; ++r)
              for (ptrdiff_t i = 0; i < cols; ++i) {
                const auto at = static_cast<std::size_t>(r * cols + i);
                right &= out[at] == a[at] &&
                         sum[at] == lane_of<T>(b[static_cast<std::size_t>(r)]) + lane_of<T>(c[static_cast<std::size_t>(before + i * stride)]);
              }
            EXPECT_TRUE(right) << kernels.name << (interpreted ? ", interpreted, " : ", ") << rows << " x " << cols << ", stride " << stride;
          }
  });
}
TEST(stored, u8) { expect_right<std::uint8_t, storage::u8>(); }
TEST(stored, i8) { expect_right<std::int8_t, storage::i8>(); }
TEST(stored, u16) { expect_right<std::uint16_t, storage::u16>(); }
TEST(stored, i16) { expect_right<std::int16_t, storage::i16>(); }
#if defined(IGATA_TEST_WIDE)
TEST(stored, u32) { expect_right<std::uint32_t, storage::u32>(); }
TEST(stored, i32) { expect_right<std::int32_t, storage::i32>(); }
TEST(stored, f32) { expect_right<float, storage::f32>(); }
#endif

// Of lanes the lower bytes are stored, and nothing beside them.
template <storage Type>
constexpr igata::plan::pointwise_program stores() {
  igata::plan::pointwise_program p{};
  p.inputs = 1;
  p.outputs = 2;
  p.kind[0] = column_access::contiguous;
  p.result[0] = p.result[1] = 0;
  p.stores = static_cast<std::uint32_t>(Type);
  return p;
}
template <class T, storage Type>
void expect_stored() {
  for_each_isa([](const kernel_set& kernels, isa which) {
    static constexpr igata::plan::interpreted_program as_data{stores<Type>()};
    for (const bool interpreted : {false, true})
    for (const ptrdiff_t rows : {1, 3})
      for (ptrdiff_t cols = 0; cols <= 70; ++cols)
        for (const ptrdiff_t gap : {0, 3}) {
          const ptrdiff_t row = cols + gap;
          const std::vector<lane_of<T>> a = numbers<lane_of<T>>(rows * cols, 5);
          std::vector<T> out(static_cast<std::size_t>(rows * row) + 1, 77);
          std::vector<lane_of<T>> whole(static_cast<std::size_t>(rows * cols) + 1, -7);
          igata::plan::pointwise_args args{};
          args.sizes.set_output(0, sizeof(T), sizeof(real));
          args.in[0] = a.data(), args.in_row[0] = cols, args.in_col[0] = 1;
          args.out[0] = out.data(), args.out_row[0] = row, args.out[1] = whole.data(), args.out_row[1] = cols;
          args.rows = rows, args.cols = cols;
          args.program = &as_data;
          drivers::run_rows(interpreted ? interpreted_by(which, as_data) : pointwise_of<stores<Type>()>(which), args, 1, 2,
                                   kernels.stream);
          bool right = out.back() == 77 && whole.back() == -7;
          for (ptrdiff_t r = 0; r < rows; ++r)
            for (ptrdiff_t c = 0; c < row; ++c) {
              const T want = c < cols ? static_cast<T>(a[static_cast<std::size_t>(r * cols + c)]) : T(77);
              right &= out[static_cast<std::size_t>(r * row + c)] == want;
              if (c < cols) right &= whole[static_cast<std::size_t>(r * cols + c)] == a[static_cast<std::size_t>(r * cols + c)];
            }
          EXPECT_TRUE(right) << kernels.name << ", " << rows << " x " << cols;
        }
  });
}
TEST(stored, results) {
  expect_stored<std::uint8_t, storage::u8>();
  expect_stored<std::int8_t, storage::i8>();
  expect_stored<std::uint16_t, storage::u16>();
  expect_stored<std::int16_t, storage::i16>();
#if defined(IGATA_TEST_WIDE)
  expect_stored<std::uint32_t, storage::u32>();
  expect_stored<std::int32_t, storage::i32>();
  expect_stored<float, storage::f32>();
#endif
}

// Copies of 1 and 2 bytes, by any strides, whole and in shares.
template <class T>
void expect_copied(kernel_of<copy_args> kernel_set::*copy) {
  for_each_isa([copy](const kernel_set& kernels, isa) {
    for (const ptrdiff_t rows : {1, 5, 37})
      for (const ptrdiff_t cols : {1, 3, 40})
        for (const bool turned : {false, true})
          for (const int parts : {1, 3}) {
            const std::vector<T> in = numbers<T>(rows * cols, 4);
            std::vector<T> out(in.size() + 1, 77);
            for (int part = 0; part < parts; ++part) {
              copy_args args{};
              args.rank = 2;
              args.extent[0] = rows, args.extent[1] = cols;
              args.in_stride[0] = turned ? 1 : cols, args.in_stride[1] = turned ? rows : 1;
              args.out_stride[0] = cols, args.out_stride[1] = 1;
              args.in = in.data(), args.out = out.data();
              args.part = {part, parts};
              (kernels.*copy)(args);
            }
            bool right = out.back() == 77;
            for (ptrdiff_t r = 0; r < rows; ++r)
              for (ptrdiff_t c = 0; c < cols; ++c)
                right &= out[static_cast<std::size_t>(r * cols + c)] == in[static_cast<std::size_t>(turned ? c * rows + r : r * cols + c)];
            EXPECT_TRUE(right) << rows << " x " << cols;
          }
  });
}
#if !defined(IGATA_TEST_WIDE)
TEST(stored, copies) {
  expect_copied<std::uint8_t>(&kernel_set::copy_bytes);
  expect_copied<std::uint16_t>(&kernel_set::copy_pairs);
  expect_copied<std::uint64_t>(&kernel_set::copy_longs);
}
#endif

}  // namespace
