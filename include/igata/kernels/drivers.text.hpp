// What all targets share. Included by targets.hpp once, before them.
namespace igata::inline IGATA_ABI::drivers {
#include "primitives.text.hpp"
#include "rows.text.hpp"
#include "window.text.hpp"
#include "dense.text.hpp"
#include "gemm.text.hpp"
#include "conv2d.text.hpp"
#include "direct_conv2d.text.hpp"
#include "winograd_conv2d.text.hpp"
#include "depthwise_conv2d.text.hpp"
#include "conv2d_grad.text.hpp"
#include "pool2d.text.hpp"
#include "reduce.text.hpp"
#include "copy.text.hpp"
}
