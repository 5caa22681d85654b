// Small blocks and multilayer perceptrons.
#include "igata.hpp"

bench::task bench::igata_dense(const workload& w, bool single) { return find<is_of<family::dense>>(w, single); }
