// Going on from a checkpoint's file: variables, the epoch, and what callbacks have kept.
#pragma once
#include <cstdint>      // uint64_t
#include <cstring>      // memcpy
#include <limits>       // numeric_limits
#include <string>       // string
#include <string_view>  // string_view

#include "../io/read_decimal.hpp"
#include "../io/safetensors.hpp"
#include "monitor.hpp"
#include "snapshot.hpp"

namespace igata::inline IGATA_ABI::train {

// The best epoch and its weights, below a name of context::keep.
inline void keep_best(variable_store& kept, const std::string& name, const best_epoch& best, const snapshot& weights) {
  kept.add(name + "/epoch", role::stream, i32, {}).ints()[0] = best.epoch;
  std::memcpy(kept.add(name + "/value", role::stream, f64, {}).memory.data(), &best.value, sizeof best.value);
  for (const variable_store::entry& e : weights.variables())
    std::memcpy(kept.add(name + "/weights/" + std::string(e.path), e.kind, e.type, e.dims).memory.data(), e.memory.data(), e.memory.size());
}
// Leaves both as they are where nothing was kept.
inline void recall_best(const variable_store& kept, const std::string& name, best_epoch& best, snapshot& weights) {
  const variable_store::entry *epoch = kept.find(name + "/epoch"), *value = kept.find(name + "/value");
  if (!epoch || !value || epoch->type != i32 || value->type != f64 || epoch->count() != 1 || value->count() != 1) return;
  best.epoch = epoch->ints()[0];
  std::memcpy(&best.value, value->memory.data(), sizeof best.value);
  weights = {};
  weights.take_below(kept, name + "/weights/");
}

namespace detail {

// How many epochs are done, fewer than `epochs`. Nothing has changed if it throws.
inline int resume(const std::string& file, variable_store& variables, variable_store& kept, int epochs) {
  variable_store whole(variables);
  for (const io::safetensors::tensor& t : io::safetensors::read_header(file).tensors) {
    const std::string path = io::safetensors::variable_path(t.name);
    if (!path.starts_with("callbacks/") || t.dims.size() > max_rank) continue;  // load says what is unexpected
    shape dims;
    dims.rank = static_cast<int>(t.dims.size());
    bool fits = true;
    for (int i = 0; i < dims.rank; ++i) {
      const std::uint64_t extent = t.dims[static_cast<std::size_t>(i)];
      fits &= extent <= static_cast<std::uint64_t>((std::numeric_limits<int>::max)());
      dims.d[i] = static_cast<int>(extent);
    }
    if (const auto type = io::safetensors::detail::type_named(t.type); fits && type) whole.add(path, role::stream, *type, dims);
  }
  const io::safetensors::load_report report = io::safetensors::load(file, whole, {.roles = io::role_set::all()});
  double epoch = 0;
  if (!report.about.count("epoch") || !io::read_decimal(report.about.at("epoch"), epoch))
    raise("fit: resume: " + file + ": expected a checkpoint's file, which says its epoch, got another one; load it and give .first_epoch");
  if (!(epoch >= 1 && epoch < epochs))
    raise("fit: resume: " + file + ": expected an epoch from 1 to " + std::to_string(epochs - 1) + ", got " + report.about.at("epoch") +
          "; .epochs counts the done ones too");
  for (const variable_store::entry& e : whole) {
    variable_store::entry* const own = variables.find(e.path);
    std::memcpy((own ? *own : kept.add(e)).memory.data(), e.memory.data(), e.memory.size());
  }
  return static_cast<int>(epoch);
}

}  // namespace detail

}  // namespace igata::inline IGATA_ABI::train
