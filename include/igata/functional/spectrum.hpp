// dft, and windows for it: discrete Fourier transforms as products with a matrix, for lengths that a model knows. (ONNX DFT, HannWindow.)
//
//   value spectrum = dft(signal, {.axis = 1, .onesided = true});      signal [n, 512, 1]: [n, 257, 2]
#pragma once
#include "along_axes.hpp"

namespace igata::inline IGATA_ABI {

// a0 - a1 cos(2 pi i / N) + a2 cos(4 pi i / N): [n]. N is n, or n - 1 where the window is symmetric.
constexpr value cosine_window(ir::graph& g, int n, double a0, double a1, double a2 = 0, bool periodic = true, source at = source::here()) {
  const int period = periodic ? n : n > 1 ? n - 1 : 1;
  const value angle = ir::iota(g, n, f32, at) * (6.28318530717958647693 / period);
  const value y = a0 - cos(angle) * a1;
  return a2 == 0 ? y : y + cos(angle * 2) * a2;
}
constexpr value hann_window(ir::graph& g, int n, bool periodic = true, source at = source::here()) {
  return cosine_window(g, n, 0.5, 0.5, 0, periodic, at);
}
constexpr value hamming_window(ir::graph& g, int n, bool periodic = true, source at = source::here()) {
  return cosine_window(g, n, 25.0 / 46, 1 - 25.0 / 46, 0, periodic, at);
}
constexpr value blackman_window(ir::graph& g, int n, bool periodic = true, source at = source::here()) {
  return cosine_window(g, n, 0.42, 0.5, 0.08, periodic, at);
}

struct dft_options {
  int axis = 1;            // of the signal
  int length = 0;          // cut or filled with zeros to it; 0: as long as the axis is
  bool inverse = false;    // divided by the length
  bool onesided = false;   // the first length / 2 + 1 frequencies, which a real signal has; with .inverse, of them the signal
};
// x [..., 1] real or [..., 2] complex numbers: [..., 2].
constexpr value dft(value x, dft_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  ir::graph& g = x.owner();
  const ir::library_call call(x, at);
  const int axis = ir::normalize_axis(g, "dft", o.axis, x.rank(), at), parts = x.extent(-1);
  if (g.failed()) return ir::poison(g);
  if (o.inverse && o.onesided && parts == 2 && axis < x.rank() - 1 && !(axis == 0 && x.dims().rows_of)) {
    const int half = x.extent(axis), n = o.length > 0 ? o.length : half > 1 ? 2 * (half - 1) : 1;  // the others are conjugates, mirrored
    if (half != n / 2 + 1)
      return g.fail("dft", text() << half << " frequencies for a signal of " << n << "; must be " << n / 2 + 1, at), ir::poison(g);
    value all = x;
    if (n > half) {
      const value others = reverse(slice(x, axis, 1, n - half + 1), axis);
      all = concat({x, concat({slice(others, -1, 0, 1), -slice(others, -1, 1, 2)}, -1)}, axis);
    }
    return slice(dft(all, {.axis = axis, .inverse = true}), -1, 0, 1);
  }
  const int n = o.length > 0 ? o.length : x.extent(axis), given = x.extent(axis);
  if (axis == x.rank() - 1 || (parts != 1 && parts != 2) || (axis == 0 && x.dims().rows_of) || n > 4096)
    return g.fail("dft",
                  text() << "along axis " << axis << " of " << x.dims() << ", " << n
                         << " long; the last axis has 1 or 2 parts, lengths are at most 4096",
                  at),
           ir::poison(g);
  value s = moveaxis(x, axis, -2);
  if (given > n) s = slice(s, -2, 0, n);
  const int taken = given < n ? given : n, made = o.onesided ? n / 2 + 1 : n;
  // [taken, made]: exp(-+ 2 pi i j k / n)
  const value j = reshape_to(ir::iota(g, taken, f32), {taken, 1}), jk = j * ir::iota(g, made, f32);
  const value angle = cast(jk - floor((jk + 0.5) * (1.0 / n)) * n, x.type()) * ((o.inverse ? 6.28318530717958647693 : -6.28318530717958647693) / n);
  const value c = cos(angle), d = sin(angle);
  const value re = moveaxis(slice(s, -1, 0, 1), -2, -1);  // [..., 1, taken]
  value y_re = matmul(re, c), y_im = matmul(re, d);
  if (parts == 2) {
    const value im = moveaxis(slice(s, -1, 1, 2), -2, -1);
    y_re = y_re - matmul(im, d);
    y_im = y_im + matmul(im, c);
  }
  value y = moveaxis(concat({y_re, y_im}, -2), -2, -1);  // [..., made, 2]
  if (o.inverse) y = y * (1.0 / n);
  return moveaxis(y, -2, axis);
}

struct stft_options {
  int step = 1, length = 0;  // of windows: how far they are apart, and how long they are; at least 1
  bool onesided = true;
};
// Spectra of windows of a signal [n, t, 1 or 2]: [n, windows, frequencies, 2]. `window` [length], if any, is multiplied in.
constexpr value stft(value x, value window, stft_options o, source at = source::here()) {
  if (!x.valid()) return x;
  ir::graph& g = x.owner();
  const ir::library_call call(x, at);
  const int count = x.rank() == 3 && o.step > 0 && o.length > 0 && o.length <= x.extent(1) ? (x.extent(1) - o.length) / o.step + 1 : 0;
  if (count < 1 || count > 4096 || (window.valid() && !(window.dims() == shape{o.length})))
    return g.fail("stft",
                  text() << "of " << x.dims() << ", windows of " << o.length << " by " << o.step << "; must be [n, t, 1 or 2] with 1 to 4096 windows",
                  at),
           ir::poison(g);
  vec<value> windows;
  shape one = x.dims();
  one[1] = 1, one[2] = o.length;
  one.push(x.extent(2));
  for (int i = 0; i < count; ++i) windows.push(reshape_to(slice(x, 1, i * o.step, i * o.step + o.length), one));
  value all = concat(windows, 1);
  if (window.valid()) all = all * reshape_to(window, {o.length, 1});
  return dft(all, {.axis = 2, .onesided = o.onesided});
}

}  // namespace igata::inline IGATA_ABI
