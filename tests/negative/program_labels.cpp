// error: program<step>, option 2: labels<...> is none of mode::training, mode::inference, mode::packed, max_batch{}, winograd::off, precision::fp64{}
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const { s.output("y", nn::dense(s.input("x", rows({6})), {.units = 2})); }
};
#if defined(IGATA_FIXED)
using program_t = program<step{}, max_batch{8}>;
#else
using program_t = program<step{}, max_batch{8}, labels<"y", f32, 0, 1>>;
#endif
static_assert(sizeof(program_t) > 0);
