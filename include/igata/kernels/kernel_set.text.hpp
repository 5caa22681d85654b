// The target's table of primitives, and its entry in the engine's table. Text: see simd/vec.text.hpp.

inline constexpr primitives own{
    lanes,
#if IGATA_LEVEL == 2
    {{1, 4, tile<1, 4>}, {6, 4, tile<6, 4>}, {8, 2, tile<8, 2>}, {8, 1, tile<8, 1>}}, 4, true,
#elif IGATA_LEVEL == 1
    {{1, 8, tile<1, 8>}, {6, 2, tile<6, 2>}, {8, 1, tile<8, 1>}}, 3, false,
#else
    {{1, 4, tile<1, 4>}, {4, 2, tile<4, 2>}}, 2, false,
#endif
    fold<true>, fold<false>, multiply_add, max_grad, depthwise,
};

inline void gemm(const gemm_args& args) noexcept { drivers::gemm(args, own); }
inline void conv2d(const conv2d_args& args) noexcept { drivers::conv2d(args, own); }
inline void conv2d_filter_grad(const conv2d_filter_grad_args& args) noexcept { drivers::conv2d_filter_grad(args, own); }
inline void conv2d_input_grad(const conv2d_input_grad_args& args) noexcept { drivers::conv2d_input_grad(args, own); }
inline void max_pool2d(const pool2d_args& args) noexcept { drivers::pool2d(drivers::pooling::max, args, nullptr, nullptr, own); }
inline void avg_pool2d(const pool2d_args& args) noexcept { drivers::pool2d(drivers::pooling::average, args, nullptr, nullptr, own); }
inline void max_pool2d_grad(const pool2d_grad_args& args) noexcept {
  drivers::pool2d(drivers::pooling::max_grad, {args.g, args.x, nullptr, args.scale, args.exclude_padding}, args.dy, args.dx, own);
}
inline void avg_pool2d_grad(const pool2d_grad_args& args) noexcept {
  drivers::pool2d(drivers::pooling::average_grad, {args.g, nullptr, nullptr, args.scale, args.exclude_padding}, args.dy, args.dx, own);
}
inline void reduce(const reduce_args& args) noexcept { drivers::reduce(args, own); }
inline void scatter_add(const scatter_add_args& args) noexcept { drivers::scatter_add(args, own); }

#define IGATA_NAME_(target) #target
#define IGATA_NAME(target) IGATA_NAME_(target)
inline constexpr kernel_set kernels{
    IGATA_NAME(IGATA_TARGET), lanes, gemm, drivers::pack, conv2d, conv2d_filter_grad, conv2d_input_grad, max_pool2d, avg_pool2d,
    max_pool2d_grad, avg_pool2d_grad, reduce, drivers::gather, scatter_add, drivers::copy, drivers::fill,
};
#undef IGATA_NAME
#undef IGATA_NAME_
