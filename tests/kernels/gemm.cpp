// gemm and pack on every instruction set, against three loops.
#include "testing.hpp"

using namespace testing_kernels;

namespace {

buffer reference(const buffer& a, const buffer& b, const real* bias, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k) {
  buffer c(m * n);
  for (ptrdiff_t i = 0; i < m; ++i)
    for (ptrdiff_t j = 0; j < n; ++j) {
      double sum = bias ? double(bias[j]) : 0;
      for (ptrdiff_t l = 0; l < k; ++l) sum += double(a[i * k + l]) * double(b[l * n + j]);
      c[i * n + j] = static_cast<real>(sum);
    }
  return c;
}

buffer transposed(const buffer& a, ptrdiff_t rows, ptrdiff_t cols) {
  buffer t(rows * cols);
  for (ptrdiff_t i = 0; i < rows; ++i)
    for (ptrdiff_t j = 0; j < cols; ++j) t[j * rows + i] = a[i * cols + j];
  return t;
}

void check(const kernel_set& kernels, isa which, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, unsigned variant, ptrdiff_t splits = 1) {
  SCOPED_TRACE(::testing::Message() << m << "x" << n << "x" << k << " variant " << variant << " splits " << splits);
  const bool a_transposed = variant & 1, b_transposed = variant & 2, packed = variant & 4, with_bias = variant & 8, post = variant & 16;
  const ptrdiff_t offset = variant & 1;
  const buffer a = whole(m * k, 1, offset), b = whole(k * n, 2, offset), bias = whole(n, 3, offset);
  const buffer expected = reference(a, b, with_bias ? bias.data() : nullptr, m, n, k);
  const buffer at = transposed(a, m, k), bt = transposed(b, k, n);
  buffer c(m * n, -1, offset), panels(igata::plan::packed_size(k, n)), scratch(igata::plan::packed_size(k, n) + 64);
  epilogue_case tail(m, n);
  gemm_args args{};
  args.a = a_transposed ? at.data() : a.data();
  args.a_row = a_transposed ? 1 : k;
  args.a_k = a_transposed ? m : 1;
  args.b = b_transposed ? bt.data() : b.data();
  args.b_k = b_transposed ? 1 : n;
  args.b_n = b_transposed ? k : 1;
  if (packed) {
    kernels.pack(args.b, args.b_k, args.b_n, k, n, panels.data());
    EXPECT_TRUE(panels.intact());
    args.b = panels.data();
    args.b_packed = true;
  }
  args.bias = with_bias ? bias.data() : nullptr;
  args.c = c.data();
  args.c_row = n;
  args.m = m;
  args.n = n;
  args.k = k;
  args.splits = splits;
  args.scratch = scratch.data();
  if (post) {
    tail.post.fn = pointwise_of<epilogue_program()>(which);
    args.post = &tail.post;
  }
  in_shares(splits > 1 ? kernels.split_gemm : kernels.gemm, args, static_cast<int>(1 + (variant + m + n) % 4));
  EXPECT_TRUE(scratch.intact());
  if (post) {
    tail.expect(expected);
  } else {
    EXPECT_TRUE(same(c, expected));
  }
}

TEST(gemm, odd_sizes_and_every_layout) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    const ptrdiff_t shapes[][3] = {{0, 5, 3},   {3, 0, 5},  {2, 3, 0},    {1, 1, 1},    {1, 65, 7},   {7, 17, 31},  {5, 63, 4},   {6, 64, 9},
                               {13, 16, 5}, {8, 6, 25}, {61, 15, 11}, {9, 33, 16},  {12, 97, 13}, {1, 200, 19}, {129, 8, 3},  {11, 129, 2},
                               {3, 49, 8},  {23, 32, 6}, {70, 70, 70}, {300, 10, 7}, {2, 70, 5},
                               {16, 2, 0}, {37, 1, 130}, {64, 4, 9}, {150, 3, 140}, {1100, 4, 2}, {32, 64, 12}, {28, 100, 3}, {70, 130, 20}};
    for (const auto& s : shapes)
      for (unsigned variant = 0; variant < 32; ++variant) check(kernels, which, s[0], s[1], s[2], variant);
  });
}

TEST(gemm, split_sums) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    const ptrdiff_t shapes[][3] = {{1, 1, 8},   {1, 3, 8},   {1, 65, 9},    {2, 17, 31}, {5, 63, 12},
                                   {8, 64, 16}, {9, 129, 8}, {17, 130, 21}, {40, 4, 70}, {21, 1, 130}};
    for (const auto& s : shapes)
      for (unsigned variant = 0; variant < 32; ++variant)
        for (const ptrdiff_t splits : {2, 4}) check(kernels, which, s[0], s[1], s[2], variant, splits);
  });
}

TEST(gemm, rows_of_whole_pages) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    for (const unsigned variant : {0u, 1u, 8u, 16u, 25u}) {
      check(kernels, which, 67, 1024, 65, variant);
      check(kernels, which, 7, 1024, 300, variant);
    }
  });
}

