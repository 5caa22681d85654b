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
  int patience = 0;      // the training ends behind so many epochs without improvement in a row; 0 is as 1 (as in Keras and Lightning)
  double min_delta = 0;  // less than this is no improvement
  bool restore_best_weights = false;
  better mode = better::automatic;

  best_epoch best{};
  int stopped_epoch = -1;  // from 0; -1: the training ran to its end
  snapshot best_weights{};

  // A training that goes on (.first_epoch) keeps its best epoch and weights.
  void on_train_begin(context& c) {
    if (patience < 0) raise(text() << "early_stopping: patience: expected 0 or more, got " << patience);
    best.begin(c, "early_stopping", monitor, mode, min_delta);
    if (best.epoch < 0) best_weights = {};
    stopped_epoch = -1;
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
  void on_train_error(context& c) { on_train_end(c); }
};

}  // namespace igata::inline IGATA_ABI::train
