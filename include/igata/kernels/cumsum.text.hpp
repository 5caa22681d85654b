// Running sums along an axis. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

// sum[i] = a[i] + b[i]
using add_rows_kernel = void (*)(void* sum, const void* a, const void* b, index n) noexcept;

// Sums of neighbours in memory: of four at a time, since each addition waits for the one before.
template <class T>
inline void cumsum_neighbours(const T* in, T* out, index sums, index length, index step, bool exclusive) {
  constexpr index together = 4;
  for (index o = 0; o < sums; o += together) {
    const index some = smaller(sums - o, together);
    T sum[together] = {};
    for (index r = 0; r < length; ++r)
      for (index k = 0; k < some; ++k) {
        const index at = (o + k) * length + r * step;
        const T before = sum[k];
        sum[k] += in[at];
        out[at] = exclusive ? before : sum[k];
      }
  }
}

inline void cumsum(const cumsum_args& args, add_rows_kernel add) noexcept {
  const range mine = args.part.of(args.outer);
  const index size = args.length * args.inner;
  if (size == 0 || mine.size() == 0) return;
  const index first = args.reverse ? size - args.inner : 0, step = args.reverse ? -args.inner : args.inner;
  if (args.inner == 1) {
    const index at = mine.begin * size + first;
    if (args.whole)  // unsigned: sums that are too large wrap round
      return cumsum_neighbours(static_cast<const word_in_memory*>(args.in) + at, static_cast<word_in_memory*>(args.out) + at, mine.size(), size, step,
                               args.exclusive);
    return cumsum_neighbours(floats(args.in) + at, floats(args.out) + at, mine.size(), size, step, args.exclusive);
  }
  for (index o = mine.begin; o < mine.end; ++o) {
    const real* in = floats(args.in) + o * size + first;
    real* out = floats(args.out) + o * size + first;
    if (args.exclusive) zero_floats(out, args.inner);
    else copy_floats(out, in, args.inner);
    for (index r = 1; r < args.length; ++r, out += step) {
      if (!args.exclusive) in += step;
      add(out + step, out, in, args.inner);
      if (args.exclusive) in += step;
    }
  }
}

#else

template <bool Whole>
inline void add_rows(void* sum, const void* a, const void* b, index n) noexcept {
  for (index i = 0; i < n; i += lanes) {
    const part t = first(n - i);
    const vec x = load(drivers::floats(a) + i, t), y = load(drivers::floats(b) + i, t);
    store(drivers::floats(sum) + i, Whole ? from_bits(bits(x) + bits(y)) : x + y, t);
  }
}
template <class Lazily = void>
inline void cumsum(const cumsum_args& args) noexcept { drivers::cumsum(args, args.whole ? add_rows<true> : add_rows<false>); }

#endif
