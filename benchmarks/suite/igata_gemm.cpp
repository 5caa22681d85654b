// Matrix products with packed weights.
#include "igata.hpp"

bench::task bench::igata_gemm(const workload& w, bool single) { return find<is_of<family::gemm>>(w, single); }
