// Double precision beside lanes of 32 bits, half a register at a time. Text: see vectors.text.hpp.

typedef double dvec __attribute__((vector_size(vector_bytes)));
typedef std::int64_t lvec __attribute__((vector_size(vector_bytes)));
typedef float half_vec __attribute__((vector_size(vector_bytes / 2)));

IGATA_INLINE dvec dsplat(double x) { return x - dvec{}; }
IGATA_INLINE dvec select(lvec mask, dvec a, dvec b) { return mask ? a : b; }
struct two_halves {
  half_vec half[2];
};
IGATA_INLINE dvec widen(vec v, int which) { return __builtin_convertvector(__builtin_bit_cast(two_halves, v).half[which], dvec); }
IGATA_INLINE vec narrow(dvec low, dvec high) {
  return __builtin_bit_cast(vec, two_halves{{convert<half_vec>(low), convert<half_vec>(high)}});
}
