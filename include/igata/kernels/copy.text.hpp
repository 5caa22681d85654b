// Strided copies: dimensions that continue each other are joined; then a plane at a time - rows, or a transposition in squares that
// fit the first cache level, or element by element. Text: see simd/vec.text.hpp.

struct copy_dimension {
  index extent, in, out;
};

inline void copy_plane(const int_in_memory* in, int_in_memory* out, copy_dimension rows, copy_dimension cols) {
  if (cols.out == 1 && (cols.in == 1 || cols.in == 0)) {
    for (index r = 0; r < rows.extent; ++r, in += rows.in, out += rows.out) {
      const vec repeated = cols.in == 0 ? splat_bits(*in) : vec{};
      for (index i = 0; i < cols.extent; i += lanes) {
        const part t = first(cols.extent - i);
        store(out + i, cols.in == 0 ? repeated : load(in + i, t), t);
      }
    }
    return;
  }
  for (index r = 0; r < rows.extent; r += 16)
    for (index c = 0; c < cols.extent; c += 16) {
      const index row_end = rows.extent - r < 16 ? rows.extent : r + 16;
      const index col_end = cols.extent - c < 16 ? cols.extent : c + 16;
      for (index i = r; i < row_end; ++i)
        for (index j = c; j < col_end; ++j) out[i * rows.out + j * cols.out] = in[i * rows.in + j * cols.in];
    }
}

inline void copy(const copy_args& args) noexcept {
  copy_dimension d[max_copy_rank + 2] = {{1, 0, 0}, {1, 0, 0}};
  int rank = 2;  // at least a plane
  for (int i = 0; i < args.rank; ++i) {
    const copy_dimension next{args.extent[i], args.in_stride[i], args.out_stride[i]};
    if (next.extent == 0) return;
    if (next.extent == 1) continue;
    copy_dimension& last = d[rank - 1];
    if (rank > 2 && last.in == next.in * next.extent && last.out == next.out * next.extent)
      last = {last.extent * next.extent, next.in, next.out};
    else d[rank++] = next;
  }
  // The plane: the last dimension, and the one that the input is contiguous in, if another.
  for (int i = 0; i < rank - 2; ++i)
    if (d[i].in == 1 && d[i].extent > 1) {
      const copy_dimension swapped = d[i];
      d[i] = d[rank - 2];
      d[rank - 2] = swapped;
      break;
    }
  index at[max_copy_rank + 2] = {};
  const int_in_memory* in = static_cast<const int_in_memory*>(args.in);
  int_in_memory* out = static_cast<int_in_memory*>(args.out);
  for (;;) {
    copy_plane(in, out, d[rank - 2], d[rank - 1]);
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
