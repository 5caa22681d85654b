// Elements of an axis by index, and its gradient. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

template <int Bytes>
inline void take_elements(const along_axis_args& args) noexcept {
  using T = typename copied<Bytes>::type;
  const T* const from = static_cast<const T*>(args.from);
  T* const to = static_cast<T*>(args.to);
  const range mine = args.part.of(args.outer);
  for (index o = mine.begin; o < mine.end; ++o)
    for (index j = 0; j < args.count; ++j) {
      const index at = (o * args.count + j) * args.inner;
      for (index i = 0; i < args.inner; ++i) {
        const index row = args.index[at + i];
        to[at + i] = row >= 0 && row < args.rows ? from[(o * args.rows + row) * args.inner + i] : T{0};
      }
    }
}
inline void take_along_axis(const along_axis_args& args) noexcept {
  if (args.bytes == 1) take_elements<1>(args);
  else if (args.bytes == 2) take_elements<2>(args);
  else take_elements<4>(args);
}

inline void add_along_axis(const along_axis_args& args) noexcept {
  const real* const from = floats(args.from);
  real* const to = floats(args.to);
  const range mine = args.part.of(args.outer);
  for (index o = mine.begin; o < mine.end; ++o) {
    zero_floats(to + o * args.rows * args.inner, args.rows * args.inner);
    for (index j = 0; j < args.count; ++j) {
      const index at = (o * args.count + j) * args.inner;
      for (index i = 0; i < args.inner; ++i) {
        const index row = args.index[at + i];
        if (row >= 0 && row < args.rows) to[(o * args.rows + row) * args.inner + i] += from[at + i];
      }
    }
  }
}

#endif
