// Random bits, of 32 as everywhere, and numbers made of them, in lanes of 64. Text: see ../vectors.text.hpp.

inline constexpr natural lower_half = 0xffffffffu;
template <> IGATA_INLINE vec compute<opcode::uniform>(vec a) { return to_float(as<ivec>((ubits(a) & lower_half) >> 8)) * 0x1p-24; }

// core/random.hpp's threefry2x32, first word, of the lower half of each lane; its upper half is the sign's.
IGATA_INLINE void threefry_round(uvec& x, uvec& y, int rotation) {
  x = (x + y) & lower_half;
  y = ((y << rotation | y >> (32 - rotation)) & lower_half) ^ x;
}
[[gnu::noinline]] inline vec random_lanes(vec key_x, vec key_y, uvec counter, vec step) {
  const uvec keys[3] = {ubits(key_x) & lower_half, ubits(key_y) & lower_half, (ubits(key_x) ^ ubits(key_y) ^ 0x1BD11BDAu) & lower_half};
  uvec x = (counter + keys[0]) & lower_half, y = (ubits(step) + keys[1]) & lower_half;
#define IGATA_GROUP(a, b, c, d, next_x, next_y, group) \
  threefry_round(x, y, a);                             \
  threefry_round(x, y, b);                             \
  threefry_round(x, y, c);                             \
  threefry_round(x, y, d);                             \
  x = (x + keys[next_x]) & lower_half;                 \
  y = (y + keys[next_y] + group##u) & lower_half;
  IGATA_GROUP(13, 15, 26, 6, 1, 2, 1)
  IGATA_GROUP(17, 29, 16, 24, 2, 0, 2)
  IGATA_GROUP(13, 15, 26, 6, 0, 1, 3)
  IGATA_GROUP(17, 29, 16, 24, 1, 2, 4)
  IGATA_GROUP(13, 15, 26, 6, 2, 0, 5)
#undef IGATA_GROUP
  return lanes_of((x ^ 0x80000000u) - 0x80000000u);
}
