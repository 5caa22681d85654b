// What may watch and steer a training.
//
// A callback derives from `callback`, or is any type with some of its functions: such a type may be an aggregate with options.
//
//   struct stop_at { double loss; void on_epoch_end(train::context& c) { c.stop = c.values["loss"] < loss; } };
//   train::fit(t, digits, {.epochs = 100}, stop_at{.loss = 0.1});
#pragma once
#include <algorithm>    // find
#include <string>       // string, to_string
#include <string_view>  // string_view
#include <type_traits>  // is_base_of
#include <utility>      // declval
#include <vector>       // vector

#include "../engine/store.hpp"
#include "history.hpp"

namespace igata::inline IGATA_ABI::train {

// What a callback sees and may change.
//
//   void on_train_begin(train::context& c) { c.measured.set("val_f1", better::higher); }      // others may monitor it
struct context {
  variable_store& variables;
  int epochs = 1, batches = 1;  // how many there are
  int epoch = 0, batch = 0;     // which one, from 0; in on_train_begin the first epoch of this fit: above 0 a training goes on
  int rows = 0, row = 0;        // of an epoch: how many, and how many are done
  measures measured{};          // what `values` will hold; a callback that adds one says so in on_train_begin
  logs values{};                // means so far of this epoch; at its end with validation. What a callback adds goes to the history
  bool stop = false;            // set it to end the training
  variable_store kept{};        // below the names that keep() has given: a checkpoint of all roles saves it, and .resume has it back
  bool keeps = true;            // until such a checkpoint's turn comes

  // In on_train_begin: the name in `kept` below which a callback may have its state. A second callback of the same name gets another one.
  // Nothing is there in a new training. Of one that goes on, what the callback left there.
  std::string keep(const std::string& who, const std::string& what) {
    if (!keeps)
      raise(who + ": expected in front of the checkpoint that saves its state, got behind it; change the order of fit's callbacks");
    const std::string first = "callbacks/" + who + '/' + what;
    std::string name = first;
    for (int i = 1; std::find(given.begin(), given.end(), name) != given.end(); ++i) name = first + '_' + std::to_string(i);
    given.push_back(name);
    return name;
  }
  std::vector<std::string> given{};  // by keep()

  // By its path or by the last part of it: "learning_rate" is "optimizer/learning_rate" where there is only one.
  double hyper_parameter(std::string_view name) const {
    const auto& e = find_hyper_parameter(name);
    return e.type == f64 ? e.values<double>()[0] : static_cast<double>(e.floats()[0]);
  }
  void set_hyper_parameter(std::string_view name, double value) {
    const auto& e = find_hyper_parameter(name);
    if (e.type == f64) e.values<double>()[0] = value;
    else e.floats()[0] = static_cast<float>(value);
  }

 private:
  const variable_store::entry& find_hyper_parameter(std::string_view name) const {
    const variable_store::entry* found = nullptr;
    text all, line;
    for (int i = 0; i < variables.size(); ++i) {
      const auto& e = variables[i];
      if (e.kind != role::hyper_parameter || !is_floating(e.type) || e.count() != 1) continue;
      if (e.path == name) return e;
      all << (all.empty() ? "'" : ", '") << e.path << '\'';
      const std::string_view path = e.path;
      if (path.size() <= name.size() || path.substr(path.size() - name.size()) != name || path[path.size() - name.size() - 1] != '/')
        continue;
      if (found)
        raise(line << "hyper-parameter '" << name << "': expected one, got '" << found->path << "' and '" << e.path << "'; give the whole path");
      found = &e;
    }
    if (found) return *found;
    raise(line << "hyper-parameter '" << name << "': expected one of " << (all.empty() ? text("none at all") : all) << ", got an unknown name");
  }
};

class callback {
 public:
  virtual ~callback() = default;
  virtual void on_train_begin(context&) {}
  virtual void on_epoch_begin(context&) {}
  virtual void on_batch_end(context&) {}
  virtual void on_epoch_end(context&) {}
  virtual void on_train_end(context&) {}
  virtual void on_train_error(context&) {}  // in place of on_train_end, where fit ends by an exception
};

template <class C>
concept CallbackLike = requires(C& c, context& x) {
  c.on_train_begin(x);
}
|| requires(C& c, context& x) { c.on_epoch_begin(x); }
|| requires(C& c, context& x) { c.on_batch_end(x); }
|| requires(C& c, context& x) { c.on_epoch_end(x); }
|| requires(C& c, context& x) { c.on_train_end(x); }
|| requires(C& c, context& x) { c.on_train_error(x); };

namespace detail {

template <class C>
class adapted final : public callback {
 public:
  explicit adapted(C& c) : c_(c) {}
  void on_train_begin(context& x) override {
    if constexpr (requires { c_.on_train_begin(x); }) c_.on_train_begin(x);
  }
  void on_epoch_begin(context& x) override {
    if constexpr (requires { c_.on_epoch_begin(x); }) c_.on_epoch_begin(x);
  }
  void on_batch_end(context& x) override {
    if constexpr (requires { c_.on_batch_end(x); }) c_.on_batch_end(x);
  }
  void on_epoch_end(context& x) override {
    if constexpr (requires { c_.on_epoch_end(x); }) c_.on_epoch_end(x);
  }
  void on_train_end(context& x) override {
    if constexpr (requires { c_.on_train_end(x); }) c_.on_train_end(x);
  }
  void on_train_error(context& x) override {
    if constexpr (requires { c_.on_train_error(x); }) c_.on_train_error(x);
  }

 private:
  C& c_;
};

}  // namespace detail

}  // namespace igata::inline IGATA_ABI::train
