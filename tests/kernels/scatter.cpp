// scatter and scatter_reduce on every instruction set, by rows and along an axis, in any number of parts.
#include "testing.hpp"

using namespace testing_kernels;
using igata::plan::put_kind;

namespace {

template <class T>
T both(put_kind kind, T there, T x) {
  if constexpr (sizeof(T) == sizeof(integer) && T(0.5) == T(0)) {
    const natural a = static_cast<natural>(there), b = static_cast<natural>(x);
    if (kind == put_kind::add) return static_cast<T>(a + b);
    if (kind == put_kind::mul) return static_cast<T>(a * b);
  }
  switch (kind) {
    case put_kind::add: return static_cast<T>(there + x);
    case put_kind::mul: return static_cast<T>(there * x);
    case put_kind::max: return there != there || there > x ? there : x;
    default: return there != there || there < x ? there : x;
  }
}

// The kernel of `kind`, or of none: the value takes the place.
template <class T>
void expect_put(const kernel_set& kernels, const put_kind* kind, bool by_row, ptrdiff_t outer, ptrdiff_t count, ptrdiff_t inner, bool in_place,
                bool whole, int parts) {
  const ptrdiff_t rows = 5;
  std::vector<T> there(static_cast<std::size_t>(outer * rows * inner)), x(static_cast<std::size_t>(outer * count * inner));
  std::vector<std::int32_t> where(static_cast<std::size_t>(outer * count * (by_row ? 1 : inner)));
  for (std::size_t i = 0; i < there.size(); ++i) there[i] = static_cast<T>(static_cast<T>(i * 259 + 7) * T(3));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<T>(static_cast<T>(i * 1031 + 1) * T(5));
  if constexpr (T(0.5) != T(0)) {
    if (!x.empty() && kind) x[x.size() / 2] = static_cast<T>(quiet_nan), there[there.size() / 3] = static_cast<T>(quiet_nan);
  } else {
    for (std::size_t i = 0; i < x.size(); i += 3) x[i] = static_cast<T>(T(1) - x[i]);
  }
  for (std::size_t i = 0; i < where.size(); ++i) where[i] = static_cast<std::int32_t>(i * 11 % 7) - 1;  // -1 and 5 lie outside
  std::vector<T> expected = there, to(there.size() + 1, T(77));
  for (ptrdiff_t i = 0; i < static_cast<ptrdiff_t>(x.size()); ++i) {
    const std::int32_t row = where[static_cast<std::size_t>(by_row ? i / inner : i)];
    if (row < 0 || row >= rows) continue;
    T& place = expected[static_cast<std::size_t>((i / (count * inner) * rows + row) * inner + i % inner)];
    place = kind ? both(*kind, place, x[static_cast<std::size_t>(i)]) : x[static_cast<std::size_t>(i)];
  }
  if (in_place) std::copy(there.begin(), there.end(), to.begin());
  scatter_args args{};
  args.outer = outer, args.count = count, args.rows = rows, args.inner = inner, args.bytes = sizeof(T), args.whole = whole, args.by_row = by_row;
  args.from = x.data(), args.index = where.data(), args.there = in_place ? to.data() : there.data(), args.to = to.data();
  if (kind) args.kind = *kind;
  in_shares<scatter_args>(kind ? kernels.scatter_reduce : kernels.scatter, args, parts);
  EXPECT_TRUE(to.back() == T(77));
  to.pop_back();
  EXPECT_TRUE(std::memcmp(to.data(), expected.data(), to.size() * sizeof(T)) == 0) << "by_row " << by_row << " count " << count << " inner " << inner;
}
template <class F>
void for_each_size(F f) {
  int k = 0;
  for (const bool by_row : {false, true})
    for (const ptrdiff_t count : {0, 1, 6})
      for (const ptrdiff_t inner : {1, 3, 17}) ++k, f(by_row, by_row ? 1 : 4, count, inner, k % 2 == 0, 1 + k % 5);
}

TEST(scatter, elements_of_any_size) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for_each_size([&](bool by_row, ptrdiff_t outer, ptrdiff_t count, ptrdiff_t inner, bool in_place, int parts) {
      expect_put<std::uint8_t>(kernels, nullptr, by_row, outer, count, inner, in_place, true, parts);
      expect_put<std::uint16_t>(kernels, nullptr, by_row, outer, count, inner, in_place, true, parts);
      if (!is_wide) expect_put<std::uint32_t>(kernels, nullptr, by_row, outer, count, inner, in_place, true, parts);
      expect_put<std::uint64_t>(kernels, nullptr, by_row, outer, count, inner, in_place, true, parts);
    });
  });
}
TEST(scatter, reductions) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const put_kind kind : {put_kind::add, put_kind::mul, put_kind::max, put_kind::min})
      for_each_size([&](bool by_row, ptrdiff_t outer, ptrdiff_t count, ptrdiff_t inner, bool in_place, int parts) {
        expect_put<real>(kernels, &kind, by_row, outer, count, inner, in_place, false, parts);
        expect_put<integer>(kernels, &kind, by_row, outer, count, inner, in_place, true, parts);
      });
  });
}

}  // namespace
