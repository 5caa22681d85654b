// fit, evaluate, predict: the loops around a training program.
//
//   train::history h = train::fit(t, digits, {.epochs = 10, .validation = &held_out}, train::early_stopping{.patience = 3});
//   double accuracy = train::evaluate(t, held_out)["accuracy"];
//   std::vector<float> scores = train::predict(t, held_out);
#pragma once
#include <chrono>       // steady_clock
#include <cstddef>      // size_t
#include <cstdint>      // uint32_t
#include <cstdio>       // FILE, stdout
#include <string>       // string
#include <type_traits>  // is_base_of_v, remove_cvref_t
#include <vector>       // vector

#include "../core/math.hpp"
#include "callback.hpp"
#include "dataset.hpp"
#include "history.hpp"
#include "loader.hpp"
#include "progress.hpp"
#include "trainable.hpp"

namespace igata::inline IGATA_ABI::train {

struct fit_options {
  int epochs = 1;
  int first_epoch = 0;                  // to continue: the epochs that are done, out of .epochs
  int batch_size = 0;                   // 0: the program's max_batch
  const dataset* validation = nullptr;  // measured after every epoch
  double validation_split = 0;          // or: this share of the rows, chosen by the seed
  bool shuffle = true;
  std::uint32_t seed = 0;
  progress_mode progress = progress_mode::automatic;
  std::FILE* output = stdout;  // of the progress
};

namespace detail {

// Columns that fit the program's first `inputs` inputs, or a message about the first that does not.
inline std::vector<std::string> bound_columns(const program_ref& t, const dataset& data, int inputs, const std::string& who) {
  if (data.empty()) raise(who + ": dataset: expected at least one row, got none; is the source empty?");
  std::vector<std::string> names;
  for (int i = 0; i < inputs; ++i) {
    const std::string name(t.input_name(i));
    const auto* c = data.find(name);
    if (!c)
      raise(who + ": input '" + name + "': expected a column of that name, got " + data.column_names() + "; rename one of them");
    if (c->type != t.input_type(i) || c->row != t.input_row(i))
      raise(text() << who << ": input '" << name << "': expected rows of " << t.input_row(i) << ' ' << name_of(t.input_type(i))
                   << ", got " << c->row << ' ' << name_of(c->type) << "; check the column's shape and type");
    names.push_back(name);
  }
  return names;
}

inline int checked_batch_size(const program_ref& t, int wanted, const std::string& who) {
  if (wanted >= 0 && wanted <= t.max_batch) return wanted == 0 ? t.max_batch : wanted;
  raise(text() << who << ": batch_size: expected 1 to " << t.max_batch << " (max_batch), got " << wanted
               << "; lower it or build the program with a larger max_batch");
}

inline void require_ok(const status& s, const program_ref& t, const loader& batch, const std::string& where, const char* call) {
  if (s) return;
  text line;
  line << where << ": " << describe(s, call, s.input >= 0 && s.input < t.input_count ? t.input_name(s.input) : std::string_view{});
  if ((s.value == status::code::index_out_of_range || s.value == status::code::label_out_of_range) && s.row >= 0 && s.row < batch.rows())
    line << " (row " << batch.row(s.row) << " of the dataset)";
  raise(line);
}

// The first variable that holds NaN, or the first weight that holds an infinity, and that number; or null.
// A state of the user's own, such as a running minimum, may begin with an infinity.
struct broken_variable {
  const variable_store::entry* at = nullptr;
  float number = 0;
};
inline broken_variable find_broken(const variable_store& variables) {
  for (const variable_store::entry& e : variables)
    if (e.type == f32)
      for (const float x : e.floats())
        if (math::is_nan(x) || (e.kind == role::weight && !math::is_finite(x))) return {&e, x};
  return {};
}
inline constexpr const char* mend_variables = "restore a checkpoint or construct the program anew";

// A loss that is not finite: bad data if there is some in the batch, else weights that were not finite before, else the training itself.
// A training step (`updated`) has changed the weights by then.
inline void require_finite(float loss, const program_ref& t, const loader& batch, const std::string& where, bool updated) {
  if (math::is_finite(loss)) return;
  text line;
  line << where << ": " << t.metric_name(0) << ": expected a finite number, got " << loss << "; ";
  const broken_variable broken = find_broken(t.variables());
  const auto raise_with_weights = [&] {
    if (updated && broken.at) line << "; variable '" << broken.at->path << "' holds " << broken.number << " now: " << mend_variables;
    raise(line);
  };
  for (int i = 0; i < t.input_count; ++i) {
    if (t.input_type(i) != f32) continue;
    const auto* values = static_cast<const float*>(batch.inputs()[i]);
    const int row = t.input_row(i);
    for (int k = 0; k < row * batch.rows(); ++k)
      if (!math::is_finite(values[k])) {
        line << "input '" << t.input_name(i) << "' holds " << values[k] << " in row " << batch.row(k / row) << " of the dataset: clean the data";
        raise_with_weights();
      }
  }
  if (!updated && broken.at) raise(line << "variable '" << broken.at->path << "' holds " << broken.number << ": " << mend_variables);
  line << "lower the learning rate";
  const variable_store& variables = t.variables();
  for (int i = 0; i < variables.size(); ++i)
    if (const auto& e = variables[i]; e.kind == role::hyper && e.path.ends_with("learning_rate") && e.type == f32)
      line << " (" << e.floats()[0] << ')';
  line << " or scale the features to about [-1, 1]";
  raise_with_weights();
}

// Means over rows: batches count by their true size.
class row_means {
 public:
  explicit row_means(const program_ref& t) : t_(t), sums_(static_cast<std::size_t>(t.metric_count)) {}
  void add(int n) {
    for (int i = 0; i < t_.metric_count; ++i) sums_[static_cast<std::size_t>(i)] += static_cast<double>(t_.metric(i)) * n;
    rows_ += n;
  }
  void write(logs& to, const std::string& prefix = {}) const {
    for (int i = 0; i < t_.metric_count; ++i) to.set(prefix + std::string(t_.metric_name(i)), sums_[static_cast<std::size_t>(i)] / rows_);
  }

