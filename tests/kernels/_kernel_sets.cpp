// All kernels of all instruction sets, compiled once for the tests here.
#include "testing.hpp"

namespace testing_kernels {

#if defined(IGATA_TEST_WIDE)
namespace {
drivers::stream_kernel stream_of(isa which) {
  switch (which) {
#define IGATA_ISA(name, compiled, features) IGATA_IF(compiled, case isa::name : return igata::wide_##name::stream;)
#include <igata/simd/targets.inc>
#undef IGATA_ISA
    default: return nullptr;
  }
}
}  // namespace
kernel_set kernels_of(isa which) {
  const igata::plan::kernel_set& k = igata::plan::wide_kernels_of(which);
  return {k.name,
#define IGATA_KERNEL(name, fields) {k.name},
#include <igata/target/kernels.inc>
#undef IGATA_KERNEL
          drivers::pack, stream_of(which)};
}
#else
const kernel_set& kernels_of(isa which) { return igata::plan::kernels_of(which); }
#endif

}  // namespace testing_kernels
