// Numbers as text for people and for files, with a point whatever the program's locale.
#pragma once
#include <cstdio>   // snprintf
#include <cstdlib>  // strtod
#include <string>   // string

#include "../version.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// What printf wrote, with the locale's point (of one or several bytes) replaced.
inline std::string with_point(const char* printed) {
  std::string s;
  bool in_point = false;
  for (; *printed; ++printed) {
    const char c = *printed;
    const bool own = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '+' || c == '-' || c == ' ';
    if (own || !in_point) s += own ? c : '.';
    in_point = !own;
  }
  return s;
}

}  // namespace detail

// As printf writes a double by "%.2f", "%.3e", "%.4g": one conversion and nothing around it.
inline std::string decimal(double x, const char* format) {
  char buffer[400];  // the largest double has 309 digits before the point
  std::snprintf(buffer, sizeof buffer, format, x);
  return detail::with_point(buffer);
}

// The fewest digits that read back as the same number: 0.1, 1e-07, nan.
inline std::string shortest(double x) {
  char buffer[40];
  for (int digits = 1; digits <= 17; ++digits) {
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, x);
    if (std::strtod(buffer, nullptr) == x) break;
  }
  return detail::with_point(buffer);
}

}  // namespace igata::inline IGATA_ABI
