// Drives the tile over a matrix of results: columns in panels, rows in tiles, and the epilogue on each finished block.
// Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

// Row r of A starts at a + (r % inner) * inner_step + (r / inner % middle) * middle_step + (r / inner / middle) * outer_step.
struct row_walk {
  const real* a;
  index inner, inner_step, middle, middle_step, outer_step;
};

struct contraction_job {
  row_walk rows;
  tile_job tile;            // b, the strides and extents of the sum, start, c of the whole matrix; the rest is set here
  bool b_packed;            // b in panels of packed_k rows; its strides count rows
  index packed_k;
  index b_first;            // row of a packed b where the sum begins
  index m, n;
  const epilogue* post;     // of the whole result, of which this matrix begins at (post_row, post_col)
  index post_row, post_col;
  share part = {};               // of the rows, or of the columns where there are few rows
  const tile_shape* only = nullptr;  // for all columns; its sums are not told to go on from what is stored
};

// Moves a program over the whole result to a block of it and runs it there.
struct program_runner {
  const epilogue* whole;
  int inputs, outputs;
  pointwise_args args;

  [[gnu::noinline]] void begin(const epilogue* given) {
    whole = given;
    inputs = outputs = 0;
    if (!whole) return;
    const pointwise_args& from = whole->args;
    inputs = whole->inputs;
    outputs = whole->outputs;
    for (int i = 0; i < inputs; ++i) {
      args.in_row[i] = from.in_row[i];
      args.in_col[i] = from.in_col[i];
    }
    for (int i = 0; i < outputs; ++i) args.out_row[i] = from.out_row[i];
    args.index_row = from.index_row;
    args.program = from.program;
    args.sizes = from.sizes;
  }
  [[gnu::noinline]] void move_to(index row, index column, index rows, index cols) {
    const pointwise_args& from = whole->args;
    for (int i = 0; i < inputs; ++i) args.in[i] = moved(from, i, row * from.in_row[i] + column * from.in_col[i]);
    for (int i = 0; i < outputs; ++i) args.out[i] = moved_output(from, i, row * from.out_row[i] + column);
    args.rows = rows;
    args.cols = cols;
    args.index = from.index + static_cast<std::uint32_t>(row) * from.index_row + static_cast<std::uint32_t>(column);
  }
  // As an epilogue: the first input is the block of results.
  [[gnu::noinline]] void finish(const real* block, index block_row, index row, index column, index rows, index cols) {
    move_to(row, column, rows, cols);
    args.in[0] = block;
    args.in_row[0] = block_row;
    args.in_col[0] = 1;
    if (cols < 16 && rows > 16) return finish_narrow();
    run_rows(whole->fn, args, inputs, outputs);
  }
  // Rows shorter than a vector: several are one, of which what is the same for every row is repeated.
  void finish_narrow() {
    constexpr index joined = 64;
    const index rows = args.rows, cols = args.cols;
    real repeated[2][joined * 16];
    int repeats = 0;
    bool fits = args.index_row == 0 || args.index_row == static_cast<std::uint32_t>(cols);
    for (int i = 0; i < inputs; ++i) {
      const bool same = args.in_row[i] == 0 && args.in_col[i] != 0;
      fits = fits && (same ? repeats < 2 && args.in_col[i] == 1 && args.sizes.of_input(i, lane_bytes) == lane_bytes
                           : args.in_col[i] == 0 ? args.in_row[i] == 0 : args.in_row[i] == cols && (args.in_col[i] == 1 || cols == 1));
      if (same) ++repeats;
    }
    for (int i = 0; i < outputs; ++i) fits = fits && args.out_row[i] == cols;
    if (!fits) return run_rows(whole->fn, args, inputs, outputs);
    pointwise_args wide = args;
    const index at_once = smaller(joined, rows), width = at_once * cols, behind = rows / at_once * width;
    repeats = 0;
    for (int i = 0; i < inputs; ++i) {
      if (args.in_row[i] != 0) wide.in_row[i] = width;
      else if (args.in_col[i] != 0) {
        real* to = repeated[repeats++];
        for (index r = 0; r < at_once; ++r) copy_floats(to + r * cols, floats(args.in[i]), cols);
        wide.in[i] = to;
      }
    }
    for (int i = 0; i < outputs; ++i) wide.out_row[i] = width;
    wide.rows = rows / at_once;
    wide.cols = width;
    wide.index_row *= static_cast<std::uint32_t>(at_once);
    run_rows(whole->fn, wide, inputs, outputs);
    wide.cols = rows * cols - behind;
    if (wide.cols == 0) return;
    for (int i = 0; i < inputs; ++i)
      if (wide.in_row[i] != 0) wide.in[i] = drivers::moved(wide, i, behind);
    for (int i = 0; i < outputs; ++i) wide.out[i] = moved_output(wide, i, behind);
    wide.index += args.index_row * static_cast<std::uint32_t>(behind / cols);
    whole->fn(wide);
  }
};

