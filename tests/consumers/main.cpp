// The program of every consumer: whoever has found igata can compile and run this.
#include <cstdio>  // printf

#include "exclusive_or.hpp"

bool second_unit();  // includes igata too: what igata defines must not be defined twice

int main() {
  std::printf("igata %d.%d.%d\n", IGATA_VERSION_MAJOR, IGATA_VERSION_MINOR, IGATA_VERSION_PATCH);
  return learns_exclusive_or() && second_unit() ? 0 : 1;
}
