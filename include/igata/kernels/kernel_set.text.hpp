// The target's tables of primitives, and its entry in the engine's table. Text: see simd/vectors.text.hpp.

#define IGATA_NAME_(target) #target
#define IGATA_NAME(target) IGATA_NAME_(target)
// A kernel is this target's function of that name, or one of the drivers that needs nothing of it.
namespace entries {
using namespace IGATA_TARGET;
using namespace drivers;
#if IGATA_SMALL_TARGET  // its own come before either's
#include "compact.text.hpp"
#endif
}
// Only those; the others are not compiled.
template <kernel_subset Used>
inline constexpr kernel_set kernels = [] {
  kernel_set some{};
  some.name = IGATA_NAME(IGATA_TARGET);
  some.vector_floats = lanes;
#define IGATA_KERNEL(name, fields) \
  if constexpr (Used.has(step_kind::name)) some.name = entries::name;
#include "../target/kernels.inc"
#undef IGATA_KERNEL
  some.pack = drivers::pack;
  some.stream = stream;
  return some;
}();
#undef IGATA_NAME
#undef IGATA_NAME_
