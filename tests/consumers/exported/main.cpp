// Uses a library that was built with igata, and finds igata's headers through it.
#include <igata/version.hpp>

bool second_unit();
int main() { return IGATA_VERSION_MAJOR + IGATA_VERSION_MINOR > 0 && second_unit() ? 0 : 1; }
