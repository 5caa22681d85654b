// Programs and accumulators: what a program predicts for a dataset, measured batch by batch; and after every epoch of a training.
//
//   train::confusion_matrix m(10);
//   train::measure(t, held_out, "digit", m);        m.update(predictions, the column "digit") for each batch
//
//   train::validation_metrics f1(t, held_out, "digit", train::confusion_matrix(10), {"f1"});
//   train::early_stopping stop{.monitor = "val_f1"};
//   train::fit(t, data, {.epochs = 20}, f1, stop);
#pragma once
#include <cstddef>  // size_t
#include <cstdint>  // int32_t
#include <span>     // span
#include <string>   // string
#include <utility>  // move
#include <vector>   // vector

#include "accumulators.hpp"
#include "program_loops.hpp"

namespace igata::inline IGATA_ABI::train {

namespace detail {

template <class A>
concept TakesLabels = requires(A& a, std::span<const float> predictions, std::span<const std::int32_t> labels) { a.update(predictions, labels); };
template <class A>
concept TakesNumbers = requires(A& a, std::span<const float> predictions, std::span<const float> targets) { a.update(predictions, targets); };

// The only output that has rows, or the one that is called like the column that it is compared with.
inline int measured_output(const program_ref& t, const std::string& target) {
  std::string names;
  int rows = 0, last = 0;
  for (int i = 0; i < t.output_count; ++i) {
    if (!t.output_has_rows(i)) continue;
    if (t.output_name(i) == target) return i;
    names += (names.empty() ? "'" : ", '") + std::string(t.output_name(i)) + '\'';
    last = i;
    ++rows;
  }
  if (rows == 1) return last;
  raise("measure: output: expected rows that are called '" + target + "' as their column, got " + (names.empty() ? "none" : names));
}

// Classes that are kept as floats, 0 and 1 for example.
inline std::vector<std::int32_t> as_labels(std::span<const float> column, const std::string& name, const loader& batch) {
  std::vector<std::int32_t> labels;
  for (std::size_t i = 0; i < column.size(); ++i) {
    const float x = column[i];
    if (!(x >= 0 && x < 0x1p24f) || x != static_cast<float>(static_cast<std::int32_t>(x)))
      raise(text() << "measure: column '" << name << "': expected classes, got " << x << " in row "
                   << batch.row(static_cast<int>(i * static_cast<std::size_t>(batch.rows()) / column.size())));
    labels.push_back(static_cast<std::int32_t>(x));
  }
  return labels;
}

// add(predictions, the batch): target is its last column.
template <class F>
void for_each_prediction(const program_ref& t, const dataset& data, const std::string& target, int batch_size, F add) {
  std::vector<std::string> columns = bound_columns(t, data, t.feature_count, "measure");
  columns.push_back(target);
  const int output = measured_output(t, target), size = checked_batch_size(t, batch_size, "measure");
  loader batches(data, columns, size);
  std::vector<std::vector<float>> results;
  std::vector<void*> to;
  for (int i = 0; i < t.output_count; ++i)
    results.emplace_back(static_cast<std::size_t>(t.output_row(i)) * static_cast<std::size_t>(t.output_has_rows(i) ? size : 1));
  for (std::vector<float>& r : results) to.push_back(r.data());
  for (int batch = 1; batches.next(); ++batch) {
    require_ok(t.predict(batches.inputs(), batches.rows(), to.data()), t, batches, "measure: batch " + std::to_string(batch), "predict");
    add(std::span<const float>(results[static_cast<std::size_t>(output)])
            .first(static_cast<std::size_t>(t.output_row(output)) * static_cast<std::size_t>(batches.rows())),
        batches, static_cast<int>(columns.size()) - 1);
  }
}

template <class A>
  requires(TakesLabels<A> || TakesNumbers<A>)
void measure(const program_ref& t, const dataset& data, const std::string& target, A& a, int batch_size) {
  A all = a;  // a batch that is refused leaves nothing of those before
  for_each_prediction(t, data, target, batch_size, [&](std::span<const float> predictions, const loader& batch, int column) {
    if constexpr (!TakesLabels<A>) all.update(predictions, batch.floats(column));
    else if (data.at(target).type == f32) all.update(predictions, std::span<const std::int32_t>(as_labels(batch.floats(column), target, batch)));
    else all.update(predictions, batch.ints(column));
  });
  a = std::move(all);
}

}  // namespace detail

// Adds a program's predictions for the dataset, in inference mode, and the column `target`: labels, or f32 for what takes numbers. Of several results
// it is the one that is called like the column. Memory is that of a batch.
template <Trainable T, Accumulator A>
void measure(T& t, const dataset& data, const std::string& target, A& a, int batch_size = 0) {
  detail::measure(program_ref(t), data, target, a, batch_size);
}
template <class P, Accumulator A>
  requires detail::is_program<P>
void measure(P& p, const dataset& data, const std::string& target, A& a, int batch_size = 0) {
  static_assert(sizeof(igata::detail::text_verdict<detail::loop_mistake<P, "predict">>) > 0);
  detail::program_pair<P, P> pair(p, p);
  detail::measure(program_ref(pair), data, target, a, batch_size);
}

// A callback: measures the dataset after every epoch. Its numbers are val_…, also for callbacks behind it that monitor one.
template <class T, Accumulator A>
class validation_metrics {
 public:
  // `empty` has the options and no data; `only` the numbers that are wanted, none: all.
  validation_metrics(T& t, const dataset& data, std::string target, const A& empty, std::vector<std::string> only = {})
      : t_(t), data_(data), target_(std::move(target)), only_(std::move(only)), empty_(empty), seen_(empty) {
    empty_.reset(), seen_.reset();
  }

  void on_train_begin(context& c) {
    const measures all = empty_.measured();
    for (const std::string& name : only_)
      if (!all.contains(name)) raise("validation_metrics: only: expected one of " + all.names() + ", got '" + name + '\'');
    for (const auto& [name, which] : all)
      if (is_wanted(name)) c.measured.set("val_" + name, which);
  }
  void on_epoch_end(context& c) {
    A now = empty_;
    train::measure(t_, data_, target_, now);
    for (const auto& [name, value] : now.result())
      if (is_wanted(name)) c.values.set("val_" + name, value);
    seen_ = std::move(now);
  }
  const A& seen() const { return seen_; }  // of the last epoch

 private:
  bool is_wanted(const std::string& name) const {
    for (const std::string& one : only_)
      if (one == name) return true;
    return only_.empty();
  }
  T& t_;
  dataset data_;  // a view: shares the columns
  std::string target_;
  std::vector<std::string> only_;
  A empty_, seen_;
};

}  // namespace igata::inline IGATA_ABI::train
