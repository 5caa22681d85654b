// Ends a training that no longer gets better.
//
//   train::fit(t, digits, {.epochs = 100, .validation = &held_out}, train::early_stopping{.patience = 5, .restore_best_weights = true});
#pragma once
#include <string>  // string

#include "monitor.hpp"
#include "snapshot.hpp"

namespace igata::inline IGATA_ABI::train {

struct early_stopping {
  std::string monitor = "val_loss";
  int patience = 0;      // so many epochs without improvement are endured
  double min_delta = 0;  // less than this is no improvement
  bool restore_best_weights = false;
  better mode = better::automatic;

  best_epoch best{};
  int stopped_epoch = -1;  // from 0; -1: the training ran to its end
  snapshot best_weights{};

  void on_train_begin(context&) {
    best = {};
    stopped_epoch = -1;
    best_weights = {};
  }
  void on_epoch_end(context& c) {
    if (best.update(c, "early_stopping", monitor, mode, min_delta)) {
      if (restore_best_weights) best_weights.take(c.variables);
    } else if (c.epoch - best.epoch >= patience) {
      stopped_epoch = c.epoch;
      c.stop = true;
    }
  }
  // Also after a training that was not stopped: its last epoch need not be its best.
  void on_train_end(context& c) {
    if (restore_best_weights) best_weights.restore(c.variables);
  }
};

}  // namespace igata::inline IGATA_ABI::train
