// Steps that are made of other kernels, on every instruction set: loops in shares, past the caches and over several axes, many products, gradients of
// depthwise convolutions, calls of the host.
#include "testing.hpp"

using namespace testing_kernels;
using igata::plan::column_access;
using igata::plan::opcode;
using loop_args = igata::plan::loop_fields<told>;
using nested_loop_args = igata::plan::nested_loop_fields<told>;
using batched_gemm_args = igata::plan::batched_gemm_fields<told>;
using call_args = igata::plan::call_fields<told>;

namespace {

// a * b + a
constexpr igata::plan::pointwise_program program() {
  igata::plan::pointwise_program p{};
  p.inputs = 2, p.outputs = 1, p.length = 2;
  p.kind[1] = column_access::strided;
  p.code[0] = igata::plan::instruction{opcode::mul, 0, 1, 0}.pack();
  p.code[1] = igata::plan::instruction{opcode::add, 2, 0, 0}.pack();
  p.result[0] = 3;
  return p;
}
igata::plan::epilogue loop_over(isa which, const buffer& a, const buffer& b, buffer& out, ptrdiff_t rows, ptrdiff_t cols) {
  igata::plan::epilogue all{};
  all.fn = pointwise_of<program()>(which);
  all.inputs = 2, all.outputs = 1;
  all.args.in[0] = a.data(), all.args.in[1] = b.data(), all.args.out[0] = out.data();
  all.args.rows = rows, all.args.cols = cols;
  return all;
}

TEST(steps, loops_in_shares) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    for (const auto& [rows, cols] : {std::pair<ptrdiff_t, ptrdiff_t>{1, 1000}, {13, 37}, {3, 1}, {0, 5}})
      for (const bool turned : {false, true}) {
        const buffer a = whole(rows * cols, 1, 1), b = whole(rows * cols, 2, 1);
        buffer out(rows * cols, -1, 1), expected(rows * cols);
        for (ptrdiff_t r = 0; r < rows; ++r)
          for (ptrdiff_t c = 0; c < cols; ++c) {
            const ptrdiff_t at = r * cols + c;
            expected[at] = a[at] * b[turned ? c * rows + r : at] + a[at];
          }
        igata::plan::epilogue all = loop_over(which, a, b, out, rows, cols);
        all.args.in_row[0] = cols, all.args.in_col[0] = 1, all.args.out_row[0] = cols;
        all.args.in_row[1] = turned ? 1 : cols, all.args.in_col[1] = turned ? rows : 1;
        for (const int parts : {1, 3}) {
          in_shares<loop_args>(kernels.loop, {&all}, parts);
          EXPECT_TRUE(same(out, expected)) << rows << "x" << cols;
        }
      }
  });
}

#if !defined(__wasm__)
TEST(steps, long_loops) {
  const ptrdiff_t cols = (2 << 20) + 13;
  const buffer a = whole(cols, 1), b = whole(cols, 2);
  buffer expected(cols);
  for (ptrdiff_t c = 0; c < cols; ++c) expected[c] = a[c] * b[c] + a[c];
  for_each_isa([&](const kernel_set& kernels, isa which) {
    for (const ptrdiff_t offset : {0, 3}) {
      buffer out(cols, -1, offset);
      igata::plan::epilogue all = loop_over(which, a, b, out, 1, cols);
      all.args.in_col[0] = all.args.in_col[1] = 1;
      EXPECT_TRUE(drivers::streams_row(all.args, 2, 1));
      in_shares<loop_args>(kernels.long_loop, {&all}, 1);
      EXPECT_TRUE(same(out, expected));
    }
  });
}
#endif

// out[i][j][r][c] of a of that order, and b with the outer axes turned.
TEST(steps, nested_loops) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    const ptrdiff_t n[] = {5, 3}, rows = 4;
    for (const ptrdiff_t cols : {1, 7, 33}) {
      const ptrdiff_t block = rows * cols, size = n[0] * n[1] * block;
      const buffer a = whole(size, 1, 1), b = whole(size, 2, 1);
      buffer out(size, -1, 1), expected(size);
      for (ptrdiff_t i = 0; i < n[0]; ++i)
        for (ptrdiff_t j = 0; j < n[1]; ++j)
          for (ptrdiff_t k = 0; k < block; ++k) {
            const ptrdiff_t at = (i * n[1] + j) * block + k;
            expected[at] = a[at] * b[(j * n[0] + i) * block + k] + a[at];
          }
      igata::plan::epilogue all = loop_over(which, a, b, out, rows, cols);
      all.args.in_row[0] = all.args.in_row[1] = all.args.out_row[0] = cols, all.args.in_col[0] = all.args.in_col[1] = 1;
      const ptrdiff_t strides[] = {n[1] * block, block, block, n[0] * block, n[1] * block, block};
      all.strides = strides;
      nested_loop_args args{};
      args.loop = &all, args.axes = 2, args.extent[0] = n[0], args.extent[1] = n[1];
      for (const int parts : {1, 2}) {
        in_shares(kernels.nested_loop, args, parts);
        EXPECT_TRUE(same(out, expected)) << cols;
      }
    }
  });
}

