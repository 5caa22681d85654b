// Runs a pointwise program on a block of rows; its function knows one row only, which keeps what is compiled for every program small.
// Text: see primitives.text.hpp.

using stream_kernel = void (*)(real* out, const real* in, index n) noexcept;

// Results that would only push other things out of the caches are made in a buffer and stored past them, which saves reading their lines first:
// twice as fast for arrays of 4 MB on an AMD EPYC. `streams_row` says whether a row's arrays are that large and none is written in place.
inline constexpr index streamed_floats = 4 << 20, streamed_outputs = 2;
inline bool streams_row(const pointwise_args& args, int inputs, int outputs) {
  index arrays = outputs;
  for (int i = 0; i < inputs; ++i) arrays += args.in_col[i] == 1;
  if (outputs > streamed_outputs || !args.sizes.has_words(outputs) || arrays * args.cols < streamed_floats) return false;
  for (int o = 0; o < outputs; ++o) {
    if (reinterpret_cast<std::uintptr_t>(args.out[o]) % 64 != reinterpret_cast<std::uintptr_t>(args.out[0]) % 64 ||
        reinterpret_cast<std::uintptr_t>(args.out[o]) % sizeof(real) != 0) return false;
    for (int i = 0; i < inputs; ++i)
      if (args.in[i] == args.out[o]) return false;
  }
  return true;
}
[[gnu::noinline]] inline void run_streamed(pointwise_fn row, const pointwise_args& args, int inputs, int outputs, stream_kernel stream) noexcept {
  constexpr index most = 512, line = 64 / lane_bytes;
  alignas(64) real buffer[streamed_outputs][most];
  pointwise_args piece = args;
  index count = (64 - static_cast<index>(reinterpret_cast<std::uintptr_t>(args.out[0]) % 64)) % 64 / lane_bytes;  // up to the first whole line
  if (count == 0) count = most;
  for (index begin = 0; begin < args.cols; begin += count, count = most) {
    count = smaller(count, args.cols - begin);
    const index whole = count < line ? 0 : count / line * line;
    piece.cols = count;
    piece.index = args.index + static_cast<std::uint32_t>(begin);
    for (int i = 0; i < inputs; ++i) piece.in[i] = moved(args, i, begin * args.in_col[i]);
    for (int o = 0; o < outputs; ++o) piece.out[o] = buffer[o];
    row(piece);
    for (int o = 0; o < outputs; ++o) {
      real* const out = floats(args.out[o]) + begin;
      if (whole > 0) stream(out, buffer[o], whole);
      copy_floats(out + whole, buffer[o] + whole, count - whole);
    }
  }
#if defined(__SSE2__)
  __builtin_ia32_sfence();  // other threads see the results
#endif
}

// `stream` may be null.
[[gnu::noinline]] inline void run_rows(pointwise_fn row, const pointwise_args& args, int inputs, int outputs,
                                       stream_kernel stream = nullptr) noexcept {
  if (args.rows == 1 && !stream) return row(args);
  // One long row, where every operand goes on where its row ends or does not move at all.
  bool joined = args.index_row == 0 || args.index_row == static_cast<std::uint32_t>(args.cols);
  for (int i = 0; i < inputs; ++i) joined = joined && (args.in_col[i] == 1 || args.in_col[i] == 0) && args.in_row[i] == args.in_col[i] * args.cols;
  for (int o = 0; o < outputs; ++o) joined = joined && args.out_row[o] == args.cols;
  pointwise_args one;
  one.rows = 1;
  one.cols = joined ? args.rows * args.cols : args.cols;
  one.index = args.index;
  one.program = args.program;
  one.sizes = args.sizes;
  for (int i = 0; i < inputs; ++i) {
    one.in[i] = args.in[i];
    one.in_col[i] = args.in_col[i];
  }
  for (int o = 0; o < outputs; ++o) one.out[o] = args.out[o];
  if (stream && (joined || args.rows == 1) && streams_row(one, inputs, outputs)) return run_streamed(row, one, inputs, outputs, stream);
  for (index left = joined ? 1 : args.rows; left > 0; --left) {
    row(one);
    one.index += args.index_row;
    for (int i = 0; i < inputs; ++i) one.in[i] = moved(one, i, args.in_row[i]);
    for (int o = 0; o < outputs; ++o) one.out[o] = moved_output(one, o, args.out_row[o]);
  }
}
