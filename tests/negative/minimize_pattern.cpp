// error: minimize_pattern.cpp:13: minimize: no trainable parameter below the loss matches \'generator/*\'; parameters are dense/kernel, dense/bias
#include <igata/igata.hpp>
using namespace igata;

struct training_step {
  constexpr void operator()(builder& s) const {
#if defined(IGATA_FIXED)
    constexpr std::string_view pattern = "dense/*";
#else
    constexpr std::string_view pattern = "generator/*";
#endif
    const value y = nn::dense(s.input("x", rows({3})), {.units = 2});
    s.minimize(reduce_mean(y * y), pattern, optim::sgd{});
    s.output("y", y);
  }
};
using program_t = program<training_step{}>;

int main() {
  variable_store store;
  program_t p(store);
}