inline constexpr index block_floats = 4096, tile_rows_multiple = 24, reread_floats = (1 << 18) / lane_bytes;

// Gives the tile its next rows. It repeats the last one where fewer than its height are left.
struct row_cursor {
  row_walk walk;
  const real* at;
  index inner = 0, middle = 0;

  // From row 0.
  void move_to(index row) {
    inner = row % walk.inner;
    middle = row / walk.inner % walk.middle;
    at = walk.a + inner * walk.inner_step + middle * walk.middle_step + row / walk.inner / walk.middle * walk.outer_step;
  }
  void restart(const row_cursor& from, index offset) {
    *this = from;
    at += offset;
  }
  void take(tile_job& job, index rows) {
    for (index r = 0; r < rows; ++r) {
      job.a[r] = at;
      at += walk.inner_step;
      if (++inner < walk.inner) continue;
      inner = 0;
      at += walk.middle_step - walk.inner * walk.inner_step;
      if (++middle < walk.middle) continue;
      middle = 0;
      at += walk.outer_step - walk.middle * walk.middle_step;
    }
    for (index r = rows; r < max_tile_rows; ++r) job.a[r] = job.a[rows - 1];
  }
};

// Loops whose steps continue each other are one loop.
inline void join_loops(tile_job& t) {
  for (int pass = 0; pass < 2; ++pass)
    if (t.middle == 1 || (t.a_middle == t.k * t.a_k && t.b_middle == t.k * t.b_k)) {
      t.k *= t.middle;
      t.middle = t.outer;
      t.a_middle = t.a_outer;
      t.b_middle = t.b_outer;
      t.outer = 1;
    }
}

// By what is left of the columns.
inline const tile_shape& tile_for(const contraction_kernels& target, index rows, index cols) {
  if (rows <= 1) return target.tiles[0];
  int i = 1;
  while (i + 1 < target.tile_count && cols <= target.tiles[i + 1].width) ++i;
  return target.tiles[i];
}
// Of how many rows a column's tiles are: low ones where none is left over and B stays in the first cache level, because equal tiles follow each
// other faster.
inline index tile_height(const tile_shape& shape, index rows, index k) {
  return shape.low_rows > 0 && rows % shape.low_rows == 0 && rows <= 64 && k <= 128 ? shape.low_rows : shape.rows;
}
// Two low tiles where a high one would leave few rows to the last.
inline index rows_of_tile(const tile_shape& shape, index height, index left) {
  return left <= height ? left : left <= 2 * shape.low_rows ? shape.low_rows : height;
}

// A tile at the right edge, on a target without masks: start and results go through a block of whole vectors.
[[gnu::noinline]] inline void run_edge(tile_job& t, const tile_shape& shape) {
  const index width = shape.width;
  alignas(64) real block[max_tile_rows * panel_width];
  real* const c = t.c;
  const real* const start = t.start;
  const index start_row = t.start_row, c_row = t.c_row;
  if (start) {
    const index rows = start_row == 0 ? 1 : t.rows;
    for (index r = 0; r < rows; ++r) copy_floats(block + r * width, start + r * start_row, t.cols);
    t.start = block;
    t.start_row = start_row == 0 ? 0 : width;
  }
  t.c = block;
  t.c_row = width;
  shape.run(t);
  for (index r = 0; r < t.rows; ++r) copy_floats(c + r * c_row, block + r * width, t.cols);
  t.c = c;
  t.c_row = c_row;
  t.start = start;
  t.start_row = start_row;
}

// A row stride of whole pages puts every row of B into the same few lines of the caches. It is then copied, so many rows at a time.
inline constexpr index staged_rows = 128, page_floats = 4096 / lane_bytes;

