// error: program<step>: the mode is given 2 times; give one
// error: the mode is given 2 times; give one"}
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const { s.output("y", nn::dense(s.input("x", rows({6})), {.units = 2})); }
};
#if defined(IGATA_FIXED)
using program_t = program<step{}, mode::inference, max_batch{8}>;
#else
using program_t = program<step{}, mode::inference, max_batch{8}, mode::training, max_batch{4}>;
#endif
static_assert(sizeof(program_t) > 0);
