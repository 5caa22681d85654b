// What each dense kernel is told: pointers, extents, strides. Strides count elements (4 bytes). Tensors are row-major, images NHWC,
// convolution weights HWIO ([kh][kw][c/groups][o]). Every buffer written by igata is followed by at least 64 readable floats,
// so a kernel may read (never write) up to 64 floats past the last element of `b`, of weights, of the filter gradient's `dy` and of
// its scratch.
#pragma once
#include "pointwise.hpp"
#include "share.hpp"

namespace igata::inline IGATA_ABI {

// A pointwise program run on each finished block of a dense kernel, while that block is in the first cache level: in[0] is the block
// of results itself; the other inputs and the outputs are given for row 0, column 0 of the whole result and moved to the block by
// the kernel. A null `fn` stores the result as it is.
struct epilogue {
  pointwise_fn fn;
  int inputs, outputs;  // of the program
  pointwise_args args;  // of more inputs or outputs nothing is set
};

// A pointwise program over more than two axes: what `loop` says at each position of the outer ones, which add to its operands' addresses.
inline constexpr int max_outer_axes = 4;
struct nested_loop_args {
  epilogue loop;
  std::ptrdiff_t axes, extent[max_outer_axes];
  const std::ptrdiff_t* strides;  // [operand][axis], of the inputs, then of the outputs
};

// B's packed form: columns in panels of 64, [N/64][K][64]; the last panel is as wide as its columns rounded up to 16, padded with
// zeros. Panel j starts at 64 * j * K. The same for every instruction set.
inline constexpr std::ptrdiff_t panel_width = 64;
constexpr std::ptrdiff_t packed_size(std::ptrdiff_t k, std::ptrdiff_t n) { return k * ((n + 15) / 16 * 16); }

// How a weight that is bound once is stored: as it is, in panels, or transformed for winograd2_conv2d or winograd4_conv2d.
enum class weight_form : std::uint8_t { plain, panels, winograd2, winograd4 };

// c[m][n] = epilogue(bias[n] + sum over k of a[m * a_row + k * a_k] * b[k][n])
struct gemm_args {
  std::ptrdiff_t m, n, k;         // any of them may be 0: k = 0 gives bias (or 0)
  const float* a;
  std::ptrdiff_t a_row, a_k;      // transposed A: a_row = 1
  const float* b;
  std::ptrdiff_t b_k, b_n;        // b_n == 1: rows are contiguous and read in place; else packed into scratch first
  bool b_packed;                  // b is in panels; b_k and b_n are not used
  float* scratch;                 // gemm_scratch() floats of this share's own, 64-byte aligned
  share part = {};
  const float* bias;              // n floats or null
  float* c;                       // not used where an epilogue stores elsewhere
  std::ptrdiff_t c_row;
  const epilogue* post;           // or null
};
// Many products: the next one's operands lie `step` further.
struct batched_gemm_args {
  std::ptrdiff_t batches, step_a, step_b, step_c;
  gemm_args product;
};
constexpr std::ptrdiff_t gemm_scratch(std::ptrdiff_t k, std::ptrdiff_t n, bool b_transposed) { return b_transposed ? packed_size(k, n) + 64 : 0; }

struct window_geometry {
  std::ptrdiff_t n, h, w, c;                          // input
  std::ptrdiff_t oh, ow;                              // output positions
  std::ptrdiff_t kh, kw, stride_h, stride_w, dilation_h, dilation_w;
  std::ptrdiff_t pad_top, pad_left, pad_bottom, pad_right;
};

// Floats of scratch for one padded image, and nothing when there is no padding.
constexpr std::ptrdiff_t padded_image(const window_geometry& g) {
  return g.pad_top | g.pad_left | g.pad_bottom | g.pad_right
             ? (g.h + g.pad_top + g.pad_bottom) * (g.w + g.pad_left + g.pad_right) * g.c + 64 : 0;
}

// So many of them are copied at a time: of few pixels several, so that weights are read for many rows.
constexpr std::ptrdiff_t padded_images(const window_geometry& g) {
  const std::ptrdiff_t pixels = g.oh * g.ow, some = pixels > 0 && padded_image(g) > 0 ? (pixels + 31) / pixels : 1;
  return some < g.n ? some : g.n > 0 ? g.n : 1;
}

// y[n][oh][ow][o] = epilogue(bias[o] + sum x[n][oy*s + ky*d - pad][…][c] * w[ky][kx][c][o])
struct conv2d_args {
  window_geometry g;
  std::ptrdiff_t o, groups;       // output channels of all groups; g.c input channels of all groups
  const float* x;
  const float* w;                 // HWIO, or with w_packed (groups == 1 only) panels of the matrix [kh*kw*c][o]
  bool w_packed;
  float* scratch;                 // conv2d_scratch() floats of this share's own
  share part = {};
  const float* bias;
  float* y;
  const epilogue* post;           // rows: n*oh*ow pixels, columns: o channels
};
// One channel and few filters: eight neighbouring pixels of two filters share a register of 16 floats.
constexpr bool conv2d_in_octs(const window_geometry& g, std::ptrdiff_t o) {
  return g.c == 1 && o <= 8 && g.stride_w == 1 && g.dilation_w == 1 && g.ow >= 8 && g.ow <= 512;
}
constexpr std::ptrdiff_t conv2d_scratch(const window_geometry& g, std::ptrdiff_t o, std::ptrdiff_t) {
  return padded_image(g) * padded_images(g) + (conv2d_in_octs(g, o) ? (g.kh * g.kw + 1) * 64 + 144 : 0);
}

// What follows a convolution with packed weights in the registers: clamp(result + add). Elementwise work of any other kind is an epilogue.
struct finish {
  const float* add;               // [pixels], add_row floats apart, or null
  std::ptrdiff_t add_row;
  bool clamped;
  float low, high;                // NaN stays NaN
};
// Convolutions that finish their results in registers, of inference programs and, by Winograd's method, of others: y[pixel][o] = epilogue(finish(bias[o] + sum x[…] * w[…])).
// What would multiply padding is left out, but for Winograd's.
// direct_conv2d: groups == 1; w is the matrix [kh*kw*c][o] in panels.
// winograd2_conv2d, winograd4_conv2d: w is [o/64][point][c][64], see target/winograd.hpp.
// depthwise_conv2d: groups == c == o; w is HWIO.
struct finished_conv2d_args {
  window_geometry g;
  std::ptrdiff_t o;
  const float* x;
  const float* w;
  float* scratch;                 // winograd_scratch() floats of this share's own; the others need none
  share part = {};
  const float* bias;              // o floats or null
  float* y;                       // not used where an epilogue stores
  std::ptrdiff_t y_row;           // from pixel to pixel
  finish last;
  const epilogue* post;           // or null; rows and columns as in conv2d_args
};

// The filters of a 3x3 convolution as winograd2_conv2d and winograd4_conv2d want them: c channels in, o out.
struct winograd_filters_args {
  std::ptrdiff_t c, o;
  const float* w;                 // HWIO; turned: [3][3][o][c], of the convolution whose gradient this one makes, its window turned by half a circle
  bool turned;
  float* out;                     // winograd_packed_size() floats
  share part = {};
};

// dw[kh][kw][c/groups][o] = sum over n, oy, ox of x[…] * dy[n][oy][ox][o]
struct conv2d_filter_grad_args {
  window_geometry g;
  std::ptrdiff_t o, groups;
  const float* x;
  const float* dy;
  float* dw;
  float* partial;                 // conv2d_filter_grad_partial() floats that all shares see, or null
  float* scratch;                 // conv2d_filter_grad_scratch() floats of this share's own
  share part = {};
};
// A small gradient of many images is made in pieces, of some images each, that are added at the end: their number.
constexpr std::ptrdiff_t filter_grad_pieces(std::ptrdiff_t images) { return images < 16 ? 1 : images < 64 ? images / 8 : 8; }
constexpr std::ptrdiff_t conv2d_filter_grad_partial(const window_geometry& g, std::ptrdiff_t o, std::ptrdiff_t groups) {
  const std::ptrdiff_t size = groups > 0 ? g.kh * g.kw * (g.c / groups) * o : 0;
  return size <= 32768 && filter_grad_pieces(g.n) > 1 ? (filter_grad_pieces(g.n) * size + 79) / 16 * 16 : 0;
}
// How its sums fill the registers: columns of o; or, where o is small, columns of (kx, c) and rows of o, with the last image copied; or
// columns of (kx, o) from a dy with borders.
enum class filter_grad_form { plain, transposed, shifted };
constexpr filter_grad_form filter_grad_form_of(const window_geometry& g, std::ptrdiff_t o, std::ptrdiff_t groups) {
  if (groups != 1 || g.dilation_w != 1 || o > 16) return filter_grad_form::plain;
  if (g.kw * g.c > 16) return filter_grad_form::transposed;
  return g.stride_w == 1 && o <= 8 && g.kw * o <= 32 && 2 * ((g.kh * g.c + 7) / 8) * (g.ow + g.kw - 1) < (g.kh * g.kw * g.c + 7) / 8 * g.ow
             ? filter_grad_form::shifted : filter_grad_form::plain;
}
// Images at a time, so many that their part of dy stays in the first cache level while all of dw passes.
constexpr std::ptrdiff_t filter_grad_images(const window_geometry& g, std::ptrdiff_t o, std::ptrdiff_t groups) {
  const std::ptrdiff_t columns = o / groups < panel_width ? o / groups : panel_width, together = 8192 / (columns > 0 ? columns : 1) + 1, pixels = g.oh * g.ow;
  return pixels > 0 && together > pixels ? together / pixels : 1;
}
constexpr std::ptrdiff_t conv2d_filter_grad_scratch(const window_geometry& g, std::ptrdiff_t o, std::ptrdiff_t groups) {
  const std::ptrdiff_t padded = padded_image(g);
  switch (filter_grad_form_of(g, o, groups)) {
    case filter_grad_form::transposed: return (padded > 0 ? padded : g.h * g.w * g.c + 64) + g.kh * o * ((g.kw * g.c + 15) / 16 * 16) + 80;
    case filter_grad_form::shifted: return padded + g.kh * g.c * ((g.kw * o + 15) / 16 * 16) + g.oh * (g.ow + 2 * (g.kw - 1)) * o + 96;
    default: return padded * filter_grad_images(g, o, groups);
  }
}

// dx[n][h][w][c] = sum over the windows that read it of w[…] * dy[…]
struct conv2d_input_grad_args {
  window_geometry g;
  std::ptrdiff_t o, groups;
  const float* w;                 // HWIO
  const float* dy;
  float* dx;
  float* scratch;                 // conv2d_input_grad_scratch() floats of this share's own
  share part = {};
};
inline constexpr std::ptrdiff_t input_grad_columns = 16384;  // floats of what windows send back that are kept at a time; at least one row
// Where steps are 1 and the padding keeps the image's size, it is a convolution of dy with the turned window.
constexpr bool input_grad_is_conv(const window_geometry& g, std::ptrdiff_t groups) {
  return groups == 1 && g.stride_h == 1 && g.stride_w == 1 && g.c >= 16 && g.kh * g.kw > 1 && 4 * g.h * g.w <= 5 * g.oh * g.ow &&
         (g.kh - 1) * g.dilation_h >= g.pad_top && (g.kh - 1) * g.dilation_h >= g.pad_bottom && (g.kw - 1) * g.dilation_w >= g.pad_left &&
         (g.kw - 1) * g.dilation_w >= g.pad_right;
}
constexpr window_geometry turned_window(const window_geometry& g, std::ptrdiff_t o) {
  const std::ptrdiff_t down = (g.kh - 1) * g.dilation_h, across = (g.kw - 1) * g.dilation_w;
  return {g.n, g.oh, g.ow, o, g.h, g.w, g.kh, g.kw, 1, 1, g.dilation_h, g.dilation_w, down - g.pad_top, across - g.pad_left,
          g.h - g.oh + g.pad_top, g.w - g.ow + g.pad_left};
}
constexpr std::ptrdiff_t conv2d_input_grad_scratch(const window_geometry& g, std::ptrdiff_t o, std::ptrdiff_t groups) {
  if (input_grad_is_conv(g, groups)) return packed_size(g.kh * g.kw * o, g.c) + 80 + conv2d_scratch(turned_window(g, o), g.c, 1);
  const std::ptrdiff_t columns = g.kw * (g.c / groups), row = g.ow * ((columns + 15) / 16 * 16);
  return packed_size(g.kh * (o / groups), columns) * groups + 64 + (row < input_grad_columns ? input_grad_columns : row) + 64;
}

// y = largest value of each window (padding is never the largest; a window of padding only gives -inf), or its sum times `scale`
// (average: scale = 1 / window size; with exclude_padding the sum is divided by the number of elements inside the image instead).
struct pool2d_args {
  window_geometry g;
  const float* x;
  float* y;
  float scale;
  bool exclude_padding;
  share part = {};
};
// dx: the gradient of each window goes to its first largest element in row-major order (max), or to each element (average).
struct pool2d_grad_args {
  window_geometry g;
  const float* x;                 // max only
  const float* dy;
  float* dx;
  float scale;
  bool exclude_padding;
  share part = {};
};

enum class reduction : std::uint8_t { sum, max, min, argmax, argmin };  // argmax, argmin: index of the first, i32

// out[o][i] = reduction over r of value[o][r][i]. Values come from `in` ([o][r][i], contiguous) or from the program `pre`, which then
// runs over rows × cols = o × r when i == 1, else (o*r) × i; its first outputs are stored to memory as a pointwise step's, its last
// `count` outputs are the values to be reduced. One pass over the input whatever the count.
// The order of the additions depends on the extents only, and result o does not depend on the number of o.
inline constexpr int max_reductions = 4;
struct reduce_args {
  std::ptrdiff_t o, r, i;
  int count;
  reduction kind[max_reductions];
  const float* in;                // when pre is null: count is 1
  const epilogue* pre;            // args.out of the reduced values are set by the kernel
  int pre_outputs;                // all outputs of the program, the reduced ones included
  void* out[max_reductions];      // [o][i], f32, or i32 for argmax / argmin
  float* partial;                 // reduce_partial() floats that all shares see, or null
  float* scratch;                 // reduce_scratch() floats of this share's own
  share part = {};
};
// With `partial` the single result (o == 1) of sums, maxima or minima is made in pieces of r, each worth a thread, that are put together
// at the end: their number.
constexpr std::ptrdiff_t reduce_pieces(std::ptrdiff_t r, std::ptrdiff_t i) {
  const std::ptrdiff_t worth = r * i / 16384, pieces = worth < 16 ? worth : 16;
  return pieces < 2 || i > 4096 ? 1 : pieces < r ? pieces : r;
}
constexpr std::ptrdiff_t reduce_partial(std::ptrdiff_t r, std::ptrdiff_t i, int count) {
  return reduce_pieces(r, i) > 1 ? (reduce_pieces(r, i) * count * i + 79) / 16 * 16 : 0;
}
constexpr std::ptrdiff_t reduce_scratch(std::ptrdiff_t i, int count) {
  return count * ((i < 4096 ? 4096 : i) + 64) + count * (i < 256 ? 256 : i) + 64;
}

// out[j][0 … width) = table[index[j]][0 … width), of an index outside the table zeros.
struct gather_args {
  const float* table;
  const std::int32_t* index;
  float* out;
  std::ptrdiff_t count, width, rows;
  share part = {};
};
// out = 0 everywhere, then out[index[j]] += values[j], in the order of j; where an index is outside, nothing.
struct scatter_add_args {
  const float* values;
  const std::int32_t* index;
  float* out;
  std::ptrdiff_t count, width, rows;
  share part = {};
};

// Any strided copy of up to 6 dimensions of 4-byte elements: out[i…] = in[i…]. Strides may be 0 (in) or negative.
inline constexpr int max_copy_rank = 6;
struct copy_args {
  int rank;
  std::ptrdiff_t extent[max_copy_rank], in_stride[max_copy_rank], out_stride[max_copy_rank];
  const void* in;
  void* out;
  share part = {};
};
struct fill_args {
  void* out;
  std::ptrdiff_t count;
  std::uint32_t bits;
  share part = {};
};

// One per instruction set: `avx512::kernels`, …, chosen once when a program is constructed.
struct kernel_set {
  const char* name;               // "avx512", "avx2", "base"
  int vector_floats;
  void (*gemm)(const gemm_args&) noexcept;
  void (*pack)(const float* b, std::ptrdiff_t b_k, std::ptrdiff_t b_n, std::ptrdiff_t k, std::ptrdiff_t n, float* panels) noexcept;
  void (*conv2d)(const conv2d_args&) noexcept;
  void (*direct_conv2d)(const finished_conv2d_args&) noexcept;
  void (*winograd2_conv2d)(const finished_conv2d_args&) noexcept;
  void (*winograd4_conv2d)(const finished_conv2d_args&) noexcept;
  void (*winograd2_filters)(const winograd_filters_args&) noexcept;
  void (*winograd4_filters)(const winograd_filters_args&) noexcept;
  void (*depthwise_conv2d)(const finished_conv2d_args&) noexcept;
  void (*conv2d_filter_grad)(const conv2d_filter_grad_args&) noexcept;
  void (*winograd4_filter_grad)(const conv2d_filter_grad_args&) noexcept;  // see target/winograd.hpp
  void (*conv2d_input_grad)(const conv2d_input_grad_args&) noexcept;
  void (*depthwise_filter_grad)(const conv2d_filter_grad_args&) noexcept;
  void (*depthwise_input_grad)(const conv2d_input_grad_args&) noexcept;
  void (*max_pool2d)(const pool2d_args&) noexcept;
  void (*avg_pool2d)(const pool2d_args&) noexcept;
  void (*max_pool2d_grad)(const pool2d_grad_args&) noexcept;
  void (*avg_pool2d_grad)(const pool2d_grad_args&) noexcept;
  void (*reduce)(const reduce_args&) noexcept;
  void (*reduce_sum)(const reduce_args&) noexcept;  // of sums only
  void (*gather)(const gather_args&) noexcept;
  void (*scatter_add)(const scatter_add_args&) noexcept;
  void (*copy)(const copy_args&) noexcept;
  void (*fill)(const fill_args&) noexcept;
  void (*stream)(float* out, const float* in, std::ptrdiff_t n) noexcept;  // a copy past the caches; to a multiple of 64 bytes, n of 16
};

}  // namespace igata::inline IGATA_ABI
