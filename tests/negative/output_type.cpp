// error: output_type.cpp:12: output: 'y' is bool; cast(x, f32) or cast(x, i32)
#include <igata/igata.hpp>
using namespace igata;

struct step {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({6}));
    const value y = nn::dense(x, {.units = 2});
#if defined(IGATA_FIXED)
    s.output("y", cast(y > 0, i32));
#else
    s.output("y", y > 0);
#endif
  }
};
using program_t = program<step{}>;
static_assert(sizeof(program_t) > 0);
