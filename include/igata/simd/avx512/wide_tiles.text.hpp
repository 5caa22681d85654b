// As tiles.text.hpp, of eight lanes of 64 bits. Text: see ../vectors.text.hpp.

template <class Lazily>
inline constexpr contraction_kernels own_contraction = [] {
  return contraction_kernels{
      {{1, 32, false, tile<1, 4>}, {6, 32, false, tile<6, 4>, 4, tile<4, 4>}, {8, 16, false, tile<8, 2>, 5, tile<5, 2>}, {8, 8, false, tile<8, 1>}},
      4,
      transpose};
}();
template <class Lazily>
inline constexpr drivers::split_tiles own_split_tiles = [] {
  return drivers::split_tiles{{
      {{1, 32, false, split_tile<2, 1, 4>}, {6, 16, false, split_tile<2, 6, 2>}},
      {{1, 16, false, split_tile<4, 1, 2>}, {6, 8, false, split_tile<4, 6, 1>}}}};
}();
template <class Lazily>
inline constexpr const contraction_kernels& own_conv2d = own_contraction<Lazily>;
