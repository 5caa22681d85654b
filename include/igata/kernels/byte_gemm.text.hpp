// Matrix products of bytes, exact: sums of 32 bits that wrap. B is packed as bytes with a sign, of u8 less 128, and A as a target's products want it,
// perhaps less an offset; what is missing, 128 times a row's sum and the offset times a column's, is where the sums begin. Text: see
// kernels.text.hpp.

#if !defined(IGATA_TARGET)

typedef std::int32_t whole_in_memory __attribute__((may_alias));

// c[r][j] = row_start[r] + column_start[j] + the products of a[row][four][part] and b[four][j].
struct byte_job {
  const whole_in_memory *a, *row_start, *column_start;  // column_start: whole lines
  const char* b;                                         // rows of whole lines
  index fours, a_row, width;
  whole_in_memory* c;
  index c_row, cols;
};
// Four rows of B, contiguous bytes `row` apart, as they are packed: `to` and sums as drivers::byte_columns has them.
struct byte_rows_of_b {
  const char* from;
  index row, cols;
  bool has_sign;
  int scale;
  whole_in_memory* sums;
  char* to;
};
struct byte_kernels {
  int parts, offset;                                      // of factors of A in a group of four; what they are less by
  auto (*pack)(const byte_rows_of_b&) noexcept -> index;  // whole vectors; gives how many columns
  void (*low)(const byte_job&) noexcept;                  // a row
  void (*high)(const byte_job&) noexcept;                 // byte_rows
};

inline int byte_at(const char* p, bool has_sign) { return has_sign ? static_cast<signed char>(*p) : static_cast<unsigned char>(*p); }

// Four bytes in a row, as they lie.
inline std::uint32_t byte_word(const char* p) {
  std::uint32_t word;
  __builtin_memcpy(&word, p, sizeof word);
  return word;
}
inline constexpr std::uint32_t byte_signs = 0x80808080u;
// The sum of four bytes without a sign.
inline std::uint32_t byte_word_sum(std::uint32_t w) { return ((w & 0x00ff00ffu) + (w >> 8 & 0x00ff00ffu)) * 0x10001u >> 16; }

// A panel of B, [k][cols] with strides. sums[j] = scale * the sum of column j.
struct byte_columns {
  const char* from;
  index b_k, b_n, k, cols;
  bool has_sign;
  int scale;
  whole_in_memory* sums;
  char* to;
};
// `pack`: a target's, or none.
[[gnu::noinline]] inline void pack_byte_panel(const byte_columns& p, auto (*pack)(const byte_rows_of_b&) noexcept -> index) noexcept {
  const index width = whole_lines(p.cols);
  const int less = p.has_sign ? 0 : 128;
  const std::uint32_t turned = p.has_sign ? 0 : byte_signs;
  for (index j = 0; j < width; ++j) p.sums[j] = 0;
  const auto add = [&](index j, int x) {
    p.sums[j] = static_cast<std::int32_t>(static_cast<std::uint32_t>(p.sums[j]) + static_cast<std::uint32_t>(x * p.scale));
  };
  for (index l = 0; l < p.k; l += 4) {
    const char* const from = p.from + l * p.b_k;
    char* const to = p.to + l * width;
    const bool whole = l + 4 <= p.k;
    index j = 0;
    if (whole && p.b_n == 1 && pack) j = pack({from, p.b_k, p.cols, p.has_sign, p.scale, p.sums, to});
    if (whole && p.b_k == 1)
      for (; j < p.cols; ++j) {
        const std::uint32_t word = byte_word(from + j * p.b_n) ^ turned;
        if (p.scale) add(j, static_cast<int>(byte_word_sum(word ^ byte_signs)) + 4 * (less - 128));
        __builtin_memcpy(to + 4 * j, &word, sizeof word);
      }
    for (; j < width; ++j)
      for (index i = 0; i < 4; ++i) {
        const bool there = j < p.cols && l + i < p.k;
        const int x = there ? byte_at(from + j * p.b_n + i * p.b_k, p.has_sign) : less;
        if (there) add(j, x);
        to[4 * j + i] = static_cast<char>(x - less);
      }
  }
}

