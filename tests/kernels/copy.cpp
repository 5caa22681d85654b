// copy, fill, gather and scatter_add on every instruction set.
#include "testing.hpp"

using namespace testing_kernels;

namespace {

struct strided {
  int rank;
  ptrdiff_t extent[6], in[6], in_size, in_begin;
};
const strided cases[] = {
    {0, {}, {}, 1, 0},
    {1, {17}, {1}, 17, 0},
    {1, {17}, {0}, 1, 0},
    {1, {17}, {-1}, 17, 16},
    {2, {37, 19}, {1, 37}, 703, 0},
    {2, {19, 37}, {37, 1}, 703, 0},
    {3, {4, 5, 33}, {165, 33, 1}, 660, 0},
    {3, {4, 33, 5}, {165, 1, 33}, 660, 0},
    {4, {3, 8, 8, 5}, {320, 1, 8, 64}, 960, 0},
    {4, {2, 3, 4, 5}, {0, 5, 0, 1}, 15, 0},
    {6, {2, 3, 2, 3, 2, 3}, {108, 36, 18, 6, 3, 1}, 216, 0},
    {6, {2, 3, 2, 3, 2, 3}, {1, 2, 6, 12, 36, 72}, 216, 0},
    {3, {3, 0, 4}, {4, 4, 1}, 12, 0},
    {2, {6, 50}, {100, 2}, 600, 0},
    {4, {2, 0, 3, 4}, {100, 50, 13, 3}, 200, 0},
};

TEST(copy, strides) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const strided& s : cases)
      for (const ptrdiff_t gap : {1, 2}) {  // 2: every other output element stays
        SCOPED_TRACE(::testing::Message() << "case " << &s - cases << " gap " << gap);
        ptrdiff_t size = 1, out_stride[6];
        for (int d = s.rank - 1; d >= 0; --d) out_stride[d] = size * gap, size *= s.extent[d];
        const buffer in = whole(s.in_size, 3, 1, 1000);
        buffer expected(size * gap, -1), out(size * gap, -1, 1);
        for (ptrdiff_t k = 0; k < size; ++k) {
          ptrdiff_t rest = k, from = s.in_begin, to = 0;
          for (int d = s.rank - 1; d >= 0; --d) {
            from += rest % s.extent[d] * s.in[d];
            to += rest % s.extent[d] * out_stride[d];
            rest /= s.extent[d];
          }
          expected[to] = in[from];
        }
        copy_args args{};
        args.rank = s.rank, args.in = in.data() + s.in_begin, args.out = out.data();
        for (int d = 0; d < s.rank; ++d) args.extent[d] = s.extent[d], args.in_stride[d] = s.in[d], args.out_stride[d] = out_stride[d];
        in_shares(kernels.copy, args, 1 + (s.rank + static_cast<int>(gap)) % 3);
        EXPECT_TRUE(same(out, expected));
      }
  });
}

TEST(copy, take_and_add_along_axis) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const ptrdiff_t inner : {1, 3, 17})
      for (const ptrdiff_t count : {0, 1, 4}) {
        const ptrdiff_t outer = 5, rows = 3;
        const int parts = 1 + static_cast<int>(inner + count) % 4;
        std::vector<std::int32_t> where(static_cast<std::size_t>(outer * count * inner));
        for (std::size_t i = 0; i < where.size(); ++i) where[i] = static_cast<std::int32_t>(i * 7 % 5) - 1;  // -1 and 3 lie outside
        const buffer x = whole(outer * rows * inner, 1, 1), values = whole(outer * count * inner, 2, 1);
        buffer taken(values.size()), added(x.size()), out(values.size(), -1, 1), back(x.size(), -1, 1);
        for (ptrdiff_t i = 0; i < values.size(); ++i) {
          const std::int32_t row = where[static_cast<std::size_t>(i)];
          if (row < 0 || row >= rows) continue;
          const ptrdiff_t at = (i / (count * inner) * rows + row) * inner + i % inner;
          taken[i] = x[at];
          added[at] += values[i];
        }
        in_shares<along_axis_args>(kernels.take_along_axis, {outer, rows, count, inner, sizeof(real), x.data(), where.data(), out.data()}, parts);
        EXPECT_TRUE(same(out, taken));
        in_shares<along_axis_args>(kernels.add_along_axis, {outer, rows, count, inner, sizeof(real), values.data(), where.data(), back.data()},
                                                parts);
        EXPECT_TRUE(same(back, added));
      }
  });
}

