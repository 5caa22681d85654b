// Moving memory: fill, and strided copies. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

inline void fill(const fill_args& args) noexcept {
  const range mine = args.part.of(args.count, 16);
  char* const out = static_cast<char*>(args.out) + mine.begin * args.bytes;
  const index bytes = mine.size() * args.bytes, whole = bytes / 8;
  const std::uint64_t bits = std::uint64_t{args.upper_bits} << 32 | args.bits;
  if (bits == 0) return void(__builtin_memset(out, 0, static_cast<std::size_t>(bytes)));
  for (index i = 0; i < whole; ++i) reinterpret_cast<eight_in_memory*>(out)[i] = bits;
  __builtin_memcpy(out + 8 * whole, &bits, static_cast<std::size_t>(bytes % 8));
}

struct copy_dimension {
  index extent, in, out;
};

// By the bytes of an element.
template <int Bytes> struct copied { using type = word_in_memory; };
template <> struct copied<2> { using type = pair_in_memory; };
template <> struct copied<1> { using type = unsigned char; };
template <> struct copied<8> { using type = eight_in_memory; };

// Rows of memory, or squares that fit the first cache level whichever side is contiguous.
template <int Bytes>
inline void copy_plane(const typename copied<Bytes>::type* in, typename copied<Bytes>::type* out, copy_dimension rows, copy_dimension cols) {
  if (cols.out == 1 && cols.in == 1) {
    for (index r = 0; r < rows.extent; ++r) __builtin_memcpy(out + r * rows.out, in + r * rows.in, static_cast<std::size_t>(cols.extent) * Bytes);
    return;
  }
  for (index r = 0; r < rows.extent; r += 16)
    for (index c = 0; c < cols.extent; c += 16) {
      const index row_end = smaller(rows.extent, r + 16), col_end = smaller(cols.extent, c + 16);
      for (index i = r; i < row_end; ++i)
        for (index j = c; j < col_end; ++j) out[i * rows.out + j * cols.out] = in[i * rows.in + j * cols.in];
    }
}

template <int Bytes>
inline void copy_elements(const copy_args& args) noexcept {
  copy_dimension d[max_copy_rank + 2] = {{1, 0, 0}, {1, 1, 1}};  // at least a plane
  int rank = 2;
  for (int i = 0; i < args.rank; ++i) {
    const copy_dimension next{args.extent[i], args.in_stride[i], args.out_stride[i]};
    if (next.extent == 0) return;
    if (next.extent == 1) continue;
    copy_dimension& last = d[rank - 1];
    if (rank > 2 && last.in == next.in * next.extent && last.out == next.out * next.extent)
      last = {last.extent * next.extent, next.in, next.out};  // they continue each other
    else d[rank++] = next;
  }
  // A share is a part of the outermost dimension.
  using T = typename copied<Bytes>::type;
  const T* in = static_cast<const T*>(args.in);
  T* out = static_cast<T*>(args.out);
  copy_dimension& outermost = d[rank > 2 ? 2 : 1];
  const range mine = args.part.of(outermost.extent, rank > 3 ? 1 : 16);
  if (mine.size() == 0) return;
  in += mine.begin * outermost.in;
  out += mine.begin * outermost.out;
  outermost.extent = mine.size();
  // The plane: the last dimension, and the one that the input is contiguous in, if another.
  for (int i = 0; i < rank - 2; ++i)
    if (d[i].in == 1 && d[i].extent > 1) {
      const copy_dimension swapped = d[i];
      d[i] = d[rank - 2];
      d[rank - 2] = swapped;
      break;
    }
  index at[max_copy_rank + 2] = {};
  for (;;) {
    copy_plane<Bytes>(in, out, d[rank - 2], d[rank - 1]);
    int i = rank - 3;
    for (; i >= 0; --i) {
      in += d[i].in;
      out += d[i].out;
      if (++at[i] < d[i].extent) break;
      in -= d[i].in * d[i].extent;
      out -= d[i].out * d[i].extent;
      at[i] = 0;
    }
    if (i < 0) return;
  }
}
inline void copy(const copy_args& args) noexcept { copy_elements<lane_bytes>(args); }
inline void copy_pairs(const copy_args& args) noexcept { copy_elements<2>(args); }
inline void copy_bytes(const copy_args& args) noexcept { copy_elements<1>(args); }
inline void copy_longs(const copy_args& args) noexcept { copy_elements<8>(args); }

#endif
