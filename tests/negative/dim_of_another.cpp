// error: input: 'q' has rows of a dim that is not this program's; make it by dim(name, most)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr void operator()(builder& s) const {
    builder other(false);
    const auto points = s.dim("points", 8);
#if defined(IGATA_FIXED)
    const auto rows_of = points;
#else
    const auto rows_of = other.dim("ids", 8);
#endif
    s.output("y", nn::dense(s.input("q", rows({3}, rows_of)), {.units = 2}));
  }
};
static_assert(sizeof(program<net{}>) > 0);
