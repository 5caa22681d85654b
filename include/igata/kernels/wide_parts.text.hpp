// What kernels of lanes of 64 bits are made of, in the order of their needs.
#include "stored.text.hpp"
#include "pointwise.text.hpp"
#include "tile.text.hpp"
#include "depthwise.text.hpp"
#include "wide_sixteen.text.hpp"
#include "loops.text.hpp"
#include "wide_transpose.text.hpp"
