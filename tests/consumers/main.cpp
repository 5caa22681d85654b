// The program of every consumer project: whoever has found igata can compile and run this.
#include <cstdio>  // printf

#include <igata/igata.hpp>

int second_unit();  // includes igata too: what igata defines must not be defined twice

int main() {
  std::printf("igata %d.%d.%d\n", IGATA_VERSION_MAJOR, IGATA_VERSION_MINOR, IGATA_VERSION_PATCH);
  return second_unit() == IGATA_VERSION_MAJOR ? 0 : 1;
}
