// igata, and <windows.h> behind it.
#include "windows_header.hpp"
//
#include <windows.h>
//
static_assert(igata::role::hyper_parameter != igata::role::weight);

double learned_behind();
double learned_behind() { return GetLastError() < 1u << 31 ? learned() : 0; }