TEST(steps, many_products) {
  const ptrdiff_t m = 7, n = 19, k = 5;
  for_each_isa([&](const kernel_set& kernels, isa) {
    for (const ptrdiff_t batches : {1, 2, 9}) {
      const buffer a = whole(batches * m * k, 1), b = whole(batches * k * n, 2);
      buffer c(batches * m * n, -1, 1), expected(batches * m * n), scratch(0);
      for (ptrdiff_t i = 0; i < batches * m; ++i)
        for (ptrdiff_t j = 0; j < n; ++j)
          for (ptrdiff_t l = 0; l < k; ++l) expected[i * n + j] += a[i * k + l] * b[(i / m * k + l) * n + j];
      batched_gemm_args args{};
      args.a = a.data(), args.a_row = k, args.a_k = 1, args.b = b.data(), args.b_k = n, args.b_n = 1, args.c = c.data(), args.c_row = n;
      args.m = m, args.n = n, args.k = k, args.scratch = scratch.data();
      args.batches = batches, args.step_a = m * k, args.step_b = k * n, args.step_c = m * n;
      for (const int parts : {1, 3}) {
        in_shares(kernels.batched_gemm, args, parts);
        EXPECT_TRUE(same(c, expected)) << batches;
      }
    }
  });
}

TEST(steps, depthwise_gradients) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const igata::plan::window_geometry& g : {igata::plan::window_geometry{2, 9, 8, 5, 9, 8, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1},
                                                  {3, 9, 7, 37, 5, 4, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1},
                                                  {1, 9, 9, 16, 5, 5, 3, 3, 1, 1, 2, 2, 0, 0, 0, 0}}) {
      const ptrdiff_t c = g.c;
      const buffer x = whole(g.n * g.h * g.w * c, 1, 1, 3), w = whole(g.kh * g.kw * c, 2, 1, 3), dy = whole(g.n * g.oh * g.ow * c, 3, 1, 3);
      buffer dw(w.size()), dx(x.size()), out(w.size(), -1, 1), back(x.size(), -1, 1),
          scratch(igata::plan::padded_image(g) > 0 ? igata::plan::padded_image(g) : 0);
      for (ptrdiff_t i = 0; i < dy.size(); ++i)
        for (ptrdiff_t tap = 0; tap < g.kh * g.kw; ++tap) {
          const ptrdiff_t pixel = i / c, iy = pixel / g.ow % g.oh * g.stride_h + tap / g.kw * g.dilation_h - g.pad_top,
                          ix = pixel % g.ow * g.stride_w + tap % g.kw * g.dilation_w - g.pad_left;
          if (iy < 0 || iy >= g.h || ix < 0 || ix >= g.w) continue;
          const ptrdiff_t at = ((pixel / g.ow / g.oh * g.h + iy) * g.w + ix) * c + i % c;
          dw[tap * c + i % c] += x[at] * dy[i];
          dx[at] += w[tap * c + i % c] * dy[i];
        }
      for (const int parts : {1, 3}) {
        in_shares<conv2d_filter_grad_args>(kernels.depthwise_filter_grad, {g, c, c, x.data(), dy.data(), out.data(), nullptr, scratch.data()}, parts);
        EXPECT_TRUE(same(out, dw));
        in_shares<conv2d_input_grad_args>(kernels.depthwise_input_grad, {g, c, c, w.data(), dy.data(), back.data(), nullptr}, parts);
        EXPECT_TRUE(same(back, dx));
      }
    }
  });
}

// The host gets a copy, whose numbers it may change.
TEST(steps, calls) {
  for_each_isa([](const kernel_set& kernels, isa) {
    const buffer in = whole(37, 1);
    buffer out(37, -1, 1), expected(37);
    for (ptrdiff_t i = 0; i < 37; ++i) expected[i] = in[i] + 5;
    struct told_host {
      int calls = 0;
    } host;
    const igata::plan::host_function f{[](void* data, int number, float* values, ptrdiff_t count) noexcept {
                                         ++static_cast<told_host*>(data)->calls;
                                         for (ptrdiff_t i = 0; i < count; ++i) reinterpret_cast<real*>(values)[i] += static_cast<real>(number);
                                       },
                                       &host};
    in_shares<call_args>(kernels.call, {&f, in.data(), out.data(), 37, 5}, 3);
    EXPECT_TRUE(same(out, expected));
    EXPECT_EQ(host.calls, 1);
  });
}

}  // namespace
