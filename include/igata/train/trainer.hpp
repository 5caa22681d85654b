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
#include <memory>       // shared_ptr
#include <string>       // string
#include <type_traits>  // is_base_of_v, remove_cvref_t
#include <utility>      // move
#include <vector>       // vector

#include "../core/fixed_string.hpp"
#include "../engine/ill_formed.hpp"
#include "callback.hpp"
#include "checks.hpp"
#include "dataset.hpp"
#include "history.hpp"
#include "loader.hpp"
#include "predictions.hpp"
#include "progress.hpp"
#include "resume.hpp"
#include "trainable.hpp"

namespace igata::inline IGATA_ABI::train {

struct fit_options {
  int epochs = 1;
  int first_epoch = 0;                  // to continue: the epochs that are done, out of .epochs
  std::string resume{};                 // or: the file of a checkpoint with .roles = io::role_set::all(), which says it
  int batch_size = 0;                   // 0: the program's max_batch
  const dataset* validation = nullptr;  // measured after every epoch
  double validation_split = 0;          // or: this share of the rows, chosen by the seed
  bool shuffle = true;
  std::uint32_t seed = 0;
  progress_mode progress = progress_mode::automatic;
  std::FILE* output = stdout;  // of the progress
};

// What fit throws behind the first epoch's begin: the epochs before are kept. Weights are as on_train_error of the callbacks leaves them:
// early_stopping with .restore_best_weights has restored the best ones.
class interrupted : public error {
 public:
  interrupted(const text& line, history so_far) : error(line), past_(std::make_shared<const history>(std::move(so_far))) {}
  const history& past() const { return *past_; }

 private:
  std::shared_ptr<const history> past_;
};

namespace detail {

// Means over rows of what steps or evaluations measure: batches count by their true size.
class row_means {
 public:
  row_means(const program_ref& t, bool of_steps) : t_(t), of_steps_(of_steps), sums_(static_cast<std::size_t>(t.metric_count)) {}
  void add(int n) {
    for (int i = 0; i < t_.metric_count; ++i) sums_[static_cast<std::size_t>(i)] += static_cast<double>(t_.metric(i)) * n;
    rows_ += n;
  }
  void write(logs& to, const std::string& prefix = {}) const {
    for (int i = 0; i < t_.metric_count; ++i)
      if (t_.metric_in(of_steps_, i)) to.set(prefix + std::string(t_.metric_name(i)), sums_[static_cast<std::size_t>(i)] / rows_);
  }

