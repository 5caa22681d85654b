// Runs ONNX models:
//
//   session net = onnx::load("model.onnx");
//   for (const auto& n : onnx::coverage("model.onnx")) std::printf("%s: %s\n", n.name.c_str(), n.op_type.c_str());
#pragma once
#include <algorithm>  // any_of, find
#include <memory>     // make_shared, weak_ptr

#include "../engine/session.hpp"
#include "describe.hpp"
#include "read_model.hpp"
#include "rules.hpp"

namespace igata::inline IGATA_ABI::onnx {

struct load_options {
  std::map<std::string, std::vector<std::int64_t>> shapes{};  // of the inputs whose extents the file leaves open
  std::map<std::string, tensor> fixed{};                      // inputs that are constants of this session: shapes, axes
  bool simulate_quantised = false;                          // quantised operators in f32, rounded and clipped as they say
  bool int64_as_int32 = false;                              // what is INT64 is i32, which wraps: for programs without <igata/f64.hpp>
  read_options reading{};
};

namespace detail {

// Whether there are convolutions whose sums must be exact, also in branches.
inline bool has_whole_sums(const graph& g) {
  return std::any_of(g.nodes.begin(), g.nodes.end(), [](const node& n) {
    if (n.op_type == "QLinearConv" || n.op_type == "ConvInteger") return true;
    return std::any_of(n.attributes.begin(), n.attributes.end(),
                       [](const attribute& a) { return std::any_of(a.graphs.begin(), a.graphs.end(), has_whole_sums); });
  });
}

// Each node behind those whose outputs it reads: files do not always keep to it.
inline std::vector<const node*> in_order(const graph& g, const std::string& path) {
  std::unordered_map<std::string, const node*> maker;
  for (const node& n : g.nodes)
    for (const std::string& y : n.output)
      if (!y.empty() && !maker.emplace(y, &n).second)
        raise(path + ": value " + io::in_quotes(y) + ": expected one node that makes it, got two; the file is no valid ONNX model");
  enum class state { begun, done };
  std::unordered_map<const node*, state> seen;
  std::vector<const node*> order, todo;
  for (const node& first : g.nodes) {
    todo.push_back(&first);
    while (!todo.empty()) {
      const node* n = todo.back();
      const auto found = seen.find(n);
      if (found != seen.end() && found->second == state::done) {
        todo.pop_back();
        continue;
      }
      if (found != seen.end()) {  // what it reads is there
        found->second = state::done;
        order.push_back(n);
        todo.pop_back();
        continue;
      }
      seen.emplace(n, state::begun);
      for (const std::string& x : n->input) {
        const auto made = maker.find(x);
        if (made == maker.end()) continue;
        const auto other = seen.find(made->second);
        if (other == seen.end()) todo.push_back(made->second);
        else if (other->second == state::begun)
          raise(path + ": value " + io::in_quotes(x) +
                ": expected a graph without cycles, got one that it depends on itself; the file is no valid ONNX model");
      }
    }
  }
  return order;
}

inline void read_initializers(importer& c, const graph& g, const std::string& path) {
  for (const tensor& t : g.initializers) {
    item x;
    x.is_known = true;
    if (!read_constant(t, x.known))
      raise(path + ": initializer " + io::in_quotes(t.name) + ": expected numbers, got " + std::string(name_of(t.type)));
    x.dims = t.dims;
    c.items()[t.name] = std::move(x);
  }
}
inline void draw_nodes(importer& c, const graph& g, const std::string& path, const load_options& options);

// The results of one of an If's graphs, whose nodes read the values around it.
inline std::vector<item> draw_branch(importer& c, const node& n, const char* name, const std::string& path, const load_options& options) {
  const attribute* const branch = n.find(name);
  if (!branch || branch->graphs.size() != 1) c.fail("two branches", "one", "the file is no valid ONNX model");
  const graph& g = branch->graphs[0];
  read_initializers(c, g, path);
  draw_nodes(c, g, path, options);
  c.begin(n);
  std::vector<item> results;
  for (std::size_t i = 0; i < g.output.size() && i < n.output.size(); ++i) {
    const auto made = c.items().find(g.output[i].name);
    if (made == c.items().end()) c.fail("a result " + io::in_quotes(g.output[i].name), "none", "the file is no valid ONNX model");
    results.push_back(made->second);
  }
  return results;
}
// Where the condition is known, one of the two graphs; else both, and each result is chosen.
inline void draw_if(importer& c, const node& n, const std::string& path, const load_options& options) {
  c.expect_mask(0);
  if (c.in(0).is_known) {
    const std::vector<item> results = draw_branch(c, n, c.number(0) != 0 ? "then_branch" : "else_branch", path, options);
    for (std::size_t i = 0; i < results.size(); ++i) c.put(i, results[i]);
    return;
  }
  const value given = mask_of(c, 0);
  if (given.dims().count() != 1) c.fail("one condition", std::to_string(given.dims().count()), "the file is no valid ONNX model");
  const value condition = reshape_to(given, {});
  const std::vector<item> yes = draw_branch(c, n, "then_branch", path, options), no = draw_branch(c, n, "else_branch", path, options);
  const auto drawn = [&](const item& x, std::size_t i) {
    return x.is_known ? c.variable(x.known, importer::leaf(n.output[i])) : x.channels_last ? transpose(x.drawn, {0, 3, 1, 2}) : x.drawn;
  };
  for (std::size_t i = 0; i < std::min(yes.size(), no.size()); ++i) {
    const value a = drawn(yes[i], i), b = drawn(no[i], i);
    if (a.type() != b.type() || yes[i].dims != no[i].dims)
      c.fail("results of one type and extents from both branches, whose condition is computed", "others",
             ".fixed makes an input a constant of the session");
    c.gives(yes[i].is_known ? yes[i].known.type : yes[i].is_i64 ? i64 : a.type());
    c.put_value(select(condition, a, b), i);
  }
}
// A node of small constants becomes constants, by the reference: what a file computes of shapes. False where it is not one.
inline bool compute_known(importer& c, const model& m, const std::string& path, const node& n, const import_rule& rule) {
  constexpr std::ptrdiff_t most = 1 << 16;
  std::int64_t size = 0;
  builder s(false);
  variable_store values;
  importer own(m, path, s, &values);
  own.may_be_empty = true;
  for (const std::string& x : n.input) {
    const auto found = c.items().find(x);
    if (x.empty()) continue;
    if (found == c.items().end() || !found->second.is_known || (size += found->second.known.count()) > most) return false;
    own.items()[x] = found->second;
  }
  own.begin(n);
  rule.draw(own);
  own.expect_no_more_attributes();
  if (s.get().failed()) return false;
  std::ptrdiff_t count = 0;
  for (const ir::node& v : s.get().nodes) count += v.dims.count();
  if (count > 16 * most) return false;
  ir::environment env;
  for (const variable_store::entry& e : values) env.variables.push(held_numbers(e));
  const vec<vec<double>> computed = ir::evaluate(s.get(), env);
  c.begin(n);
  for (std::size_t i = 0; i < n.output.size(); ++i) {
    const auto made = own.items().find(n.output[i]);
    if (made == own.items().end()) continue;
    item y = made->second;
    if (!y.is_known) {
      y.is_known = true;
      y.known.type = y.drawn.type();
      for (int k = 0; k < y.drawn.rank(); ++k) y.known.dims.push_back(y.drawn.dims()[k]);
      const dtype t = y.known.type;
      for (const double x : computed[y.drawn.id()])
        y.known.push_held(is_whole(t) && !holds_bits(t) ? truncated(x, t) : x);  // an extreme of nothing is infinite
      if (y.channels_last) y.known = permuted(y.known, {0, 3, 1, 2});
      y.channels_last = false;
    }
    c.put(i, std::move(y));
  }
  return true;
}
inline void draw_nodes(importer& c, const graph& g, const std::string& path, const load_options& options) {
  for (const node* next : in_order(g, path)) {
    const node& n = *next;
    c.begin(n);
    if (n.op_type == "If" && n.domain.empty()) {
      draw_if(c, n, path, options);
      continue;
    }
    const import_rule* const rule = rule_of(n);
    if (!rule) c.fail("an operator that igata has", io::escaped(n.op_type));
    if (!options.simulate_quantised && is_quantised(n))
      c.fail("real numbers", "quantised ones", ".simulate_quantised = true runs them, what has no kernel of bytes in f32");
    if (compute_known(c, c.of(), path, n, *rule)) continue;
    rule->draw(c);
    c.expect_no_more_attributes();
  }
}

inline void draw_model(const model& m, const std::string& path, const load_options& options, builder& s, variable_store* weights) {
  importer c(m, path, s, weights, options.int64_as_int32);
  for (const auto* values : {&m.graph.input, &m.graph.output})
    for (const value_info& v : *values)
      if (io::escaped(v.name) != v.name)
        raise(path + ": value " + io::in_quotes(v.name) + ": expected a name without control characters, got another; rename it");
  read_initializers(c, m.graph, path);
  for (const value_info& v : m.graph.input) {
    if (c.items().count(v.name)) continue;
    item x;
    if (const auto fixed = options.fixed.find(v.name); fixed != options.fixed.end()) {
      if (fixed->second.type != v.type.element)
        raise(path + ": input " + io::in_quotes(v.name) + ": expected " + describe(v.type) + ", got " + std::string(name_of(fixed->second.type)) +
              " in .fixed");
      x.is_known = read_constant(fixed->second, x.known);
      x.dims = fixed->second.dims;
      if (!x.is_known)
        raise(path + ": input " + io::in_quotes(v.name) + ": expected a constant of numbers, got " + std::string(name_of(fixed->second.type)));
      c.items()[v.name] = std::move(x);
      continue;
    }
    if (const auto given = options.shapes.find(v.name); given != options.shapes.end()) x.dims = given->second;
    else
      for (const dimension& d : v.type.shape) x.dims.push_back(d.value);
    if (v.type.is != type::kind::tensor || std::find(x.dims.begin(), x.dims.end(), -1) != x.dims.end() ||
        (!v.type.has_shape && !options.shapes.count(v.name)))
      raise(path + ": input " + io::in_quotes(v.name) + ": expected a tensor whose extents are known, got " + describe(v.type) +
            "; say them with .shapes");
    const std::optional<dtype> type = dtype_of(v.type.element);
    if (!type)
      raise(path + ": input " + io::in_quotes(v.name) + ": expected numbers of a type that igata has, got " + describe(v.type) +
            "; igata does not run this model yet");
    if (count_of(x.dims) == 0) {  // nothing that a call could give
      x.is_known = true;
      x.known.type = *type;
      x.known.dims = x.dims;
      c.items()[v.name] = std::move(x);
      continue;
    }
    c.begin("input", v.name);
    x.drawn = s.input(v.name, c.shape_of(importer::drawn_extents(x.dims)), c.drawn_as(*type));
    x.is_i64 = *type == i64;
    for (std::size_t i = 0; i < x.dims.size() && x.dims.size() <= static_cast<std::size_t>(max_rank); ++i)
      x.dims[i] = x.drawn.dims()[static_cast<int>(i)];  // a session that is resized gives others
    c.items()[v.name] = std::move(x);
  }
  draw_nodes(c, m.graph, path, options);
  for (const value_info& v : m.graph.output) {
    const auto found = c.items().find(v.name);
    if (found == c.items().end())
      raise(path + ": output " + io::in_quotes(v.name) + ": expected a value of the graph, got none; the file is no valid ONNX model");
    item& x = found->second;
    c.begin("output", v.name);
    value y = x.is_known ? c.variable(x.known, v.name) : x.channels_last ? transpose(x.drawn, {0, 3, 1, 2}) : x.drawn;
    if (const std::optional<dtype> type = dtype_of(v.type.element); type && y.type() != c.drawn_as(*type))
      raise(path + ": output " + io::in_quotes(v.name) + ": expected " + describe(v.type) + ", got " + std::string(onnx_name_of(y.type())) +
            "; the file is no valid ONNX model");
    s.output(v.name, y);
  }
}

}  // namespace detail

// The model as a session of one batch, whose extents are the file's or those of .shapes. Inputs and results have the types of the file.
// Throws error: what is wrong with the file, or which node igata does not run. `weights` becomes the file's weights, which resize may ask for.
inline session load(const std::string& path, const load_options& options, variable_store& weights) {
  const auto m = std::make_shared<const model>(read(path, options.reading));
  auto collected = std::make_shared<variable_store>();
  const bool whole = detail::has_whole_sums(m->graph);
  // A session keeps its function, and calls it again for other extents: then the weights are there.
  session net(
      [m, path = io::escaped(path), options, to = std::weak_ptr<variable_store>(collected)](builder& s) {
        detail::draw_model(*m, path, options, s, to.lock().get());
      },
      {.max_batch = 1, .made_for = mode::packed, .winograd = whole ? winograd::off : winograd::on});
  net.use(net.pack(*collected));
  weights = std::move(*collected);
  return net;
}
inline session load(const std::string& path, const load_options& options = {}) {
  variable_store weights;
  return load(path, options, weights);
}

// A node whose operator igata does not have.
struct unsupported_node {
  std::string name, op_type, domain;
  std::int64_t opset = 0;
};
// Every one of the graph, before anything is made of it.
inline std::vector<unsupported_node> coverage(const model& m) {
  std::vector<unsupported_node> all;
  for (const node& n : m.graph.nodes) {
    if (detail::rule_of(n) || (n.op_type == "If" && n.domain.empty())) continue;
    const auto version = m.opset_import.find(n.domain);
    all.push_back(
        {n.name.empty() && !n.output.empty() ? n.output[0] : n.name, n.op_type, n.domain, version == m.opset_import.end() ? 0 : version->second});
  }
  return all;
}
inline std::vector<unsupported_node> coverage(const std::string& path) { return coverage(read(path)); }

}  // namespace igata::inline IGATA_ABI::onnx
