// Convolutions of bytes: products whose rows are copied together from an image. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

// The bytes of x that pixel `at` of the results is made of.
inline void copy_byte_patch(const void* from, index at, char* to) noexcept {
  const byte_conv2d_args& s = *static_cast<const byte_conv2d_args*>(from);
  const window_geometry& g = s.g;
  const index x = at % g.ow * g.stride_w - g.pad_left, line = at / g.ow, y = line % g.oh * g.stride_h - g.pad_top;
  const char* const image = static_cast<const char*>(s.x) + line / g.oh * g.h * g.w * g.c;
  const bool whole = g.dilation_w == 1 && x >= 0 && x + g.kw <= g.w;  // a line of the window lies in one of the image
  for (index i = 0; i < g.kh; ++i) {
    const index row = y + i * g.dilation_h;
    if (row < 0 || row >= g.h) {
      __builtin_memset(to, static_cast<int>(s.around), static_cast<std::size_t>(g.kw * g.c));
      to += g.kw * g.c;
    } else if (whole) {
      __builtin_memcpy(to, image + (row * g.w + x) * g.c, static_cast<std::size_t>(g.kw * g.c));
      to += g.kw * g.c;
    } else {
      for (index j = 0; j < g.kw; ++j, to += g.c) {
        const index column = x + j * g.dilation_w;
        if (column < 0 || column >= g.w) __builtin_memset(to, static_cast<int>(s.around), static_cast<std::size_t>(g.c));
        else __builtin_memcpy(to, image + (row * g.w + column) * g.c, static_cast<std::size_t>(g.c));
      }
    }
  }
}
// Shares take pixels, or panels of filters where there are few.
inline void byte_conv2d(const byte_conv2d_args& s, const byte_kernels& target) noexcept {
  byte_gemm_args a = product_of(s);
  char* const patch = reinterpret_cast<char*>(s.scratch);
  a.scratch = s.scratch + byte_patch_floats(s.g);
  range rows{0, a.m}, columns{0, a.n};
  if (a.m < 16 * byte_rows && a.n >= 4 * byte_panel) columns = a.part.of(a.n, byte_panel);
  else rows = a.part.of(a.m, byte_rows);
  byte_block(a, target, rows, columns, {copy_byte_patch, &s, patch});
}

#else

template <class Lazily = void>
inline void byte_conv2d(const byte_conv2d_args& args) noexcept {
  drivers::byte_conv2d(args, has_byte_dots() ? own_bytes<byte_dots> : own_bytes<byte_products>);
}

#endif
