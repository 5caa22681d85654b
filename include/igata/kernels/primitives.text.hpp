// What differs between the instruction sets: a handful of loops over memory, each target's table of them, and the jobs they are given.
// Everything above - gemm, convolution, pooling, reductions - is scalar code that calls a table, compiled once per program.
// Text, included by targets.hpp once, in a region with optimisation but no instruction set of its own.

using index = std::ptrdiff_t;

inline constexpr int lane_bytes = sizeof(real);
inline constexpr natural infinite_bits = sizeof(real) == 4 ? natural{0x7f800000u} : static_cast<natural>(0x7ff0000000000000u);
inline constexpr natural all_but_sign = static_cast<natural>(~natural{}) >> 1;
inline real by_bits(natural a) {
  IGATA_HIDE(a);
  return __builtin_bit_cast(real, a);
}
inline real infinity() { return by_bits(infinite_bits); }
inline real minus_infinity() { return by_bits(infinite_bits | ~all_but_sign); }

inline constexpr int max_tile_rows = 8;

// c[r][j] = start[r][j] + sum over (outer, middle, k) of a[r][outer * a_outer + middle * a_middle + k * a_k]
//                                                     * b[outer * b_outer + middle * b_middle + k * b_k + j]
// Every output is one chain: it starts at `start` and adds the products in that order, in every variant of the tile and for every
// number of rows, so its bits do not depend on where in the matrix it stands.
struct tile_job {
  const real* a[max_tile_rows];  // rows behind the last repeat it
  index a_k, a_middle, a_outer;
  const real* b;                 // read in whole vectors
  index b_k, b_middle, b_outer;
  index a_middle_skip, a_outer_skip, b_middle_skip, b_outer_skip;  // from the end of a loop to its next round
  index k, middle, outer;
  const real* start;             // null: zero
  index start_row;                // 0: the same for every row
  real* c;
  index c_row;
  index rows, cols;               // to be stored
};
struct tile_shape {
  index rows, width;              // floats
  bool whole;                     // start and c are read and written `width` wide
  void (*run)(const tile_job&) noexcept;
  index low_rows = 0;           // no more than so many rows: a lower tile
  void (*low)(const tile_job&) noexcept = nullptr;
};

// Of images of one channel, `rows` times eight neighbouring pixels of all filters: c[r][pixel][filter] = start[filter] + sum over
// (outer, k) of a[r][outer * a_outer + k + pixel] * w[outer * kw + k][filter]. A chain as in tile_job. b holds start and then w, filters in
// pairs, each of them eight times.
struct oct_job {
  const real* a[max_tile_rows];
  index a_outer_skip, k, outer;
  const real* b;
  const std::int32_t* order;      // where each of the results, in memory's order, is in its four registers: 64 lanes of two of them, then of those
  real* c[max_tile_rows];
  index rows, filters;
};
// Makes b, of `width` filters, and order.
struct oct_filters_job {
  const real *start, *w;         // start may be null
  index w_row, taps, filters, width;
  real* b;
  std::int32_t* order;
};

// For p < count: out[p * out_step][c] = the fold of in[p * in_step + y * outer_step + x * inner_step][c] over y < outer, x < inner.
struct fold_job {
  real* out;
  const real* in;
  index out_step, in_step, count;
  index outer, outer_step, inner, inner_step;
  index cols;
  bool continues;    // out holds the fold of what came before
  bool negated;      // max of -x, negated: the minimum
  real scale;       // of a sum
  index loose;       // so many may write (and read) up to 15 floats past their columns: what they spoil is written later
};

// For p < count: out[p] = the fold of in[p * in_step + k] over k < n. In 64 columns, of short rows 16, which are folded by halves.
struct across_job {
  real* out;
  const real* in;
  index in_step, count, n;
  bool negated;
};

// For p < count: out[p * out_step][c] += a[p * a_step][c] * b[p * b_step][c]; b may be one number.
struct multiply_add_job {
  real* out;
  const real *a, *b;
  index out_step, a_step, b_step, count, cols;
  bool b_scalar;
};

// For p < count: dx at the first largest of the window at x + p * step gets dy[p] added, per column. Windows that do not overlap
// write every element of theirs instead.
struct max_grad_job {
  const real *x, *dy;
  real* dx;
  index step, count, outer, outer_step, inner, inner_step, cols;
  bool apart;
  index loose;       // as in fold_job, of 2x2 windows apart
};

// out[c * out_row + r] = in[r * in_row + c], and 0 for rows <= r < padded, a multiple of 16.
struct transpose_job {
  real* out;
  const real* in;
  index out_row, in_row, rows, padded, cols;
};

