// Variables from a safetensors file.
#pragma once
#include <cstddef>        // byte, size_t
#include <cstdint>        // uint64_t
#include <cstring>        // memcpy
#include <optional>       // optional
#include <string>         // string
#include <string_view>    // string_view
#include <unordered_map>  // unordered_map
#include <vector>         // vector

#include "../engine/store.hpp"
#include "automatic_names.hpp"
#include "role_set.hpp"
#include "safetensors_header.hpp"
#include "safetensors_names.hpp"

namespace igata::inline IGATA_ABI::io::safetensors {

// A part of the variables meets a part of the file. Unless told otherwise, both parts must be the same.
struct load_options {
  role_set roles = model_roles;   // of the variables
  std::string only = "*";         // the variables whose path matches
  std::string from{};             // the tensors below this name, "encoder": encoder.dense.kernel is dense/kernel
  std::string into{};             // the variables below this path, "backbone": dense.kernel is backbone/dense/kernel
  bool allow_unexpected = false;  // tensors of the part that are no variable are left alone
  bool convert = false;           // numbers of another type become the variable's: rounded, but an integer needs a whole number in its range
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
  std::vector<difference> converted;  // of those loaded
  metadata about{};  // the file's

  // Every variable of the part has the file's values.
  bool complete() const { return missing.empty() && other_shape.empty() && other_type.empty(); }
  // One line: "loaded 2; missing 'dense.kernel'; unexpected 'dense.weight'".
  std::string describe() const;
  std::string differences() const;
};

namespace detail {

// The first few: "'a', 'b' and 7 more".
template <class Items, class Show>
std::string listed(const Items& items, Show show) {
  std::string s;
  for (std::size_t i = 0; i < items.size() && i < 5; ++i) s += (i ? ", " : "") + show(items[i]);
  return items.size() > 5 ? s + " and " + std::to_string(items.size() - 5) + " more" : s;
}

inline std::string both_of(const load_report::difference& d) { return in_quotes(d.name) + ' ' + d.got + " for " + d.expected; }

// What one can do about it, for a load that wanted everything to fit.
inline std::string remedy(const load_report& r) {
  if (r.complete()) return "ignore them with .allow_unexpected = true, or add their role to .roles";
  for (const auto& d : r.other_type)
    if (const std::string type = d.got.substr(0, d.got.find('[')); !read_as(type))
      return "numbers of " + type + " are not read: convert the file, or load the rest with .partial = true and look at the report";
  if (!r.other_type.empty()) return "convert them with .convert = true, or load the rest with .partial = true and look at the report";
  if (!r.other_shape.empty()) return "was it saved from another model? .partial = true loads the rest and reports what is left out";
  return "rename them, choose a part with .only, .from and .into, or load with .partial = true and look at the report";
}

}  // namespace detail

inline std::string load_report::differences() const {
  std::string s;
  const auto quoted_name = [](const std::string& name) { return in_quotes(name); };
  if (!missing.empty()) s += "; missing " + detail::listed(missing, quoted_name);
  if (!unexpected.empty()) s += "; unexpected " + detail::listed(unexpected, quoted_name);
  if (!other_shape.empty()) s += "; of another shape " + detail::listed(other_shape, detail::both_of);
  if (!other_type.empty()) s += "; of another type " + detail::listed(other_type, detail::both_of);
  return s;
}

inline std::string load_report::describe() const {
  return "loaded " + std::to_string(loaded.size()) + (converted.empty() ? "" : "; converted " + detail::listed(converted, detail::both_of)) +
         differences();
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
    const bool same_type = t.type == detail::type_name(e.type);
    if (!detail::read_as(t.type) || (!same_type && !options.convert)) {
      report.other_type.push_back({t.name, expected, got});
    } else if (t.dims != dims) {
      report.other_shape.push_back({t.name, expected, got});
    } else {
      report.loaded.push_back(t.name);
      if (!same_type) report.converted.push_back({t.name, expected, got});
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
    if (detail::is_float8(m.from->type)) m.bytes = detail::float8_as_floats(m.from->type, m.bytes);
    // What may be wrong in a number: a bool of a file may be any byte.
    if (const dtype type = *detail::read_as(m.from->type); type != m.to->type || type == boolean)
      m.bytes = detail::converted(path + ": tensor " + in_quotes(m.from->name), type, m.bytes.data(), m.to->type, m.to->count());
  }
  for (const match& m : matches)
    if (!m.bytes.empty()) std::memcpy(m.to->memory.data(), m.bytes.data(), m.bytes.size());
  report.about = std::move(h.about);
  return report;
}

}  // namespace igata::inline IGATA_ABI::io::safetensors
