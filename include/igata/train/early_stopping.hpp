// Ends a training that no longer gets better.
//
//   train::fit(t, digits, {.epochs = 100, .validation = &held_out}, train::early_stopping{.patience = 5, .restore_best_weights = true});
#pragma once
#include <string>  // string

#include "monitor.hpp"
#include "resume.hpp"
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
  int first_epoch = 0;  // of this fit
  std::string kept{};   // where its state is, see context::keep

  // A training that goes on (.first_epoch, .resume) keeps its best epoch and weights.
  void on_train_begin(context& c) {
    if (patience < 0) raise(text() << "early_stopping: patience: expected 0 or more, got " << patience);
    best.begin(c, "early_stopping", monitor, mode, min_delta);
    kept = c.keep("early_stopping", monitor);
    if (best.epoch < 0) {
      best_weights = {};
      recall_best(c.kept, kept, best, best_weights);
      if (restore_best_weights && best.epoch >= 0 && best_weights.empty())
        raise(text() << "early_stopping: restore_best_weights: expected the weights of epoch " << best.epoch + 1
                     << ", got a file without them; it was saved without .restore_best_weights");
    }
    if (best.epoch >= 0) keep_best(c.kept, kept, best, best_weights);
    first_epoch = c.epoch;
    stopped_epoch = -1;
  }
  void on_epoch_end(context& c) {
    if (best.update(c, "early_stopping", monitor, mode, min_delta)) {
      if (restore_best_weights) best_weights.take(c.variables);
      keep_best(c.kept, kept, best, best_weights);
    } else if (c.epoch - (best.epoch < 0 ? first_epoch - 1 : best.epoch) >= patience) {
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
