#include <igata/igata.hpp>

int second_unit();
int second_unit() { return IGATA_VERSION_MAJOR; }
