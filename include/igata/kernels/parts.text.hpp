// What kernels are made of, in the order of their needs.
#include "pointwise.text.hpp"
#include "interpreter.text.hpp"
#include "tile.text.hpp"
#include "panel.text.hpp"
#include "winograd.text.hpp"
#include "depthwise.text.hpp"
#include "loops.text.hpp"
#include "fixed.text.hpp"