[[gnu::noinline]] inline void contract(const contraction_job& job, const contraction_kernels& target) noexcept {
  alignas(64) real block[block_floats];
  alignas(64) real stage[staged_rows * panel_width];
  program_runner post;
  post.begin(job.post);
  tile_job t = job.tile;
  join_loops(t);
  const index b_k = t.b_k, b_middle = t.b_middle, b_outer = t.b_outer, k = t.k;
  const bool staged = !job.b_packed && !job.only && t.middle == 1 && t.outer == 1 && b_k % page_floats == 0 && k > staged_rows / 2 && job.m > 6;
  const bool by_rows = job.part.parts == 1 || job.m >= 16 * job.part.parts;
  const range whole_rows{0, job.m}, whole_columns{0, job.n};
  const index grain = job.m / (16 * job.part.parts);  // shares differ by less than a sixteenth
  const range rows = by_rows ? job.part.of(job.m, grain > 24  ? 24
                                                  : grain > 1 ? grain
                                                              : 1)
                             : whole_rows,
              columns = by_rows ? whole_columns : job.part.of(job.n, panel_width);
  if (rows.size() == 0 || columns.size() == 0) return;
  // A program runs on whole rows, which are one long row to it, where B is small enough to be read again for every block of them.
  const bool whole = job.post && columns.size() <= block_floats / tile_rows_multiple && k * t.middle * t.outer * columns.size() <= reread_floats;
  const index at_once = whole ? block_floats / columns.size() / tile_rows_multiple * tile_rows_multiple : rows.size();
  for (index first = rows.begin; first < rows.end; first += at_once) {
    const index last = smaller(rows.end, first + at_once);
    for (index column = columns.begin; column < columns.end;) {
      const tile_shape& shape = job.only ? *job.only : tile_for(target, rows.size(), job.n - column);
      const index width = shape.width, height = tile_height(shape, rows.size(), k);
      t.cols = smaller(columns.end - column, width);
      t.b = job.tile.b + column;
      if (job.b_packed) {
        const index panel = column / panel_width * panel_width;
        const index panel_row = smaller(whole_lines(job.n - panel), panel_width);
        t.b = job.tile.b + panel * job.packed_k + job.b_first * panel_row + (column - panel);
        t.b_k = b_k * panel_row;
        t.b_middle = b_middle * panel_row;
        t.b_outer = b_outer * panel_row;
        t.cols = smaller(t.cols, panel + panel_width - column);
      }
      t.a_middle_skip = t.a_middle - t.k * t.a_k;
      t.b_middle_skip = t.b_middle - t.k * t.b_k;
      t.a_outer_skip = t.a_outer - t.middle * t.a_middle;
      t.b_outer_skip = t.b_outer - t.middle * t.b_middle;
      const index block_rows = job.post && !whole ? block_floats / width / shape.rows * shape.rows : at_once;
      row_cursor cursor{job.rows, job.rows.a};
      cursor.move_to(first);
      for (index begin = first; begin < last; begin += block_rows) {
        const index end = smaller(last, begin + block_rows);
        const row_cursor block_start = cursor;
        index done = 0;  // of k
        do {
          if (staged) {
            t.k = smaller(k - done, staged_rows);
            for (index i = 0; i < t.k; ++i) copy_floats(stage + i * width, job.tile.b + (done + i) * b_k + column, t.cols);
            t.b = stage;
            t.b_k = width;
            cursor.restart(block_start, done * t.a_k);
          }
          t.c_row = whole ? columns.size() : job.post ? t.cols : job.tile.c_row;
          t.c = whole ? block + (column - columns.begin) : job.post ? block : job.tile.c + begin * t.c_row + column;
          for (index row = begin; row < end; row += t.rows, t.c += t.rows * t.c_row) {
            t.rows = rows_of_tile(shape, height, end - row);
            cursor.take(t, t.rows);
            if (done > 0) {  // goes on from what is stored: the same chain
              t.start = t.c;
              t.start_row = t.c_row;
            } else {
              t.start = job.tile.start ? job.tile.start + row * job.tile.start_row + column : nullptr;
              t.start_row = job.tile.start_row;
            }
            if (shape.whole && t.cols < width) run_edge(t, shape);
            else (t.rows <= shape.low_rows ? shape.low : shape.run)(t);
          }
          done += t.k;
        } while (staged && done < k);
        if (staged) cursor.restart(cursor, -(done - t.k) * t.a_k);
        if (job.post && !whole) post.finish(block, t.cols, job.post_row + begin, job.post_col + column, end - begin, t.cols);
      }
      column += t.cols;
    }
    if (whole) post.finish(block, columns.size(), job.post_row + first, job.post_col + columns.begin, last - first, columns.size());
  }
}

#endif