// c[pixel][j] = clamp(start[j] + sum over (outer, middle, k) of a[row][...] * b[...][j] + add[pixel][j]): rows of A in turn, a line of them
// a_step apart, results pixel by pixel. A chain as in tile_job.
struct panel_job {
  const real* a;                 // the next row; a, column and pixel move on with every call
  index a_step, a_jump;           // to the next row of a line; besides, to the next line
  index line, column;             // rows of a line; which one is next
  index pixel, pixel_jump;        // of the next row; besides, at the end of a line
  index tiles, rows;              // rows that are left, at least one for each of the tiles
  index k, middle, outer, a_middle_skip, a_outer_skip;
  const real* b;                 // rows of a panel follow each other, b_k floats apart, but for the skips
  index b_k, b_middle_skip, b_outer_skip;
  index ahead;                    // to the panel that comes next; 0: none. The tiles of this one fetch it into the second cache level,
  const real *fetched, *fetch_end;  // line by line as it lies in memory: the CPU then goes on by itself, and memory is read at its full speed
  index fetch_step;               // for each row of this panel
  const real* start;             // null: zero
  bool continues;                 // starts at what c holds instead
  real* c;
  index c_row;
  const real* add;               // or null
  index add_row;
  bool is_far;                    // c and add are in memory too large for a second cache level: a tile fetches its lines of them first
  bool clamped;
  real low, high;
  index cols;                     // to be stored
};
struct panel_shape {
  index width, rows[2];           // of a low and of a high tile
  void (*run[2])(panel_job&) noexcept;
};
struct panel_kernels {
  panel_shape shapes[4];          // widest first
  int count;
};

// One tile of an image, of which the pixels in [top, bottom) x [left, right) are inside: its transform to out, a plane for each point.
struct winograd_input_job {
  const real* x;
  index x_line, x_pixel, top, bottom, left, right, c;
  real* out;                     // written in whole vectors
  index out_plane;
};
// The way back: lines x pixels results, finished as in panel_job.
struct winograd_output_job {
  const real* in;
  index in_plane;
  const real* bias;
  real* y;
  index y_line, y_pixel;
  const real* add;
  index add_line, add_pixel, lines, pixels;
  bool clamped;
  real low, high;
  index cols;
};
// Rows of filters, their cols results side by side, of each tap: transformed to out, a plane for each point.
struct winograd_filter_job {
  const real* w;
  index w_tap, w_row, rows, cols;
  real* out;                     // written in whole vectors
  index out_plane, out_row;
};
// The way back of sums that are a gradient of filters: rows of them, a plane for each point, to rows of each tap.
struct winograd_back_job {
  const real* in;
  index in_plane, in_row, rows, cols;
  real* out;
  index out_tap, out_row;
};
struct winograd_kernels {
  int m;
  void (*input)(const winograd_input_job&) noexcept;
  void (*output)(const winograd_output_job&) noexcept;
  const panel_kernels& panels;
};

// For lines x count pixels: y = finish(start[c] + sum of x[...][c] * w[...][c] over kh x kw).
struct depthwise_box {
  const real *x, *w, *start;
  index x_step, x_line, x_row, x_tap, w_row, w_tap;  // from pixel to pixel, to the next line; of the window
  index kh, kw, count, lines, cols;
  bool left_out, right_out;       // the first window of a line has no first column, the last one no last
  real* y;
  index y_step, y_line;
  const real* add;
  index add_step, add_line;
  real low, high;
};
struct depthwise_kernels {
  void (*three[2][2])(const depthwise_box&) noexcept;  // three columns; neighbours or every second one; any line, or pairs of them and three rows
  void (*any)(const depthwise_box&) noexcept;
};

// Each driver is given just what it calls: the rest of a target is not compiled for a program without that driver.
using fold_kernel = void (*)(const fold_job&) noexcept;
using across_kernel = void (*)(const across_job&) noexcept;
using transpose_kernel = void (*)(const transpose_job&) noexcept;
using multiply_add_kernel = void (*)(const multiply_add_job&) noexcept;
struct contraction_kernels {
  tile_shape tiles[5];  // the one for a single row, then the others, widest first
  int tile_count;
  transpose_kernel transpose;
  void (*octs[2])(const oct_job&) noexcept = {};  // of convolutions, for up to 6 filters, for 8; or none
  void (*fill_octs)(const oct_filters_job&) noexcept = nullptr;
};
struct fold_pair {
  fold_kernel rows;
  across_kernel across;
};
struct reduction_state;
struct fold_kernels {
  fold_pair sum;
  fold_pair most = {};  // of maxima and minima, and where they stand; null for sums only
  void (*locate)(const reduction_state& s, const real* values, index begin, index rows, std::int32_t* where) = nullptr;
  bool whole = false;    // numbers are whole
  fold_pair product = {};
};

typedef natural word_in_memory __attribute__((may_alias));
typedef std::uint64_t eight_in_memory __attribute__((may_alias, aligned(1)));
typedef std::uint16_t pair_in_memory __attribute__((may_alias, aligned(1)));
inline const real* floats(const void* p) { return static_cast<const real*>(p); }
inline real* floats(void* p) { return static_cast<real*>(p); }
// An operand of a loop, so many elements on.
inline const void* moved(const pointwise_args& args, int input, index elements) {
  return static_cast<const char*>(args.in[input]) + elements * args.sizes.of_input(input, lane_bytes);
}
inline void* moved_output(const pointwise_args& args, int output, index elements) {
  return static_cast<char*>(args.out[output]) + elements * args.sizes.of_output(output, lane_bytes);
}
inline void copy_floats(real* out, const real* in, index n) { __builtin_memcpy(out, in, static_cast<std::size_t>(n) * sizeof(real)); }
inline void zero_floats(real* out, index n) { __builtin_memset(out, 0, static_cast<std::size_t>(n) * sizeof(real)); }
constexpr index smaller(index a, index b) { return a < b ? a : b; }
