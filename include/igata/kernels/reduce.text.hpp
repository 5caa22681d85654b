// Reductions over the middle of [o][r][i], of memory or of a program's results, which are made a block of about 4096 values at a time.
//
// A block is folded, several rows beside each other, into up to 256 partial results, which are folded to i at the end. Partial sums
// keep rounding errors small; the order depends on the extents only and is the same on every target. A single long result is made in
// pieces that threads share. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

// One of the results while its r rows of i values pass.
struct reduction_state {
  reduction kind;
  real* partial;
  index r, i, beside;  // rows beside each other in `partial`
  fold_pair fold;
};
inline bool is_arg(reduction kind) { return kind == reduction::argmax || kind == reduction::argmin; }
inline bool is_low(reduction kind) { return kind == reduction::min || kind == reduction::argmin; }
inline fold_pair fold_of(reduction kind, const fold_kernels& target) {
  return kind == reduction::sum ? target.sum : kind == reduction::prod ? target.product : target.most;
}
inline bool is_nan(real a) {
  natural infinite = infinite_bits;
  IGATA_HIDE(infinite);
  return (__builtin_bit_cast(natural, a) & all_but_sign) > infinite;
}
inline bool is_better(reduction kind, real a, real b) {
  if (is_nan(a) || is_nan(b)) return is_nan(a) && !is_nan(b);
  return is_low(kind) ? a < b : a > b;
}

[[gnu::noinline]] inline void fold_rows(const reduction_state& s, real* out, const real* in, index rows, index row, index cols, bool continues) {
  const fold_job job{out, in, 0, 0, 1, 1, 0, rows, row, cols, continues, is_low(s.kind), 1.f, 0};
  s.fold.rows(job);
}

// `rows` rows into the partial results.
[[gnu::noinline]] inline void fold_block(const reduction_state& s, const real* values, index rows, bool continues) {
  const index width = s.beside * s.i, whole = rows / s.beside, rest = rows % s.beside * s.i;
  if (whole > 0) fold_rows(s, s.partial, values, whole, width, width, continues);
  if (rest > 0) fold_rows(s, s.partial, values + whole * width, 1, 0, rest, continues || whole > 0);
}

// n values of each result to one.
inline void fold_values(const reduction_state& s, real* out, const real* in, index n, index results) {
  s.fold.across({out, in, n, results, n, is_low(s.kind)});
}
inline void fold_partial(const reduction_state& s, real* out) {
  if (s.i > 1) return fold_rows(s, out, s.partial, s.beside, s.i, s.i, false);
  fold_values(s, out, s.partial, s.beside, 1);
}

// argmax and argmin of a row: the best of the block first, and where it stands only if it is better than what came before.
[[gnu::noinline]] inline void locate_row(const reduction_state& s, const real* values, index begin, index n, real& best, std::int32_t* where) {
  real candidate;
  fold_block(s, values, n, false);
  if (n < s.beside) fold_values(s, &candidate, values, n, 1);
  else fold_partial(s, &candidate);
  if (begin > 0 && !is_better(s.kind, candidate, best)) return;
  best = candidate;
  index at = 0;
  while (at < n - 1 && !(is_nan(best) ? is_nan(values[at]) : values[at] == best)) ++at;
  *where = static_cast<std::int32_t>(begin + at);
}

[[gnu::noinline]] inline void locate_columns(const reduction_state& s, const real* values, index row, index rows, std::int32_t* where) {
  for (index end = row + rows; row < end; ++row, values += s.i)
    for (index c = 0; c < s.i; ++c) {
      if (row > 0 && !is_better(s.kind, values[c], s.partial[c])) continue;
      s.partial[c] = values[c];
      where[c] = static_cast<std::int32_t>(row);
    }
}

// `rows` rows of which the first is row `begin` of r; out is the result's place.
inline void locate(const reduction_state& s, const real* values, index begin, index rows, std::int32_t* where) {
  if (s.i == 1) locate_row(s, values, begin, rows, s.partial[255], where);
  else locate_columns(s, values, begin, rows, where);
}
inline void reduce_block(const reduction_state& s, const real* values, index begin, index rows, real* out) {
  fold_block(s, values, rows, begin > 0);
  if (begin + rows == s.r) fold_partial(s, out);
}

