// How a mistake is reported at run time: one line that names what, where, expected, got and the remedy.
//
// The one exception type of the library; under -fno-exceptions the line goes to stderr and the program aborts.
#pragma once
#include <stdexcept>  // runtime_error
#include <string>     // string

#include "../core/vec.hpp"

namespace igata::inline IGATA_ABI {

class error : public std::runtime_error {
 public:
  explicit error(const std::string& line) : std::runtime_error(line) {}
  explicit error(const text& line) : std::runtime_error(std::string(line.view())) {}
};

}  // namespace igata::inline IGATA_ABI
