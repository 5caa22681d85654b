// What fit, evaluate and predict refuse: columns, sizes and numbers that do not fit, each in one line.
#pragma once
#include <string>       // string
#include <string_view>  // string_view
#include <vector>       // vector

#include "../core/math.hpp"
#include "dataset.hpp"
#include "loader.hpp"
#include "trainable.hpp"

namespace igata::inline IGATA_ABI::train::detail {

// Columns that fit the program's first `inputs` inputs, or a message about the first that does not.
inline std::vector<std::string> bound_columns(const program_ref& t, const dataset& data, int inputs, const std::string& who) {
  if (data.empty()) raise(who + ": dataset: expected at least one row, got none; is the source empty?");
  std::vector<std::string> names;
  for (int i = 0; i < inputs; ++i) {
    const std::string name(t.input_name(i));
    const auto* c = data.find(name);
    if (!c) raise(who + ": input '" + name + "': expected a column of that name, got " + data.column_names() + "; rename one of them");
    if (c->type != t.input_type(i) || c->row != t.input_row(i))
      raise(text() << who << ": input '" << name << "': expected rows of " << t.input_row(i) << ' ' << name_of(t.input_type(i)) << ", got "
                   << c->row << ' ' << name_of(c->type) << "; check the column's shape and type");
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
  double number = 0;
};
inline broken_variable find_broken(const variable_store& variables) {
  broken_variable found;
  const auto look_at = [&](const variable_store::entry& e, auto numbers) {
    for (const auto x : numbers)
      if (const double number = static_cast<double>(x); math::is_nan(number) || (e.kind == role::weight && !math::is_finite(number)))
        return found = {&e, number}, true;
    return false;
  };
  for (const variable_store::entry& e : variables)
    if (look_at(e, e.floats()) || look_at(e, e.values<double>()) || look_at(e, e.values<float16>()) || look_at(e, e.values<bfloat16>())) break;
  return found;
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
        line << "input '" << t.input_name(i) << "' holds " << values[k] << " in row " << batch.row(k / row)
             << " of the dataset: clean the data";
        raise_with_weights();
      }
  }
  if (!updated && broken.at) raise(line << "variable '" << broken.at->path << "' holds " << broken.number << ": " << mend_variables);
  line << "lower the learning rate";
  const variable_store& variables = t.variables();
  for (int i = 0; i < variables.size(); ++i)
    if (const auto& e = variables[i]; e.kind == role::hyper_parameter && e.path.ends_with("learning_rate") && is_floating(e.type))
      line << " (" << (e.type == f64 ? e.values<double>()[0] : static_cast<double>(e.floats()[0])) << ')';
  line << " or scale the features to about [-1, 1]";
  raise_with_weights();
}

}  // namespace igata::inline IGATA_ABI::train::detail
