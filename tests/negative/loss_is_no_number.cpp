// error: loss_is_no_number.cpp:11: minimize: the loss must be one number, got f32[n,2]; take its mean
#include <igata/igata.hpp>
using namespace igata;

struct training_step {
  constexpr void operator()(builder& s) const {
    value y = nn::dense(s.input("x", rows({3})), {.units = 2});
#if defined(IGATA_FIXED)
    y = reduce_mean(y);
#endif
    s.minimize(y, "*", optim::sgd{});
    s.output("y", y);
  }
};
using program_t = program<training_step{}>;

int main() {
  variable_store store;
  program_t p(store);
}
