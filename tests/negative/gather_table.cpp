// error: gather_table.cpp:10: gather: the table [n,6] has a batch, and must be the same for all rows; to choose in each row multiply by one_hot(index, 6) and sum
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return reduce_sum(x * one_hot(argmax(x), 6), -1);
#else
    return gather(x, argmax(x));
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
