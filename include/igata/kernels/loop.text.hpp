// Pointwise programs over arrays. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

// A share is a part of the rows; of a single one, whole vectors. `stream` may be null.
inline void loop(const loop_args& args, stream_kernel stream) noexcept {
  const epilogue& all = *args.loop;
  if (args.part.parts == 1 && args.part.all == 0) {
    if (all.args.rows * all.args.cols > 0) run_rows(all.fn, all.args, all.inputs, all.outputs, stream);
    return;
  }
  pointwise_args a = all.args;
  const bool by_rows = a.rows > 1;
  const range mine = by_rows ? args.part.of(a.rows) : args.part.of(a.cols, 64);
  if (mine.size() == 0 || a.cols == 0) return;
  for (int i = 0; i < all.inputs; ++i) a.in[i] = moved(a, i, mine.begin * (by_rows ? a.in_row[i] : a.in_col[i]));
  for (int i = 0; i < all.outputs; ++i) a.out[i] = moved_output(a, i, mine.begin * (by_rows ? a.out_row[i] : 1));
  a.index = static_cast<std::uint32_t>(by_rows ? mine.begin * a.cols : mine.begin);
  (by_rows ? a.rows : a.cols) = mine.size();
  run_rows(all.fn, a, all.inputs, all.outputs, stream);
}
inline void loop(const loop_args& args) noexcept { loop(args, nullptr); }

// A share is a part of the outermost axis.
inline void nested_loop(const nested_loop_args& args, stream_kernel stream) noexcept {
  const epilogue& all = *args.loop;
  const int inputs = all.inputs, outputs = all.outputs, axes = static_cast<int>(args.axes);
  const range mine = args.part.of(args.extent[0]);
  index blocks = mine.size(), below = all.args.rows * all.args.cols;
  for (int i = 1; i < axes; ++i) {
    blocks *= args.extent[i];
    below *= args.extent[i];
  }
  if (all.args.rows * all.args.cols == 0) return;
  pointwise_args a = all.args;
  a.index = static_cast<std::uint32_t>(mine.begin * below);
  index at[max_outer_axes] = {mine.begin};
  for (; blocks > 0; --blocks) {  // an odometer over blocks
    const index* stride = all.strides;
    const auto offset = [&] {
      index sum = 0;
      for (int k = 0; k < axes; ++k) sum += at[k] * *stride++;
      return sum;
    };
    for (int i = 0; i < inputs; ++i) a.in[i] = moved(all.args, i, offset());
    for (int i = 0; i < outputs; ++i) a.out[i] = moved_output(all.args, i, offset());
    run_rows(all.fn, a, inputs, outputs, stream);
    a.index += static_cast<std::uint32_t>(a.rows * a.cols);
    for (int axis = axes - 1; ++at[axis] == args.extent[axis] && axis > 0; --axis) at[axis] = 0;
  }
}

#else

inline void long_loop(const loop_args& args) noexcept { drivers::loop(args, stream); }
inline void nested_loop(const nested_loop_args& args) noexcept { drivers::nested_loop(args, stream); }

#endif
