// As tiles.text.hpp, of four lanes of 64 bits. Text: see ../vectors.text.hpp.

template <class Lazily>
inline constexpr contraction_kernels own_contraction = [] {
  return contraction_kernels{
      {{1, 32, false, tile<1, 8>}, {6, 8, false, tile<6, 2>}, {8, 4, false, tile<8, 1>}}, 3,
      transpose};
}();
template <class Lazily>
inline constexpr drivers::split_tiles own_split_tiles = [] {
  return drivers::split_tiles{{
      {{1, 24, false, split_tile<2, 1, 6>}, {3, 8, false, split_tile<2, 3, 2>}},
      {{1, 8, false, split_tile<4, 1, 2>}, {3, 4, false, split_tile<4, 3, 1>}}}};
}();
template <class Lazily>
inline constexpr const contraction_kernels& own_conv2d = own_contraction<Lazily>;