// A row of A as `parts` words for each four of its bytes. Gives its sum, if that is wanted.
[[gnu::noinline]] inline std::uint32_t pack_byte_row(const byte_gemm_args& args, const char* from, const byte_kernels& target,
                                                     whole_in_memory* to) noexcept {
  std::uint32_t sum = 0;
  index l = 0;
  if (args.a_k == 1 && target.parts <= 2) {  // the lowest byte is the first
    const bool less = args.a_signed && target.offset, has_sign = args.a_signed && !less;
    const std::uint32_t signs = args.a_signed ? byte_signs : 0;
    if (!args.b_signed)
      for (; l + 4 <= args.k; l += 4) sum += byte_word_sum(byte_word(from + l) ^ signs) - (has_sign ? 512 : 0);
    l = 0;
    if (target.parts == 1) {
      const std::uint64_t both = std::uint64_t{signs} << 32 | signs;
      for (; l + 8 <= args.k; l += 8, to += 2) {
        std::uint64_t eight;
        __builtin_memcpy(&eight, from + l, 8);
        eight ^= both;
        __builtin_memcpy(to, &eight, 8);
      }
      for (; l + 4 <= args.k; l += 4) *to++ = static_cast<std::int32_t>(byte_word(from + l) ^ signs);
    } else {
      const auto pairs = [&](std::uint32_t x) { return static_cast<std::int32_t>(has_sign ? x | (x & 0x00800080u) * 0x1feu : x); };
      for (; l + 4 <= args.k; l += 4) {
        const std::uint32_t word = byte_word(from + l);
        *to++ = pairs(word & 0x00ff00ffu);
        *to++ = pairs(word >> 8 & 0x00ff00ffu);
      }
    }
  }
  for (; l < args.k; l += 4, to += target.parts) {
    int x[4] = {};
    for (index i = 0; i < smaller(args.k - l, 4); ++i) {
      x[i] = byte_at(from + (l + i) * args.a_k, args.a_signed) - (args.a_signed ? target.offset : 0);
      sum += static_cast<std::uint32_t>(x[i]);
    }
    const auto bits = [&](int i, int size) { return static_cast<std::uint32_t>(x[i]) & ((std::uint32_t{1} << size) - 1); };
    if (target.parts == 1) {
      to[0] = static_cast<std::int32_t>(bits(0, 8) | bits(1, 8) << 8 | bits(2, 8) << 16 | bits(3, 8) << 24);
    } else if (target.parts == 2) {
      to[0] = static_cast<std::int32_t>(bits(0, 16) | bits(2, 16) << 16);
      to[1] = static_cast<std::int32_t>(bits(1, 16) | bits(3, 16) << 16);
    } else {
      for (int i = 0; i < 4; ++i) to[i] = x[i];
    }
  }
  return sum;
}

// Rows and columns of one product. `copy_row`: of a matrix that is put together row by row, by what fills `patch`; else rows lie in A.
struct byte_patches {
  void (*copy_row)(const void* from, index row, char* patch) noexcept = nullptr;
  const void* from = nullptr;
  char* patch = nullptr;
};
[[gnu::noinline]] inline void byte_block(const byte_gemm_args& args, const byte_kernels& target, range rows, range columns,
                                         const byte_patches& made) noexcept {
  const index fours = (args.k + 3) / 4, width = whole_lines(columns.size());
  if (rows.size() == 0 || columns.size() == 0) return;
  whole_in_memory* const packed_a = reinterpret_cast<whole_in_memory*>(args.scratch);
  whole_in_memory* const sums = packed_a + byte_rows_floats(args.m, args.k);
  const int offset = args.a_signed ? target.offset : 0;
  const char* panels = reinterpret_cast<const char*>(sums + width);
  if (args.b_packed) {
    const whole_in_memory* const own = static_cast<const whole_in_memory*>(args.b) + columns.begin;
    for (index j = 0; j < width; ++j) sums[j] = static_cast<std::int32_t>(static_cast<std::uint32_t>(own[j]) * static_cast<std::uint32_t>(offset));
    panels = static_cast<const char*>(args.b) + 4 * (whole_lines(args.n) + fours * columns.begin);
  } else {
    for (index first = columns.begin; first < columns.end; first += byte_panel)
      pack_byte_panel({static_cast<const char*>(args.b) + first * args.b_n, args.b_k, args.b_n, args.k, smaller(columns.end - first, byte_panel),
                       args.b_signed, offset, sums + (first - columns.begin),
                       reinterpret_cast<char*>(sums + width) + 4 * fours * (first - columns.begin)},
                      target.pack);
  }
  whole_in_memory row_start[most_byte_rows];
  alignas(64) real block[most_byte_rows * byte_panel];  // of sums that an epilogue reads
  program_runner post;
  post.begin(args.post);
  const index a_row = fours * target.parts, at_once = byte_rows_at_once(args.m, args.k);
  for (index row = rows.begin; row < rows.end; row += at_once) {
    const index count = smaller(rows.end - row, at_once);
    for (index r = 0; r < count; ++r) {
      if (made.copy_row) made.copy_row(made.from, row + r, made.patch);
      const char* const from = made.copy_row ? made.patch : static_cast<const char*>(args.a) + (row + r) * args.a_row;
      const std::uint32_t sum = pack_byte_row(args, from, target, packed_a + r * a_row);
      row_start[r] = args.b_signed ? 0 : static_cast<std::int32_t>(128 * sum);
    }
    for (index first = columns.begin; first < columns.end; first += byte_panel) {
      const index cols = smaller(columns.end - first, byte_panel), done = first - columns.begin;
      byte_job job{packed_a, row_start, sums + done, panels + 4 * fours * done, fours, a_row, whole_lines(cols),
                   args.post ? reinterpret_cast<whole_in_memory*>(block) : static_cast<whole_in_memory*>(args.c) + row * args.c_row + first,
                   args.post ? byte_panel : args.c_row, cols};
      for (index r = 0, some; r < count; r += some) {
        some = count - r >= byte_rows ? byte_rows : 1;
        (some == 1 ? target.low : target.high)(job);
        job.a += some * a_row, job.row_start += some, job.c += some * job.c_row;
      }
      if (args.post) post.finish(block, byte_panel, row, first, count, cols);
    }
  }
}

