// Reductions over the middle of [o][r][i], of memory or of a program's results, which are made a block of about 4096 values at a time.
//
// i == 1: each block of a row is folded to one number, and those are combined in order. i > 1: partial results stand in memory, up
// to 256 columns wide (several rows of a small i beside each other), folded to i at the end. Partial sums keep rounding errors
// small; the order depends on r and i only and is the same on every target. Text: see simd/vec.text.hpp.

// One of the results while its r values pass.
struct reduction_state {
  reduction kind;
  float* partial;  // i > 1: `width` results so far
  index width;
  float best;      // i == 1
  std::int32_t where;
};

IGATA_INLINE bool is_better(reduction kind, float a, float b) {
  return (a != a && b == b) || (kind == reduction::argmin ? a < b : a > b);
}

// n values of a row whose first is value number `begin`.
inline void reduce_row(reduction_state& state, const float* values, index begin, index n) {
  if (state.kind == reduction::sum) {
    const float sum = fold_row<reduction::sum>(values, n);
    state.best = begin == 0 ? sum : state.best + sum;
    return;
  }
  const bool low = state.kind == reduction::min || state.kind == reduction::argmin;
  const float best = low ? fold_row<reduction::min>(values, n) : fold_row<reduction::max>(values, n);
  if (begin > 0 && !is_better(low ? reduction::argmin : reduction::argmax, best, state.best)) return;
  state.best = best;
  if (state.kind == reduction::max || state.kind == reduction::min) return;
  index at = 0;
  while (at < n - 1 && !(values[at] == best || (best != best && values[at] != values[at]))) ++at;
  state.where = static_cast<std::int32_t>(begin + at);
}

template <reduction Kind>
inline void reduce_columns(const reduction_state& state, const float* values, index n, bool fresh) {
  const index width = state.width;
  for (index c = 0; c < width; c += lanes) {
    vec v = identity<Kind>();
    const part t = first(width - c);
    index at = c;
    for (; at - c + width <= n; at += width) v = combine<Kind>(v, load(values + at, t));
    const index left = n - at;
    if (left > 0) v = combine<Kind>(v, select((left < lanes ? static_cast<std::int32_t>(left) : lanes) > iota,
                                               load(values + at, left < width - c ? first(left) : t), identity<Kind>()));
    store(state.partial + c, fresh ? v : combine<Kind>(load(state.partial + c, t), v), t);
  }
}

template <reduction Kind>
inline void fold_columns(const reduction_state& state, index i, float* out) {
  for (index c = 0; c < i; c += lanes) {
    const part t = first(i - c);
    vec v = load(state.partial + c, t);
    for (index at = c + i; at < state.width; at += i) v = combine<Kind>(v, load(state.partial + at, t));
    store(out + c, v, t);
  }
}

inline void locate_columns(const reduction_state& state, const float* values, index row, index rows, index i, std::int32_t* where) {
  for (index end = row + rows; row < end; ++row, values += i)
    for (index c = 0; c < i; c += lanes) {
      const part t = first(i - c);
      const vec v = load(values + c, t), best = load(state.partial + c, t);
      const ivec better = row == 0 ? ivec{} - 1 : (is_nan(v) & ~is_nan(best)) | (state.kind == reduction::argmin ? v < best : v > best);
      store(state.partial + c, select(better, v, best), t);
      store(where + c, select(better, splat_bits(static_cast<std::int32_t>(row)), row == 0 ? vec{} : load(where + c, t)), t);
    }
}

// `rows` rows of i values, of which the first is row `begin` of r; out is the result's place.
inline void reduce_block(reduction_state& state, const float* values, index begin, index rows, index r, index i, float* out) {
  const bool last = begin + rows == r;
  const bool arg = state.kind == reduction::argmax || state.kind == reduction::argmin;
  if (i == 1) {
    reduce_row(state, values, begin, rows);
    if (last) store(out, arg ? splat_bits(state.where) : splat(state.best), first(1));
  } else if (arg) {
    locate_columns(state, values, begin, rows, i, reinterpret_cast<std::int32_t*>(out));
  } else if (state.kind == reduction::sum) {
    reduce_columns<reduction::sum>(state, values, rows * i, begin == 0);
    if (last) fold_columns<reduction::sum>(state, i, out);
  } else if (state.kind == reduction::max) {
    reduce_columns<reduction::max>(state, values, rows * i, begin == 0);
    if (last) fold_columns<reduction::max>(state, i, out);
  } else {
    reduce_columns<reduction::min>(state, values, rows * i, begin == 0);
    if (last) fold_columns<reduction::min>(state, i, out);
  }
}

inline void reduce(const reduce_args& args) noexcept {
  const index r = args.r, i = args.i;
  if (args.o * i == 0) return;
  const index block = i < 4096 ? 4096 : i;
  index beside = i < 256 ? 256 / i : 1;  // rows that stand beside each other in the partial results
  if (beside > r) beside = r > 0 ? r : 1;
  const index most = i == 1 ? block : block / i / beside * beside;  // rows in a block
  reduction_state state[max_reductions];
  const float* values[max_reductions] = {args.in};
  program_runner pre;
  pre.begin(args.pre);
  for (int k = 0; k < args.count; ++k) {
    state[k] = {args.kind[k], args.scratch + args.count * (block + 64) + k * (i < 256 ? 256 : i), beside * i, 0.f, 0};
    if (r == 0) {
      const float none[] = {0.f, -__builtin_inff(), __builtin_inff(), 0.f, 0.f};
      fill_floats(static_cast<float*>(args.out[k]), splat(none[static_cast<int>(args.kind[k])]), args.o * i);
    }
  }
  const index together = r > 0 && most / r > 0 ? most / r : 1;  // results that fit a block
  for (index o = 0; o < args.o && r > 0; o += together) {
    const index results = args.o - o < together ? args.o - o : together;
    for (index row = 0; row < r; row += most) {
      const index rows = r - row < most ? r - row : most;
      if (args.pre) {
        const index cols = i == 1 ? rows : i;
        pre.outputs = args.pre_outputs - args.count;
        if (i == 1) pre.move_to(o, row, results, rows);
        else pre.move_to(o * r + row, 0, results * rows, i);
        for (int k = 0; k < args.count; ++k) {
          float* to = args.scratch + k * (block + 64);
          pre.args.out[pre.outputs + k] = to;
          pre.args.out_row[pre.outputs + k] = cols;
          values[k] = to;
        }
        pre.whole->fn(pre.args);
      } else {
        values[0] = args.in + (o * r + row) * i;
      }
      for (int k = 0; k < args.count; ++k)
        for (index result = 0; result < results; ++result)
          reduce_block(state[k], values[k] + result * rows * i, row, rows, r, i, static_cast<float*>(args.out[k]) + (o + result) * i);
    }
  }
}
