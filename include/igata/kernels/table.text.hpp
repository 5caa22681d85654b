// Rows of tables by index: gather and its gradient. Text: see kernels.text.hpp.

#if !defined(IGATA_LEVEL)

inline void gather(const gather_args& args) noexcept {
  const range mine = args.part.of(args.count);
  for (index j = mine.begin; j < mine.end; ++j) {
    float* const out = args.out + j * args.width;
    const index row = args.index[j];
    if (row >= 0 && row < args.rows) copy_floats(out, args.table + row * args.width, args.width);
    else zero_floats(out, args.width);
  }
}

[[gnu::noinline]] inline void scatter_add(const scatter_add_args& args, multiply_add_kernel multiply_add) noexcept {
  const range mine = args.part.of(args.rows);  // of the table
  zero_floats(args.out + mine.begin * args.width, mine.size() * args.width);
  for (index j = 0; j < args.count; ++j)
    if (args.index[j] >= mine.begin && args.index[j] < mine.end)
      multiply_add({args.out + args.index[j] * args.width, args.values + j * args.width, &one, 0, 0, 0, 1, args.width, true});
}

#else

inline void scatter_add(const scatter_add_args& args) noexcept { drivers::scatter_add(args, multiply_add); }

#endif
