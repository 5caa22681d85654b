// Reductions on every instruction set: from memory, from a program, several at once.
#include "testing.hpp"

#include <cmath>

using namespace testing_kernels;
using igata::plan::reduction;

namespace {

const ptrdiff_t shapes[][3] = {{0, 4, 3},    {3, 0, 2},    {2, 5, 0},    {1, 1, 1},    {64, 10, 1},   {3, 1000, 1}, {2, 4096, 1},
                               {1, 9001, 1}, {5, 64, 1},   {7, 65, 1},   {1, 700, 6},  {1, 36864, 6}, {3, 9, 6},    {2, 3, 37},
                               {1, 50, 255}, {1, 40, 256}, {4, 33, 257}, {1, 5, 5000}, {2, 7, 4096},  {1, 300, 16}, {1, 129, 64},
                               {9, 1, 13},   {1, 2500, 2}, {3, 17, 1},   {130, 3, 1},  {40, 2, 20}};

real reduced(reduction kind, const buffer& v, ptrdiff_t o, ptrdiff_t c, ptrdiff_t r, ptrdiff_t i) {
  double sum = 0, product = 1;
  real best = kind == reduction::max || kind == reduction::argmax ? -infinite : infinite;
  std::int32_t where = 0;
  for (ptrdiff_t k = 0; k < r; ++k) {
    const real x = v[(o * r + k) * i + c];
    sum += double(x);
    product *= double(x);
    const bool low = kind == reduction::min || kind == reduction::argmin;
    if (k == 0 || (x != x && best == best) || (low ? x < best : x > best)) best = x, where = static_cast<std::int32_t>(k);
  }
  if (kind == reduction::sum) return static_cast<real>(sum);
  if (kind == reduction::prod) return static_cast<real>(product);
  if (kind == reduction::max || kind == reduction::min) return best;
  return static_cast<real>(where);
}
// Where the best stand is told in i32, four bytes each.
void read_places(reduction kind, buffer& out) {
  if (kind != reduction::argmax && kind != reduction::argmin) return;
  for (ptrdiff_t k = out.size() - 1; k >= 0; --k) {
    std::int32_t where;
    std::memcpy(&where, reinterpret_cast<const char*>(out.data()) + 4 * k, 4);
    out[k] = static_cast<real>(where);
  }
}
buffer reference(reduction kind, const buffer& v, ptrdiff_t o, ptrdiff_t r, ptrdiff_t i) {
  buffer out(o * i);
  for (ptrdiff_t k = 0; k < o; ++k)
    for (ptrdiff_t c = 0; c < i; ++c) out[k * i + c] = reduced(kind, v, k, c, r, i);
  return out;
}
const reduction kinds[] = {reduction::sum, reduction::max, reduction::min, reduction::argmax, reduction::argmin, reduction::prod};

TEST(reduce, from_memory) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const auto& s : shapes)
      for (const bool special : {false, true}) {
        const ptrdiff_t o = s[0], r = s[1], i = s[2];
        buffer in = whole(o * r * i, 7, 1, 30);
        for (ptrdiff_t k = 11; special && k < in.size(); k += 501) in[k] = k % 2 ? quiet_nan : infinite;
        buffer factors = in;  // 1, 2 and 1/2 of both signs: their products are exact
        for (ptrdiff_t k = 0; k < in.size(); ++k) {
          factors[k] = (k % 97 == 5 ? 2.f : k % 97 == 50 ? 0.5f : 1.f) * (k * 7 / 5 % 3 ? 1.f : -1.f);
          if (special && k % 501 == 11) factors[k] = k % 2 ? quiet_nan : 0.f;
        }
        for (const reduction kind : kinds) {
          const buffer& from = kind == reduction::prod ? factors : in;
          const bool pieces = o == 1 && kind != reduction::argmax && kind != reduction::argmin;
          SCOPED_TRACE(::testing::Message() << o << "x" << r << "x" << i << " kind " << static_cast<int>(kind) << special);
          buffer out(o * i, -1, 1), scratch(igata::plan::reduce_scratch(i, 1));
          reduce_args args{};
          args.o = o, args.r = r, args.i = i, args.count = 1, args.kind[0] = kind, args.in = from.data();
          buffer partial(igata::plan::reduce_partial(r, i, 1));
          args.out[0] = out.data(), args.scratch = scratch.data(), args.partial = pieces ? partial.data() : nullptr;
          in_shares(kind == reduction::prod ? kernels.reduce_prod : kernels.reduce, args, special ? 1 : 3);
          if (r > 0) read_places(kind, out);
          EXPECT_TRUE(same(out, reference(kind, from, o, r, i)));
          EXPECT_TRUE(scratch.intact());
          EXPECT_TRUE(partial.intact());
        }
      }
  });
}

