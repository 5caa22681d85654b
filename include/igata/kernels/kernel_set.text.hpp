// The target's tables of primitives, and its entry in the engine's table. Text: see simd/vec.text.hpp.

#if IGATA_LEVEL == 2 && IGATA_HAS_AVX2
#define IGATA_NARROW_TILE avx2::tile<8, 1>  // half a register of columns: AVX2's tile is faster, and its sums are the same
#else
#define IGATA_NARROW_TILE tile<8, 1>
#endif
inline constexpr dense_kernels own_dense{
#if IGATA_LEVEL == 2
    {{1, 64, false, tile<1, 4>}, {6, 64, false, tile<6, 4>, 4, tile<4, 4>}, {8, 32, false, tile<8, 2>, 5, tile<5, 2>}, {8, 16, false, tile<8, 1>},
     {8, 8, false, IGATA_NARROW_TILE}}, 5,
#elif IGATA_LEVEL == 1
    {{1, 64, false, tile<1, 8>}, {6, 16, false, tile<6, 2>}, {8, 8, false, tile<8, 1>}}, 3,
#else
    {{1, 16, true, tile<1, 4>}, {4, 8, true, tile<4, 2>}}, 2,
#endif
#if IGATA_LEVEL == 2 && IGATA_HAS_AVX2
    avx2::transpose,
#else
    transpose,
#endif
};
// Of convolutions.
#if IGATA_LEVEL == 2
inline constexpr dense_kernels own_conv2d = [] {
  dense_kernels k = own_dense;
  k.octs[0] = octs<3>;
  k.octs[1] = octs<4>;
  k.fill_octs = fill_octs;
  return k;
}();
#else
inline constexpr const dense_kernels& own_conv2d = own_dense;
#endif
inline constexpr fold_kernels own_sums{{fold<true>, fold_across<true>}}, own_folds{own_sums.sum, {fold<false>, fold_across<false>}, drivers::locate};

// A table of its own: programs that train do not have these tiles.
inline constexpr panel_kernels own_panels{
#if IGATA_LEVEL == 2
    {{64, {5, 6}, {panel<5, 4>, panel<6, 4>}}, {32, {8, 12}, {panel<8, 2>, panel<12, 2>}}, {24, {12, 12}, {panel_24<12>, panel_24<12>}}, {16, {8, 8}, {panel<8, 1>, panel<8, 1>}}}, 4,
#elif IGATA_LEVEL == 1
    {{16, {6, 6}, {panel<6, 2>, panel<6, 2>}}, {8, {8, 8}, {panel<8, 1>, panel<8, 1>}}}, 2,
#else
    {{8, {4, 4}, {panel<4, 2>, panel<4, 2>}}}, 1,
#endif
};
inline constexpr winograd_kernels own_winograd2{2, winograd_input<2>, winograd_output<2>, own_panels};
inline constexpr winograd_kernels own_winograd4{4, winograd_input<4>, winograd_output<4>, own_panels};

inline constexpr drivers::winograd_filter_grad_kernels own_filter_grad{winograd_input<4>, winograd_gradient, winograd_back, own_dense};

inline constexpr depthwise_kernels own_depthwise{{{depthwise_three<1, 1>, depthwise_three<1, 2>}, {depthwise_three<2, 1>, depthwise_three<2, 2>}}, depthwise_any};

inline void gemm(const gemm_args& args) noexcept { drivers::gemm(args, own_dense); }
inline void conv2d(const conv2d_args& args) noexcept { drivers::conv2d(args, own_conv2d); }
inline void direct_conv2d(const finished_conv2d_args& args) noexcept { drivers::direct_conv2d(args, own_panels); }
inline void winograd2_conv2d(const finished_conv2d_args& args) noexcept { drivers::winograd_conv2d(args, own_winograd2); }
inline void winograd4_conv2d(const finished_conv2d_args& args) noexcept { drivers::winograd_conv2d(args, own_winograd4); }
inline void winograd2_filters(const winograd_filters_args& args) noexcept { drivers::winograd_filters(args, 2, winograd_filter<2>, transpose); }
inline void winograd4_filters(const winograd_filters_args& args) noexcept { drivers::winograd_filters(args, 4, winograd_filter<4>, transpose); }
inline void depthwise_conv2d(const finished_conv2d_args& args) noexcept { drivers::depthwise_conv2d(args, own_depthwise); }
inline void conv2d_filter_grad(const conv2d_filter_grad_args& args) noexcept { drivers::conv2d_filter_grad(args, own_dense, fold<true>); }
inline void winograd4_filter_grad(const conv2d_filter_grad_args& args) noexcept { drivers::winograd_filter_grad(args, own_filter_grad); }
inline void conv2d_input_grad(const conv2d_input_grad_args& args) noexcept { drivers::conv2d_input_grad(args, own_conv2d, multiply_add); }
inline void depthwise_filter_grad(const conv2d_filter_grad_args& args) noexcept { drivers::depthwise_filter_grad(args, multiply_add); }
inline void depthwise_input_grad(const conv2d_input_grad_args& args) noexcept { drivers::depthwise_input_grad(args, multiply_add); }
inline void max_pool2d(const pool2d_args& args) noexcept { drivers::pool2d({drivers::pooling::max, fold_windows}, args, nullptr, nullptr); }
inline void avg_pool2d(const pool2d_args& args) noexcept { drivers::pool2d({drivers::pooling::average, fold<true>}, args, nullptr, nullptr); }
inline void max_pool2d_grad(const pool2d_grad_args& args) noexcept {
  drivers::pool2d({drivers::pooling::max_grad, nullptr, max_grad}, {args.g, args.x, nullptr, args.scale, args.exclude_padding, args.part}, args.dy, args.dx);
}
inline void avg_pool2d_grad(const pool2d_grad_args& args) noexcept {
  drivers::pool2d({drivers::pooling::average_grad, nullptr, nullptr, multiply_add}, {args.g, nullptr, nullptr, args.scale, args.exclude_padding, args.part},
                  args.dy, args.dx);
}
inline void reduce(const reduce_args& args) noexcept { drivers::reduce(args, own_folds); }
inline void reduce_sum(const reduce_args& args) noexcept { drivers::reduce(args, own_sums); }
inline void scatter_add(const scatter_add_args& args) noexcept { drivers::scatter_add(args, multiply_add); }

#undef IGATA_NARROW_TILE
#define IGATA_NAME_(target) #target
#define IGATA_NAME(target) IGATA_NAME_(target)
inline constexpr kernel_set kernels{
    IGATA_NAME(IGATA_TARGET), lanes, gemm, drivers::pack, conv2d, direct_conv2d, winograd2_conv2d, winograd4_conv2d, winograd2_filters, winograd4_filters,
    depthwise_conv2d, conv2d_filter_grad, winograd4_filter_grad, conv2d_input_grad, depthwise_filter_grad, depthwise_input_grad, max_pool2d, avg_pool2d, max_pool2d_grad,
    avg_pool2d_grad, reduce, reduce_sum, drivers::gather, scatter_add, drivers::copy, drivers::fill, stream,
};
#undef IGATA_NAME
#undef IGATA_NAME_
