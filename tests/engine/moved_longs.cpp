// What is only moved may have 8 bytes: inputs, views, copies and results of f64, i64 and u64 keep every bit, and need no kernels of 64-bit lanes.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include <igata/infer.hpp>

namespace {
using namespace igata;

// [n,2,3].
struct moves {
  constexpr outputs operator()(value x) const {
    outputs all{{"same", x}};
    all.add("turned", transpose(x, {0, 2, 1}));
    all.add("backwards", reverse(slice(x, 2, 1, 3), 2));
    all.add("beside", concat({x, transpose(reshape(x, {3, 2}), {0, 2, 1})}, 2));
    all.add("repeated", broadcast_to(slice(x, 1, 1, 2), {4, 3}));
    return all;
  }
};
template <dtype Type>
using program_t = inference<moves{}, in<"x", Type, 2, 3>, max_batch{3}>;

template <dtype Type, class T>
void expect_moved() {
  using net_t = program_t<Type>;
  static_assert(net_t::output_type(0) == Type);
  net_t net{net_t::pack(variable_store())};
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which);
    for (const int n : {1, 3}) {
      const auto rows = static_cast<std::size_t>(n);
      std::vector<T> x(rows * 6), same(rows * 6), turned(rows * 6), backwards(rows * 4), beside(rows * 12), repeated(rows * 12);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const random_pair bits = random_bits({5, 9}, {static_cast<std::uint32_t>(i), 0});
        x[i] = static_cast<T>(static_cast<std::int64_t>(std::uint64_t{bits.x} << 32 | bits.y)) / T{3};
      }
      ASSERT_TRUE(net.run({x.data()}, n, {same.data(), turned.data(), backwards.data(), beside.data(), repeated.data()}));
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t i = 0; i < 2; ++i)
          for (std::size_t j = 0; j < 3; ++j) {
            const T v = x[r * 6 + i * 3 + j];
            EXPECT_EQ(same[r * 6 + i * 3 + j], v);
            EXPECT_EQ(turned[r * 6 + j * 2 + i], v);
            if (j > 0) { EXPECT_EQ(backwards[r * 4 + i * 2 + 2 - j], v); }
            EXPECT_EQ(beside[(r * 2 + i) * 6 + j], v);
            EXPECT_EQ(beside[(r * 2 + i) * 6 + 3 + j], (x[r * 6 + j * 2 + i]));
            for (std::size_t k = 0; k < 4 && i == 1; ++k) { EXPECT_EQ(repeated[(r * 4 + k) * 3 + j], v); }
          }
    }
  }
}
TEST(moved_longs, f64) { expect_moved<f64, double>(); }
TEST(moved_longs, i64) { expect_moved<i64, std::int64_t>(); }
TEST(moved_longs, u64) { expect_moved<u64, std::uint64_t>(); }

}  // namespace