// Whole numbers: sums wrap round, and what floats would round is exact.
TEST(reduce, whole_numbers) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const auto& s : shapes) {
      const ptrdiff_t o = s[0], r = s[1], i = s[2];
      std::vector<integer> in(static_cast<std::size_t>(o * r * i));
      for (std::size_t k = 0; k < in.size(); ++k)
        in[k] =
            static_cast<integer>((static_cast<natural>(k / 2 + 1) * static_cast<natural>(0x9e3779b99e3779b1u) >> (k % 29 == 0 ? 0 : 3)) - 200000000);
      for (const reduction kind : kinds) {
        const bool arg = kind == reduction::argmax || kind == reduction::argmin, low = kind == reduction::min || kind == reduction::argmin;
        SCOPED_TRACE(::testing::Message() << o << "x" << r << "x" << i << " kind " << static_cast<int>(kind));
        std::vector<integer> out(static_cast<std::size_t>(o * i) + 1, -7);
        buffer scratch(igata::plan::reduce_scratch(i, 1)), partial(igata::plan::reduce_partial(r, i, 1));
        reduce_args args{};
        args.o = o, args.r = r, args.i = i, args.count = 1, args.kind[0] = kind, args.in = reinterpret_cast<const real*>(in.data());
        args.out[0] = out.data(), args.scratch = scratch.data(), args.partial = o == 1 && !arg ? partial.data() : nullptr;
        in_shares(kernels.reduce_whole, args, 3);
        EXPECT_EQ(out.back(), -7);
        bool right = true;
        for (ptrdiff_t k = 0; k < o * i; ++k) {
          natural sum = 0, product = 1;
          integer best = low ? std::numeric_limits<integer>::max() : std::numeric_limits<integer>::min();
          std::int32_t where = 0;
          for (ptrdiff_t j = 0; j < r; ++j) {
            const integer x = in[static_cast<std::size_t>((k / i * r + j) * i + k % i)];
            sum += static_cast<natural>(x);
            product *= static_cast<natural>(x);
            if (j == 0 || (low ? x < best : x > best)) best = x, where = static_cast<std::int32_t>(j);
          }
          const auto place = static_cast<std::size_t>(k);
          if (arg) right &= reinterpret_cast<const std::int32_t*>(out.data())[k] == where;
          else
            right &= out[place] == (kind == reduction::sum    ? static_cast<integer>(sum)
                                    : kind == reduction::prod ? static_cast<integer>(product)
                                                              : best);
        }
        EXPECT_TRUE(right);
        EXPECT_TRUE(scratch.intact());
        EXPECT_TRUE(partial.intact());
      }
    }
  });
}

// outputs: a + b to memory; then reduced: a * s, a + b, a, a
constexpr igata::plan::pointwise_program program() {
  igata::plan::pointwise_program p{};
  p.inputs = 3;
  p.outputs = 5;
  p.kind[0] = p.kind[1] = igata::plan::column_access::contiguous;
  p.kind[2] = igata::plan::column_access::scalar;
  p.length = 2;
  p.code[0] = igata::plan::instruction{igata::plan::opcode::mul, 0, 2, 0}.pack();
  p.code[1] = igata::plan::instruction{igata::plan::opcode::add, 0, 1, 0}.pack();
  p.result[0] = 4;
  p.result[1] = 3;
  p.result[2] = 4;
  p.result[3] = p.result[4] = 0;
  return p;
}