 private:
  const program_ref& t_;
  bool of_steps_;
  std::vector<double> sums_;
  int rows_ = 0;
};

inline void measure(const program_ref& t, loader& batches, logs& to, const std::string& prefix, const std::string& who) {
  row_means means(t, false);
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
  if (!o.resume.empty() && o.first_epoch != 0)
    raise(text("fit: resume: expected .resume or .first_epoch, got both; leave one out"));
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
  context c{.variables = t.variables(), .epochs = o.epochs, .batches = batches.batches(), .epoch = o.first_epoch, .rows = data.size()};
  for (const char* prefix : {"", "val_"})
    for (int i = 0; i < t.metric_count && (validation || !*prefix); ++i)
      if (t.metric_in(!*prefix, i)) c.measured.set(prefix + std::string(t.metric_name(i)), t.metric_direction(i));
  if (!o.resume.empty()) c.epoch = resume(o.resume, t.variables(), c.kept, o.epochs);
  tell(&callback::on_train_begin, c);
  // Behind the callbacks: one of them may restore the weights.
  if (const broken_variable broken = find_broken(t.variables()); broken.at)
    raise(text() << "fit: variable '" << broken.at->path << "': expected finite numbers, got " << broken.number << "; " << mend_variables);
  history past(c.measured);
  const auto run = [&] {
    for (; c.epoch < o.epochs && !c.stop; ++c.epoch) {
      const auto begin = std::chrono::steady_clock::now();
      const std::string epoch = "fit: epoch " + std::to_string(c.epoch + 1);
      row_means means(t, true);
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
  };
#if defined(__cpp_exceptions)
  try {
    run();
  } catch (const error& e) {
    const bool was_broken = find_broken(t.variables()).at != nullptr;
    tell(&callback::on_train_error, c);
    const bool mended = was_broken && !find_broken(t.variables()).at;
    throw interrupted(text() << e.what() << (mended ? " (a callback has restored them)" : ""), std::move(past));
  } catch (...) {
    tell(&callback::on_train_error, c);
    throw;
  }
#else
  run();
#endif
  return past;
}

inline logs evaluate(const program_ref& t, const dataset& data, int batch_size) {
  loader batches(data, bound_columns(t, data, t.input_count, "evaluate"), checked_batch_size(t, batch_size, "evaluate"));
  logs result;
  measure(t, batches, result, "", "evaluate:");
  return result;
}

// Of a result without rows, what each batch gives.
inline std::vector<predictions::result> predict(const program_ref& t, const dataset& data, int batch_size) {
  loader batches(data, bound_columns(t, data, t.feature_count, "predict"), checked_batch_size(t, batch_size, "predict"));
  const auto elements = [&t](int i, int rows, int calls) {
    return static_cast<std::size_t>(t.output_row(i)) * static_cast<std::size_t>(t.output_has_rows(i) ? rows : calls);
  };
  std::vector<predictions::result> all;
  for (int i = 0; i < t.output_count; ++i)
    all.push_back({std::string(t.output_name(i)), std::vector<float>(elements(i, data.size(), batches.batches()))});
  std::vector<void*> to;
  for (predictions::result& r : all) to.push_back(r.rows.data());
  for (int batch = 1; batches.next(); ++batch) {
    require_ok(t.predict(batches.inputs(), batches.rows(), to.data()), t, batches, "predict: batch " + std::to_string(batch), "predict");
    for (int i = 0; void*& at : to) at = static_cast<float*>(at) + elements(i++, batches.rows(), 1);
  }
  return all;
}

// How a loop is called.
template <fixed_string Loop, int>
struct forms_of_loop {
  static constexpr text make() {
    text why;
    why << Loop.view() << ": wrong arguments; write " << Loop.view() << "(program, data"
        << (Loop.view() == "fit" ? ", {.epochs = 10}, callbacks...)" : ")");
    return why << ", of a training<...> or a program<...>, and a dataset";
  }
};

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

template <Trainable T, class... Callbacks>
requires(CallbackLike<std::remove_cvref_t<Callbacks>>&&...) history
    fit(T& t, const dataset& data, const fit_options& options = {}, Callbacks&&... callbacks) {
  return detail::fit_with(program_ref(t), data, options, detail::as_callback<std::remove_reference_t<Callbacks>>(callbacks)...);
}

// The metrics' means over all rows, in inference mode.
template <Trainable T>
logs evaluate(T& t, const dataset& data, int batch_size = 0) {
  return detail::evaluate(program_ref(t), data, batch_size);
}

// A row of floats per row, in the dataset's order: a vector, or of a program with several results `predictions`, which have them by name.
// Labels are not needed.
template <Trainable T>
auto predict(T& t, const dataset& data, int batch_size = 0) {
  std::vector<predictions::result> all = detail::predict(program_ref(t), data, batch_size);
  if constexpr (program_ref::outputs_of<T>() == 1) {
    return std::move(all[0].rows);
  } else {
    return predictions(std::move(all));
  }
}

// Any other call does not compile, and is told how it is written.
template <int Any = 0>
history fit(igata::detail::anything = {}, igata::detail::anything = {}, igata::detail::anything = {}, igata::detail::anything = {},
            igata::detail::anything = {}, igata::detail::anything = {}) {
  static_assert(sizeof(igata::detail::text_verdict<detail::forms_of_loop<"fit", Any>>) > 0);
  return {};
}
template <int Any = 0>
history fit(igata::detail::anything, igata::detail::anything, const fit_options&, igata::detail::anything = {}, igata::detail::anything = {},
            igata::detail::anything = {}) {
  static_assert(sizeof(igata::detail::text_verdict<detail::forms_of_loop<"fit", Any>>) > 0);
  return {};
}
template <int Any = 0>
logs evaluate(igata::detail::anything = {}, igata::detail::anything = {}, igata::detail::anything = {}, igata::detail::anything = {}) {
  static_assert(sizeof(igata::detail::text_verdict<detail::forms_of_loop<"evaluate", Any>>) > 0);
  return {};
}
template <int Any = 0>
std::vector<float> predict(igata::detail::anything = {}, igata::detail::anything = {}, igata::detail::anything = {}, igata::detail::anything = {}) {
  static_assert(sizeof(igata::detail::text_verdict<detail::forms_of_loop<"predict", Any>>) > 0);
  return {};
}

}  // namespace igata::inline IGATA_ABI::train
