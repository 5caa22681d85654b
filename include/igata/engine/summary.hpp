// A model as a table: its layers in order, their output shapes, parameters and floating-point operations; then what a program of it needs.
//
//   std::cout << summary<train_t>();      summary(net) of a session
//
// Net is a training<…> or inference<…>, or a specification. The rows come from the model as drawn for inference; what lies outside of named
// layers is listed by its primitives. Behind them, marked, stand the layers of results that a training alone has. A floating-point operation is an
// addition or a multiplication; of a row.
#pragma once
#include <concepts>  // same_as
#include <string>    // string
#include <vector>    // vector

#include "../plan/measure.hpp"
#include "dump.hpp"

namespace igata::inline IGATA_ABI {

class session;

namespace detail {

// Of a training the program that evaluates: its first output is the prediction.
template <class Net>
struct model_code_of : code_of<Net> {};
template <class Net>
  requires requires { typename Net::evaluation_code; }
struct model_code_of<Net> {
  using type = typename Net::evaluation_code;
};

// "1,234,567"
inline std::string grouped(long long x) {
  std::string s = std::to_string(x);
  for (std::size_t i = s.size(); i > 3; i -= 3) s.insert(i - 3, 1, ',');
  return s;
}

struct layer_row {
  int scope = 0;
  std::string name;
  shape dims;
  long long parameters = 0, flops = 0;
};

inline void add_flops(const graph& g, const node& v, layer_row& to) {
  to.dims = v.dims;
  to.flops += flops_of(g, v);
}

// A row for each scope with nodes of its own, and for each run of nodes outside of scopes, below these nodes.
inline std::vector<layer_row> layer_rows(const graph& g, const vec<int>& roots) {
  std::vector<layer_row> rows;
  std::vector<int> row_of(static_cast<std::size_t>(g.scopes.size()), -1);
  const auto row = [&](int scope) -> layer_row& {
    int& index = row_of[static_cast<std::size_t>(scope)];
    if (index < 0) {
      text path;
      g.write_path(path, scope);
      index = static_cast<int>(rows.size());
      rows.push_back({scope, std::string(path.view()), {}});
    }
    return rows[static_cast<std::size_t>(index)];
  };
  vec<char> seen(g.nodes.size());
  visit(g, roots.data(), roots.size(), seen, [&](int id) {
    const node& v = g.nodes[id];
    if (v.code == op::variable) {
      const variable& w = g.variables[leaf_index(g, v)];
      if (w.scope > 0 && (w.kind == role::weight || w.kind == role::buffer)) row(w.scope).parameters += w.dims.count();
    }
    if (v.code == op::input) rows.push_back({-1, "input \"" + std::string(g.view(g.inputs[leaf_index(g, v)].name)) + '"', v.dims});
    if (family_of(v.code) == family::leaf) return;
    if (v.scope > 0) return add_flops(g, v, row(v.scope));
    if (rows.empty() || rows.back().scope != 0) rows.push_back({});
    layer_row& outside = rows.back();
    outside.name += (outside.name.empty() ? "" : ", ") + std::string(name_of(v.code));
    add_flops(g, v, outside);
  });
  return rows;
}

// Whether a training has results that its evaluation has not: auxiliary heads.
template <class Net>
constexpr bool has_training_heads() {
  bool found = false;
  if constexpr (requires { typename Net::evaluation_code; })
    for (int i = 0; i < Net::metric_count; ++i) found |= !Net::metric_in_evaluation(i);
  return found;
}
// Their layers: what the other results do not need.
template <class Net>
std::vector<layer_row> training_head_rows() {
  builder s(true);
  Net::specification::begin(s);
  const graph& g = s.get();
  vec<int> shared, heads;
  for (const output_entry& o : g.outputs) {
    bool evaluated = false;
    for (int i = 0; i < Net::output_count; ++i) evaluated |= g.view(o.name) == Net::output_name(i);
    if (!g.view(o.name).empty()) (evaluated ? shared : heads).push(o.id);
  }
  const std::size_t others = layer_rows(g, shared).size();
  for (const int id : heads) shared.push(id);
  std::vector<layer_row> rows = layer_rows(g, shared);
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(others));
  for (layer_row& r : rows) r.name += " (training)";
  return rows;
}

class table {
 public:
  explicit table(std::vector<std::string> heads) { add(std::move(heads)); }
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  // The first two columns are texts, the others numbers.
  std::string print() const {
    std::vector<std::size_t> width(rows_[0].size());
    for (const auto& r : rows_)
      for (std::size_t i = 0; i < r.size(); ++i) width[i] = width[i] < r[i].size() ? r[i].size() : width[i];
    std::size_t total = 2 * (width.size() - 1);
    for (const std::size_t w : width) total += w;
    const std::string rule = std::string(total, '-') + '\n';
    std::string out;
    for (const auto& r : rows_) {
      std::string line;
      for (std::size_t i = 0; i < r.size(); ++i) {
        const std::string fill(width[i] - r[i].size(), ' ');
        line += (i ? "  " : "") + (i < 2 ? r[i] + fill : fill + r[i]);
      }
      out += line + '\n';
      if (&r == &rows_[0]) out += rule;
    }
    return out + rule;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace detail

namespace detail {

// What the table says, of whatever has a plan. `model` is what the layers are of, `running` what the plan was made of.
struct summarised {
  const graph &model, &running;
  vec<int> results;
  std::vector<layer_row> of_training = {};
  long long arena, arena_without_reuse;  // numbers of four bytes
  int max_batch;
  long long gradient_arena = -1;         // bytes; -1: it says nothing of them
};
inline std::string summary_of(const summarised& s) {
  table layers({"layer", "output", "parameters", "FLOPs"});
  std::vector<layer_row> rows = layer_rows(s.model, s.results);
  long long of_training = 0;
  for (const layer_row& r : s.of_training) of_training += r.parameters, rows.push_back(r);
  for (const layer_row& r : rows) {
    text dims;
    dims << r.dims;
    layers.add({r.name, std::string(dims.view()), r.parameters ? grouped(r.parameters) : "", r.flops ? grouped(r.flops) : ""});
  }
  long long trainable = 0, fixed = 0;
  for (const variable& v : s.model.variables) {
    if (v.kind == role::weight && v.trainable) trainable += v.dims.count();
    else if (v.kind == role::weight || v.kind == role::buffer) fixed += v.dims.count();
  }
  const auto line = [](const std::string& name, long long x, const std::string& note = {}) {
    return name + std::string(16 - name.size(), ' ') + grouped(x) + note + '\n';
  };
  std::string out = layers.print();
  out += line("parameters", trainable + fixed,
              " (trainable " + grouped(trainable) + ", not trainable " + grouped(fixed) +
                  (of_training ? "; " + grouped(of_training) + " more in training" : "") + ')');
  out += line("weights", variable_bytes(s.model, role::weight) + variable_bytes(s.model, role::buffer), " bytes");
  out += line("FLOPs per row", flops(s.running), s.model.training || !s.running.training ? "" : " (a training step)");
  out += line("arena", 4 * s.arena, " bytes for " + std::to_string(s.max_batch) + " rows, without reuse " + grouped(4 * s.arena_without_reuse));
  if (s.gradient_arena >= 0) out += line("gradient arena", s.gradient_arena, " bytes of it");
  return out;
}

}  // namespace detail

// A table of the model's layers, then totals.
template <class Net>
std::string summary() {
  using code = typename detail::code_of<Net>::type;
  const ir::graph model = detail::model_code_of<Net>::type::built().thaw(), running = code::main().thaw();
  detail::summarised s{.model = model,
                       .running = running,
                       .results = {},
                       .arena = code::plan.arena,
                       .arena_without_reuse = code::plan.arena_without_reuse,
                       .max_batch = code::plan.max_batch};
  if constexpr (requires { Net::output_count; })
    for (int i = 0; i < Net::output_count; ++i) s.results.push(model.outputs[i].id);
  else s.results.push(model.outputs[0].id);
  if constexpr (detail::has_training_heads<Net>()) s.of_training = detail::training_head_rows<Net>();
  if constexpr (requires { Net::grad_arena_bytes; }) s.gradient_arena = static_cast<long long>(Net::grad_arena_bytes);
  return detail::summary_of(s);
}
// Of a session: summary(net).
template <std::same_as<session> Session>
std::string summary(const Session& net) {
  const plan::compilation& c = net.compiled();
  detail::summarised s{.model = c.built,
                       .running = c.main,
                       .results = {},
                       .arena = c.planned.arena,
                       .arena_without_reuse = c.planned.arena_without_reuse,
                       .max_batch = c.max_batch};
  for (const ir::output_entry& o : c.built.outputs) s.results.push(o.id);
  return detail::summary_of(s);
}

}  // namespace igata::inline IGATA_ABI
