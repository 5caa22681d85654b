// Every kernel's text, in the order of their needs. Each has two parts: what all targets share, which is compiled once, where IGATA_TARGET is not
// defined; and what a target's own vectors do, compiled for each of them. A kernel of target/kernels.inc is a function of either part.
// Of the second, functions and tables that name templates, as those of tiles, are templates of nothing (`Lazily`): a unit instantiates what its steps
// call. A table is the result of a lambda, because g++ instantiates what a plain initializer names even where nobody asks for the table.
#include "contraction.text.hpp"
#include "loop.text.hpp"
#include "gemm.text.hpp"
#include "conv2d.text.hpp"
#include "direct_conv2d.text.hpp"
#include "winograd_conv2d.text.hpp"
#include "winograd_filter_grad.text.hpp"
#include "binding.text.hpp"
#include "depthwise_conv2d.text.hpp"
#include "conv2d_filter_grad.text.hpp"
#include "conv2d_input_grad.text.hpp"
#include "pool2d.text.hpp"
#include "reduce.text.hpp"
#include "reduce_whole.text.hpp"
#include "table.text.hpp"
#include "call.text.hpp"
#include "copy.text.hpp"
#include "along_axis.text.hpp"
#include "scatter.text.hpp"
#include "cumsum.text.hpp"
