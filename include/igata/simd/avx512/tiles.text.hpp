#include "octs.text.hpp"
#include "panel_24.text.hpp"

// Which register tiles the drivers of contraction kernels choose from, widest first. Text: see ../vectors.text.hpp.

template <class Lazily>
inline constexpr contraction_kernels own_contraction = [] {
  return contraction_kernels{
      {{1, 64, false, tile<1, 4>}, {6, 64, false, tile<6, 4>, 4, tile<4, 4>}, {8, 32, false, tile<8, 2>, 5, tile<5, 2>}, {8, 16, false, tile<8, 1>},
       {8, 8, false, narrower::tile<8, 1>}}, 5,
      narrower::transpose};
}();
template <class Lazily>
inline constexpr drivers::split_tiles own_split_tiles = [] {
  return drivers::split_tiles{{
      {{1, 64, false, split_tile<2, 1, 4>}, {6, 32, false, split_tile<2, 6, 2>}},
      {{1, 32, false, split_tile<4, 1, 2>}, {6, 16, false, split_tile<4, 6, 1>}}}};
}();
// Of convolutions.
template <class Lazily>
inline constexpr contraction_kernels own_conv2d = [] {
  contraction_kernels k = own_contraction<Lazily>;
  k.octs[0] = octs<3>;
  k.octs[1] = octs<4>;
  k.fill_octs = fill_octs;
  return k;
}();
// A table of its own: programs that train do not have these tiles.
template <class Lazily>
inline constexpr panel_kernels own_panels = [] {
  return panel_kernels{
      {{64, {5, 6}, {panel<5, 4>, panel<6, 4>}}, {32, {8, 12}, {panel<8, 2>, panel<12, 2>}}, {24, {12, 12}, {panel_24<12>, panel_24<12>}},
       {16, {8, 8}, {panel<8, 1>, panel<8, 1>}}}, 4};
}();
