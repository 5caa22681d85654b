// Training steps.
#include "igata.hpp"

bench::task bench::igata_training(const workload& w, bool single) { return find<is_of<family::training>>(w, single); }
