// Convolutional networks.
#include "igata.hpp"

bench::task bench::igata_images(const workload& w) { return find<is_of<family::images>>(w); }
