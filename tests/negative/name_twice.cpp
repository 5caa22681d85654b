// error: name_twice.cpp:11: dense: the name 'same' is given twice; give one of the two another name, or share a layer as an nn::block
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    const auto same = nn::block("same", nn::dense_options{.units = 6});
    return same(same(x));
#else
    for (int i = 0; i < 2; ++i) x = nn::dense(x, {.units = 6, .name = "same"});
    return x;
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
