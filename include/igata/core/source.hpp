// A place in the user's program, taken by default arguments.
#pragma once
#include "text.hpp"

namespace igata::inline IGATA_ABI {

struct source {
  const char* file = "";
  int line = 0;
  static constexpr source here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) { return {file, line}; }
};

// model.cpp:26 (the file without its folders)
constexpr text& operator<<(text& t, const source& s) {
  std::string_view name = s.file;
  for (std::size_t i = name.size(); i-- > 0;)
    if (name[i] == '/' || name[i] == '\\') {
      name.remove_prefix(i + 1);
      break;
    }
  return t << name << ':' << s.line;
}
constexpr text& operator<<(text&& t, const source& s) { return t << s; }

}  // namespace igata::inline IGATA_ABI
