// A row of a pointwise program: the program is unrolled into registers, one vector of columns at a time; the last vector is a part.
// The only template that is instantiated per user program, so it is kept small. Text: see simd/vectors.text.hpp.

template <std::uint32_t Word>
IGATA_INLINE vec step(const vec* r, uvec element) {
  constexpr instruction i = instruction::unpack(Word);
  constexpr int arity = opcode_arity[static_cast<int>(i.code)];
  if constexpr (i.code == opcode::random) return random_lanes(r[i.a], r[i.b], element, r[i.c]);
  else if constexpr (arity == 1) return compute<i.code>(r[i.a]);
  else if constexpr (arity == 2) return compute<i.code>(r[i.a], r[i.b]);
  else return compute<i.code>(r[i.a], r[i.b], r[i.c]);
}

// Long rows come from far away: fetched before the loads reach them, because a long program leaves no room to run ahead, and CPUs
// guess less from masked loads (arrays of 4 MB on an AMD EPYC: 1.2 to 3 times as fast; those in the first two cache levels as before).
inline constexpr index prefetch_distance = 512;

template <column_access Kind, class Part>
IGATA_INLINE void read_column(vec& r, const int_in_memory* row, index stride, index column, [[maybe_unused]] Part t, index left) {
  if constexpr (storage_of(Kind) != storage::lane) {
    if constexpr (access_of(Kind) != column_access::scalar)
      r = load_stored<storage_of(Kind)>(row, column * stride, stride, left);
    return;
  }
  if constexpr (Kind == column_access::contiguous) {
    if constexpr (!free_masks || std::is_same_v<Part, part>) __builtin_prefetch(row + column + prefetch_distance);
    r = load(row + column, t);
  }
  if constexpr (Kind == column_access::strided) {
    if (stride == 1) r = load(row + column, t);
    else if (stride == 0) r = splat_bits(*row);
    else r = load_strided(row + column * stride, stride, left);
  }
}

template <storage To>
IGATA_INLINE void write_column(int_in_memory* row, index column, vec v) {
  if constexpr (To == storage::lane) store(row + column, v);
  else store_narrow<To>(row, column, bits(v), lanes);
}
template <storage To>
IGATA_INLINE void write_column(int_in_memory* row, index column, vec v, part t, index left) {
  if constexpr (To == storage::lane) store(row + column, v, t);
  else store_narrow<To>(row, column, bits(v), left);
}

template <pointwise_program P>
void pointwise(const pointwise_args& args) noexcept;

// Without masks: the last columns by way of whole vectors.
[[gnu::noinline]] inline void run_tail(const pointwise_args& args, const column_access* kind, int inputs, int outputs, pointwise_fn row) noexcept {
  pointwise_args some = args;
  const index rest = args.cols % lanes, whole = args.cols - rest;
  some.cols = whole;
  if (whole > 0) row(some);
  alignas(vec) int_in_memory buffer[max_pointwise_inputs + max_pointwise_outputs][lanes] = {};
  for (int i = 0; i < inputs; ++i) {
    if (access_of(kind[i]) == column_access::scalar) continue;
    if (const int bytes = args.sizes.of_input(i, drivers::lane_bytes); bytes == drivers::lane_bytes) {
      const int_in_memory* const from = static_cast<const int_in_memory*>(args.in[i]) + whole * args.in_col[i];
      for (index k = 0; k < rest; ++k) buffer[i][k] = from[k * args.in_col[i]];
    } else {
      const char* const from = static_cast<const char*>(args.in[i]) + whole * args.in_col[i] * bytes;
      for (index k = 0; k < rest * bytes; ++k) reinterpret_cast<char*>(buffer[i])[k] = from[k / bytes * args.in_col[i] * bytes + k % bytes];
    }
    some.in[i] = buffer[i];
    some.in_col[i] = 1;
  }
  for (int o = 0; o < outputs; ++o) some.out[o] = buffer[max_pointwise_inputs + o];
  some.cols = lanes;
  some.index += static_cast<std::uint32_t>(whole);
  row(some);
  for (int o = 0; o < outputs; ++o)
    if (const int bytes = args.sizes.of_output(o, drivers::lane_bytes); bytes == drivers::lane_bytes) {
      for (index k = 0; k < rest; ++k) static_cast<int_in_memory*>(args.out[o])[whole + k] = buffer[max_pointwise_inputs + o][k];
    } else {
      __builtin_memcpy(static_cast<char*>(args.out[o]) + whole * bytes, buffer[max_pointwise_inputs + o], static_cast<std::size_t>(rest * bytes));
    }
}

