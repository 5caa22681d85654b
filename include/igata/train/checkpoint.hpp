// Keeps the best weights (or all epochs'), in memory and in a safetensors file.
//
//   train::checkpoint best{.path = "best.safetensors"};
//   train::fit(t, digits, {.validation_split = 0.1}, best);
//   best.weights.restore(t.variables());
//
// "{epoch}" in the path becomes the epoch's number, from 1. With .roles = io::role_set::all() fit's .resume continues a
// training exactly. One that goes on takes the best epoch so far from the file that is there, so that no worse one replaces it.
#pragma once
#include <cstddef>  // size_t
#include <cstdio>   // fprintf
#include <string>   // stoi, string, to_string
#include <utility>  // move

#include "../engine/decimal.hpp"
#include "../io/read_decimal.hpp"
#include "../io/safetensors.hpp"
#include "monitor.hpp"
#include "resume.hpp"
#include "snapshot.hpp"

namespace igata::inline IGATA_ABI::train {

struct checkpoint {
  std::string path{};  // none: in memory only
  std::string monitor = "val_loss";
  bool save_best_only = true;
  double min_delta = 0;
  better mode = better::automatic;
  io::role_set roles = io::model_roles;
  bool ignore_write_errors = false;  // true: the training goes on, a line on stderr says so, and the next epoch tries again

  best_epoch best{};
  snapshot weights{};         // what was to be saved last, written or not
  int write_errors = 0;       // of this fit
  std::string write_error{};  // the last one
  io::safetensors::metadata unwritten{};  // of the weights, until they are in their file
  snapshot callbacks{};                   // what they have kept
  std::string kept{};                     // where its state is, see context::keep

  void on_train_begin(context& c) {
    write_errors = 0;
    write_error = {};
    unwritten = {};
    if (save_best_only) best.begin(c, "checkpoint", monitor, mode, min_delta);
    else best = {};
    kept = save_best_only && path.empty() ? c.keep("checkpoint", monitor) : "";
    if (!path.empty() && saves_all()) c.keeps = false;
    if (best.epoch < 0) {
      weights = {};
      if (!kept.empty()) recall_best(c.kept, kept, best, weights);
      else if (save_best_only) continue_from_file(c);
    }
    if (!kept.empty() && best.epoch >= 0) keep_best(c.kept, kept, best, weights);
  }
  void on_epoch_end(context& c) {
    if (!save_best_only || best.update(c, "checkpoint", monitor, mode, min_delta)) {
      weights.take(c.variables, roles);
      unwritten = {};
      for (const auto& [name, value] : c.values) unwritten[name] = shortest(value);
      unwritten["epoch"] = std::to_string(c.epoch + 1);
      if (save_best_only) unwritten["monitor"] = monitor;
      if (!kept.empty()) keep_best(c.kept, kept, best, weights);
      callbacks = {};
      if (saves_all()) callbacks.take(c.kept, roles);
    }
    if (path.empty() || unwritten.empty()) return;
    snapshot file = weights;
    file.take(callbacks.variables(), roles);
    write_error = io::safetensors::try_save(path_of(std::stoi(unwritten["epoch"])), file.variables(), {.roles = roles, .about = unwritten});
    if (write_error.empty()) {
      unwritten = {};
      return;
    }
    ++write_errors;
    if (!ignore_write_errors) raise(write_error);
    std::fprintf(stderr, "checkpoint: %s (the training goes on)\n", write_error.c_str());
  }

  std::string path_of(int epoch) const {
    std::string result = path;
    const std::string pattern = "{epoch}";
    if (const std::size_t at = result.find(pattern); at != std::string::npos) result.replace(at, pattern.size(), std::to_string(epoch));
    return result;
  }

 private:
  bool saves_all() const { return roles == io::role_set::all(); }
  // The newest file of an epoch before this fit, where there is one.
  void continue_from_file(const context& c) {
    const bool numbered = path_of(1) != path;
    for (int epoch = c.epoch; epoch > 0; epoch = numbered ? epoch - 1 : 0) {
      const std::string file = path_of(epoch);
      if (!io::exists(file)) continue;
      const io::safetensors::metadata about = io::safetensors::read_header(file).about;
      const auto number = [&](const std::string& key, double& x) { return about.count(key) && io::read_decimal(about.at(key), x); };
      double value = 0, saved = 0;
      if (!about.count("monitor") || about.at("monitor") != monitor || !number(monitor, value) || !number("epoch", saved))
        raise("checkpoint: " + file + ": expected a file that monitors '" + monitor +
              "', got another one; move it away or give another path");
      if (!(saved >= 1 && saved <= c.epoch))
        raise("checkpoint: " + file + ": expected an epoch before .first_epoch = " + std::to_string(c.epoch) + ", got epoch " + about.at("epoch") +
              "; move it away or correct .first_epoch");
      snapshot from_file;
      from_file.take(c.variables, roles);
      from_file.load(file, roles);
      weights = std::move(from_file);
      best = {static_cast<int>(saved) - 1, value};
      return;
    }
  }
};

}  // namespace igata::inline IGATA_ABI::train
