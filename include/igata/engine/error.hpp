// How a mistake is reported at run time: one line that names what, where, expected, got and the remedy.
//
//   raise(text() << path << ": rows: expected " << wanted << ", got " << got << "; pass the data in batches");
//
// The one exception type of the library; under -fno-exceptions the line goes to stderr and the program aborts.
#pragma once
#include <stdexcept>  // runtime_error
#include <string>     // string
#if !defined(__cpp_exceptions)
#include <cstdio>   // fprintf
#include <cstdlib>  // abort
#endif

#include "../ir/graph.hpp"

namespace igata::inline IGATA_ABI {

class error : public std::runtime_error {
 public:
  explicit error(const std::string& line) : std::runtime_error(line) {}
  explicit error(const text& line) : std::runtime_error(std::string(line.view())) {}
};

// Throws error; under -fno-exceptions prints the line and aborts.
[[noreturn, gnu::cold]] inline void raise(const std::string& line) {
#if defined(__cpp_exceptions)
  throw error(line);
#else
  std::fprintf(stderr, "igata: %s\n", line.c_str());
  std::abort();
#endif
}
[[noreturn, gnu::cold]] inline void raise(const text& line) { raise(std::string(line.view())); }

// Raises the first mistake in a graph that was recorded at run time, where there is one.
inline void check(const graph& g) {
  if (g.failed()) raise(g.failure);
}

}  // namespace igata::inline IGATA_ABI
