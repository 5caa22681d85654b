// Random bits and numbers made of them. Text: see vectors.text.hpp.

template <> IGATA_INLINE vec compute<opcode::uniform>(vec a) { return to_float(as<ivec>(ubits(a) >> 8)) * 0x1p-24f; }

// core/random.hpp's threefry2x32, first word, on lanes.
IGATA_INLINE void threefry_round(uvec& x, uvec& y, int rotation) {
  x += y;
  y = (y << rotation | y >> (32 - rotation)) ^ x;
}
[[gnu::noinline]] inline vec random_lanes(vec key_x, vec key_y, uvec counter, vec step) {
  const uvec keys[3] = {ubits(key_x), ubits(key_y), ubits(key_x) ^ ubits(key_y) ^ 0x1BD11BDAu};
  uvec x = counter + keys[0], y = ubits(step) + keys[1];
#define IGATA_GROUP(a, b, c, d, next_x, next_y, group) \
  threefry_round(x, y, a);                             \
  threefry_round(x, y, b);                             \
  threefry_round(x, y, c);                             \
  threefry_round(x, y, d);                             \
  x += keys[next_x];                                   \
  y += keys[next_y] + group##u;
  IGATA_GROUP(13, 15, 26, 6, 1, 2, 1)
  IGATA_GROUP(17, 29, 16, 24, 2, 0, 2)
  IGATA_GROUP(13, 15, 26, 6, 0, 1, 3)
  IGATA_GROUP(17, 29, 16, 24, 1, 2, 4)
  IGATA_GROUP(13, 15, 26, 6, 2, 0, 5)
#undef IGATA_GROUP
  return lanes_of(x);
}
