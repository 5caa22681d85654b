// The first n lanes (all when n >= lanes, none when n <= 0) where no instruction loads or stores a part: by way of the stack. Text: see
// vectors.text.hpp.

inline constexpr bool has_masks = false, free_masks = false, pins_loads = false;

struct part {
  int count;
};
IGATA_INLINE part first(index n) { return {n >= lanes ? lanes : static_cast<int>(n)}; }
[[gnu::noinline]] inline vec load_some(const void* p, int n) {
  alignas(vec) float_in_memory buffer[lanes] = {};
  for (int i = 0; i < n; ++i) buffer[i] = static_cast<const float_in_memory*>(p)[i];
  return load(buffer);
}
[[gnu::noinline]] inline void store_some(void* p, vec v, int n) {
  alignas(vec) float_in_memory buffer[lanes];
  store(buffer, v);
  for (int i = 0; i < n; ++i) static_cast<float_in_memory*>(p)[i] = buffer[i];
}
IGATA_INLINE vec load(const void* p, part t) {
  if (t.count == lanes) [[likely]] return load(p);
  return load_some(p, t.count);
}
IGATA_INLINE void store(void* p, vec v, part t) {
  if (t.count == lanes) [[likely]] store(p, v);
  else store_some(p, v, t.count);
}
// n a constant where it matters.
IGATA_INLINE void store_first(void* p, vec v, index n) {
  if (n >= lanes) return store(p, v);
  store(p, v, first(n));
}

struct columns {};
IGATA_INLINE columns columns_of(index) { return {}; }
IGATA_INLINE vec load(const void* p, columns) { return load(p); }
IGATA_INLINE void store(void* p, vec v, columns) { store(p, v); }
