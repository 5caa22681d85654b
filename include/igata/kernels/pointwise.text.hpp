// Runs a pointwise program: the program is unrolled into registers, one vector of columns at a time; the last vector of a row is
// a part. The only template that is instantiated per user program, so it is kept small. Text: see simd/vec.text.hpp.

// Rows can be one long row when every operand goes on where its row ends (or, being scalar, does not move at all).
[[gnu::noinline]] inline bool is_one_row(const pointwise_args& args, const access* kind, int inputs, int outputs, bool random) {
  for (int i = 0; i < inputs; ++i)
    if (kind[i] == access::strided || args.in_row[i] != (kind[i] == access::scalar ? 0 : args.cols)) return false;
  for (int o = 0; o < outputs; ++o)
    if (args.out_row[o] != args.cols) return false;
  return !random || args.index_row == static_cast<std::uint32_t>(args.cols);
}

template <std::uint32_t Word>
IGATA_INLINE vec step(const vec* r, uvec element) {
  constexpr instruction i = instruction::unpack(Word);
  constexpr int arity = opcode_arity[static_cast<int>(i.code)];
  if constexpr (i.code == opcode::random) return random_lanes(r[i.a], r[i.b], element, r[i.c]);
  else if constexpr (arity == 1) return rule<i.code>(r[i.a]);
  else if constexpr (arity == 2) return rule<i.code>(r[i.a], r[i.b]);
  else return rule<i.code>(r[i.a], r[i.b], r[i.c]);
}

// Long rows come from far away: fetched before the loads reach them, because a long program leaves no room to run ahead, and CPUs
// guess less from masked loads (arrays of 4 MB on an AMD EPYC: 1.2 to 3 times as fast; those in the first two cache levels as before).
inline constexpr index prefetch_distance = 512;

template <access Kind>
IGATA_INLINE void read_column(vec& r, const int_in_memory* row, index stride, index column, part t, index left) {
  if constexpr (Kind == access::contiguous) {
    __builtin_prefetch(row + column + prefetch_distance);
    r = load(row + column, t);
  }
  if constexpr (Kind == access::strided) {
    if (stride == 1) r = load(row + column, t);
    else if (stride == 0) r = splat_bits(*row);
    else r = load_strided(row + column * stride, stride, left);
  }
}

template <pointwise_program P, class In, class Out, class Code>
struct pointwise_kernel;

template <pointwise_program P, std::size_t... In, std::size_t... Out, std::size_t... Code>
struct pointwise_kernel<P, std::index_sequence<In...>, std::index_sequence<Out...>, std::index_sequence<Code...>> {
  static constexpr auto p = P;  // clang reads members of P itself wrongly in places

  static void run(const pointwise_args& args) noexcept {
    index rows = args.rows, cols = args.cols;
    if (rows > 1 && is_one_row(args, p.kind, p.inputs, p.outputs, p.has_random)) {
      cols *= rows;
      rows = 1;
    }
    const int_in_memory* in[] = {static_cast<const int_in_memory*>(args.in[In])..., nullptr};
    int_in_memory* out[] = {static_cast<int_in_memory*>(args.out[Out])..., nullptr};
    std::uint32_t element = args.index;
    for (index row = 0; row < rows; ++row) {
      vec r[p.inputs + p.length];
      ((p.kind[In] == access::scalar ? void(r[In] = splat_bits(*in[In])) : void()), ...);
      for (index column = 0; column < cols; column += lanes) {
        const part t = first(cols - column);
        (read_column<p.kind[In]>(r[In], in[In], args.in_col[In], column, t, cols - column), ...);
        [[maybe_unused]] const uvec at = static_cast<std::uint32_t>(column) + element + reinterpret_cast<uvec>(iota);
        ((r[p.inputs + Code] = step<p.code[Code]>(r, at)), ...);
        (store(out[Out] + column, r[p.result[Out]], t), ...);
      }
      ((in[In] += args.in_row[In]), ...);
      ((out[Out] += args.out_row[Out]), ...);
      element += args.index_row;
    }
  }
};

template <pointwise_program P>
inline void pointwise(const pointwise_args& args) noexcept {
  constexpr auto p = P;
  pointwise_kernel<P, std::make_index_sequence<p.inputs>, std::make_index_sequence<p.outputs>, std::make_index_sequence<p.length>>::run(args);
}
