// One target: every text file, in the order of their needs. Included by targets.hpp once per instruction set.
namespace igata::inline IGATA_ABI::IGATA_TARGET {
using drivers::across_job, drivers::fold_job, drivers::index, drivers::max_grad_job, drivers::multiply_add_job, drivers::panel_job,
    drivers::oct_filters_job, drivers::oct_job, drivers::panel_kernels, drivers::winograd_back_job, drivers::winograd_filter_job, drivers::winograd_input_job, drivers::winograd_kernels, drivers::winograd_output_job;
using drivers::dense_kernels, drivers::fold_kernels, drivers::smaller, drivers::tile_job, drivers::transpose_job, drivers::depthwise_box, drivers::depthwise_kernels;
#include "../simd/vec.text.hpp"
#include "../simd/arithmetic.text.hpp"
#include "../simd/exp.text.hpp"
#include "../simd/tanh.text.hpp"
#include "../simd/log.text.hpp"
#include "../simd/erf.text.hpp"
#include "../simd/double.text.hpp"
#include "../simd/pointwise_rules.text.hpp"
#include "pointwise.text.hpp"
#include "tile.text.hpp"
#include "panel.text.hpp"
#include "winograd.text.hpp"
#include "depthwise.text.hpp"
#include "loops.text.hpp"
#include "fixed.text.hpp"
#include "kernels.text.hpp"
#include "kernel_set.text.hpp"
}
