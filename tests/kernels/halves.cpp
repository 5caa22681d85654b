// Fractions of 16 bits in loops: all of them become the lane's number exactly, and numbers are rounded to them as core/half.hpp rounds - every one,
// every middle between two, and what lies beside it - on every instruction set, by functions of their own and by the interpreter.
#include <bit>
#include <cmath>
#include <vector>

#include <igata/core/half.hpp>
#include <igata/core/random.hpp>

#include "testing.hpp"

namespace {
using namespace testing_kernels;
using igata::bfloat16;
using igata::float16;
using igata::plan::column_access;
using igata::plan::opcode;
using igata::plan::storage;

// in: one half of any stride and one for all, and a lane; out: both halves as lanes, the lane as a half, and rounded to one.
template <storage Type>
constexpr igata::plan::pointwise_program all_ways(column_access access) {
  igata::plan::pointwise_program p{};
  p.inputs = 3;
  p.outputs = 4;
  p.kind[0] = stored_as(access, Type);
  p.kind[1] = stored_as(column_access::scalar, Type);
  p.kind[2] = column_access::contiguous;
  p.length = 1;
  p.code[0] = igata::plan::instruction{Type == storage::f16 ? opcode::round_f16 : opcode::round_bf16, 2, 0, 0}.pack();
  p.result[0] = 0, p.result[1] = 1, p.result[2] = 2, p.result[3] = 3;
  p.stores = static_cast<std::uint32_t>(Type) << 8;
  return p;
}
bool same(real a, real b) { return std::memcmp(&a, &b, sizeof a) == 0; }

template <class T, storage Type, column_access Access>
void expect_right(const std::vector<T>& halves, ptrdiff_t stride, const std::vector<real>& lanes) {
  static constexpr igata::plan::interpreted_program as_data{all_ways<Type>(Access)};
  for_each_isa([&](const kernel_set& kernels, isa which) {
    for (const bool interpreted : {false, true}) {
      const auto count = static_cast<ptrdiff_t>(lanes.size());
      const T one = halves.back();
      std::vector<real> wide(lanes.size() + 1, -7), ones = wide, rounded = wide;
      std::vector<T> stored(lanes.size() + 1, T(77));
      igata::plan::pointwise_args args{};
      for (int i = 0; i < 2; ++i) args.sizes.set_input(i, 2, sizeof(real));
      args.sizes.set_output(2, 2, sizeof(real));
      args.in[0] = halves.data(), args.in_col[0] = stride, args.in[1] = &one;
      args.in[2] = lanes.data(), args.in_col[2] = 1;
      args.out[0] = wide.data(), args.out[1] = ones.data(), args.out[2] = stored.data(), args.out[3] = rounded.data();
      args.rows = 1, args.cols = count;
      args.program = &as_data;
      drivers::run_rows(interpreted ? interpreted_by(which, as_data) : pointwise_of<all_ways<Type>(Access)>(which), args, 3, 4);
      int wrong = 0;
      for (std::size_t i = 0; i < lanes.size(); ++i) {
        const T half = halves[i * static_cast<std::size_t>(stride)], expected(lanes[i]);
        const bool right = same(wide[i], static_cast<real>(float{half})) && same(ones[i], static_cast<real>(float{one})) &&
                           stored[i].bits == expected.bits && same(rounded[i], static_cast<real>(float{expected}));
        if (!right && ++wrong < 5)
          ADD_FAILURE() << kernels.name << (interpreted ? ", interpreted: " : ": ") << half.bits << " is " << wide[i] << ", " << lanes[i]
                        << " became " << stored[i].bits << " and " << rounded[i] << " instead of " << expected.bits;
      }
      EXPECT_EQ(wrong, 0);
      EXPECT_TRUE(wide.back() == -7 && ones.back() == -7 && rounded.back() == -7 && stored.back().bits == T(77).bits);
    }
  });
}

// Every half; the middle to the next larger one, which both formats hold exactly; and the numbers beside it.
template <class T, storage Type>
void expect_all() {
  std::vector<T> halves;
  std::vector<real> numbers;
  const auto add = [&](T half, real number) {
    halves.push_back(half), numbers.push_back(number), halves.push_back(half), numbers.push_back(-number);
  };
  for (int bits = 0; bits < 0x10000; ++bits) {
    const T half = T::of_bits(static_cast<std::uint16_t>(bits)), next = T::of_bits(static_cast<std::uint16_t>(bits + 1));
    const auto own = static_cast<real>(float{half});
    add(half, own);
    if (bits >= 0x8000 || !std::isfinite(own)) continue;
    const double low = double(float{half}),
                 end = std::isfinite(float{next}) ? double(float{next}) : 2 * low - double(float{T::of_bits(static_cast<std::uint16_t>(bits - 1))});
    const auto middle = static_cast<real>((low + end) / 2);
    add(half, middle), add(half, std::nextafter(middle, real{0})), add(half, std::nextafter(middle, std::numeric_limits<real>::infinity()));
  }
  for (const real x : {std::numeric_limits<real>::max(), std::numeric_limits<real>::min(), std::numeric_limits<real>::denorm_min(), real{65536},
                       real{1e30f}, real{3.4e38f}, std::numeric_limits<real>::infinity(), std::numeric_limits<real>::quiet_NaN()})
    add(T(1.5f), x);
  for (std::uint32_t i = 0; i < 4099; ++i) {  // any bits, NaN with any payload
    const auto bits = igata::random_bits({9, 2}, {i, 0});
    const natural all = sizeof(real) == 4 ? bits.x : static_cast<natural>(std::uint64_t{bits.x} << 32 | bits.y);
    add(T::of_bits(static_cast<std::uint16_t>(bits.y)), std::bit_cast<real>(all));
  }
  expect_right<T, Type, column_access::contiguous>(halves, 1, numbers);
  for (const std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{16}, std::size_t{37}})
    expect_right<T, Type, column_access::contiguous>({halves.begin(), halves.begin() + static_cast<long>(count)}, 1,
                                                     {numbers.begin() + 70000, numbers.begin() + 70000 + static_cast<long>(count)});
  numbers.resize(numbers.size() / 3);
  expect_right<T, Type, column_access::strided>(halves, 3, numbers);
}
TEST(halves, f16) { expect_all<float16, storage::f16>(); }
TEST(halves, bf16) { expect_all<bfloat16, storage::bf16>(); }

}  // namespace
