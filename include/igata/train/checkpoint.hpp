// Keeps the best weights (or all epochs'), in memory and in a safetensors file.
//
//   train::checkpoint best{.path = "best.safetensors"};
//   train::fit(t, digits, {.validation_split = 0.1}, best);
//   best.weights.restore(t.variables());
//
// "{epoch}" in the path becomes the epoch's number, from 1. With .roles = io::role_set::all() a file continues a training exactly.
#pragma once
#include <cstddef>  // size_t
#include <string>   // string

#include "../engine/decimal.hpp"
#include "../io/safetensors.hpp"
#include "monitor.hpp"
#include "snapshot.hpp"

namespace igata::inline IGATA_ABI::train {

struct checkpoint {
  std::string path{};  // none: in memory only
  std::string monitor = "val_loss";
  bool save_best_only = true;
  double min_delta = 0;
  better mode = better::automatic;
  io::role_set roles = io::model_roles;

  best_epoch best{};
  snapshot weights{};  // what was saved last

  void on_train_begin(context&) {
    best = {};
    weights = {};
  }
  void on_epoch_end(context& c) {
    if (save_best_only && !best.update(c, "checkpoint", monitor, mode, min_delta)) return;
    weights.take(c.variables, roles);
    if (path.empty()) return;
    io::safetensors::save_options how{.roles = roles};
    how.about["epoch"] = std::to_string(c.epoch + 1);
    for (const auto& [name, value] : c.values) how.about[name] = shortest(value);
    io::safetensors::save(path_of(c.epoch + 1), c.variables, how);
  }

  std::string path_of(int epoch) const {
    std::string result = path;
    const std::string pattern = "{epoch}";
    if (const std::size_t at = result.find(pattern); at != std::string::npos) result.replace(at, pattern.size(), std::to_string(epoch));
    return result;
  }
};

}  // namespace igata::inline IGATA_ABI::train
