// Kernels whose extents are constants, for the steps of small plans: the tile as in tile.text.hpp, with the program that follows in
// registers where it is short. Text: see simd/vectors.text.hpp.

// Drivers' functions are not inlined here.
IGATA_INLINE const float* in_floats(const void* p) { return static_cast<const float*>(p); }
// The first n lanes; n is a constant wherever it matters.
IGATA_INLINE vec load_first(const void* p, index n) { return n >= lanes ? load(p) : load(p, first(n)); }

template <pointwise_program P, fixed_rows Step, class In, class Out, class Code>
struct fixed_program;

template <pointwise_program P, fixed_rows Step, std::size_t... In, std::size_t... Out, std::size_t... Code>
struct fixed_program<P, Step, std::index_sequence<In...>, std::index_sequence<Out...>, std::index_sequence<Code...>> {
  static constexpr auto p = P;
  static constexpr fixed_rows by_row = Step;

  const int_in_memory* in[sizeof...(In) + 1];
  int_in_memory* out[sizeof...(Out) + 1];
  vec same[sizeof...(In) + 1];  // what is one number for all of the result

  // `at`: the addresses of the inputs behind `Skip`, then those of the outputs.
  template <int Skip>
  IGATA_INLINE void begin(const void* const* at) {
    ((static_cast<int>(In) >= Skip ? void(in[In] = static_cast<const int_in_memory*>(at[static_cast<int>(In) - Skip])) : void()), ...);
    ((out[Out] = static_cast<int_in_memory*>(const_cast<void*>(at[p.inputs - Skip + static_cast<int>(Out)]))), ...);
    ((static_cast<int>(In) >= Skip && p.kind[In] == column_access::scalar && by_row.in[In] == 0 ? void(same[In] = splat_bits(*in[In])) : void()),
     ...);
  }
  template <std::size_t I>
  IGATA_INLINE vec read(index row, index column, index n) const {
    if constexpr (p.kind[I] != column_access::scalar) return load_first(in[I] + row * by_row.in[I] + column, n);
    else if constexpr (by_row.in[I] != 0) return splat_bits(in[I][row * by_row.in[I]]);
    else return same[I];
  }
  // On n values of a row from `column` on; with `Skip` 1 the first input is `value`.
  template <int Skip>
  IGATA_INLINE void run(vec value, index row, index column, index n) const {
    vec r[p.inputs + p.length + 1];
    if constexpr (Skip > 0) r[0] = value;
    ((static_cast<int>(In) >= Skip ? void(r[In] = read<In>(row, column, n)) : void()), ...);
    ((r[p.inputs + Code] = step<p.code[Code]>(r, uvec{})), ...);
    (store_first(out[Out] + row * by_row.out[Out] + column, r[p.result[Out]], n), ...);
  }
};
template <pointwise_program P, fixed_rows Step>
using fixed_program_of =
    fixed_program<P, Step, std::make_index_sequence<P.inputs>, std::make_index_sequence<P.outputs>, std::make_index_sequence<P.length>>;

template <fixed_gemm S, pointwise_program P>
struct fixed_gemm_kernel {
  static constexpr auto s = S;
  static constexpr auto p = P;
  using program = fixed_program_of<P, S.step>;
  static constexpr int splits = s.splits;
  // A short program runs on the sums in registers, a long one on a block of them in memory.
  static constexpr bool stores_sums = p.outputs == 0, in_registers = p.length <= 4;
  // A large B that few rows use comes from the second cache level, and is fetched ahead.
  static constexpr bool streams = s.max_m <= 4 && s.n * s.k > 8192;
  static constexpr int behind = 2 + s.has_bias;  // a, b, bias
  static constexpr int vectors = (s.n + lanes - 1) / lanes;

  static constexpr int widest() {
    const int chains = s.max_m * splits, most = most_vectors < 8 ? most_vectors : chains >= 4 ? 2 : 8 / chains;
    return most < vectors ? most : vectors;
  }
  static constexpr int width = widest(), most_rows = most_sums / width / splits < 16 ? most_sums / width / splits : 16;
  static constexpr int tiles = (s.max_m + most_rows - 1) / most_rows, height = (s.max_m + tiles - 1) / tiles;
  // Divides a panel, or is all of a narrower one. Rows of B are `panel_width` floats apart in all panels but the last, which is narrower.
  static constexpr int whole = s.b_packed ? s.n / panel_width * panel_width : s.n / (width * lanes) * (width * lanes);
  static constexpr int step_whole = s.b_packed ? panel_width : s.b_k, step_rest = s.b_packed ? whole_lines(s.n - whole) : s.b_k;

