// tanh. Text: see vectors.text.hpp.

// Cephes' polynomial below 0.625, 1 - 2 / (exp(2|x|) + 1) above. There exp needs no reduction of its error: 2|x| = n ln 2 + 2r, and a
// polynomial of degree 6 for exp(2r), |r| <= ln 2 / 4, minimal in its relative error.
IGATA_INLINE vec tanh(vec x) {
  const vec square = x * x;
  vec p = fma(splat(-5.70498872745e-3f), square, splat(2.06390887954e-2f));
  p = fma(p, square, splat(-5.37397155531e-2f));
  p = fma(p, square, splat(1.33314422036e-1f));
  p = fma(p, square, splat(-3.33332819422e-1f));
  const vec near_zero = fma(p * square, x, x);
  const vec size = raw_min(splat(10.f), abs(x));  // NaN passes
  const vec n = fma(size, splat(2.88539008177792681f), splat(round_bias)) - round_bias;
  vec r = fma(n, splat(-0.3466796875f), size);
  r = fma(n, splat(1.06097220e-4f), r);
  const vec r_square = r * r;  // in pairs: the chain of operations is shorter
  vec e = fma(splat(8.841343108e-02f), r_square, fma(r, splat(2.677989402e-01f), splat(6.666942088e-01f)));
  e = fma(e, r_square, fma(r, splat(1.333321651e+00f), splat(1.999999738e+00f)));
  e = fma(e, r_square, fma(r, splat(2.f), splat(1.f)));
  e = e * power_of_two(convert<ivec>(n));
  return copy_sign(select(size < 0.625f, near_zero, 1.f - 2.f / (e + 1.f)), x);  // of zeros too
}