// Of fewer bytes, at odd addresses, and nothing beside them.
template <class T>
void expect_small() {
  for_each_isa([](const kernel_set& kernels, isa) {
    const int size = sizeof(T);
    for (const ptrdiff_t width : {1, 3, 16, 17, 65}) {
      const ptrdiff_t rows = 5, count = 7;
      const int parts = 1 + static_cast<int>(width) % 4;
      std::vector<T> table(static_cast<std::size_t>(rows * width));
      for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<T>(i * 259 + 7);
      std::int32_t where[7] = {4, 0, -1, 2, 5, 4, 1};
      std::vector<T> gathered(static_cast<std::size_t>(count * width) + 1, T{77}), filled = gathered;
      in_shares<table_args>(kernels.gather, {table.data(), where, gathered.data(), count, width, rows, size}, parts);
      const std::uint32_t bits = size == 1 ? 0x9b9b9b9bu : 0x9b419b41u;
      in_shares<fill_args>(kernels.fill, {filled.data(), count * width, size, bits, bits}, parts);
      for (ptrdiff_t i = 0; i < count * width; ++i) {
        const std::int32_t row = where[i / width];
        EXPECT_EQ(gathered[static_cast<std::size_t>(i)], row < 0 || row >= rows ? T{0} : table[static_cast<std::size_t>(row * width + i % width)]);
        EXPECT_EQ(filled[static_cast<std::size_t>(i)], static_cast<T>(bits));
      }
      std::vector<T> taken(static_cast<std::size_t>(2 * width) + 1, T{77});
      std::vector<std::int32_t> along(static_cast<std::size_t>(2 * width));
      for (std::size_t i = 0; i < along.size(); ++i) along[i] = static_cast<std::int32_t>(i * 7 % 6) - 1;
      in_shares<along_axis_args>(kernels.take_along_axis, {1, rows, 2, width, size, table.data(), along.data(), taken.data()}, parts);
      for (ptrdiff_t i = 0; i < 2 * width; ++i) {
        const std::int32_t row = along[static_cast<std::size_t>(i)];
        EXPECT_EQ(taken[static_cast<std::size_t>(i)], row < 0 || row >= rows ? T{0} : table[static_cast<std::size_t>(row * width + i % width)]);
      }
      EXPECT_TRUE(gathered.back() == T{77} && filled.back() == T{77} && taken.back() == T{77});
    }
  });
}
TEST(copy, small_elements) {
  expect_small<std::uint8_t>();
  expect_small<std::uint16_t>();
}

TEST(copy, cumsum) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const ptrdiff_t inner : {1, 2, 7, 16, 33})
      for (const ptrdiff_t length : {0, 1, 2, 9})
        for (const bool exclusive : {false, true})
          for (const bool reverse : {false, true}) {
            const ptrdiff_t outer = 6, size = outer * length * inner;
            const int parts = 1 + static_cast<int>(inner + length) % 4;
            const buffer x = whole(size, 1, 1);
            buffer expected(size), out(size, -1, 1);
            std::vector<integer> numbers(static_cast<std::size_t>(size)), sums(numbers.size()), got(numbers.size(), -1);
            for (std::size_t i = 0; i < numbers.size(); ++i)
              numbers[i] = (integer{1} << (8 * sizeof(integer) - 2)) + static_cast<integer>(i);  // their sums wrap round
            for (ptrdiff_t o = 0; o < outer; ++o)
              for (ptrdiff_t i = 0; i < inner; ++i) {
                real sum = 0;
                natural whole_sum = 0;
                for (ptrdiff_t k = 0; k < length; ++k) {
                  const ptrdiff_t at = (o * length + (reverse ? length - 1 - k : k)) * inner + i;
                  const std::size_t place = static_cast<std::size_t>(at);
                  if (exclusive) expected[at] = sum, sums[place] = static_cast<integer>(whole_sum);
                  sum += x[at], whole_sum += static_cast<natural>(numbers[place]);
                  if (!exclusive) expected[at] = sum, sums[place] = static_cast<integer>(whole_sum);
                }
              }
            in_shares<cumsum_args>(kernels.cumsum, {outer, length, inner, x.data(), out.data(), false, exclusive, reverse}, parts);
            EXPECT_TRUE(same(out, expected));
            in_shares<cumsum_args>(kernels.cumsum, {outer, length, inner, numbers.data(), got.data(), true, exclusive, reverse}, parts);
            EXPECT_EQ(got, sums);
          }
  });
}

TEST(copy, fill_gather_scatter) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const ptrdiff_t width : {0, 1, 3, 16, 17, 65}) {
      const ptrdiff_t rows = 9, count = 13;
      const int parts = 1 + static_cast<int>(width) % 4;
      std::int32_t where[13];
      for (ptrdiff_t j = 0; j < count; ++j) where[j] = static_cast<std::int32_t>(j * 5 % rows);
      where[3] = -1, where[7] = static_cast<std::int32_t>(rows);  // just outside: zeros, and nothing is added
      const buffer table = whole(rows * width, 1, 1), values = whole(count * width, 2, 1);
      buffer gathered(count * width), scattered(rows * width), out(count * width, -1, 1), back(rows * width, -1, 1), filled(count * width, 0, 1);
      for (ptrdiff_t j = 0; j < count; ++j)
        for (ptrdiff_t c = 0; c < width && where[j] >= 0 && where[j] < rows; ++c) {
          gathered[j * width + c] = table[where[j] * width + c];
          scattered[where[j] * width + c] += values[j * width + c];
        }
      in_shares<table_args>(kernels.gather, {table.data(), where, out.data(), count, width, rows, sizeof(real)}, parts);
      EXPECT_TRUE(same(out, gathered));
      in_shares<table_args>(kernels.scatter_add, {values.data(), where, back.data(), count, width, rows, sizeof(real)}, parts);
      EXPECT_TRUE(same(back, scattered));
      in_shares<fill_args>(kernels.fill,
                           {filled.data(), count * width, sizeof(real), is_wide ? 0u : 0x40400000u, is_wide ? 0x40080000u : 0x40400000u}, parts);
      EXPECT_TRUE(same(filled, buffer(count * width, 3.f)));
    }
  });
}

}  // namespace
