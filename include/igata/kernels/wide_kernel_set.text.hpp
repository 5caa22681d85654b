// As kernel_set.text.hpp, of lanes of 64 bits: kernels are told the same, of addresses of doubles. Text: see simd/vectors.text.hpp.

#define IGATA_NAME_(target) #target
#define IGATA_NAME(target) IGATA_NAME_(target)
namespace entries {
using namespace IGATA_TARGET;
using namespace drivers;
}
namespace told {
#define IGATA_KERNEL(name, fields)     \
  template <class Told = wide_bound>   \
  inline void name(const fields<bound>& f) noexcept { entries::name(std::bit_cast<fields<Told>>(f)); }
#define IGATA_NARROW_KERNEL(name, fields) inline constexpr std::nullptr_t name = nullptr;
#include "../target/kernels.inc"
#undef IGATA_KERNEL
inline void pack(const float* b, index b_k, index b_n, index k, index n, float* panels) noexcept {
  drivers::pack(reinterpret_cast<const real*>(b), b_k, b_n, k, n, reinterpret_cast<real*>(panels));
}
inline void stream(float* out, const float* in, index n) noexcept {
  IGATA_TARGET::stream(reinterpret_cast<real*>(out), reinterpret_cast<const real*>(in), n);
}
}
template <kernel_subset Used>
inline constexpr kernel_set kernels = [] {
  kernel_set some{};
  some.name = IGATA_NAME(IGATA_TARGET);
  some.vector_floats = lanes;
#define IGATA_KERNEL(name, fields) \
  if constexpr (Used.has(step_kind::name)) some.name = told::name;
#include "../target/kernels.inc"
#undef IGATA_KERNEL
  some.pack = told::pack;
  some.stream = told::stream;
  return some;
}();
#undef IGATA_NAME
#undef IGATA_NAME_
