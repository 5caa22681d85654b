// error: program<step>: the precision is given 2 times; give one
// error: the precision is given 2 times; give one"}
#include <igata/igata.hpp>
#include <igata/f64.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const { s.output("y", nn::dense(s.input("x", rows({6})), {.units = 2})); }
};
#if defined(IGATA_FIXED)
using program_t = program<step{}, mode::inference, precision::fp64{}>;
#else
using program_t = program<step{}, precision::fp64{}, mode::inference, precision::fp64{}>;
#endif
static_assert(sizeof(program_t) > 0);
