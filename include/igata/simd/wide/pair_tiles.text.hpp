// Which register tiles the drivers of contraction kernels choose from, widest first. Text: see ../vectors.text.hpp.

template <class Lazily>
inline constexpr contraction_kernels own_contraction = [] {
  return contraction_kernels{
      {{1, 8, true, tile<1, 4>}, {4, 4, true, tile<4, 2>}}, 2,
      transpose};
}();
template <class Lazily>
inline constexpr drivers::split_tiles own_split_tiles = [] {
  return drivers::split_tiles{{{{1, 8, true, split_tile<2, 1, 4>}, {3, 4, true, split_tile<2, 3, 2>}},
                               {{1, 4, true, split_tile<4, 1, 2>}, {3, 2, true, split_tile<4, 3, 1>}}}};
}();
template <class Lazily>
inline constexpr const contraction_kernels& own_conv2d = own_contraction<Lazily>;
