// The table of instruction sets: what is compiled in, what the CPU runs, which one is chosen.
#include "testing.hpp"

namespace {

TEST(dispatch, best_is_the_highest_the_cpu_runs) {
  const igata::isa best = igata::best_isa();
  EXPECT_TRUE(igata::detail::cpu_runs(best));
  bool found = false;
  for (const igata::isa which : igata::compiled_isas) {
    EXPECT_TRUE(which <= best || !igata::detail::cpu_runs(which));
    found = found || which == best;
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(igata::best_isa(), best);
}

TEST(dispatch, every_set_is_complete) {
  for (const igata::isa which : igata::compiled_isas) {
    const igata::kernel_set& k = igata::kernels_of(which);
    EXPECT_STREQ(k.name, which == igata::isa::base ? "base" : which == igata::isa::avx2 ? "avx2" : "avx512");
    EXPECT_EQ(k.vector_floats, which == igata::isa::base ? 4 : which == igata::isa::avx2 ? 8 : 16);
    EXPECT_TRUE(k.gemm && k.pack && k.conv2d && k.conv2d_filter_grad && k.conv2d_input_grad && k.max_pool2d && k.avg_pool2d);
    EXPECT_TRUE(k.max_pool2d_grad && k.avg_pool2d_grad && k.reduce && k.gather && k.scatter_add && k.copy && k.fill);
  }
}

}  // namespace
