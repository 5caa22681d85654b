// Convolutional networks.
#include "igata.hpp"

bench::task bench::igata_images(const workload& w, bool single) { return find<is_of<family::images>>(w, single); }
