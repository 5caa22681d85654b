// tanh, and the table that AVX-512 computes it from. Text: see vec.text.hpp.

#if IGATA_LEVEL == 2
// Two permutations of registers are a table of 32 numbers: a quarter of an octave of |x| has a polynomial of degree 5 of its own, around a point
// at which tanh is nearly a float. The lowest starts at 0 and is odd there, so that small results keep all their bits. Within 1 unit in the last place.
// tools/tanh_table.cpp prints the table, rotated so that five bits of |x| are the index.
inline constexpr float tanh_lowest = 0.0390625f;  // all below shares the first polynomial, and so does the rest of that quarter of an octave
inline constexpr vec tanh_table[14] = {
    // the point t is measured from
    {2.26555848f, 2.7654767f, 3.2671535f, 3.76656675f, 4.44649649f, 5.42354155f, 6.53299856f, 7.31031466f, 8.66449356f, 0.f, 0.0507837683f,
     0.0586726926f, 0.0703528374f, 0.0861185566f, 0.101522662f, 0.117160842f},
    {0.140869021f, 0.171751752f, 0.203169137f, 0.234184578f, 0.281956553f, 0.343094945f, 0.406022549f, 0.467977911f, 0.562441885f, 0.687317789f,
     0.814034343f, 0.935919821f, 1.12589622f, 1.37798202f, 1.6219666f, 1.87277091f},
    // tanh at it
    {0.978692174f, 0.992106855f, 0.997098744f, 0.998930454f, 0.999725342f, 0.999961078f, 0.999995768f, 0.999999106f, 0.99999994f, 0.f,
     0.0507401563f, 0.0586054586f, 0.0702369958f, 0.0859062895f, 0.101175301f, 0.116627693f},
    {0.139944553f, 0.170082629f, 0.200419083f, 0.22999537f, 0.274714947f, 0.330237627f, 0.385090262f, 0.436564058f, 0.509786963f, 0.596256137f,
     0.671809793f, 0.733341992f, 0.809610069f, 0.880498588f, 0.924908996f, 0.953844666f},
    // times t
    {0.0421616435f, 0.0157239977f, 0.0057941f, 0.00213794946f, 0.000549218094f, 7.7837838e-05f, 8.46410057e-06f, 1.78802497e-06f, 1.19187575e-07f,
     1.f, 0.997425437f, 0.996565402f, 0.995066762f, 0.992620111f, 0.989763558f, 0.986397982f},
    {0.980415523f, 0.971071899f, 0.959832191f, 0.947102129f, 0.924531698f, 0.89094311f, 0.851705492f, 0.809411824f, 0.740117252f, 0.644478619f,
     0.548671603f, 0.462209523f, 0.344531536f, 0.224722236f, 0.14454335f, 0.0901803523f},
    // times t^2
    {-0.04126241f, -0.01559925f, -0.005777008f, -0.002135552f, -0.0005486964f, -7.779281e-05f, -8.456415e-06f, -1.788582e-06f, -1.18967e-07f, 0.f,
     -0.05060952f, -0.05840417f, -0.0698905f, -0.08527231f, -0.1001396f, -0.1150413f},
    {-0.1372038f, -0.1651625f, -0.1923687f, -0.2178291f, -0.2539827f, -0.2942229f, -0.3279835f, -0.3533601f, -0.377302f, -0.3842743f, -0.368603f,
     -0.3389577f, -0.2789376f, -0.1978684f, -0.1336898f, -0.0860181f},
    // times t^3
    {0.0263276f, 0.0102333f, 0.00382813f, 0.00142034f, 0.000366862f, 5.20884e-05f, 5.62807e-06f, 1.19902e-06f, 7.88843e-08f, -0.333333f, -0.329907f,
     -0.328766f, -0.32678f, -0.323548f, -0.31979f, -0.315382f},
    {-0.307604f, -0.295599f, -0.28139f, -0.265601f, -0.238405f, -0.199817f, -0.157599f, -0.115539f, -0.0543621f, 0.0142996f, 0.0647406f, 0.0945016f,
     0.110987f, 0.099317f, 0.0754689f, 0.0519877f},
    // times t^4
    {-0.01207f, -0.0049953f, -0.0019101f, -0.00071434f, -0.00018953f, -2.6803e-05f, -2.9388e-06f, -5.9514e-07f, -4.2018e-08f, 0.f, 0.033609f,
     0.038735f, 0.046247f, 0.056217f, 0.065732f, 0.075126f},
    {0.088767f, 0.10531f, 0.1205f, 0.13368f, 0.15007f, 0.16397f, 0.16994f, 0.16816f, 0.1533f, 0.11951f, 0.07941f, 0.043766f, 0.003485f, -0.021279f,
     -0.025159f, -0.020903f},
    // times t^5
    {0.0039689f, 0.0019031f, 0.0007644f, 0.00029025f, 6.8721e-05f, 9.408e-06f, 1.2284e-06f, 1.7921e-07f, 1.8474e-08f, 0.13321f, 0.13043f, 0.12947f,
     0.12779f, 0.1251f, 0.12193f, 0.11828f},
    {0.11194f, 0.10215f, 0.090978f, 0.078761f, 0.059009f, 0.031998f, 0.0059345f, -0.017128f, -0.04354f, -0.061618f, -0.062689f, -0.053099f,
     -0.032002f, -0.0094442f, 0.0014052f, 0.0046089f},
};
IGATA_INLINE vec tanh_entry(int k, ivec at) {
#if defined(__clang__)
  return __builtin_ia32_vpermi2varps512(tanh_table[2 * k], at, tanh_table[2 * k + 1]);
#else
  return __builtin_shuffle(tanh_table[2 * k], tanh_table[2 * k + 1], at);
#endif
}
// Without integer constants, which g++ would move to a register again and again.
IGATA_INLINE vec tanh(vec x) {
  const vec size = raw_max(x, vec{} - x);         // NaN passes, here and below
  const vec inside = raw_min(splat(9.2f), size);  // 1 from there on
  const ivec at = reinterpret_cast<ivec>(reinterpret_cast<uvec>(raw_max(splat(tanh_lowest), inside)) >> 21);
  const vec t = inside - tanh_entry(0, at);
  vec p = fma(tanh_entry(6, at), t, tanh_entry(5, at));
  p = fma(p, t, tanh_entry(4, at));
  p = fma(p, t, tanh_entry(3, at));
  p = fma(p, t, tanh_entry(2, at));
  p = fma(p, t, tanh_entry(1, at));
  return from_bits(bits(p) | (bits(x) ^ bits(size)));
}
#else
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
  e = e * power_of_two(__builtin_convertvector(n, ivec));
  return copy_sign(select(size < 0.625f, near_zero, 1.f - 2.f / (e + 1.f)), x);  // of zeros too
}
#endif