  // R rows and V vectors from `column` on, of which the first Cols columns are there.
  template <int R, int V, int Step, int Cols>
  IGATA_INLINE static void tile(const float* a, const float* b, const float* bias, const program& post, float* c, index c_row, index row,
                                index column) {
    vec sum[splits][R][V];
    IGATA_UNROLL
    for (int i = 0; i < splits; ++i) {
      IGATA_UNROLL_ALL
      for (int r = 0; r < R; ++r) {
        IGATA_UNROLL
        for (int j = 0; j < V; ++j) {
          sum[i][r][j] = vec{};
          if constexpr (s.has_bias)
            if (i == 0) sum[i][r][j] = load_first(bias + column + j * lanes, Cols - j * lanes);
        }
      }
    }
    const auto add_splits = [&](index k) __attribute__((always_inline)) {
      IGATA_UNROLL
      for (int i = 0; i < splits; ++i) add_products<R, V, Step>(sum[i], a + (k * splits + i) * s.a_k, b + (k * splits + i) * Step);
    };
    if constexpr (streams) {  // few instructions that load, far apart: the prefetcher follows each; 1.4 times as fast
#pragma GCC unroll 1
      for (index k = 0; k < s.k / splits; ++k) add_splits(k);
    } else {
#pragma GCC unroll 4
      for (index k = 0; k < s.k / splits; ++k) add_splits(k);
    }
    if constexpr (s.k % splits != 0) {
      IGATA_UNROLL
      for (int i = 0; i < s.k % splits; ++i) {
        constexpr index k = s.k / splits * splits;
        add_products<R, V, Step>(sum[i], a + (k + i) * s.a_k, b + (k + i) * Step);
      }
    }
    IGATA_UNROLL_ALL
    for (int r = 0; r < R; ++r) {
      IGATA_UNROLL
      for (int j = 0; j < V; ++j) {
        IGATA_UNROLL
        for (int half = splits / 2; half > 0; half /= 2) {
          IGATA_UNROLL
          for (int i = 0; i < half; ++i) sum[i][r][j] += sum[i + half][r][j];
        }
        if constexpr (stores_sums || !in_registers) store_first(c + r * c_row + j * lanes, sum[0][r][j], Cols - j * lanes);
        else post.template run<1>(sum[0][r][j], row + r, column + j * lanes, Cols - j * lanes);
      }
    }
  }
  template <int R, int V, int Step>
  IGATA_INLINE static void add_products(vec (&sum)[R][V], const float* a, const float* b) {
    vec v[V];
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) {
      v[j] = load(b + j * lanes);
      if constexpr (streams) __builtin_prefetch(b + j * lanes + 512);
      if constexpr (pins_loads) { IGATA_PIN(v[j]); }
    }
    IGATA_UNROLL_ALL
    for (int r = 0; r < R; ++r) {
      const vec x = splat(a[r * s.a_row]);
      IGATA_UNROLL
      for (int j = 0; j < V; ++j) sum[r][j] = fma(x, v[j], sum[r][j]);
    }
  }

  template <int R>
  IGATA_INLINE static void rows(const void* const* at, const program& post, float* c, index c_row, index row) {
    const float* const a = in_floats(at[0]) + row * s.a_row;
    const float* const bias = in_floats(at[2]);
    c += row * c_row;
    for (index column = 0; column < whole; column += width * lanes) {
      const index panel = column / panel_width * panel_width;
      const float* const b = in_floats(at[1]) + (s.b_packed ? panel * s.k + column - panel : column);
      tile<R, width, step_whole, width * lanes>(a, b, bias, post, c + column, c_row, row, column);
    }
    constexpr int rest = s.n - whole, again = rest / (width * lanes) * (width * lanes);
    const float* const b = in_floats(at[1]) + (s.b_packed ? whole * s.k : whole);
    for (index column = 0; column < again; column += width * lanes)
      tile<R, width, step_rest, width * lanes>(a, b + column, bias, post, c + whole + column, c_row, row, whole + column);
    if constexpr (rest > again)
      tile<R, (rest - again + lanes - 1) / lanes, step_rest, rest - again>(a, b + again, bias, post, c + whole + again, c_row, row, whole + again);
  }

  // Narrow results: several rows in a register, if the program reads and writes them side by side.
  static constexpr int together = holds_rows && (s.n == 4 || s.n == 8) ? lanes / s.n : 1;
  static constexpr bool is_narrow() {
    if (together == 1 || s.a_k != 1 || s.k % s.n != 0 || s.max_m < together || splits > s.n) return false;
    if (stores_sums) return s.c_row == s.n;
    for (int i = 1; i < p.inputs; ++i)
      if (s.step.in[i] != (p.kind[i] == column_access::scalar ? 0 : s.n)) return false;
    for (int o = 0; o < p.outputs; ++o)
      if (s.step.out[o] != s.n) return false;
    return in_registers;
  }
  static constexpr int most_groups = s.max_m / together < 8 ? s.max_m / together : 8;

  template <int G, std::size_t... J>
  IGATA_INLINE static void narrow_rows(const void* const* at, const program& post, float* c, index row, std::index_sequence<J...>) {
    vec sum[splits][G];
    IGATA_UNROLL
    for (int i = 0; i < splits; ++i) {
      IGATA_UNROLL
      for (int g = 0; g < G; ++g) {
        sum[i][g] = vec{};
        if constexpr (s.has_bias)
          if (i == 0) sum[i][g] = same_rows<s.n>(in_floats(at[2]));
      }
    }
    const float* a = in_floats(at[0]) + row * s.a_row;
    const float* b = in_floats(at[1]);
    for (index k = 0; k < s.k; k += s.n, a += s.n, b += s.n * step_rest) {
      const vec v[s.n] = {same_rows<s.n>(b + static_cast<index>(J) * step_rest)...};
      IGATA_UNROLL
      for (int g = 0; g < G; ++g) {
        const vec rows = some_rows<s.n>(a + g * together * s.a_row, s.a_row);
        ((sum[J % splits][g] = fma(spread<s.n, static_cast<int>(J)>(rows), v[J], sum[J % splits][g])), ...);
      }
    }
    IGATA_UNROLL
    for (int g = 0; g < G; ++g) {
      IGATA_UNROLL
      for (int half = splits / 2; half > 0; half /= 2) {
        IGATA_UNROLL
        for (int i = 0; i < half; ++i) sum[i][g] += sum[i + half][g];
      }
      if constexpr (stores_sums) store(c + (row + g * together) * s.n, sum[0][g]);
      else post.template run<1>(sum[0][g], row + g * together, 0, lanes);
    }
  }

  IGATA_INLINE static void run(index n, const void* const* at) {
    const index m = s.m.batched ? s.m.count * n : s.m.count;
    alignas(64) float block[stores_sums || in_registers ? 1 : s.max_m * s.n + lanes];
    float* const c = stores_sums ? const_cast<float*>(in_floats(at[behind])) : block;
    constexpr index c_row = stores_sums ? s.c_row : s.n;
    program post;
    post.template begin<1>(at + behind);
    index row = 0;
    if constexpr (is_narrow()) {
      using each_column = std::make_index_sequence<s.n>;
      for (; row + most_groups * together <= m; row += most_groups * together) narrow_rows<most_groups>(at, post, c, row, each_column{});
      if constexpr (s.max_m / together % most_groups != 0 || (s.m.batched && most_groups > 1))
        for (; row + together <= m; row += together) narrow_rows<1>(at, post, c, row, each_column{});
      if constexpr (s.max_m % together != 0 || s.m.batched)
        for (; row < m; ++row) rows<1>(at, post, c, c_row, row);
      return;
    }
    for (; row + height <= m; row += height) rows<height>(at, post, c, c_row, row);
    if constexpr (s.max_m % height != 0)
      if (row + s.max_m % height <= m) {
        rows<s.max_m % height>(at, post, c, c_row, row);
        row += s.max_m % height;
      }
    if constexpr (s.m.batched && height > 1)
      for (; row < m; ++row) rows<1>(at, post, c, c_row, row);
    if constexpr (!stores_sums && !in_registers)
      for (row = 0; row < m; ++row)
        for (index column = 0; column < s.n; column += lanes)
          post.template run<1>(load(block + row * s.n + column), row, column, s.n - column);
  }
};

// What a target offers to a small plan; see dispatch.hpp. Addresses are arguments: in an array they would be stored and loaded before a call's first
// product, a tenth of the time of 16 x 16 x 16.
struct fixed {
  template <fixed_gemm S, pointwise_program P, class... Address>
  static void gemm(index n, Address... address) noexcept {
    const void* const at[] = {address...};
    fixed_gemm_kernel<S, P>::run(n, at);
  }
  template <fixed_pointwise S, pointwise_program P, class... Address>
  static void pointwise(index n, Address... address) noexcept {
    const void* const at[] = {address...};
    constexpr auto s = S;
    const index rows = s.rows.batched ? s.rows.count * n : s.rows.count, cols = s.cols.batched ? s.cols.count * n : s.cols.count;
    fixed_program_of<P, S.step> program;
    program.template begin<0>(at);
    for (index row = 0; row < rows; ++row)
      for (index column = 0; column < cols; column += lanes) program.template run<0>(vec{}, row, column, cols - column);
  }
};
