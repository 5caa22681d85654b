// Training steps.
#include "igata.hpp"

bench::task bench::igata_training(const workload& w) { return find<is_of<family::training>>(w); }
