// erf: a rational approximation on [-4, 4] (odd polynomial of degree 13 over an even one of degree 8, the one of Eigen 3.4);
// absolute error below 4e-7. Text: see vectors.text.hpp.

IGATA_INLINE vec erf(vec x) {
  const vec a = clamp(-4.f, x, 4.f);
  const vec square = a * a;
  vec p = fma(splat(-1.7447311e-08f), square, splat(1.7732361e-06f));
  p = fma(p, square, splat(-0.00013446553f));
  p = fma(p, square, splat(-0.003643204f));
  p = fma(p, square, splat(-0.0470394f));
  p = fma(p, square, splat(-0.1890944f));
  p = fma(p, square, splat(-1.0301461f));
  vec q = fma(splat(-0.0009322286f), square, splat(-0.013655939f));
  q = fma(q, square, splat(-0.10770093f));
  q = fma(q, square, splat(-0.47189307f));
  q = fma(q, square, splat(-0.9129433f));
  return clamp(-1.f, a * p / q, 1.f);
}
