// Which register tiles the drivers of contraction kernels choose from, widest first. Text: see ../vectors.text.hpp.

template <class Lazily>
inline constexpr contraction_kernels own_contraction = [] {
  return contraction_kernels{
      {{1, 64, false, tile<1, 8>}, {6, 16, false, tile<6, 2>}, {8, 8, false, tile<8, 1>}}, 3,
      transpose};
}();
template <class Lazily>
inline constexpr drivers::split_tiles own_split_tiles = [] {
  return drivers::split_tiles{{
      {{1, 48, false, split_tile<2, 1, 6>}, {3, 16, false, split_tile<2, 3, 2>}},
      {{1, 16, false, split_tile<4, 1, 2>}, {3, 8, false, split_tile<4, 3, 1>}}}};
}();
template <class Lazily>
inline constexpr const contraction_kernels& own_conv2d = own_contraction<Lazily>;
// A table of its own: programs that train do not have these tiles.
template <class Lazily>
inline constexpr panel_kernels own_panels = [] {
  return panel_kernels{
      {{16, {6, 6}, {panel<6, 2>, panel<6, 2>}}, {8, {8, 8}, {panel<8, 1>, panel<8, 1>}}}, 2};
}();
