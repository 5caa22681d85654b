// Rows of tables by index: gather and its gradient. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

inline void gather(const table_args& args) noexcept {
  const range mine = args.part.of(args.count);
  const index width = args.width * args.bytes;
  for (index j = mine.begin; j < mine.end; ++j) {
    char* const out = static_cast<char*>(args.to) + j * width;
    const index row = args.index[j];
    if (row >= 0 && row < args.rows) __builtin_memcpy(out, static_cast<const char*>(args.from) + row * width, static_cast<std::size_t>(width));
    else __builtin_memset(out, 0, static_cast<std::size_t>(width));
  }
}

[[gnu::noinline]] inline void scatter_add(const table_args& args, multiply_add_kernel multiply_add) noexcept {
  const range mine = args.part.of(args.rows);  // of the table
  const real* const from = floats(args.from);
  real* const to = floats(args.to);
  zero_floats(to + mine.begin * args.width, mine.size() * args.width);
  for (index j = 0; j < args.count; ++j)
    if (args.index[j] >= mine.begin && args.index[j] < mine.end)
      multiply_add({to + args.index[j] * args.width, from + j * args.width, &one, 0, 0, 0, 1, args.width, true});
}

#else

inline void scatter_add(const table_args& args) noexcept { drivers::scatter_add(args, multiply_add); }

#endif
