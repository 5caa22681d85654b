// How a mistake is reported at run time: one line that names what, where, expected, got and the remedy.
//
//   raise(text() << path << ": rows: expected " << wanted << ", got " << got << "; pass the data in batches");
//
// The one exception type of the library; under -fno-exceptions the line goes to stderr and the program aborts.
#pragma once
#include <exception>    // exception
#include <string_view>  // string_view
#include <utility>      // move
#if !defined(__cpp_exceptions)
#include <cstdio>   // fprintf
#include <cstdlib>  // abort
#endif

#include "../core/owner.hpp"
#include "../core/scalar_code.hpp"
#include "../ir/graph.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI {

// Copies share the line, so copying cannot throw. Never moved from: what() is always there.
class error : public std::exception {
 public:
  [[gnu::cold]] explicit error(const text& line) : line_(std::move(text() << line << '\0')) {}
  explicit error(std::string_view line) : error(text(line)) {}
  explicit error(const char* line) : error(text(line)) {}
  error(const error&) = default;
  error& operator=(const error&) = default;
  const char* what() const noexcept override { return line_->view().data(); }

 private:
  shared<text> line_;
};

// Throws error; under -fno-exceptions prints the line and aborts.
[[noreturn, gnu::cold]] inline void raise(const text& line) {
#if defined(__cpp_exceptions)
  throw error(line);
#else
  std::fprintf(stderr, "igata: %.*s\n", line.size(), line.view().data());
  std::abort();
#endif
}
[[noreturn, gnu::cold]] inline void raise(std::string_view line) { raise(text(line)); }
[[noreturn, gnu::cold]] inline void raise(const char* line) { raise(text(line)); }

// Raises the first mistake in a graph that was recorded at run time, where there is one.
inline void(check)(const ir::graph& g) {
  if (g.failed()) raise(g.failure);
}

}  // namespace igata::inline IGATA_ABI

IGATA_SCALAR_CODE_END