TEST(gemm, rows_do_not_depend_on_their_number) {
  const ptrdiff_t m = 29, k = 153;
  for (const ptrdiff_t n : {1, 3, 5, 40, 130, 1024}) {
    buffer a(m * k), b(k * n);
    for (ptrdiff_t i = 0; i < m * k; ++i) a[i] = 1.f / static_cast<real>(i + 3);
    for (ptrdiff_t i = 0; i < k * n; ++i) b[i] = 1.f / static_cast<real>(2 * i + 1) - 0.01f;
    for_each_isa([&](const kernel_set& kernels, isa) {
      buffer all(m * n), some(m * n);
      gemm_args args{};
      args.a = a.data(), args.a_row = k, args.a_k = 1, args.b = b.data(), args.b_k = n, args.b_n = 1;
      args.c = all.data(), args.c_row = n, args.m = m, args.n = n, args.k = k;
      kernels.gemm(args);
      args.c = some.data();
      for (ptrdiff_t rows = 1; rows < m; ++rows) {
        args.m = rows;
        kernels.gemm(args);
        EXPECT_TRUE(same_bits(all, some, rows * n)) << rows;
      }
    });
  }
}

TEST(gemm, shares_have_the_same_bits) {
  const ptrdiff_t k = 77;
  for_each_isa([&](const kernel_set& kernels, isa) {
    for (const auto& [m, n] : {std::pair<ptrdiff_t, ptrdiff_t>{100, 70}, {5, 300}, {64, 10}, {300, 4}, {1, 1000}, {50, 1024}}) {
      buffer a(m * k), b(k * n), whole(m * n);
      for (ptrdiff_t i = 0; i < m * k; ++i) a[i] = 1.f / static_cast<real>(i + 3);
      for (ptrdiff_t i = 0; i < k * n; ++i) b[i] = 1.f / static_cast<real>(2 * i + 1) - 0.01f;
      gemm_args args{};
      args.a = a.data(), args.a_row = k, args.a_k = 1, args.b = b.data(), args.b_k = n, args.b_n = 1;
      args.c = whole.data(), args.c_row = n, args.m = m, args.n = n, args.k = k;
      kernels.gemm(args);
      for (const int parts : {2, 3, 7}) {
        buffer shared(m * n, -1);
        args.c = shared.data();
        in_shares(kernels.gemm, args, parts);
        EXPECT_TRUE(same_bits(whole, shared, m * n)) << m << "x" << n << " in " << parts;
      }
    }
  });
}

TEST(gemm, nan_and_infinity_stay_in_their_row_and_column) {
  const ptrdiff_t m = 9, n = 21, k = 6;
  for_each_isa([&](const kernel_set& kernels, isa) {
    buffer a = whole(m * k, 1), b = whole(k * n, 2), c(m * n);
    a[3 * k + 1] = quiet_nan;
    for (ptrdiff_t l = 0; l < k; ++l) b[l * n + 7] = 1;
    a[5 * k + 2] = infinite;
    gemm_args args{};
    args.a = a.data(), args.a_row = k, args.a_k = 1, args.b = b.data(), args.b_k = n, args.b_n = 1;
    args.c = c.data(), args.c_row = n, args.m = m, args.n = n, args.k = k;
    kernels.gemm(args);
    for (ptrdiff_t i = 0; i < m; ++i)
      for (ptrdiff_t j = 0; j < n; ++j) {
        const bool is_nan = c[i * n + j] != c[i * n + j];
        EXPECT_TRUE(i == 5 || is_nan == (i == 3));
      }
    EXPECT_EQ(c[5 * n + 7], infinite);
  });
}

// block * factor[column] + bias[column], at least zero
constexpr igata::plan::pointwise_program row_program() {
  igata::plan::pointwise_program p{};
  p.inputs = 4;
  p.outputs = 1;
  p.kind[0] = p.kind[1] = p.kind[2] = igata::plan::column_access::contiguous;
  p.kind[3] = igata::plan::column_access::scalar;
  p.length = 3;
  p.code[0] = igata::plan::instruction{igata::plan::opcode::mul, 0, 1, 0}.pack();
  p.code[1] = igata::plan::instruction{igata::plan::opcode::add, 4, 2, 0}.pack();
  p.code[2] = igata::plan::instruction{igata::plan::opcode::max, 5, 3, 0}.pack();
  p.result[0] = 6;
  return p;
}

TEST(gemm, narrow_results_with_the_same_operands_for_every_row) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    for (const ptrdiff_t n : {1, 2, 6, 15, 16, 17})
      for (const ptrdiff_t m : {3, 17, 63, 64, 65, 147, 1100}) {
        SCOPED_TRACE(::testing::Message() << m << "x" << n);
        const ptrdiff_t k = 3;
        const buffer a = whole(m * k, 1), b = whole(k * n, 2), factor = whole(n, 3), bias = whole(n, 4);
        const real zero = 0;
        buffer out(m * n, -1, 1), expected(m * n), scratch(0);
        for (ptrdiff_t i = 0; i < m; ++i)
          for (ptrdiff_t j = 0; j < n; ++j) {
            real sum = 0;
            for (ptrdiff_t q = 0; q < k; ++q) sum += a[i * k + q] * b[q * n + j];
            sum = sum * factor[j] + bias[j];
            expected[i * n + j] = sum > 0 ? sum : 0;
          }
        igata::plan::epilogue post{};
        post.fn = pointwise_of<row_program()>(which);
        post.inputs = 4, post.outputs = 1;
        post.args.in[1] = factor.data(), post.args.in[2] = bias.data(), post.args.in[3] = &zero;
        post.args.in_col[1] = post.args.in_col[2] = 1;
        post.args.out[0] = out.data(), post.args.out_row[0] = n;
        gemm_args args{};
        args.a = a.data(), args.a_row = k, args.a_k = 1, args.b = b.data(), args.b_k = n, args.b_n = 1;
        args.m = m, args.n = n, args.k = k, args.post = &post, args.scratch = scratch.data();
        kernels.gemm(args);
        EXPECT_TRUE(same(out, expected));
      }
  });
}

}  // namespace
