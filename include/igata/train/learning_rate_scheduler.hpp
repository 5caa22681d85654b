// Sets the learning rate, or another hyper-parameter, before every epoch.
//
//   train::learning_rate_scheduler{[](int epoch) { return epoch < 10 ? 1e-3f : 1e-4f; }}
#pragma once
#include <functional>  // function
#include <string>      // string

#include "../core/math.hpp"
#include "callback.hpp"

namespace igata::inline IGATA_ABI::train {

struct learning_rate_scheduler {
  std::function<double(int epoch)> schedule{};  // epochs count from 0
  std::string hyper_parameter = "learning_rate";

  void on_train_begin(context& c) { c.measured.set(hyper_parameter); }
  void on_epoch_begin(context& c) {
    if (!schedule) raise(text("learning_rate_scheduler: schedule: expected a function of the epoch, got none"));
    const double value = schedule(c.epoch);
    if (!math::is_finite(value))
      raise(text() << "learning_rate_scheduler: epoch " << c.epoch + 1 << ": expected a finite number, got " << value
                   << "; correct the schedule");
    c.set_hyper_parameter(hyper_parameter, value);
  }
  void on_epoch_end(context& c) { c.values.set(hyper_parameter, c.hyper_parameter(hyper_parameter)); }
};

}  // namespace igata::inline IGATA_ABI::train
