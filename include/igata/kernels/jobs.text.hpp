// One target: what the drivers hand to it. Included by targets.hpp once per instruction set, as are parts.text.hpp and kernels.text.hpp.
using drivers::real, drivers::integer, drivers::natural;
using drivers::across_job, drivers::fold_job, drivers::index, drivers::max_grad_job, drivers::multiply_add_job, drivers::panel_job,
    drivers::oct_filters_job, drivers::oct_job, drivers::panel_kernels, drivers::winograd_back_job, drivers::winograd_filter_job,
    drivers::winograd_input_job, drivers::winograd_kernels, drivers::winograd_output_job;
using drivers::contraction_kernels, drivers::fold_kernels, drivers::smaller, drivers::tile_job, drivers::transpose_job, drivers::depthwise_box,
    drivers::depthwise_kernels;
