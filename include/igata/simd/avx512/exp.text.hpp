// exp by a table. Overflow gives inf, results below the normal range are rounded once, NaN passes. Text: see ../vectors.text.hpp.

// p * 2^n
IGATA_INLINE vec scale(vec p, vec n) { return __builtin_ia32_scalefps512_mask(p, n, p, static_cast<unsigned short>(-1), 4); }

// Two registers are a table of 32 numbers; __builtin_shuffle's five bits of the index are the lowest.
struct register_pair {
  vec low, high;
};
IGATA_INLINE vec entry(const register_pair& table, ivec at) {
#if defined(__clang__)
  return __builtin_ia32_vpermi2varps512(table.low, at, table.high);
#else
  return __builtin_shuffle(table.low, table.high, at);
#endif
}

// exp(x) = 2^n * exp(r), n = round(x / ln 2 * 32) / 32, |r| <= ln 2 / 64. The lowest bits of the sum that rounds are n's behind the point; 2 to their
// power is a table, and scaling takes the others.
inline constexpr register_pair exp2_table{
    {1.f, 1.0218972f, 1.0442737f, 1.0671405f, 1.0905077f, 1.1143868f, 1.1387886f, 1.1637249f, 1.1892071f, 1.2152474f, 1.2418578f, 1.269051f,
     1.2968396f, 1.3252367f, 1.3542556f, 1.38391f},
    {1.4142135f, 1.4451808f, 1.4768262f, 1.5091645f, 1.5422108f, 1.5759809f, 1.6104903f, 1.6457555f, 1.6817929f, 1.7186193f, 1.7562522f,
     1.7947091f, 1.8340081f, 1.8741677f, 1.9152066f, 1.9571441f},
};
// What rounding took from the table's numbers, relative to them.
inline constexpr register_pair exp2_rest{
    {0.f, -4.708e-08f, 4.629e-08f, -5.56e-08f, -1.199e-08f, -4.878e-08f, 4.73e-08f, -3.481e-08f, 3.193e-08f, -2.689e-08f, 3.621e-08f, 1.118e-09f,
     -3.099e-08f, -2.638e-08f, -7.475e-09f, -4.246e-08f},
    {1.711e-08f, 2.3e-08f, -3.048e-08f, -1.654e-08f, 5.233e-09f, -3.592e-08f, 6.108e-09f, -3.114e-08f, -1.472e-08f, -2.822e-08f, -5.259e-09f,
     -6.36e-09f, -6.128e-09f, -2.488e-08f, 5.141e-09f, -8.697e-09f},
};
// Within 1.1 units in the last place, with the table's rest 0.6.
template <bool Rest>
IGATA_INLINE vec exp_by_table(vec x) {
  const vec inside = clamp(-105.f, x, 89.f);
  const vec sum = fma(inside, splat(1.44269504088896341f), splat(393216.f));
  const vec n = sum - 393216.f;
  const vec r = fma(n, splat(1.90465421e-9f), fma(n, splat(-0.693147182f), inside));
  vec linear = r;
  if constexpr (Rest) linear = r + entry(exp2_rest, bits(sum));
  const vec change = fma(r * r, fma(r, splat(1.f / 6), splat(0.5f)), linear);
  const vec power = entry(exp2_table, bits(sum));
  return scale(fma(power, change, power), n);
}
IGATA_INLINE vec exp(vec x) { return exp_by_table<false>(x); }
IGATA_INLINE vec exp_for_quotient(vec x) { return exp_by_table<true>(x); }
