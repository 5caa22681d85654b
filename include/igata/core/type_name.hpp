// A type's name as the compiler writes it, for messages.
#pragma once
#include <string_view>  // string_view

#include "../version.hpp"

namespace igata::inline IGATA_ABI::detail {

template <class T>
constexpr std::string_view type_name() {
  std::string_view s = __PRETTY_FUNCTION__;
  s.remove_prefix(s.find("T = ") + 4);
  return s.substr(0, s.find(';') != s.npos ? s.find(';') : s.size() - 1);  // g++: [with T = int; std::string_view = …], clang: [T = int]
}

}  // namespace igata::inline IGATA_ABI::detail
