// Runs a pointwise program on a block of rows; its function knows one row only, which keeps what is compiled for every program small.
// Text: see primitives.text.hpp.

[[gnu::noinline]] inline void run_rows(pointwise_fn row, const pointwise_args& args, int inputs, int outputs) noexcept {
  if (args.rows == 1) return row(args);
  // One long row, where every operand goes on where its row ends or does not move at all.
  bool joined = args.index_row == 0 || args.index_row == static_cast<std::uint32_t>(args.cols);
  for (int i = 0; i < inputs; ++i) joined = joined && (args.in_col[i] == 1 || args.in_col[i] == 0) && args.in_row[i] == args.in_col[i] * args.cols;
  for (int o = 0; o < outputs; ++o) joined = joined && args.out_row[o] == args.cols;
  pointwise_args one;
  one.rows = 1;
  one.cols = joined ? args.rows * args.cols : args.cols;
  one.index = args.index;
  for (int i = 0; i < inputs; ++i) {
    one.in[i] = args.in[i];
    one.in_col[i] = args.in_col[i];
  }
  for (int o = 0; o < outputs; ++o) one.out[o] = args.out[o];
  for (index left = joined ? 1 : args.rows; left > 0; --left) {
    row(one);
    one.index += args.index_row;
    for (int i = 0; i < inputs; ++i) one.in[i] = floats(one.in[i]) + args.in_row[i];
    for (int o = 0; o < outputs; ++o) one.out[o] = floats(one.out[o]) + args.out_row[o];
  }
}
