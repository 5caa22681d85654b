// erf: a rational approximation on [-4, 4] (odd polynomial of degree 13 over an even one of degree 8, the one of Eigen 3.4);
// absolute error below 4e-7. Text: see vec.text.hpp.

IGATA_INLINE vec erf(vec x) {
  const vec a = clamp(-4.f, x, 4.f);
  const vec square = a * a;
  vec p = fma(splat(-2.72614225801306e-10f), square, splat(2.77068142495902e-08f));
  p = fma(p, square, splat(-2.10102402082508e-06f));
  p = fma(p, square, splat(-5.69250639462346e-05f));
  p = fma(p, square, splat(-7.34990630326855e-04f));
  p = fma(p, square, splat(-2.95459980854025e-03f));
  p = fma(p, square, splat(-1.60960333262415e-02f));
  vec q = fma(splat(-1.45660718464996e-05f), square, splat(-2.13374055278905e-04f));
  q = fma(q, square, splat(-1.68282697438203e-03f));
  q = fma(q, square, splat(-7.37332916720468e-03f));
  q = fma(q, square, splat(-1.42647390514189e-02f));
  return a * p / q;
}
