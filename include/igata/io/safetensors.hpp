// Variables to and from a safetensors file.
//
// load() changes nothing unless everything fits: paths, types, shapes. In a file '/' is '.', as users of PyTorch expect.
//
//   io::safetensors::save("digits.safetensors", t.variables());
//   io::safetensors::load("digits.safetensors", t.variables());
//   io::safetensors::save("resume.safetensors", t.variables(), {.roles = io::role_set::all()});
#pragma once
#include <algorithm>      // sort
#include <bit>            // endian
#include <cstddef>        // byte, size_t
#include <cstdint>        // uint64_t
#include <cstring>        // memcpy
#include <string>         // string
#include <string_view>    // string_view
#include <unordered_map>  // unordered_map
#include <vector>         // vector

#include "../engine/store.hpp"
#include "role_set.hpp"
#include "safetensors_header.hpp"

namespace igata::inline IGATA_ABI::io::safetensors {

static_assert(std::endian::native == std::endian::little, "safetensors: the file's bytes are used as they are, little-endian");

struct save_options {
  role_set roles = model_roles;
  metadata about{};  // "format", "format_version" and "igata_version" are added
};
struct load_options {
  role_set roles = model_roles;  // every variable of these roles must be in the file, and nothing else
  bool partial = false;          // unless partial: what both have is loaded, and that is at least one tensor
};

// "conv/kernel" <-> "conv.kernel". What would not come back ('.' and '%' in a path, a tensor called __metadata__) is %-escaped.
inline std::string tensor_name(std::string_view path) {
  if (path == "__metadata__") return "%5F_metadata__";
  std::string name;
  for (const char c : path) {
    if (c == '/') {
      name += '.';
    } else if (c == '.') {
      name += "%2E";
    } else if (c == '%') {
      name += "%25";
    } else {
      name += c;
    }
  }
  return name;
}
// The path of a tensor's variable: tensor_name's inverse.
inline std::string variable_path(std::string_view name) {
  std::string path;
  for (; !name.empty(); name.remove_prefix(1)) {
    char c = name[0] == '.' ? '/' : name[0];
    for (const auto& [escape, meant] : {std::pair<std::string_view, char>{"%2E", '.'}, {"%25", '%'}, {"%5F", '_'}})
      if (name.substr(0, 3) == escape) {
        c = meant;
        name.remove_prefix(2);
        break;
      }
    path += c;
  }
  return path;
}

namespace detail {

constexpr std::string_view type_name(dtype t) { return t == f32 ? "F32" : t == i32 ? "I32" : t == f64 ? "F64" : ""; }

inline std::string listed(const std::vector<std::string>& names) {
  std::string s;
  for (std::size_t i = 0; i < names.size() && i < 5; ++i) s += (i ? ", " : "") + in_quotes(names[i]);
  return names.size() > 5 ? s + " and " + std::to_string(names.size() - 5) + " more" : s;
}

inline std::vector<std::uint64_t> dims_of(const shape& s) { return {s.d, s.d + s.rank}; }

}  // namespace detail

inline void save(const std::string& path, const variable_store& store, const save_options& options = {}) {
  struct item {
    std::string name;
    const variable_store::entry* from;
    std::size_t bytes;
  };
  std::vector<item> items;
  for (int i = 0; i < store.size(); ++i) {
    const auto& e = store[i];
    if (!options.roles.contains(e.kind)) continue;
    const std::string_view type = detail::type_name(e.type);
    if (type.empty() || !is_utf8(e.path))
      raise(path + ": variable " + in_quotes(e.path) + ": expected f32, i32 or f64 and a path in UTF-8, got " +
            std::string(name_of(e.type)) + "; rename it or leave its role out");
    items.push_back({tensor_name(e.path), &e, e.count() * static_cast<std::size_t>(type_bytes(type))});
  }
  if (items.empty())
    raise(path + ": variables: expected at least one of the roles to save, got none of " + std::to_string(store.size()) +
          "; check save_options.roles");
  // Wide elements first: every tensor is aligned. Then by name: the same variables give the same bytes.
  std::sort(items.begin(), items.end(), [](const item& a, const item& b) {
    const bool a_wide = a.from->type == f64, b_wide = b.from->type == f64;
    return a_wide != b_wide ? a_wide : a.name < b.name;
  });

  metadata about = options.about;
  const std::string version =
      std::to_string(IGATA_VERSION_MAJOR) + '.' + std::to_string(IGATA_VERSION_MINOR) + '.' + std::to_string(IGATA_VERSION_PATCH);
  for (const auto& [key, value] : {std::pair<std::string, std::string>{"format", "igata"},
                                   {"format_version", std::string(format_version)},
                                   {"igata_version", version}})
    if (!about.emplace(key, value).second)
      raise(path + ": metadata: expected keys other than format, format_version, igata_version, got " + in_quotes(key) + "; rename it");

  std::string json = "{\"__metadata__\":{";
  for (const auto& [key, value] : about) {
    if (!is_utf8(key) || !is_utf8(value)) raise(path + ": metadata " + in_quotes(key) + ": expected UTF-8, got other bytes; encode it");
    if (json.back() != '{') json += ',';
    json += json_string(key) + ':' + json_string(value);
  }
  json += '}';
  std::uint64_t end = 0;
  for (const item& i : items) {
    json += ',' + json_string(i.name) + ":{\"dtype\":\"" + std::string(detail::type_name(i.from->type)) +
            "\",\"shape\":" + dims_text(detail::dims_of(i.from->dims)) + ",\"data_offsets\":[" + std::to_string(end) + ',' +
            std::to_string(end + i.bytes) + "]}";
    end += i.bytes;
  }
  json += '}';
  json.append((8 - json.size() % 8) % 8, ' ');
  if (json.size() > longest_header)
    raise(path + ": header: expected at most " + std::to_string(longest_header) + " bytes, got " + std::to_string(json.size()) +
          "; save fewer variables or less metadata");

  output_file out(path);
  char prefix[8];
  for (int i = 0; i < 8; ++i) prefix[i] = static_cast<char>(static_cast<std::uint64_t>(json.size()) >> 8 * i & 0xff);
  out.write(prefix, sizeof prefix);
  out.write(json);
  for (const item& i : items) out.write(i.from->memory.data(), i.bytes);
  out.commit();
}

// Gives the file's metadata.
inline metadata load(const std::string& path, variable_store& store, const load_options& options = {}) {
  input_file in(path);
  header h = read_header(in);

  std::unordered_map<std::string, const tensor*> in_file;
  for (const tensor& t : h.tensors) in_file.emplace(t.name, &t);
  struct match {
    variable_store::entry* to;
    const tensor* from;
    std::vector<std::byte> bytes;
  };
  std::vector<match> matches;
  std::vector<std::string> missing, extra;
  for (int i = 0; i < store.size(); ++i) {
    auto& e = store[i];
    if (!options.roles.contains(e.kind)) continue;
    const auto found = in_file.find(tensor_name(e.path));
    if (found == in_file.end()) {
      missing.push_back(tensor_name(e.path));
      continue;
    }
    const tensor& t = *found->second;
    in_file.erase(found);
    const auto dims = detail::dims_of(e.dims);
    if (t.type != detail::type_name(e.type) || t.dims != dims)
      detail::fail(path, "tensor " + in_quotes(t.name), t.dims != dims ? "shape" : "dtype",
                   std::string(detail::type_name(e.type)) + dims_text(dims), t.type + dims_text(t.dims),
                   "was it saved from another model?");
    matches.push_back({&e, &t, {}});
  }
  for (const tensor& t : h.tensors)
    if (in_file.count(t.name)) extra.push_back(t.name);
  if (!options.partial && !missing.empty())
    detail::fail(path, "tensors", "missing", "all of the model's", "no " + detail::listed(missing),
                 "load with .partial = true to keep their values");
  if (!options.partial && !extra.empty())
    detail::fail(path, "tensors", "extra", "only the model's", detail::listed(extra),
                 "load with .partial = true to ignore them, or add their role to .roles");
  if (matches.empty() && !missing.empty())
    detail::fail(path, "tensors", "partial", "at least one of the model's", "none, though it has " + std::to_string(h.tensors.size()),
                 "was it saved from another model?");

  for (match& m : matches) {
    m.bytes.resize(static_cast<std::size_t>(m.from->end - m.from->begin));
    in.read(h.data_start + m.from->begin, m.bytes.data(), m.bytes.size());
  }
  for (const match& m : matches)
    if (!m.bytes.empty()) std::memcpy(m.to->memory.data(), m.bytes.data(), m.bytes.size());
  return h.about;
}

}  // namespace igata::inline IGATA_ABI::io::safetensors
