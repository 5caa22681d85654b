// Variables to and from a safetensors file.
//
// load() changes nothing unless everything fits: paths, types, shapes; its report says what became of each. In a file '/' is '.', as users of
// PyTorch expect.
//
//   io::safetensors::save("digits.safetensors", t.variables());
//   io::safetensors::load("digits.safetensors", t.variables());
//   io::safetensors::load("encoder.safetensors", t.variables(), {.only = "backbone/*", .from = "encoder", .into = "backbone"});
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
#include "automatic_names.hpp"
#include "output_file.hpp"
#include "role_set.hpp"
#include "safetensors_header.hpp"

namespace igata::inline IGATA_ABI::io::safetensors {

static_assert(std::endian::native == std::endian::little, "safetensors: the file's bytes are used as they are, little-endian");

struct save_options {
  role_set roles = model_roles;
  metadata about{};  // "format", "format_version", "igata_version" are added, and "automatic_names" where layers have no names of their own
};
// A part of the variables meets a part of the file. Unless told otherwise, both parts must be the same.
struct load_options {
  role_set roles = model_roles;   // of the variables
  std::string only = "*";         // the variables whose path matches
  std::string from{};             // the tensors below this name, "encoder": encoder.dense.kernel is dense/kernel
  std::string into{};             // the variables below this path, "backbone": dense.kernel is backbone/dense/kernel
  bool allow_unexpected = false;  // tensors of the part that are no variable are left alone
  bool partial = false;           // whatever fits is loaded, at least one tensor; what did not fit stands in the report
};

// What became of each variable and tensor of the part, by the names that the file has or would have.
struct load_report {
  struct difference {
    std::string name, expected, got;  // F32[2,8]
  };
  std::vector<std::string> loaded;
  std::vector<std::string> missing;     // variables that the file does not have
  std::vector<std::string> unexpected;  // tensors that are no variable
  std::vector<difference> other_shape, other_type;
  metadata about{};  // the file's

