// Rows of a table by index, and their gradient. Text: see simd/vec.text.hpp.

inline void gather(const gather_args& args) noexcept {
  for (index j = 0; j < args.count; ++j) copy_floats(args.out + j * args.width, args.table + args.index[j] * args.width, args.width);
}
inline void scatter_add(const scatter_add_args& args) noexcept {
  fill_floats(args.out, vec{}, args.rows * args.width);
  for (index j = 0; j < args.count; ++j) add_floats(args.out + args.index[j] * args.width, args.values + j * args.width, args.width);
}
inline void fill(const fill_args& args) noexcept {
  fill_floats(static_cast<float*>(args.out), splat_bits(static_cast<std::int32_t>(args.bits)), args.count);
}
