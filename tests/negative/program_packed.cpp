// error: program<step>: packed weights: its weights are the variables of a store; give it mode::packed
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const { s.output("y", nn::dense(s.input("x", rows({6})), {.units = 2})); }
};
#if defined(IGATA_FIXED)
using program_t = program<step{}, mode::packed>;
#else
using program_t = program<step{}, mode::inference>;
#endif
program_t of(const packed_weights& packed) { return program_t(packed); }