  // Every variable of the part has the file's values.
  bool complete() const { return missing.empty() && other_shape.empty() && other_type.empty(); }
  // One line: "loaded 2; missing 'dense.kernel'; unexpected 'dense.weight'".
  std::string describe() const { return "loaded " + std::to_string(loaded.size()) + differences(); }
  std::string differences() const;
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

constexpr std::string_view type_name(dtype t) {
  constexpr std::string_view names[] = {
#define IGATA_DTYPE(name, text, bytes, type, code) code,
#include "../core/dtype.inc"
#undef IGATA_DTYPE
  };
  return names[static_cast<int>(t)];
}

// The first few: "'a', 'b' and 7 more".
template <class Items, class Show>
std::string listed(const Items& items, Show show) {
  std::string s;
  for (std::size_t i = 0; i < items.size() && i < 5; ++i) s += (i ? ", " : "") + show(items[i]);
  return items.size() > 5 ? s + " and " + std::to_string(items.size() - 5) + " more" : s;
}

inline std::vector<std::uint64_t> dims_of(const shape& s) { return {s.d, s.d + s.rank}; }

// What one can do about it, for a load that wanted everything to fit.
inline std::string remedy(const load_report& r) {
  if (r.complete()) return "ignore them with .allow_unexpected = true, or add their role to .roles";
  if (!r.other_type.empty()) return "convert the file to the types that are expected, or load the rest with .partial = true and look at the report";
  if (!r.other_shape.empty()) return "was it saved from another model? .partial = true loads the rest and reports what is left out";
  return "rename them, choose a part with .only, .from and .into, or load with .partial = true and look at the report";
}

}  // namespace detail

inline std::string load_report::differences() const {
  std::string s;
  const auto quoted_name = [](const std::string& name) { return in_quotes(name); };
  const auto both = [](const difference& d) { return in_quotes(d.name) + ' ' + d.got + " for " + d.expected; };
  if (!missing.empty()) s += "; missing " + detail::listed(missing, quoted_name);
  if (!unexpected.empty()) s += "; unexpected " + detail::listed(unexpected, quoted_name);
  if (!other_shape.empty()) s += "; of another shape " + detail::listed(other_shape, both);
  if (!other_type.empty()) s += "; of another type " + detail::listed(other_type, both);
  return s;
}

// Empty, or the sentence that says why the file cannot be written: the disk's failures are a value. What is wrong with the call is thrown.
[[nodiscard]] inline std::string try_save(const std::string& file, const variable_store& store, const save_options& options = {}) {
  const std::string path = escaped(file);
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
      raise(path + ": variable " + in_quotes(e.path) + ": expected a type other than bool and a path in UTF-8, got " +
            std::string(name_of(e.type)) + "; rename it or leave its role out");
    items.push_back({tensor_name(e.path), &e, e.count() * static_cast<std::size_t>(type_bytes(type))});
  }
  if (items.empty())
    raise(path + ": variables: expected at least one of the roles to save, got none of " + std::to_string(store.size()) +
          "; check save_options.roles");
  // Wide elements first: every tensor is aligned. Then by name: the same variables give the same bytes.
  std::sort(items.begin(), items.end(), [](const item& a, const item& b) {
    const int a_wide = size_of(a.from->type), b_wide = size_of(b.from->type);
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

  output_file out(file);
  char prefix[8];
  for (int i = 0; i < 8; ++i) prefix[i] = static_cast<char>(static_cast<std::uint64_t>(json.size()) >> 8 * i & 0xff);
  out.write(prefix, sizeof prefix);
  out.write(json);
  for (const item& i : items) out.write(i.from->memory.data(), i.bytes);
  return out.close();
}

// Writes the variables of some roles; throws error.
inline void save(const std::string& path, const variable_store& store, const save_options& options = {}) {
  if (const std::string why = try_save(path, store, options); !why.empty()) raise(why);
}

// Throws error, and changes nothing, unless the part fits (partial: some of it).
inline load_report load(const std::string& file, variable_store& store, const load_options& options = {}) {
  input_file in(file);
  const std::string& path = in.path();
  header h = read_header(in);
  load_report report;

  std::unordered_map<std::string, const tensor*> in_file;  // by their names below .from
  for (const tensor& t : h.tensors) {
    std::string_view name = t.name;
    if (!take_prefix(name, options.from, '.')) continue;
    const std::string below = variable_path(name), whole = options.into.empty() ? below : options.into + '/' + below;
    if (options.only == "*" || igata::ir::matches(options.only, whole)) in_file.emplace(name, &t);
  }
  const bool any_tensor = !in_file.empty();
  const auto name_in_file = [&](std::string_view path_below) {
    return (options.from.empty() ? "" : options.from + '.') + tensor_name(path_below);
  };
  struct match {
    variable_store::entry* to;
    const tensor* from;
    std::vector<std::byte> bytes;
  };
  std::vector<match> matches;
  bool any_variable = false;
  for (variable_store::entry& e : store) {
    std::string_view below = e.path;
    if (!options.roles.contains(e.kind) || !take_prefix(below, options.into, '/')) continue;
    if (options.only != "*" && !igata::ir::matches(options.only, e.path)) continue;
    any_variable = true;
    const auto found = in_file.find(tensor_name(below));
    if (found == in_file.end()) {
      report.missing.push_back(name_in_file(below));
      continue;
    }
    const tensor& t = *found->second;
    in_file.erase(found);
    const auto dims = detail::dims_of(e.dims);
    const std::string expected = std::string(detail::type_name(e.type)) + dims_text(dims), got = escaped(t.type) + dims_text(t.dims);
    if (t.type != detail::type_name(e.type)) {
      report.other_type.push_back({t.name, expected, got});
    } else if (t.dims != dims) {
      report.other_shape.push_back({t.name, expected, got});
    } else {
      report.loaded.push_back(t.name);
      matches.push_back({&e, &t, {}});
    }
  }
  for (const tensor& t : h.tensors) {
    std::string_view name = t.name;
    if (take_prefix(name, options.from, '.') && in_file.count(std::string(name))) report.unexpected.push_back(t.name);
  }

  if (!any_variable)
    raise(path + ": expected variables to load into, got none of " + std::to_string(store.size()) + "; check .roles, .only and .into");
  if (!any_tensor)
    raise(path + ": expected tensors of the part, got none of " + std::to_string(h.tensors.size()) + "; check .only and .from");
  const bool fits = report.complete() && (report.unexpected.empty() || options.allow_unexpected);
  if (!options.partial && !fits)
    raise(path + ": expected the model's tensors and no others, got" + report.differences().substr(1) + "; " + detail::remedy(report));
  if (matches.empty())
    raise(path + ": expected at least one tensor that fits the model, got" + report.differences().substr(1) + "; was it saved from another model?");

  std::vector<const variable_store::entry*> loads;
  for (const match& m : matches) loads.push_back(m.to);
  std::vector<std::string> tensor_paths;
  for (const tensor& t : h.tensors) tensor_paths.push_back(variable_path(t.name));
  if (const std::string why = names_conflict(h.about, tensor_paths, variable_path(options.from), store, loads, options.into); !why.empty())
    raise(path + ": " + why);

  for (match& m : matches) {
    m.bytes.resize(static_cast<std::size_t>(m.from->end - m.from->begin));
    in.read(h.data_start + m.from->begin, m.bytes.data(), m.bytes.size());
  }
  for (const match& m : matches)
    if (!m.bytes.empty()) std::memcpy(m.to->memory.data(), m.bytes.data(), m.bytes.size());
  report.about = std::move(h.about);
  return report;
}

}  // namespace igata::inline IGATA_ABI::io::safetensors
