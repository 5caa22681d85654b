// Which layers of a store have automatic names, as a text in a file's metadata: whoever loads it has the same unnamed layers, or is refused.
//
//   "dense,dense_1,encoder/gru"       ',' and '%' in names are %2C and %25
#pragma once
#include <string>       // string
#include <string_view>  // string_view
#include <vector>       // vector

#include "../engine/store.hpp"
#include "../ir/name_sets.hpp"

namespace igata::inline IGATA_ABI::io {

inline constexpr std::string_view automatic_names_key = "automatic_names";

// Empty where every layer was named.
inline std::string automatic_names(const variable_store& store) {
  std::string list;
  std::vector<std::string_view> known;
  for (const variable_store::entry& e : store) {
    std::uint64_t parts = e.automatic;
    for (std::size_t end = 0; parts && (end = e.path.find('/', end)) != e.path.npos; ++end, parts >>= 1) {
      const std::string_view name = e.path.substr(0, end);
      bool fresh = (parts & 1) != 0;
      for (std::size_t i = known.size(); i-- > 0 && fresh;) fresh = known[i] != name;
      if (!fresh) continue;
      known.push_back(name);
      if (!list.empty()) list += ',';
      for (const char c : name) {
        if (c == ',') list += "%2C";
        else if (c == '%') list += "%25";
        else list += c;
      }
    }
  }
  return list;
}
// The names in such a text.
inline std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  std::string name;
  for (std::size_t i = 0; i <= list.size(); ++i) {
    if (i == list.size() || list[i] == ',') {
      if (!name.empty()) names.push_back(name);
      name.clear();
    } else if (list.substr(i, 3) == "%2C" || list.substr(i, 3) == "%25") {
      name += list[i + 2] == 'C' ? ',' : '%';
      i += 2;
    } else {
      name += list[i];
    }
  }
  return names;
}

}  // namespace igata::inline IGATA_ABI::io
