// error: matmul_batch_columns.cpp:11: matmul: [4,6] x [n,6]^T; the batch cannot be the result's columns (needs batch<N>)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    const value w = reshape(cast(iota(x.owner(), 24), f32), {4, 6});
#if defined(IGATA_FIXED)
    return matmul(x, w, {.transpose_b = true});
#else
    return matmul(w, x, {.transpose_b = true});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
