// Elements of an axis by index, and its gradient. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

// Of any elements of 4 bytes.
inline void take_along_axis(const along_axis_args& args) noexcept {
  const word_in_memory* const from = reinterpret_cast<const word_in_memory*>(args.from);
  word_in_memory* const to = reinterpret_cast<word_in_memory*>(args.to);
  const range mine = args.part.of(args.outer);
  for (index o = mine.begin; o < mine.end; ++o)
    for (index j = 0; j < args.count; ++j) {
      const index at = (o * args.count + j) * args.inner;
      for (index i = 0; i < args.inner; ++i) {
        const index row = args.index[at + i];
        to[at + i] = row >= 0 && row < args.rows ? from[(o * args.rows + row) * args.inner + i] : 0;
      }
    }
}

inline void add_along_axis(const along_axis_args& args) noexcept {
  const range mine = args.part.of(args.outer);
  for (index o = mine.begin; o < mine.end; ++o) {
    zero_floats(args.to + o * args.rows * args.inner, args.rows * args.inner);
    for (index j = 0; j < args.count; ++j) {
      const index at = (o * args.count + j) * args.inner;
      for (index i = 0; i < args.inner; ++i) {
        const index row = args.index[at + i];
        if (row >= 0 && row < args.rows) args.to[(o * args.rows + row) * args.inner + i] += args.from[at + i];
      }
    }
  }
}

#endif
