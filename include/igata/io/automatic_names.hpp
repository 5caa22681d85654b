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

// What is left of a name below a prefix; whether it is below it.
inline bool take_prefix(std::string_view& name, std::string_view prefix, char separator) {
  if (prefix.empty()) return true;
  if (name.size() <= prefix.size() || !name.starts_with(prefix) || name[prefix.size()] != separator) return false;
  name.remove_prefix(prefix.size() + 1);
  return true;
}

// An automatic name that a file and a store give to different sets of layers; see ir/name_sets.hpp. `paths` of the file's tensors, compared below
// `from`; `loads`, the variables that are to be loaded, below `into`.
template <class Metadata>
std::string names_conflict(const Metadata& about, const std::vector<std::string>& paths, std::string_view from, const variable_store& store,
                           const std::vector<const variable_store::entry*>& loads, std::string_view into) {
  const auto known = about.find(std::string(automatic_names_key));
  if (known == about.end()) return {};
  const auto add = [](vec<ir::named_path>& to, std::string_view path, std::string_view prefix, std::uint64_t parts, bool matters) {
    std::string_view below = path;
    if (!take_prefix(below, prefix, '/')) return;
    for (const char c : path.substr(0, path.size() - below.size())) parts >>= c == '/';
    to.push({below, parts, {}, matters});
  };
  vec<ir::named_path> in_file, in_store;
  std::vector<std::string> layers = names_in(known->second);
  for (std::string& name : layers) {
    int depth = 0;
    for (const char c : name) depth += c == '/';
    name += "/*";
    if (depth < 64) add(in_file, name, from, std::uint64_t{1} << depth, false);
  }
  for (const std::string& path : paths) add(in_file, path, from, 0, false);
  for (const variable_store::entry& e : store)
    if (e.kind != role::slot) add(in_store, e.path, into, e.automatic, false);
  for (const variable_store::entry* e : loads) {
    std::string_view path = e->path;  // of a slot its parameter's
    for (int i = 0; i < 2 && e->kind == role::slot; ++i) path.remove_prefix(path.find('/') + 1);
    add(in_store, path, into, e->kind == role::slot ? 0 : e->automatic, true);
  }
  return std::string(igata::ir::names_conflict(in_store, "the model", in_file, "the file").view());
}

}  // namespace igata::inline IGATA_ABI::io