// Of some results all rows, or of a single result some.
[[gnu::noinline]] inline void reduce_part(const reduce_args& args, range results, range part, real* const* out, const fold_kernels& target) {
  const index r = part.size(), i = args.i;
  const index block = i < 4096 ? 4096 : i;
  index beside = i == 1 ? (r >= 64 ? 64 : r >= 16 ? 16 : r) : i < 256 ? smaller(256 / i, r) : 1;
  if (beside < 1) beside = 1;
  const index most = block / i / beside * beside;                       // rows in a block
  const index together = r > 0 && most / r > 0 ? most / r : 1;           // results in a block
  reduction_state state[max_reductions];
  const real* values[max_reductions] = {args.in};
  for (int k = 0; k < args.count; ++k) {
    state[k] = {
        args.kind[k], args.scratch + args.count * (block + readable_behind) + k * (i < 256 ? 256 : i), r, i, beside, fold_of(args.kind[k], target)};
    constexpr natural lowest_whole = natural{1} << (8 * lane_bytes - 1);
    const real none = args.kind[k] == reduction::max   ? target.whole ? __builtin_bit_cast(real, lowest_whole) : minus_infinity()
                      : args.kind[k] == reduction::min ? target.whole ? __builtin_bit_cast(real, lowest_whole - 1) : infinity()
                      : args.kind[k] == reduction::prod ? target.whole ? __builtin_bit_cast(real, natural{1}) : real{1}
                                                        : 0;
    for (index c = results.begin * i; r == 0 && c < results.end * i; ++c) out[k][c] = none;
  }
  program_runner pre;
  pre.begin(args.pre);
  pre.outputs = args.pre_outputs - args.count;
  for (index o = results.begin; o < results.end && r > 0; o += together) {
    const index some = smaller(results.end - o, together);
    for (index row = 0; row < r; row += most) {
      const index rows = smaller(r - row, most), first = o * args.r + part.begin + row;
      if (!args.pre) {
        values[0] = args.in + first * i;
      } else {
        if (i == 1) pre.move_to(o, part.begin + row, some, rows);
        else pre.move_to(first, 0, some * rows, i);
        for (int k = 0; k < args.count; ++k) {
          values[k] = args.scratch + k * (block + readable_behind);
          pre.args.out[pre.outputs + k] = args.scratch + k * (block + readable_behind);
          pre.args.out_row[pre.outputs + k] = pre.args.cols;
        }
        run_rows(pre.whole->fn, pre.args, pre.inputs, args.pre_outputs);
      }
      for (int k = 0; k < args.count; ++k) {
        if (i == 1 && rows == r && !is_arg(state[k].kind)) {
          fold_values(state[k], out[k] + o, values[k], r, some);
          continue;
        }
        for (index result = 0; result < some; ++result) {
          const real* const from = values[k] + result * rows * i;
          const index to = (o + result) * i;
          if (is_arg(state[k].kind)) target.locate(state[k], from, row, rows, reinterpret_cast<std::int32_t*>(out[k]) + to);
          else reduce_block(state[k], from, row, rows, out[k] + to);
        }
      }
    }
  }
}

[[gnu::noinline]] inline void reduce(const reduce_args& args, const fold_kernels& target) noexcept {
  if (args.o * args.i == 0) return;
  const index pieces = args.partial ? reduce_pieces(args.r, args.i) : 1;
  real* out[max_reductions];
  for (int k = 0; k < args.count; ++k) out[k] = floats(args.out[k]);
  if (pieces == 1) return reduce_part(args, args.part.of(args.o), {0, args.r}, out, target);
  const range mine = args.part.of(pieces);
  for (index piece = mine.begin; piece < mine.end; ++piece) {
    real* partial[max_reductions];
    for (int k = 0; k < args.count; ++k) partial[k] = args.partial + (k * pieces + piece) * args.i;
    reduce_part(args, {0, 1}, {args.r * piece / pieces, args.r * (piece + 1) / pieces}, partial, target);
  }
  if (!args.part.is_last()) return;
  for (int k = 0; k < args.count; ++k)
    fold_rows({args.kind[k], nullptr, pieces, args.i, 1, fold_of(args.kind[k], target)}, out[k], args.partial + k * pieces * args.i, pieces, args.i,
              args.i, false);
}

#else

template <class Lazily>
inline constexpr fold_kernels own_sums = [] { return fold_kernels{{fold<true>, fold_across<true>}}; }();
template <class Lazily>
inline constexpr fold_kernels own_folds{own_sums<Lazily>.sum, {fold<false>, fold_across<false>}, drivers::locate};
template <class Lazily = void>
inline void reduce(const reduce_args& args) noexcept { drivers::reduce(args, own_folds<Lazily>); }

// Products: 16 columns of a row on every target, which are multiplied by halves.
template <class Lazily>
inline void multiply_rows(const fold_job& job) noexcept {
  for (index c = 0; c < job.cols; c += lanes) {
    const part t = first(job.cols - c);
    vec v = job.continues ? load(job.out + c, t) : splat(1);
    for (index y = 0; y < job.inner; ++y) v = v * load(job.in + y * job.inner_step + c, t);
    store(job.out + c, v, t);
  }
}
template <class Lazily>
inline void multiply_across(const across_job& job) noexcept {
  constexpr int registers = 16 / lanes;
  for (index p = 0; p < job.count; ++p) {
    const real* const in = job.in + p * job.in_step;
    vec v[registers];
    for (int j = 0; j < registers; ++j) v[j] = splat(1);
    index k = 0;
    for (; k + 16 <= job.n; k += 16)
      for (int j = 0; j < registers; ++j) v[j] = v[j] * load(in + k + j * lanes);
    real products[16];
    for (int j = 0; j < registers; ++j) store(products + j * lanes, v[j]);
    for (int i = 0; k < job.n; ++i, ++k) products[i] *= in[k];
    for (int half = 8; half > 0; half /= 2)
      for (int i = 0; i < half; ++i) products[i] *= products[i + half];
    job.out[p] = products[0];
  }
}
template <class Lazily>
inline constexpr fold_kernels own_products{
    own_sums<Lazily>.sum, own_folds<Lazily>.most, drivers::locate, false, {multiply_rows<Lazily>, multiply_across<Lazily>}};
template <class Lazily = void>
inline void reduce_prod(const reduce_args& args) noexcept { drivers::reduce(args, own_products<Lazily>); }
template <class Lazily = void>
inline void reduce_sum(const reduce_args& args) noexcept { drivers::reduce(args, own_sums<Lazily>); }

#endif