 private:
  const program_ref& t_;
  std::vector<double> sums_;
  int rows_ = 0;
};

inline void measure(const program_ref& t, loader& batches, logs& to, const std::string& prefix, const std::string& who) {
  row_means means(t);
  batches.start(0);
  for (int batch = 1; batches.next(); ++batch) {
    const std::string where = who + " batch " + std::to_string(batch);
    require_ok(t.evaluate(batches.inputs(), batches.rows()), t, batches, where, "evaluate");
    require_finite(t.metric(0), t, batches, where, false);
    means.add(batches.rows());
  }
  means.write(to, prefix);
}

inline history fit(const program_ref& t, const dataset& all, const fit_options& o, const std::vector<callback*>& callbacks) {
  if (o.epochs < 1) raise(text() << "fit: epochs: expected at least 1, got " << o.epochs);
  if (o.first_epoch < 0 || o.first_epoch >= o.epochs)
    raise(text() << "fit: first_epoch: expected 0 to " << o.epochs - 1 << ", got " << o.first_epoch
                 << "; .epochs counts the done ones too");
  const int batch_size = checked_batch_size(t, o.batch_size, "fit");
  if (o.validation && o.validation_split != 0)
    raise(text("fit: validation: expected .validation or .validation_split, got both; leave one out"));
  bound_columns(t, all, t.input_count, "fit");
  const auto parts = o.validation_split != 0 ? all.split(o.validation_split, o.seed) : dataset::parts{all, {}};
  const dataset& data = parts.rest;
  const dataset* validation = o.validation_split != 0 ? &parts.held_out : o.validation;

  loader batches(data, bound_columns(t, data, t.input_count, "fit"), batch_size, {.shuffle = o.shuffle, .seed = o.seed});
  std::vector<loader> held_out;  // one or none
  if (validation) held_out.emplace_back(*validation, bound_columns(t, *validation, t.input_count, "fit: validation"), batch_size);

  const auto tell = [&](void (callback::*what)(context&), context& c) {
    for (callback* each : callbacks) (each->*what)(c);
  };
  history past;
  context c{.variables = t.variables(), .epochs = o.epochs, .batches = batches.batches(), .rows = data.size()};
  tell(&callback::on_train_begin, c);
  // Behind the callbacks: one of them may restore the weights.
  if (const broken_variable broken = find_broken(t.variables()); broken.at)
    raise(text() << "fit: variable '" << broken.at->path << "': expected finite numbers, got " << broken.number << "; " << mend_variables);
  for (c.epoch = o.first_epoch; c.epoch < o.epochs && !c.stop; ++c.epoch) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string epoch = "fit: epoch " + std::to_string(c.epoch + 1);
    row_means means(t);
    c.values = {};
    c.row = 0;
    tell(&callback::on_epoch_begin, c);
    if (c.stop) break;
    batches.start(c.epoch);
    for (c.batch = 0; !c.stop && batches.next(); ++c.batch) {
      const std::string where = epoch + " batch " + std::to_string(c.batch + 1);
      require_ok(t.step(batches.inputs(), batches.rows()), t, batches, where, "step");
      require_finite(t.metric(0), t, batches, where, true);
      means.add(batches.rows());
      means.write(c.values);
      c.row += batches.rows();
      tell(&callback::on_batch_end, c);
    }
    if (validation) measure(t, held_out[0], c.values, "val_", epoch + " validation");
    tell(&callback::on_epoch_end, c);
    past.add(c.values, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  tell(&callback::on_train_end, c);
  return past;
}

inline logs evaluate(const program_ref& t, const dataset& data, int batch_size) {
  loader batches(data, bound_columns(t, data, t.input_count, "evaluate"), checked_batch_size(t, batch_size, "evaluate"));
  logs result;
  measure(t, batches, result, "", "evaluate:");
  return result;
}

inline std::vector<float> predict(const program_ref& t, const dataset& data, int batch_size) {
  loader batches(data, bound_columns(t, data, t.feature_count, "predict"), checked_batch_size(t, batch_size, "predict"));
  const auto row = static_cast<std::size_t>(t.output_row);
  std::vector<float> result(row * static_cast<std::size_t>(data.size()));
  float* to = result.data();
  for (int batch = 1; batches.next(); ++batch) {
    void* const out[] = {to};
    require_ok(t.predict(batches.inputs(), batches.rows(), out), t, batches, "predict: batch " + std::to_string(batch), "predict");
    to += row * static_cast<std::size_t>(batches.rows());
  }
  return result;
}

// A callback by itself, or the adaptor of what has a callback's functions.
template <class C>
class as_callback {
 public:
  explicit as_callback(C& c) : adapted_(c) {}
  callback* get() { return &adapted_; }

 private:
  adapted<C> adapted_;
};
template <class C>
requires std::is_base_of_v<callback, C>
class as_callback<C> {
 public:
  explicit as_callback(C& c) : c_(&c) {}
  callback* get() { return c_; }

 private:
  callback* c_;
};

template <class... Adaptors>
history fit_with(const program_ref& t, const dataset& data, const fit_options& options, Adaptors&&... callbacks) {
  progress shown(options.progress, options.output);
  return fit(t, data, options, {callbacks.get()..., &shown});
}

}  // namespace detail

template <trainable T, class... Callbacks>
requires(CallbackLike<std::remove_cvref_t<Callbacks>>&&...) history
    fit(T& t, const dataset& data, const fit_options& options = {}, Callbacks&&... callbacks) {
  return detail::fit_with(program_ref(t), data, options, detail::as_callback<std::remove_reference_t<Callbacks>>(callbacks)...);
}

// The metrics' means over all rows, in inference mode.
template <trainable T>
logs evaluate(T& t, const dataset& data, int batch_size = 0) {
  return detail::evaluate(program_ref(t), data, batch_size);
}

// T::output_row floats per row, in the dataset's order. Labels are not needed.
template <trainable T>
std::vector<float> predict(T& t, const dataset& data, int batch_size = 0) {
  return detail::predict(program_ref(t), data, batch_size);
}

}  // namespace igata::inline IGATA_ABI::train