// Shares take products, or panels of columns where there are many, or rows, each of which then packs B for itself where it is not packed.
inline void byte_gemm(const byte_gemm_args& all, const byte_kernels& target) noexcept {
  byte_gemm_args a = all;
  range mine{0, all.batches}, rows{0, all.m}, columns{0, all.n};
  if (all.batches > 1) mine = all.part.of(all.batches);
  else if (all.n >= 4 * byte_panel && !(all.b_packed && all.m >= 16 * byte_rows)) columns = all.part.of(all.n, byte_panel);
  else rows = all.part.of(all.m, byte_rows);
  for (index i = mine.begin; i < mine.end; ++i) {
    a.a = static_cast<const char*>(all.a) + i * all.step_a;
    a.b = static_cast<const char*>(all.b) + i * all.step_b;
    a.c = static_cast<whole_in_memory*>(all.c) + i * all.m * all.n;
    byte_block(a, target, rows, columns, {});
  }
}

#else

template <storage From>
inline index pack_byte_rows(const drivers::byte_rows_of_b& job) noexcept {
  index j = 0;
  for (; j + lanes <= job.cols; j += lanes) {
    const char* const p = job.from + j;
    const ivec x = widened<From>(p), y = widened<From>(p + job.row), z = widened<From>(p + 2 * job.row), w = widened<From>(p + 3 * job.row);
    ivec bytes = (x & 255) | (y & 255) << 8 | (z & 255) << 16 | w << 24;
    if constexpr (From == storage::u8) bytes = bytes ^ static_cast<std::int32_t>(drivers::byte_signs);
    store(job.to + 4 * j, from_bits(bytes));
    if (job.scale) store(job.sums + j, from_bits(wrapping_sum(bits(load(job.sums + j)), (x + y + z + w) * job.scale)));
  }
  return j;
}
inline index pack_byte_rows_of_b(const drivers::byte_rows_of_b& job) noexcept {
  return job.has_sign ? pack_byte_rows<storage::i8>(job) : pack_byte_rows<storage::u8>(job);
}

// A tile of Vectors registers of columns.
template <class Products, int Rows, int Vectors>
IGATA_INLINE void byte_tile(const drivers::byte_job& job, index first_column) noexcept {
  ivec sum[Rows][Vectors];
  IGATA_UNROLL_ALL
  for (int r = 0; r < Rows; ++r)
    IGATA_UNROLL_ALL
    for (int v = 0; v < Vectors; ++v)
      sum[r][v] = wrapping_sum(bits(load(job.column_start + first_column + v * lanes)), bits(splat_bits(job.row_start[r])));
  const char* b = job.b + 4 * first_column;
  const drivers::whole_in_memory* a = job.a;
  for (index four = 0; four < job.fours; ++four, b += 4 * job.width, a += Products::parts)
    IGATA_UNROLL_ALL
    for (int p = 0; p < Products::parts; ++p) {
      ivec part[Vectors];
      IGATA_UNROLL_ALL
      for (int v = 0; v < Vectors; ++v) part[v] = Products::part(bits(load(b + v * vector_bytes)), p);
      IGATA_UNROLL_ALL
      for (int r = 0; r < Rows; ++r) {
        const ivec factor = bits(splat_bits(a[r * job.a_row + p]));
        IGATA_UNROLL_ALL
        for (int v = 0; v < Vectors; ++v) sum[r][v] = Products::add(sum[r][v], factor, part[v]);
      }
    }
  IGATA_UNROLL_ALL
  for (int r = 0; r < Rows; ++r)
    IGATA_UNROLL_ALL
    for (int v = 0; v < Vectors; ++v) {
      const index column = first_column + v * lanes;
      store(job.c + r * job.c_row + column, from_bits(sum[r][v]), first(job.cols - column));
    }
}
// Of a panel; a line of columns is a whole number of narrow tiles.
template <class Products, int Rows>
inline void byte_panel_tiles(const drivers::byte_job& job) noexcept {
  constexpr int wide = lanes >= 16 ? 4 : 2, narrow = lanes >= 16 || whole_lines(1) < 2 * lanes ? 1 : 2;
  index column = 0;
  if constexpr (wide != narrow)
    for (; column + wide * lanes <= job.width; column += wide * lanes) byte_tile<Products, Rows, wide>(job, column);
  for (; column < job.width; column += narrow * lanes) byte_tile<Products, Rows, narrow>(job, column);
}
template <class Products>
inline constexpr drivers::byte_kernels own_bytes{Products::parts, Products::offset, pack_byte_rows_of_b, byte_panel_tiles<Products, 1>,
                                                 byte_panel_tiles<Products, byte_rows>};

template <class Lazily = void>
inline void byte_gemm(const byte_gemm_args& args) noexcept {
  drivers::byte_gemm(args, has_byte_dots() ? own_bytes<byte_dots> : own_bytes<byte_products>);
}

#endif
