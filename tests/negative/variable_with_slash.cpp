// error: variable_with_slash.cpp:7: own/a/b: a variable's name holds a '/'; use nn::block for the part before it
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    const nn::layer scope(x, "own", {}, source::here());
#if defined(IGATA_FIXED)
    const char* const name = "b";
#else
    const char* const name = "a/b";
#endif

    return x * nn::parameter(x, name, {6}, init::ones);
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
