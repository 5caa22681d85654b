// error: put_along_axis.cpp:11: put_along_axis: values [n,1] by index [n,2] into [n,6] along axis 1; both must be of one shape, and no larger beside the axis: broadcast_to or slice
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    const value index = cast(slice(x, 1, 0, 2), i32);
#if defined(IGATA_FIXED)
    return put_along_axis(x, index, slice(x, 1, 0, 2), 1);
#else
    return put_along_axis(x, index, slice(x, 1, 0, 1), 1);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
