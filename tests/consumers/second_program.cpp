// The program of main.cpp once more, in a unit compiled with other flags or with another version of igata.
#include "exclusive_or.hpp"

bool second_unit();
bool second_unit() {
#if defined(__AVX2__)
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return true;  // this machine cannot run it
#endif
  return learns_exclusive_or();
}
