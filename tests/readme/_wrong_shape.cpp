// error: _wrong_shape.cpp:14: add: [n,2] vs [n,8]; extents must be equal or 1
// error(GNU): ill_formed_model<igata::v0_1::s<
// error(Clang): ill_formed_model<
//
// The README's first program with its wrong model.
#include <igata/igata.hpp>
using namespace igata;

struct network {
  constexpr value operator()(value x) const {
#ifdef IGATA_FIXED
    return nn::dense(tanh(nn::dense(x, {.units = 8})), {.units = 1});
#else
    return nn::dense(x + tanh(nn::dense(x, {.units = 8})), {.units = 1});
#endif
  }
};
using infer_t = inference<network{}, in<"bits", 2>, max_batch{4}>;

int main() { return infer_t::input_count; }
