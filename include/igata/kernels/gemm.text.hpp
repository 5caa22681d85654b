// Matrix product on the tile: A and row-major B are read in place, a transposed B is packed first. Text: see primitives.text.hpp.

// B into panels of 64 columns, the last one zero-padded to a multiple of 16.
inline void pack(const float* b, index b_k, index b_n, index k, index n, float* panels) noexcept {
  for (index panel = 0; panel < n; panel += panel_width) {
    const index cols = smaller(n - panel, panel_width), width = (cols + 15) / 16 * 16;
    const float* source = b + panel * b_n;
    if (b_n == 1) {
      for (index row = 0; row < k; ++row) {
        copy_floats(panels + row * width, source + row * b_k, cols);
        zero_floats(panels + row * width + cols, width - cols);
      }
    } else {
      for (index row = 0; row < k; row += 16)  // a square at a time, so that the lines of both sides stay in the cache
        for (index column = 0; column < width; ++column) {
          const index end = smaller(k, row + 16);
          for (index i = row; i < end; ++i) panels[i * width + column] = column < cols ? source[i * b_k + column * b_n] : 0.f;
        }
    }
    panels += k * width;
  }
}

// The same of a B whose columns are contiguous.
[[gnu::noinline]] inline void pack_transposed(const float* b, index b_n, index k, index n, float* panels, const dense_kernels& target) noexcept {
  for (index panel = 0; panel < n; panel += panel_width) {
    const index cols = smaller(n - panel, panel_width), width = (cols + 15) / 16 * 16;
    target.transpose({panels, b + panel * b_n, width, b_n, cols, width, k});
    panels += k * width;
  }
}

[[gnu::noinline]] inline void gemm(const gemm_args& args, const dense_kernels& target) noexcept {
  if (args.m == 0 || args.n == 0) return;
  dense_job job{};
  job.rows = {args.a, args.m, args.a_row, 1, 0, 0};
  job.b_packed = args.b_packed;
  job.tile.b = args.b;
  if (!args.b_packed && args.b_n != 1 && args.n != 1) {
    if (args.b_k == 1) pack_transposed(args.b, args.b_n, args.k, args.n, args.scratch, target);
    else pack(args.b, args.b_k, args.b_n, args.k, args.n, args.scratch);
    job.b_packed = true;
    job.tile.b = args.scratch;
  }
  job.tile.b_k = job.b_packed ? 1 : args.b_k;
  job.packed_k = args.k;
  job.tile.a_k = args.a_k;
  job.tile.k = args.k;
  job.tile.middle = job.tile.outer = 1;
  job.tile.start = args.bias;
  job.tile.c = args.c;
  job.tile.c_row = args.c_row;
  job.m = args.m;
  job.n = args.n;
  job.post = args.post;
  job.part = args.part;
  dense(job, target);
}
