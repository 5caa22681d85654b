// Variables to a safetensors file.
#pragma once
#include <algorithm>    // sort
#include <cstddef>      // byte, size_t
#include <cstdint>      // uint64_t
#include <optional>     // optional
#include <string>       // string
#include <string_view>  // string_view
#include <vector>       // vector

#include "../engine/store.hpp"
#include "automatic_names.hpp"
#include "output_file.hpp"
#include "role_set.hpp"
#include "safetensors_header.hpp"
#include "safetensors_names.hpp"

namespace igata::inline IGATA_ABI::io::safetensors {

struct save_options {
  role_set roles = model_roles;
  metadata about{};  // "format", "format_version", "igata_version" are added, and "automatic_names" where layers have no names of their own
  std::optional<dtype> type{};  // of what has fractions: f16 or bf16 is half the file, each number rounded; counts stay what they are
};
// Empty, or the sentence that says why the file cannot be written: the disk's failures are a value. What is wrong with the call is thrown.
[[nodiscard]] inline std::string try_save(const std::string& file, const variable_store& store, const save_options& options = {}) {
  const std::string path = escaped(file);
  struct item {
    std::string name;
    const variable_store::entry* from;
    dtype type;
    std::size_t bytes;
    std::vector<std::byte> converted;
  };
  std::vector<item> items;
  for (int i = 0; i < store.size(); ++i) {
    const auto& e = store[i];
    if (!options.roles.contains(e.kind)) continue;
    if (!is_utf8(e.path)) raise(path + ": variable " + in_quotes(e.path) + ": expected a path in UTF-8, got other bytes; rename it");
    if (options.type && !has_fractions(*options.type))
      raise(path + ": type: expected f16, bf16, f32 or f64, got " + std::string(name_of(*options.type)) + "; counts keep their own types");
    item fresh{tensor_name(e.path), &e, options.type && has_fractions(e.type) ? *options.type : e.type, 0, {}};
    fresh.bytes = e.count() * static_cast<std::size_t>(size_of(fresh.type));
    if (fresh.type != e.type)
      fresh.converted = detail::converted(path + ": variable " + in_quotes(e.path), e.type, e.memory.data(), fresh.type, e.count());
    items.push_back(std::move(fresh));
  }
  if (items.empty())
    raise(path + ": variables: expected at least one of the roles to save, got none of " + std::to_string(store.size()) +
          "; check save_options.roles");
  // Wide elements first: every tensor is aligned. Then by name: the same variables give the same bytes.
  std::sort(items.begin(), items.end(), [](const item& a, const item& b) {
    const int a_wide = size_of(a.type), b_wide = size_of(b.type);
    return a_wide != b_wide ? a_wide > b_wide : a.name < b.name;
  });

  metadata about = options.about;
  const std::string version =
      std::to_string(IGATA_VERSION_MAJOR) + '.' + std::to_string(IGATA_VERSION_MINOR) + '.' + std::to_string(IGATA_VERSION_PATCH);
  for (const auto& [key, value] : {std::pair<std::string, std::string>{"format", "igata"},
                                   {"format_version", std::string(format_version)},
                                   {"igata_version", version},
                                   {std::string(automatic_names_key), automatic_names(store)}})
    if (!value.empty() && !about.emplace(key, value).second)
      raise(path + ": metadata: expected keys other than format, format_version, igata_version, automatic_names, got " + in_quotes(key) +
            "; rename it");

  std::string json = "{\"__metadata__\":{";
  for (const auto& [key, value] : about) {
    if (!is_utf8(key) || !is_utf8(value)) raise(path + ": metadata " + in_quotes(key) + ": expected UTF-8, got other bytes; encode it");
    if (json.back() != '{') json += ',';
    json += json_string(key) + ':' + json_string(value);
  }
  json += '}';
  std::uint64_t end = 0;
  for (const item& i : items) {
    json += ',' + json_string(i.name) + ":{\"dtype\":\"" + std::string(detail::type_name(i.type)) +
            "\",\"shape\":" + dims_text(detail::dims_of(i.from->dims)) + ",\"data_offsets\":[" + std::to_string(end) + ',' +
            std::to_string(end + i.bytes) + "]}";
    end += i.bytes;
  }
  json += '}';
  json.append((8 - json.size() % 8) % 8, ' ');
  if (json.size() > longest_header)
    raise(path + ": header: expected at most " + std::to_string(longest_header) + " bytes, got " + std::to_string(json.size()) +
          "; save fewer variables or less metadata");

  output_file out(file);
  char prefix[8];
  for (int i = 0; i < 8; ++i) prefix[i] = static_cast<char>(static_cast<std::uint64_t>(json.size()) >> 8 * i & 0xff);
  out.write(prefix, sizeof prefix);
  out.write(json);
  for (const item& i : items) out.write(i.type == i.from->type ? i.from->memory.data() : i.converted.data(), i.bytes);
  return out.close();
}

// Writes the variables of some roles; throws error.
inline void save(const std::string& path, const variable_store& store, const save_options& options = {}) {
  if (const std::string why = try_save(path, store, options); !why.empty()) raise(why);
}

}  // namespace igata::inline IGATA_ABI::io::safetensors
