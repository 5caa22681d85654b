// Training steps.
#include "igata.hpp"

bench::task bench::igata_training(const workload& w) { return find<family::training>(w); }