// The columns that are left, as a mask where every vector needs one.
template <bool Masked>
IGATA_INLINE auto part_or_count(index left) {
  if constexpr (Masked) return first(left);
  else return left;
}
IGATA_INLINE part first(part t) { return t; }

template <pointwise_program P, class In, class Out, class Code>
struct pointwise_kernel;

template <pointwise_program P, std::size_t... In, std::size_t... Out, std::size_t... Code>
struct pointwise_kernel<P, std::index_sequence<In...>, std::index_sequence<Out...>, std::index_sequence<Code...>> {
  static constexpr auto p = P;  // clang reads members of P itself wrongly in places
  static constexpr column_access kinds[] = {P.kind[In]..., {}};

  IGATA_INLINE static void run(const pointwise_args& args) noexcept {
    if constexpr (!has_masks && !is_uniform(p))
      if (args.cols % lanes != 0) return run_tail(args, kinds, p.inputs, p.outputs, pointwise<P>);
    const int_in_memory* const in[] = {static_cast<const int_in_memory*>(args.in[In])..., nullptr};
    int_in_memory* const out[] = {static_cast<int_in_memory*>(args.out[Out])..., nullptr};
    const index stride[] = {args.in_col[In]..., 0};
    const std::uint32_t element = args.index;
    // Masks in every vector, or a test: with AVX2's masks the test is faster by a fifth, with AVX-512's by an eighth, but only in long programs.
    constexpr bool masked = is_uniform(p) || (free_masks && !calls_functions(p)), whole = !masked && !has_masks;
    // Many arrays beyond the caches are read a fifth faster with masks and what was fetched ahead than as the CPU guesses.
    const index full = free_masks && ((p.kind[In] == column_access::contiguous) + ... + 0) > 3 && args.cols >= 1 << 16 ? args.cols + lanes : lanes;
    vec r[p.inputs + p.length];
    ((access_of(p.kind[In]) == column_access::scalar ? void(r[In] = splat_stored<storage_of(p.kind[In])>(in[In])) : void()), ...);
    for (index column = 0, cols = args.cols; column < cols; column += lanes) {
      const index left = cols - column;
      const auto t = part_or_count<masked>(left);
      if (!masked && (whole || left >= full)) [[likely]] (read_column<p.kind[In]>(r[In], in[In], stride[In], column, all_lanes{}, lanes), ...);
      else (read_column<p.kind[In]>(r[In], in[In], stride[In], column, first(t), left), ...);
      [[maybe_unused]] const uvec at = static_cast<std::uint32_t>(column) + element + as<uvec>(lane_numbers());
      ((r[p.inputs + Code] = step<p.code[Code]>(r, at)), ...);
      if (!masked && (whole || left >= full)) [[likely]] (write_column<storage_of_output(p, Out)>(out[Out], column, r[p.result[Out]]), ...);
      else (write_column<storage_of_output(p, Out)>(out[Out], column, r[p.result[Out]], first(t), left), ...);
    }
  }
};

template <pointwise_program P>
inline void pointwise(const pointwise_args& args) noexcept {
  constexpr auto p = P;
  pointwise_kernel<P, std::make_index_sequence<p.inputs>, std::make_index_sequence<p.outputs>, std::make_index_sequence<p.length>>::run(args);
}
