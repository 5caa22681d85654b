// tanh, and the table that AVX-512 computes it from. Text: see vec.text.hpp.

#if IGATA_LEVEL == 2
// An eighth of an octave of |x| + tanh_offset has a polynomial of degree 4 of its own, around a point at which tanh is nearly a float: 32 of them up
// to 9.2. The lowest starts at 0 and is odd there, so that small results keep all their bits. tools/tanh_table.cpp prints the table, rotated so
// that five bits of the sum are the index.
inline constexpr float tanh_offset = 0.671875f;
inline constexpr register_pair tanh_table[6] = {
    // the point t is measured from
    {{1.45393956f, 1.70029902f, 1.94989824f, 2.20339251f, 2.44154668f, 2.70002627f, 2.93457699f, 3.20206594f, 3.59650564f, 4.11556482f,
     4.52837944f, 5.09093475f, 5.67236567f, 6.0151782f, 6.53299856f, 7.01642084f},
    {8.11518764f, 8.66449356f, 0.f, 0.0312286075f, 0.109310992f, 0.171751752f, 0.234184578f, 0.296731681f, 0.390767962f, 0.514685929f,
     0.640215039f, 0.765233874f, 0.891848147f, 1.01689696f, 1.14144909f, 1.26824117f}},
    // tanh at it
    {{0.896469116f, 0.935446441f, 0.960311472f, 0.97590518f, 0.984966755f, 0.991007924f, 0.994365394f, 0.996696055f, 0.998497486f, 0.999467671f,
     0.999766827f, 0.999924302f, 0.999976337f, 0.999988079f, 0.999995768f, 0.999998391f},
    {0.999999821f, 0.99999994f, 0.f, 0.0312184598f, 0.108877681f, 0.170082629f, 0.22999537f, 0.288318813f, 0.372022092f, 0.473588198f,
     0.565045953f, 0.644149482f, 0.712305367f, 0.768599629f, 0.814901471f, 0.853320241f}},
    // times t
    {{0.196343496f, 0.124939725f, 0.0778015107f, 0.0476087593f, 0.0298402645f, 0.017903138f, 0.0112373689f, 0.0065969103f, 0.00300228805f,
     0.00106420892f, 0.000466231984f, 0.000151365108f, 4.73211621e-05f, 2.38389803e-05f, 8.4627045e-06f, 3.2182752e-06f},
    {3.57476324e-07f, 1.19044074e-07f, 1.f, 0.999025404f, 0.98814559f, 0.971071839f, 0.947102129f, 0.916872263f, 0.861599505f, 0.775714397f,
     0.680723369f, 0.585071743f, 0.492621332f, 0.409254819f, 0.335935742f, 0.271844655f}},
    // times t^2
    {{-0.17601635f, -0.11687517f, -0.074714646f, -0.04646185f, -0.029393213f, -0.017742513f, -0.011175056f, -0.0065751928f, -0.0029969534f,
     -0.0010629134f, -0.0004665888f, -0.00015132915f, -4.7240952e-05f, -2.3866533e-05f, -8.4705816e-06f, -3.2219834e-06f},
    {-3.5135895e-07f, -1.1974642e-07f, 0.f, -0.031191038f, -0.10758702f, -0.16516247f, -0.21782912f, -0.26435152f, -0.32053372f, -0.36736858f,
     -0.3846395f, -0.37687322f, -0.35089737f, -0.31455359f, -0.27375475f, -0.231971f}},
    // times t^3
    {{0.09224943f, 0.06774134f, 0.04590783f, 0.02955454f, 0.01906124f, 0.01165532f, 0.007389131f, 0.004370802f, 0.002023132f, 0.0007185489f,
     0.0003144778f, 0.0001024817f, 3.17e-05f, 1.606246e-05f, 5.71534e-06f, 2.168902e-06f},
    {2.232307e-07f, 8.217935e-08f, -0.333307f, -0.3320671f, -0.3175214f, -0.2954747f, -0.2655049f, -0.2293427f, -0.1678944f, -0.0847434f,
     -0.009847212f, 0.04742687f, 0.08545856f, 0.1051306f, 0.110957f, 0.1072447f}},
    // times t^4
    {{-0.0239313f, -0.0242692f, -0.0190281f, -0.0132933f, -0.00879148f, -0.00558216f, -0.00350655f, -0.00214995f, -0.00102991f, -0.000379108f,
     -0.000144828f, -5.20192e-05f, -1.85414e-05f, -7.26144e-06f, -2.65229e-06f, -9.8231e-07f},
    {-1.97741e-07f, -3.49677e-08f, 0.f, 0.0289842f, 0.0704325f, 0.105312f, 0.133674f, 0.154201f, 0.168988f, 0.162168f, 0.133425f, 0.0947793f,
     0.056245f, 0.0242007f, 0.00090101f, -0.0140072f}},
};
IGATA_INLINE vec tanh(vec x) {
  const vec size = raw_min(splat(9.2f), abs(x));  // NaN passes; 1 from there on
  const ivec at = reinterpret_cast<ivec>(reinterpret_cast<uvec>(size + tanh_offset) >> 20);
  const vec t = size - entry(tanh_table[0], at);
  vec p = fma(entry(tanh_table[5], at), t, entry(tanh_table[4], at));
  p = fma(p, t, entry(tanh_table[3], at));
  p = fma(p, t, entry(tanh_table[2], at));
  p = fma(p, t, entry(tanh_table[1], at));
  return from_bits(bits(p) | (bits(x) & sign_bit));
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
