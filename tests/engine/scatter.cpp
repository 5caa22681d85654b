// Values put by index in programs and sessions, of every element type, on every instruction set.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <igata/f64.hpp>
#include <igata/functional/index_tuples.hpp>
#include <igata/infer.hpp>
#include <igata/session.hpp>

namespace {
using namespace igata;

constexpr scatter_reduction kinds[] = {scatter_reduction::none, scatter_reduction::add, scatter_reduction::mul, scatter_reduction::max,
                                       scatter_reduction::min};
constexpr std::string_view names[] = {"none", "add", "mul", "max", "min"};
constexpr std::string_view along_names[] = {"along_none", "along_add", "along_mul", "along_max", "along_min"};
constexpr std::string_view row_names[] = {"rows_none", "rows_add", "rows_mul", "rows_max", "rows_min"};

// x [n,3,5], v and index [n,4,5]: along axis 1; v's first column as rows of a table of 5 numbers.
struct puts {
  constexpr outputs operator()(value x, value v, value index) const {
    const auto along = [&](int k) { return put_along_axis(x, index, v, 1, kinds[k]); };
    const value column = slice(index, 2, 0, 1), table = cast(iota(x.owner(), 3, i32) + 1, x.type());
    outputs all{{"along_none", along(0)}};
    for (int k = 1; k < 5; ++k) all.add(along_names[k], along(k));
    for (int k = 0; k < 5; ++k) all.add(row_names[k], scatter(table, column, slice(v, 2, 0, 1), kinds[k]));
    return all;
  }
};
template <dtype Type>
using puts_t = inference<puts{}, in<"x", Type, 3, 5>, in<"v", Type, 4, 5>, ids<"index", 3, 4, 5>, max_batch{3}>;

template <class T>
T both(int kind, T there, T x) {
  if (kind == 0) return x;
  if (kind > 2) return (kind == 3) == (x > there) ? x : there;
  if constexpr (std::is_integral_v<T>) {
    const auto a = static_cast<std::uint64_t>(there), b = static_cast<std::uint64_t>(x);
    return static_cast<T>(kind == 1 ? a + b : a * b);
  } else {
    return kind == 1 ? there + x : there * x;
  }
}

template <dtype Type, class T>
void expect_puts() {
  using net_t = puts_t<Type>;
  net_t net{variable_store()};
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which);
    for (const int n : {1, 3}) {
      const auto rows = static_cast<std::size_t>(n);
      std::vector<T> x(rows * 15), v(rows * 20), along[5], table[5];
      std::vector<std::int32_t> index(rows * 20);
      for (std::size_t i = 0; i < v.size(); ++i) {
        const random_pair bits = random_bits({6, 2}, {static_cast<std::uint32_t>(i), 0});
        const bool whole = std::is_integral_v<T>;
        v[i] = whole ? static_cast<T>(std::uint64_t{bits.x} << 32 | bits.y) : static_cast<T>(static_cast<int>(bits.x % 17) - 8);
        index[i] = static_cast<std::int32_t>(bits.y % 3);
        if (i < x.size()) x[i] = whole ? static_cast<T>(std::uint64_t{bits.y} << 32 | bits.x) : static_cast<T>(static_cast<int>(bits.y % 13) - 6);
      }
      for (auto& y : along) y.resize(x.size());
      for (auto& y : table) y.resize(3);
      ASSERT_TRUE(static_cast<bool>(
          net.run({x, v, index}, n, {along[0], along[1], along[2], along[3], along[4], table[0], table[1], table[2], table[3], table[4]})));
      for (int kind = 0; kind < 5; ++kind) {
        std::vector<T> expected = x, numbers{T(1), T(2), T(3)};
        for (std::size_t i = 0; i < v.size(); ++i) {
          T& to = expected[(i / 20 * 3 + static_cast<std::size_t>(index[i])) * 5 + i % 5];
          to = both(kind, to, v[i]);
          if (i % 5 == 0) numbers[static_cast<std::size_t>(index[i])] = both(kind, numbers[static_cast<std::size_t>(index[i])], v[i]);
        }
        EXPECT_EQ(along[kind], expected) << names[kind];
        EXPECT_EQ(table[kind], numbers) << names[kind];
      }
    }
  }
}
TEST(scatter, f32) { expect_puts<f32, float>(); }
TEST(scatter, f64) { expect_puts<f64, double>(); }
TEST(scatter, i32) { expect_puts<i32, std::int32_t>(); }
TEST(scatter, i64) { expect_puts<i64, std::int64_t>(); }
TEST(scatter, u64) { expect_puts<u64, std::uint64_t>(); }
TEST(scatter, u32) { expect_puts<u32, std::uint32_t>(); }
TEST(scatter, u16) { expect_puts<u16, std::uint16_t>(); }
TEST(scatter, i8) { expect_puts<i8, std::int8_t>(); }

// An index that is narrower than what it chooses from is one still.
struct puts_one {
  constexpr value operator()(value x, value which) const { return put_along_axis(x, which, cast(which, f32) * 0 + 1, 2); }
};
TEST(scatter, a_wrong_index_is_named) {
  inference<puts_one{}, in<"x", 3, 4>, in<"which", i32, 2, 1>> net{variable_store()};
  const float x[12] = {};
  const std::int32_t which[2] = {1, 9};
  float y[12];
  EXPECT_EQ(std::string(describe(net.run({x, which}, {y}, 1)).view()), "run: input 'which' row 0: index 9 is outside [0, 4)");
}
// Of numbers that nothing is put to, the gradient is what comes: it never meets their size.
struct product_slope {
  constexpr value operator()(value x, value v) const {
    const value last = broadcast_to(reshape(iota(x.owner(), 1) + 2, {1, 1}), v.dims());
    return gradients(put_along_axis(x, last, v, 1, scatter_reduction::mul) * 10, {x})[0];
  }
};
TEST(scatter, slopes_of_products) {
  inference<product_slope{}, in<"x", 3>, in<"v", 1>> net{variable_store()};
  const float x[3] = {3e38f, 1e-38f, 2}, v[1] = {3};
  float y[3];
  ASSERT_TRUE(net.run({x, v}, {y}, 1));
  EXPECT_EQ(std::vector<float>(y, y + 3), (std::vector<float>{10, 10, 30}));
}
// Rows of a call take the place of a table's: its own gradient is known.
struct replaced_rows {
  constexpr value operator()(value which, value v) const {
    const value w = state_variable(v, "w", role::weight, {3, 2}, constant_initializer(1)), y = scatter(w, which, v);
    return gradients(y * y, {w})[0];
  }
};
TEST(scatter, slopes_of_a_table_whose_rows_are_replaced) {
  using net_t = inference<replaced_rows{}, ids<"which", 3>, in<"v", 2>>;
  net_t net{net_t::pack(net_t::variables())};
  const std::int32_t which[1] = {1};
  const float v[2] = {3, 4};
  float y[6];
  ASSERT_TRUE(net.run({which, v}, {y}, 1));
  EXPECT_EQ(std::vector<float>(y, y + 6), (std::vector<float>{2, 2, 0, 0, 2, 2}));
}

}  // namespace
