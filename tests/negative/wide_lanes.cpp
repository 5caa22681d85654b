// error: inference<net>: computes in f64, i64 or u64; #include <igata/f64.hpp> in front of it, or cast(x, f32), cast(x, i32)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return cast(cast(x, i32) * 3, f32);
#else
    return cast(cast(x, i64) * 3, f32);
#endif
  }
};
using net_t = inference<net{}, in<"x", 6>>;
void run(net_t& program, const float (&x)[6], float (&y)[6]) { (void)program.run(x, y); }
net_t made() { return net_t(net_t::pack(variable_store())); }
