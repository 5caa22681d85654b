// <windows.h> as it is, with its macros (near, far, interface, hyper, IN, OUT, ERROR, …), before igata. windows_header_behind.cpp has it behind.
#include <windows.h>
#if !defined(near) || !defined(interface) || !defined(hyper) || !defined(ERROR)
#error "this <windows.h> lacks macros that the test is for"
#endif
#include "windows_header.hpp"

double learned_behind();  // windows_header_behind.cpp

int main() {
  static_assert(std::size(igata::compiled_isas) == 1 && igata::compiled_isas[0] == igata::isa::sse2);  // g++ is told of nothing else
  return GetLastError() < 1u << 31 && learned() == learned_behind() ? 0 : 1;
}
