// Transposes of lanes of 64 bits: squares that fit into lines of the cache. Text: see simd/vectors.text.hpp.

inline void transpose(const transpose_job& job) noexcept {
  for (index c = 0; c < job.cols; c += 8)
    for (index r = 0; r < job.padded; r += 8) {
      const index col_end = smaller(job.cols, c + 8), row_end = smaller(job.padded, r + 8);
      for (index i = c; i < col_end; ++i)
        for (index k = r; k < row_end; ++k) job.out[i * job.out_row + k] = k < job.rows ? job.in[k * job.in_row + i] : 0;
    }
}
