// Rows of tables by index: gather and its gradient. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

inline void gather(const table_args& args) noexcept {
  const range mine = args.part.of(args.count);
  for (index j = mine.begin; j < mine.end; ++j) {
    real* const out = args.to + j * args.width;
    const index row = args.index[j];
    if (row >= 0 && row < args.rows) copy_floats(out, args.from + row * args.width, args.width);
    else zero_floats(out, args.width);
  }
}

[[gnu::noinline]] inline void scatter_add(const table_args& args, multiply_add_kernel multiply_add) noexcept {
  const range mine = args.part.of(args.rows);  // of the table
  zero_floats(args.to + mine.begin * args.width, mine.size() * args.width);
  for (index j = 0; j < args.count; ++j)
    if (args.index[j] >= mine.begin && args.index[j] < mine.end)
      multiply_add({args.to + args.index[j] * args.width, args.from + j * args.width, &one, 0, 0, 0, 1, args.width, true});
}

#else

inline void scatter_add(const table_args& args) noexcept { drivers::scatter_add(args, multiply_add); }

#endif
