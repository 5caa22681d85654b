// What is in an ONNX file, for people: onnx::describe(onnx::read("model.onnx")).
//
//   IR version 8, ai.onnx 17, by pytorch 2.1.0
//   input x: FLOAT[batch,3,224,224]
//   output y: FLOAT[batch,1000]
//   124 nodes: 53 Conv, 49 Relu, 16 Add, …
//   161 initializers: 102160912 bytes of FLOAT, 8 bytes of INT64
#pragma once
#include <algorithm>  // stable_sort
#include <utility>    // pair

#include "../io/file.hpp"
#include "model.hpp"

namespace igata::inline IGATA_ABI::onnx {

// FLOAT[batch,3,?]; FLOAT of a tensor of any rank; sequence(FLOAT[]).
inline std::string describe(const type& t) {
  using kind = type::kind;
  if (t.is == kind::tensor || t.is == kind::sparse_tensor) {
    std::string s = (t.is == kind::sparse_tensor ? "sparse " : "") + std::string(name_of(t.element));
    if (!t.has_shape) return s;
    s += '[';
    for (std::size_t i = 0; i < t.shape.size(); ++i) {
      const dimension& d = t.shape[i];
      (s += i ? "," : "") += d.value >= 0 ? std::to_string(d.value) : d.param.empty() ? "?" : io::escaped(d.param);
    }
    return s + ']';
  }
  const std::string of = t.of.empty() ? "?" : describe(t.of[0]);
  return t.is == kind::sequence   ? "sequence(" + of + ')'
         : t.is == kind::optional ? "optional(" + of + ')'
         : t.is == kind::map      ? "map(" + of + ')'
                                  : "?";
}

namespace detail {

// How often each name comes, or how much it has: the greatest first.
class tally {
 public:
  void add(const std::string& name, std::uint64_t n) {
    for (auto& [known, sum] : sums_)
      if (known == name) {
        sum += n;
        return;
      }
    sums_.push_back({name, n});
  }
  std::string text(const char* between) {
    std::stable_sort(sums_.begin(), sums_.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string s;
    for (const auto& [name, sum] : sums_) (s += s.empty() ? ": " : ", ") += std::to_string(sum) + between + io::escaped(name);
    return s;
  }

 private:
  std::vector<std::pair<std::string, std::uint64_t>> sums_;
};

// With the graphs of its control flow.
inline std::uint64_t count_nodes(const graph& g, tally& operators) {
  std::uint64_t n = g.nodes.size();
  for (const node& x : g.nodes) {
    operators.add((x.domain.empty() ? "" : x.domain + '.') + x.op_type, 1);
    for (const attribute& a : x.attributes)
      for (const graph& inner : a.graphs) n += count_nodes(inner, operators);
  }
  return n;
}

}  // namespace detail

inline std::string describe(const model& m) {
  std::string s = "IR version " + std::to_string(m.ir_version);
  for (const auto& [domain, version] : m.opset_import) s += ", " + (domain.empty() ? "ai.onnx" : io::escaped(domain)) + ' ' + std::to_string(version);
  if (!m.producer_name.empty())
    s += ", by " + io::escaped(m.producer_name) + (m.producer_version.empty() ? "" : ' ' + io::escaped(m.producer_version));
  s += '\n';
  for (const value_info& v : m.graph.input) {
    const bool has_value = std::any_of(m.graph.initializers.begin(), m.graph.initializers.end(), [&](const tensor& t) { return t.name == v.name; });
    if (!has_value) s += "input " + io::escaped(v.name) + ": " + describe(v.type) + '\n';
  }
  for (const value_info& v : m.graph.output) s += "output " + io::escaped(v.name) + ": " + describe(v.type) + '\n';
  detail::tally operators, types;
  const std::uint64_t nodes = detail::count_nodes(m.graph, operators);
  s += std::to_string(nodes) + " nodes" + operators.text(" ") + '\n';
  for (const tensor& t : m.graph.initializers) types.add(std::string(name_of(t.type)), t.bytes().size());
  s += std::to_string(m.graph.initializers.size()) + " initializers" + types.text(" bytes of ") + '\n';
  return s;
}

}  // namespace igata::inline IGATA_ABI::onnx
