// Values put into what is there by index. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

// What a place has then.
struct replaced {
  template <class T>
  static T of(T, T x) { return x; }
};
struct sum_of {
  template <class T>
  static T of(T there, T x) { return there + x; }
};
struct product_of {
  template <class T>
  static T of(T there, T x) { return there * x; }
};
struct higher {
  static real of(real there, real x) { return !drivers::is_nan(there) && (x > there || drivers::is_nan(x)) ? x : there; }
  static natural of(natural there, natural x) { return static_cast<integer>(x) > static_cast<integer>(there) ? x : there; }
};
struct lower {
  static real of(real there, real x) { return !drivers::is_nan(there) && (x < there || drivers::is_nan(x)) ? x : there; }
  static natural of(natural there, natural x) { return static_cast<integer>(x) < static_cast<integer>(there) ? x : there; }
};
struct real_in_memory {
  using type = real;
};

template <class Memory, class Both>
inline void scatter_elements(const scatter_args& args) noexcept {
  using T = typename Memory::type;
  const T* const from = static_cast<const T*>(args.from);
  T* const to = static_cast<T*>(args.to);
  const range mine = args.part.of(args.by_row ? args.rows : args.outer);
  const index block = args.by_row ? args.inner : args.rows * args.inner;
  if (mine.size() == 0 || block == 0) return;
  if (args.there != args.to)
    __builtin_memcpy(to + mine.begin * block, static_cast<const T*>(args.there) + mine.begin * block,
                     static_cast<std::size_t>(mine.size() * block) * sizeof(T));
  if (args.by_row) {
    for (index j = 0; j < args.count; ++j) {
      const index row = args.index[j];
      if (row < mine.begin || row >= mine.end) continue;
      for (index i = 0; i < args.inner; ++i) to[row * args.inner + i] = Both::of(to[row * args.inner + i], from[j * args.inner + i]);
    }
    return;
  }
  for (index o = mine.begin; o < mine.end; ++o)
    for (index j = 0; j < args.count; ++j) {
      const index at = (o * args.count + j) * args.inner;
      for (index i = 0; i < args.inner; ++i) {
        const index row = args.index[at + i];
        if (row < 0 || row >= args.rows) continue;
        T& place = to[(o * args.rows + row) * args.inner + i];
        place = Both::of(place, from[at + i]);
      }
    }
}
inline void scatter(const scatter_args& args) noexcept {
  if (args.bytes == 1) scatter_elements<copied<1>, replaced>(args);
  else if (args.bytes == 2) scatter_elements<copied<2>, replaced>(args);
  else if (args.bytes == 8) scatter_elements<copied<8>, replaced>(args);
  else scatter_elements<copied<4>, replaced>(args);
}
template <class Memory>
inline void reduce_elements(const scatter_args& args) noexcept {
  switch (args.kind) {
    case put_kind::add: return scatter_elements<Memory, sum_of>(args);
    case put_kind::mul: return scatter_elements<Memory, product_of>(args);
    case put_kind::max: return scatter_elements<Memory, higher>(args);
    case put_kind::min: return scatter_elements<Memory, lower>(args);
  }
}
inline void scatter_reduce(const scatter_args& args) noexcept {
  if (args.whole) reduce_elements<copied<4>>(args);
  else reduce_elements<real_in_memory>(args);
}

#endif
