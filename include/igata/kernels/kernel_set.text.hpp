// The target's entry in the table. Text: see simd/vec.text.hpp.
#define IGATA_NAME_(target) #target
#define IGATA_NAME(target) IGATA_NAME_(target)
inline constexpr kernel_set kernels{
    IGATA_NAME(IGATA_TARGET), lanes, gemm, pack, conv2d, conv2d_filter_grad, conv2d_input_grad, max_pool2d, avg_pool2d,
    max_pool2d_grad, avg_pool2d_grad, reduce, gather, scatter_add, copy, fill,
};
#undef IGATA_NAME
#undef IGATA_NAME_
