// Drives the tile over a matrix of results: columns in panels, rows in tiles, and the epilogue on each finished block.
// Text: see simd/vec.text.hpp.

// Row r of A starts at a + (r % inner) * inner_stride + (r / inner % middle) * middle_stride + (r / inner / middle) * outer_stride.
struct row_walk {
  const float* a;
  index inner, inner_stride, middle, middle_stride, outer_stride;
};

struct dense_job {
  row_walk rows;
  tile_job tile;            // b, the strides and extents of the sum, start, c of the whole matrix; the rest is set here
  bool b_packed;            // b in panels of packed_k rows; its strides count rows
  index packed_k;
  index m, n;
  const epilogue* post;     // of the whole result, of which this matrix begins at (post_row, post_col)
  index post_row, post_col;
};

// Moves a program over the whole result to a block of it and runs it there.
struct program_runner {
  const epilogue* whole;
  int inputs, outputs;
  pointwise_args args;

  void begin(const epilogue* given) {
    whole = given;
    inputs = outputs = 0;
    if (!whole) return;
    args = whole->args;
    for (int i = 0; i < max_pointwise_inputs; ++i)
      if (args.in[i]) inputs = i + 1;
    for (int i = 0; i < max_pointwise_outputs; ++i)
      if (args.out[i]) outputs = i + 1;
  }
  void move_to(index row, index column, index rows, index cols) {
    const pointwise_args& from = whole->args;
    for (int i = 0; i < inputs; ++i) args.in[i] = floats(from.in[i]) + row * from.in_row[i] + column * from.in_col[i];
    for (int i = 0; i < outputs; ++i) args.out[i] = static_cast<float*>(from.out[i]) + row * from.out_row[i] + column;
    args.rows = rows;
    args.cols = cols;
    args.index = from.index + static_cast<std::uint32_t>(row) * from.index_row + static_cast<std::uint32_t>(column);
  }
  // As an epilogue: the first input is the block of results.
  void finish(const float* block, index block_row, index row, index column, index rows, index cols) {
    move_to(row, column, rows, cols);
    args.in[0] = block;
    args.in_row[0] = block_row;
    args.in_col[0] = 1;
    whole->fn(args);
  }
};

inline constexpr index block_floats = 4096;

// `rows` rows from the walk's current place; moves it on. The tile repeats its last row where fewer than its height are left.
struct row_cursor {
  const row_walk& walk;
  const float* at;
  index inner = 0, middle = 0;

  void take(tile_job& job, index rows) {
    for (index r = 0; r < rows; ++r) {
      job.a[r] = at;
      at += walk.inner_stride;
      if (++inner < walk.inner) continue;
      inner = 0;
      at += walk.middle_stride - walk.inner * walk.inner_stride;
      if (++middle < walk.middle) continue;
      middle = 0;
      at += walk.outer_stride - walk.middle * walk.middle_stride;
    }
    for (index r = rows; r < max_tile_rows; ++r) job.a[r] = job.a[rows - 1];
  }
};

// Loops whose steps continue each other are one loop.
inline void join_loops(tile_job& t) {
  if (t.middle == 1 || (t.a_middle == t.k * t.a_k && t.b_middle == t.k * t.b_k)) {
    t.k *= t.middle;
    t.middle = t.outer;
    t.a_middle = t.a_outer;
    t.b_middle = t.b_outer;
    t.outer = 1;
    if (t.middle == 1 || (t.a_middle == t.k * t.a_k && t.b_middle == t.k * t.b_k)) {
      t.k *= t.middle;
      t.middle = 1;
    }
  } else if (t.a_outer == t.middle * t.a_middle && t.b_outer == t.middle * t.b_middle) {
    t.middle *= t.outer;
    t.outer = 1;
  }
}

inline void dense(const dense_job& job) noexcept {
  alignas(64) float block[block_floats];
  program_runner post;
  post.begin(job.post);
  tile_job part_job = job.tile;
  join_loops(part_job);
  const index b_k = part_job.b_k, b_middle = part_job.b_middle, b_outer = part_job.b_outer;
  for (index column = 0; column < job.n;) {
    const tile_shape shape = tile_for(job.m, job.n - column);
    const index width = shape.vectors * lanes;
    const index cols = job.n - column < width ? job.n - column : width;
    part_job.cols = cols;
    part_job.b = job.tile.b + column;
    if (job.b_packed) {
      const index panel = column / panel_width * panel_width;
      const index left = (job.n - panel + 15) / 16 * 16;
      const index panel_row = left < panel_width ? left : panel_width;
      part_job.b = job.tile.b + panel * job.packed_k + (column - panel);
      part_job.b_k = b_k * panel_row;
      part_job.b_middle = b_middle * panel_row;
      part_job.b_outer = b_outer * panel_row;
    }
    const index block_rows = job.post ? block_floats / width / shape.rows * shape.rows : job.m;
    row_cursor cursor{job.rows, job.rows.a};
    for (index begin = 0; begin < job.m; begin += block_rows) {
      const index end = job.m - begin < block_rows ? job.m : begin + block_rows;
      for (index row = begin; row < end; row += shape.rows) {
        part_job.rows = end - row < shape.rows ? end - row : shape.rows;
        cursor.take(part_job, part_job.rows);
        if (job.tile.start) part_job.start = job.tile.start + row * job.tile.start_row + column;
        part_job.c_row = job.post ? cols : job.tile.c_row;
        part_job.c = job.post ? block + (row - begin) * cols : job.tile.c + row * job.tile.c_row + column;
        shape.run(part_job);
      }
      if (job.post) post.finish(block, cols, job.post_row + begin, job.post_col + column, end - begin, cols);
    }
    column += cols;
  }
}
