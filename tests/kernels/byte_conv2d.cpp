// Convolutions of bytes on every instruction set against a plain loop: odd extents, windows of all kinds, all mixes of types and shares.
#include "testing.hpp"

namespace {

using namespace testing_kernels;
using igata::plan::byte_conv2d_args;

struct byte_images {
  ptrdiff_t n, h, w, c, o, kh, kw, stride = 1, dilation = 1, top = 0, left = 0, bottom = 0, right = 0;
};

std::vector<char> bytes(ptrdiff_t count, unsigned seed) {
  std::vector<char> b(static_cast<std::size_t>(count) + 1);
  std::uint32_t state = seed * 2654435761u + 99u;
  for (char& x : b) state = state * 1664525u + 1013904223u, x = static_cast<char>(state >> 20);
  return b;
}
int number(const std::vector<char>& b, ptrdiff_t i, bool has_sign) {
  const char x = b[static_cast<std::size_t>(i)];
  return has_sign ? static_cast<signed char>(x) : static_cast<int>(static_cast<unsigned char>(x));
}

void expect_convolution(const byte_images& t, bool x_signed, bool w_signed, int around, void (*kernel)(const byte_conv2d_args&) noexcept, int parts) {
  byte_conv2d_args s{};
  s.g.n = t.n, s.g.h = t.h, s.g.w = t.w, s.g.c = t.c, s.g.kh = t.kh, s.g.kw = t.kw, s.o = t.o, s.around = around;
  s.g.stride_h = t.stride, s.g.stride_w = t.stride + 1, s.g.dilation_h = t.dilation, s.g.dilation_w = t.dilation;
  s.g.pad_top = t.top, s.g.pad_left = t.left, s.g.pad_bottom = t.bottom, s.g.pad_right = t.right;
  s.g.oh = (t.h + t.top + t.bottom - (t.kh - 1) * t.dilation - 1) / s.g.stride_h + 1;
  s.g.ow = (t.w + t.left + t.right - (t.kw - 1) * t.dilation - 1) / s.g.stride_w + 1;
  const std::vector<char> x = bytes(t.n * t.h * t.w * t.c, 1), w = bytes(t.kh * t.kw * t.c * t.o, 2);
  s.x = x.data(), s.x_signed = x_signed, s.w = w.data(), s.w_signed = w_signed;
  std::vector<std::int32_t> expected;
  for (ptrdiff_t at = 0; at < t.n * s.g.oh * s.g.ow; ++at)
    for (ptrdiff_t j = 0; j < t.o; ++j) {
      int sum = 0;
      for (ptrdiff_t tap = 0; tap < t.kh * t.kw; ++tap)
        for (ptrdiff_t c = 0; c < t.c; ++c) {
          const ptrdiff_t row = at / s.g.ow % s.g.oh * s.g.stride_h + tap / t.kw * t.dilation - t.top,
                          column = at % s.g.ow * s.g.stride_w + tap % t.kw * t.dilation - t.left;
          const bool inside = row >= 0 && row < t.h && column >= 0 && column < t.w;
          sum += (inside ? number(x, ((at / s.g.ow / s.g.oh * t.h + row) * t.w + column) * t.c + c, x_signed) : around) *
                 number(w, (tap * t.c + c) * t.o + j, w_signed);
        }
      expected.push_back(sum);
    }
  std::vector<std::int32_t> got(expected.size() + 32, -7);
  const ptrdiff_t floats = scratch_floats(igata::plan::step_kind::byte_conv2d, s);
  std::vector<buffer> scratch;
  for (int i = 0; i < parts; ++i) scratch.emplace_back(floats);
  s.y = got.data() + 16, s.y_row = t.o;
  for (int i = 0; i < parts; ++i) {
    s.part = {parts - 1 - i, parts};
    s.scratch = scratch[static_cast<std::size_t>(i)].data();
    kernel(s);
    EXPECT_TRUE(scratch[static_cast<std::size_t>(i)].intact());
  }
  EXPECT_EQ(std::vector<std::int32_t>(got.begin() + 16, got.end() - 16), expected)
      << t.h << 'x' << t.w << 'x' << t.c << " by " << t.kh << 'x' << t.kw << 'x' << t.o << ' ' << x_signed << w_signed << ' ' << parts;
  for (std::size_t i = 0; i < 16; ++i) EXPECT_TRUE(got[i] == -7 && got[expected.size() + 16 + i] == -7);
}

TEST(byte_conv2d, every_instruction_set) {
  const byte_images all[] = {{1, 5, 7, 3, 5, 3, 3},
                             {2, 6, 6, 4, 17, 3, 2, 1, 1, 1, 1, 1, 1},
                             {1, 9, 8, 5, 65, 2, 3, 2, 2, 2, 3, 0, 1},
                             {3, 4, 4, 16, 8, 1, 1},
                             {1, 1, 1, 7, 300, 1, 1, 1, 1, 2, 0, 0, 2},
                             {2, 3, 3, 1, 1, 3, 3, 3, 1, 3, 3, 3, 3},
                             {1, 2, 2, 33, 280, 2, 2},
                             {0, 5, 5, 2, 3, 2, 2}};
  for_each_isa([&](const kernel_set& kernels, isa) {
    for (const byte_images& t : all)
      for (int types = 0; types < 4; ++types)
        for (const int parts : {1, 2, 3})
          expect_convolution(t, types & 1, types & 2, types & 1 ? -77 : 201, kernels.byte_conv2d, parts);
  });
}

}  // namespace
