// Matrix product on the tile: A and row-major B are read in place, a transposed B is packed first. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

// B into panels of 64 columns, the last one zero-padded to a whole line.
constexpr void pack(const real* b, index b_k, index b_n, index k, index n, real* panels) noexcept {
  for (index panel = 0; panel < n; panel += panel_width) {
    const index cols = smaller(n - panel, panel_width), width = whole_lines(cols);
    const real* source = b + panel * b_n;
    if (b_n == 1 && !__builtin_is_constant_evaluated()) {
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
[[gnu::noinline]] inline void pack_transposed(const real* b, index b_n, index k, index n, real* panels,
                                              const contraction_kernels& target) noexcept {
  for (index panel = 0; panel < n; panel += panel_width) {
    const index cols = smaller(n - panel, panel_width), width = whole_lines(cols);
    target.transpose({panels, b + panel * b_n, width, b_n, cols, width, k});
    panels += k * width;
  }
}

// Up to four columns would leave most of a register empty. The product is turned instead: rows of the transposed result, whose columns are rows of A,
// so many of them at a time. The sums are the same. Of a transposed A whole pieces are read in place; others are copied, so many rows at a time.
inline constexpr index few_columns = 4, turned_rows = 64, turned_k = 128;

[[gnu::noinline]] inline void gemm_turned(const gemm_args& args, const contraction_kernels& target) noexcept {
  alignas(64) real stage[turned_k * turned_rows], turned[few_columns * turned_rows], block[block_floats + 16];
  program_runner post;
  post.begin(args.post);
  contraction_job job{};
  job.m = args.n;
  job.tile.a_k = args.b_k;
  job.tile.middle = job.tile.outer = 1;
  job.tile.c = turned;
  job.tile.c_row = job.tile.start_row = turned_rows;
  const range rows = args.part.of(args.m, turned_rows);
  const index at_once = block_floats / few_columns;
  for (index begin = rows.begin; begin < rows.end; begin += at_once) {
    const index end = smaller(rows.end, begin + at_once);
    for (index row = begin; row < end; row += turned_rows) {
      job.n = smaller(end - row, turned_rows);
      job.tile.start = args.bias ? turned : nullptr;
      for (index i = 0; args.bias && i < args.n * turned_rows; ++i) turned[i] = args.bias[i / turned_rows];
      index done = 0;
      do {
        const real* const a = args.a + row * args.a_row + done * args.a_k;
        job.rows = {args.b + done * args.b_k, args.n, args.b_n, 1, 0, 0};
        job.tile.k = smaller(args.k - done, turned_k);
        job.tile.b = stage;
        job.tile.b_k = turned_rows;
        if (args.a_row != 1) {
          target.transpose({stage, a, turned_rows, args.a_row, job.n, whole_lines(job.n), job.tile.k});
        } else if (job.n == turned_rows) {
          job.tile.b = a;
          job.tile.b_k = args.a_k;
        } else {
          for (index i = 0; i < job.tile.k; ++i) copy_floats(stage + i * turned_rows, a + i * args.a_k, job.n);
        }
        contract(job, target);
        job.tile.start = turned;
        done += job.tile.k;
      } while (done < args.k);
      // What a row has too much the next one overwrites.
      target.transpose({block + (row - begin) * args.n, turned, args.n, turned_rows, args.n, args.n, job.n});
    }
    if (args.post) post.finish(block, args.n, begin, 0, end - begin, args.n);
    for (index row = begin; !args.post && row < end; ++row) copy_floats(args.c + row * args.c_row, block + (row - begin) * args.n, args.n);
  }
}

// `only`: the tile, or null where it is chosen by the columns.
[[gnu::noinline]] inline void gemm_by_tile(const gemm_args& args, const contraction_kernels& target, const tile_shape* only) noexcept {
  contraction_job job{};
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
  job.only = only;
  contract(job, target);
}
inline void gemm(const gemm_args& args, const contraction_kernels& target) noexcept {
  if (args.m == 0 || args.n == 0) return;
  if (args.n <= few_columns && args.m >= 16 && !args.b_packed && (args.a_row == 1 || args.a_k == 1)) return gemm_turned(args, target);
  gemm_by_tile(args, target, nullptr);
}

// Tiles of sums that are split into 2 and 4: for one row and for several.
struct split_tiles {
  tile_shape of[2][2];
};
inline void split_gemm(const gemm_args& args, const contraction_kernels& target, const split_tiles& tiles) noexcept {
  if (args.m == 0 || args.n == 0) return;
  gemm_by_tile(args, target, &tiles.of[args.splits > 2][args.m > 1]);
}

// Of many products each share takes some whole.
inline void batched_gemm(const batched_gemm_args& all, void (*product)(const gemm_args&) noexcept) noexcept {
  gemm_args a = all;
  range mine{0, all.batches};
  if (all.batches >= a.part.parts) {
    mine = a.part.of(all.batches);
    a.part = {};
  }
  a.a += mine.begin * all.step_a, a.b += mine.begin * all.step_b, a.c += mine.begin * all.step_c;
  for (index i = mine.begin; i < mine.end; ++i, a.a += all.step_a, a.b += all.step_b, a.c += all.step_c) product(a);
}

#else

template <class Lazily = void>
inline void gemm(const gemm_args& args) noexcept { drivers::gemm(args, own_contraction<Lazily>); }
template <class Lazily = void>
inline void split_gemm(const gemm_args& args) noexcept { drivers::split_gemm(args, own_contraction<Lazily>, own_split_tiles<Lazily>); }
template <class Lazily = void>
inline void batched_gemm(const batched_gemm_args& args) noexcept { drivers::batched_gemm(args, gemm<Lazily>); }

#endif