TEST(reduce, from_a_program_several_at_once) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    for (const auto& s : shapes) {
      const ptrdiff_t o = s[0], r = s[1], i = s[2], cols = i == 1 ? r : i;
      SCOPED_TRACE(::testing::Message() << o << "x" << r << "x" << i);
      const buffer a = whole(o * r * i, 7, 1, 30), b = whole(o * r * i, 8, 0, 30);
      const buffer row = whole(i == 1 ? o : o * r, 9, 0, 3);
      buffer scaled(a.size()), sum(a.size()), stored(a.size(), -1, 1);
      for (ptrdiff_t k = 0; k < a.size(); ++k) scaled[k] = a[k] * row[k / cols], sum[k] = a[k] + b[k];
      buffer out[4] = {buffer(o * i), buffer(o * i), buffer(o * i), buffer(o * i)}, scratch(igata::plan::reduce_scratch(i, 4));
      igata::plan::epilogue pre{};
      pre.fn = pointwise_of<program()>(which);
      pre.inputs = 3, pre.outputs = 1;
      pre.args.in[0] = a.data(), pre.args.in[1] = b.data(), pre.args.in[2] = row.data();
      pre.args.in_row[0] = pre.args.in_row[1] = cols, pre.args.in_row[2] = 1;
      pre.args.in_col[0] = pre.args.in_col[1] = 1;
      pre.args.out[0] = stored.data(), pre.args.out_row[0] = cols;
      reduce_args args{};
      args.o = o, args.r = r, args.i = i, args.count = 4, args.pre = &pre, args.pre_outputs = 5, args.scratch = scratch.data();
      buffer partial(igata::plan::reduce_partial(r, i, 4));
      const bool pieces = o == 1;
      args.partial = pieces ? partial.data() : nullptr;
      const reduction wanted[] = {reduction::sum, reduction::max, pieces ? reduction::min : reduction::argmin, reduction::sum};
      for (int k = 0; k < 4; ++k) args.kind[k] = wanted[k], args.out[k] = out[k].data();
      in_shares(kernels.reduce, args, 1 + static_cast<int>(r + i) % 4);
      if (r > 0) read_places(wanted[2], out[2]);
      EXPECT_TRUE(same(out[0], reference(reduction::sum, scaled, o, r, i)));
      EXPECT_TRUE(same(out[1], reference(reduction::max, sum, o, r, i)));
      EXPECT_TRUE(same(out[2], reference(wanted[2], a, o, r, i)));
      EXPECT_TRUE(same(out[3], reference(reduction::sum, a, o, r, i)));
      if (r > 0) {
        EXPECT_TRUE(same(stored, sum));
      }
      EXPECT_TRUE(scratch.intact());
    }
  });
}

TEST(reduce, sums_are_accurate_and_the_same_everywhere) {
  for (const auto& s : {std::vector<ptrdiff_t>{3, 100003, 1}, {1, 50000, 6}, {1, 20000, 64}, {2, 1000, 300}}) {
    const ptrdiff_t o = s[0], r = s[1], i = s[2];
    buffer in(o * r * i);
    for (ptrdiff_t k = 0; k < in.size(); ++k) in[k] = 0.1f + 1.f / static_cast<real>(k % 1009 + 1);
    std::vector<buffer> results;
    for_each_isa([&](const kernel_set& kernels, isa) {
      buffer out(o * i), scratch(igata::plan::reduce_scratch(i, 1));
      reduce_args args{};
      args.o = o, args.r = r, args.i = i, args.count = 1, args.in = in.data(), args.out[0] = out.data(), args.scratch = scratch.data();
      kernels.reduce(args);
      results.push_back(out);
      buffer first(o * i);
      args.o = 1, args.out[0] = first.data();
      kernels.reduce(args);
      EXPECT_TRUE(same_bits(first, out, i));
      buffer partial(igata::plan::reduce_partial(r, i, 1)), whole(i), shared(i);
      args.partial = partial.data(), args.out[0] = whole.data();
      kernels.reduce(args);
      args.out[0] = shared.data();
      in_shares(kernels.reduce, args, 3);
      EXPECT_TRUE(same_bits(whole, shared, i));
    });
    for (const buffer& result : results) EXPECT_TRUE(same_bits(result, results[0], o * i));
    for (ptrdiff_t k = 0; k < o; ++k)
      for (ptrdiff_t c = 0; c < i; ++c) {
        double sum = 0;
        for (ptrdiff_t q = 0; q < r; ++q) sum += double(in[(k * r + q) * i + c]);
        EXPECT_NEAR(double(results[0][k * i + c]) / sum, 1., is_wide ? 1e-13 : 2e-6);
      }
  }
}

}  // namespace
