// A type's name for messages: as the compiler writes it, igata's own as users write them.
#pragma once
#include <string_view>  // string_view

#include "../version.hpp"

namespace igata::inline IGATA_ABI::detail {

template <class T>
constexpr std::string_view type_name() {
  std::string_view s = __PRETTY_FUNCTION__;
  s.remove_prefix(s.find("T = ") + 4);
  s = s.substr(0, s.find(';') != s.npos ? s.find(';') : s.size() - 1);  // g++: [with T = int; std::string_view = …], clang: [T = int]
  for (const std::string_view part : {std::string_view("igata::"), std::string_view(IGATA_ABI_NAME "::")})
    if (s.starts_with(part)) s.remove_prefix(part.size());
  return s;
}

}  // namespace igata::inline IGATA_ABI::detail
