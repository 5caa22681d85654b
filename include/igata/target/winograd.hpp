// Winograd's convolution: when a 3x3 convolution uses it, and how its work is cut. m x m results come from (m+2)^2 products per channel
// instead of 9 m^2: m = 2 saves a factor of 2.25, m = 4 one of 4, less what the transforms cost. Filters that are bound are transformed
// once, in double; those of a program that trains in every step, in float, and so for the gradient of the input. The gradient of the filters
// is the same method turned round, with m = 4.
//
// The choice depends on shapes and, where filters are transformed in every run, on max_batch; never on the number of images of a call or the
// instruction set. Errors, with rectified normal inputs, He-scaled normal weights and up to 512 channels, against double, both ways
// (tests/kernels/inference_conv2d.cpp):
//   m = 2: rms below 1e-6 of the rms of the results, the largest below 2e-6 of the largest result;   m = 4: 4e-6 and 2e-5;   the direct sum: 1e-6.
// The gradient of filters, of numbers between -1 and 1 (tests/kernels/conv2d.cpp): 1e-5 and 2e-5.
// A NaN or infinity in an image reaches every result of the tiles that read it.
#pragma once
#include <string_view>  // string_view

#include "args/gemm.hpp"
#include "args/window.hpp"

namespace igata::inline IGATA_ABI::plan {

// Tiles are worked on in blocks, of whole rows of tiles where they fit; rows of all images follow each other.
struct winograd_blocks {
  std::ptrdiff_t m, tiles_y, tiles_x;           // of an image
  std::ptrdiff_t rows, columns;                 // of tiles in a block, at most
  std::ptrdiff_t in_row, in_plane;              // transformed input: [point][tile][c]
  std::ptrdiff_t product_plane;                 // [point][tile][one panel]
};
inline constexpr std::ptrdiff_t winograd_product_row = panel_width + 16;  // a stride of 256 bytes would use few lines of the caches
inline constexpr std::ptrdiff_t winograd_block_floats = 245760;           // transformed input and products: most of a second level of 1 MB
inline constexpr std::ptrdiff_t winograd_least_tiles = 16;                // weights are read once per block, and slowly where memory is far

// `most` or a little less, so that parts of `all` are of nearly the same size.
constexpr std::ptrdiff_t even_share(std::ptrdiff_t all, std::ptrdiff_t most) {
  const std::ptrdiff_t parts = (all + most - 1) / most;
  return parts > 0 ? (all + parts - 1) / parts : most;
}
constexpr winograd_blocks winograd_blocks_of(const window_geometry& g, int m) {
  const std::ptrdiff_t points = (m + 2) * (m + 2);
  winograd_blocks b{m, (g.oh + m - 1) / m, (g.ow + m - 1) / m, 1, 0, whole_lines(g.c) + 16, 0, 0};
  const std::ptrdiff_t fit = winograd_block_floats / (points * (b.in_row + winograd_product_row)),
                       most = fit > winograd_least_tiles ? fit : winograd_least_tiles;
  b.columns = even_share(b.tiles_x, most);
  if (b.columns > 0 && b.columns == b.tiles_x) b.rows = most / b.columns < g.n * b.tiles_y ? most / b.columns : g.n * b.tiles_y;
  b.in_plane = b.rows * b.columns * b.in_row + 16;
  b.product_plane = b.rows * b.columns * winograd_product_row + 16;
  return b;
}
constexpr std::ptrdiff_t winograd_scratch(const window_geometry& g, int m) {
  const winograd_blocks b = winograd_blocks_of(g, m);
  return (m + 2) * (m + 2) * (b.in_plane + b.product_plane) + b.columns * m * m * panel_width + readable_behind;
}

// How a weight that is bound once is stored: as it is, in panels of floats, transformed for winograd2_conv2d or winograd4_conv2d, or in byte_gemm's
// panels.
enum class weight_form : std::uint8_t { plain, panels, winograd2, winograd4, bytes };
constexpr std::string_view name_of(weight_form f) {
  constexpr std::string_view names[] = {"plain weights", "panels", "Winograd 2x2", "Winograd 4x4", "panels of bytes"};
  return names[static_cast<int>(f)];
}
constexpr int winograd_tile_of(weight_form f) { return f == weight_form::winograd2 ? 2 : f == weight_form::winograd4 ? 4 : 0; }
constexpr std::ptrdiff_t winograd_packed_size(std::ptrdiff_t c, std::ptrdiff_t o, int m) { return (m + 2) * (m + 2) * packed_size(c, o); }

// Cycles of g.n images on a machine with two multiply-adds of 16 floats a cycle. Weights come from memory at 10 bytes a cycle, from a cache at 30.
constexpr double weight_cycles(double vectors) { return vectors * 64 / (vectors * 64 > 2e6 ? 10 : 30); }
constexpr double direct_cycles(const window_geometry& g, std::ptrdiff_t o) {
  const double weights = static_cast<double>(g.kh * g.kw * g.c) * static_cast<double>(lines_of(o));
  const double products = weights * static_cast<double>(g.n * g.oh * g.ow) / 2, reading = weight_cycles(weights);
  return products > reading ? products : reading;
}
constexpr double winograd_cycles(const window_geometry& g, std::ptrdiff_t o, int m, bool each_run) {
  const winograd_blocks b = winograd_blocks_of(g, m);
  const double points = (m + 2) * (m + 2), o_vectors = static_cast<double>(lines_of(o));
  const double tiles = static_cast<double>(g.n * b.tiles_y * b.tiles_x), block = static_cast<double>(b.rows * b.columns);
  const double products = points * o_vectors * static_cast<double>(g.c + 10) * (tiles < 4 ? 4 : tiles) / 2;  // 10: storing them
  const double weights = points * static_cast<double>(g.c) * o_vectors, reading = weight_cycles(weights) * (tiles > block ? tiles / block : 1);
  const double transforms = tiles * points * (3.5 * static_cast<double>(lines_of(g.c)) + 2.5 * o_vectors);
  const double filters = each_run ? weights * 20 : 0;  // they are written to memory that is in no cache
  return (products > reading ? products : reading) + transforms + filters + 2000;
}
// The gradient of filters: how its tiles, of 4 x 4 pixels of dy, are worked on. Sums are kept of all panels of filters, or of one at a time where
// all tiles are transformed at once.
struct winograd_sum {
  std::ptrdiff_t tiles_y, tiles_x, tiles, at_once;
  std::ptrdiff_t x_row, x_plane, dy_row, dy_plane;  // [point][tile][c], [point][tile][o]
  std::ptrdiff_t panels, plane;                     // [panel][point][c][one panel]
};
inline constexpr std::ptrdiff_t winograd_sum_tiles = 128;  // at once; more are no faster
constexpr winograd_sum winograd_sum_of(const window_geometry& g, std::ptrdiff_t o) {
  winograd_sum s{(g.oh + 3) / 4, (g.ow + 3) / 4, 0, 0, whole_lines(g.c) + 16, 0, whole_lines(o) + 16, 0, 1, g.c * panel_width + 16};
  s.tiles = g.n * s.tiles_y * s.tiles_x;
  const std::ptrdiff_t some = s.tiles < winograd_sum_tiles ? s.tiles : winograd_sum_tiles;
  s.at_once = even_share(s.tiles, winograd_sum_tiles);
  s.x_plane = some * s.x_row + 16;
  s.dy_plane = some * s.dy_row + 16;
  if (s.tiles > some) s.panels = (o + panel_width - 1) / panel_width;
  return s;
}
constexpr std::ptrdiff_t winograd_filter_grad_scratch(const window_geometry& g, std::ptrdiff_t o) {
  const winograd_sum s = winograd_sum_of(g, o);
  return 36 * (s.x_plane + s.dy_plane + s.panels * s.plane) + readable_behind;
}
// Whether it is faster than the direct sum, which the measured tile makes at nine tenths of its speed.
constexpr bool winograd_filter_grad_pays(const window_geometry& g, std::ptrdiff_t o, std::ptrdiff_t groups) {
  if (groups != 1 || g.kh != 3 || g.kw != 3 || g.stride_h != 1 || g.stride_w != 1 || g.dilation_h != 1 || g.dilation_w != 1) return false;
  const winograd_sum s = winograd_sum_of(g, o);
  const double o_vectors = static_cast<double>(lines_of(o)), c_vectors = static_cast<double>(lines_of(g.c)), tiles = static_cast<double>(s.tiles);
  const double direct = 9 * static_cast<double>(g.c) * o_vectors * static_cast<double>(g.n * g.oh * g.ow) / 1.8;
  const double products = 36 * tiles * static_cast<double>((g.c + 5) / 6 * 6) * o_vectors / 1.8,
               transforms = 36 * tiles * (c_vectors + o_vectors) * 8;
  const double sums = 36 * static_cast<double>(g.c) * o_vectors * (8 + 4 * tiles / static_cast<double>(s.at_once > 0 ? s.at_once : 1));
  return direct > 100000 && (products + transforms + sums) * 1.1 < direct;
}

// 2, 4, or 0: the direct sum is faster. `each_run`: filters are transformed for every g.n images, not once.
constexpr int winograd_tile(const window_geometry& g, std::ptrdiff_t o, std::ptrdiff_t groups, bool each_run = false) {
  if (groups != 1 || g.kh != 3 || g.kw != 3 || g.stride_h != 1 || g.stride_w != 1 || g.dilation_h != 1 || g.dilation_w != 1) return 0;
  const double direct = direct_cycles(g, o), two = winograd_cycles(g, o, 2, each_run), four = winograd_cycles(g, o, 4, each_run);
  const double best = two < four ? two : four;
  if (direct < 16384) return 0;  // some microseconds are not worth the memory
  return best * 1.1 > direct ? 0 : two < four ? 2 : 4;
}

}  // namespace igata::inline IGATA_ABI::plan
