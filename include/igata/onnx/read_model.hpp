// Reads an ONNX file: onnx::read("model.onnx"). What the file says, not what it means: which operators there are is another question.
//
// Weights are not copied where they lie as they are used; the model holds the file. External data lies in the model's folder or below.
#pragma once
#include <memory>   // make_shared
#include <utility>  // move

#include "tensor_reader.hpp"

namespace igata::inline IGATA_ABI::onnx {

struct read_options {
  std::uint64_t budget = std::uint64_t{2} << 30;  // bytes of memory beside the file's own
};

namespace detail {

class model_reader {
 public:
  model_reader(const std::string& path, const read_options& options) : in_(io::escaped(path), options.budget), tensors_(in_, path) {}

  model run(std::string_view bytes) {
    model m;
    const place top;
    bool any_graph = false;
    in_.each(top, bytes, [&](const wire& w, const field& f) {
      switch (f.id) {
        case 1: m.ir_version = w.number(f); break;
        case 2: m.producer_name = in_.text(w, f, top); break;
        case 3: m.producer_version = in_.text(w, f, top); break;
        case 4: m.domain = in_.text(w, f, top); break;
        case 5: m.model_version = w.number(f); break;
        case 6: m.doc_string = in_.text(w, f, top); break;
        case 7:
          m.graph = read_graph({&top, "graph"}, w.bytes(f));
          any_graph = true;
          break;
        case 8: read_opset({&top, "opset_import"}, w.bytes(f), m.opset_import); break;
        case 14: in_.read_property({&top, "metadata_props"}, w.bytes(f), m.metadata_props); break;
        case 25: m.functions.push_back(read_function({&top, "functions", in_.count(m.functions, top)}, w.bytes(f))); break;
        default: break;
      }
    });
    if (!any_graph) in_.fail(top, "a model with a graph", std::to_string(bytes.size()) + " bytes without one");
    m.files = tensors_.take_files();
    return m;
  }

 private:
  void read_opset(const place& where, std::string_view bytes, std::map<std::string, std::int64_t>& to) {
    std::string domain;
    std::int64_t version = 0;
    in_.take(where, 128);
    in_.each(where, bytes, [&](const wire& w, const field& f) {
      if (f.id == 1) domain = in_.text(w, f, where);
      if (f.id == 2) version = w.number(f);
    });
    if (domain == "ai.onnx") domain.clear();
    if (!to.emplace(domain, version).second) in_.fail(where, "each domain once", io::in_quotes(domain.empty() ? "ai.onnx" : domain) + " twice");
  }

  graph read_graph(const place& where, std::string_view bytes) {
    graph g;
    in_.each(where, bytes, [&](const wire& w, const field& f) {
      switch (f.id) {
        case 1: g.nodes.push_back(read_node({&where, "node", in_.count(g.nodes, where)}, w.bytes(f))); break;
        case 2: g.name = in_.text(w, f, where); break;
        case 5: g.initializers.push_back(tensors_.read_tensor({&where, "initializer", in_.count(g.initializers, where)}, w.bytes(f))); break;
        case 11: g.input.push_back(read_value({&where, "input", in_.count(g.input, where)}, w.bytes(f))); break;
        case 12: g.output.push_back(read_value({&where, "output", in_.count(g.output, where)}, w.bytes(f))); break;
        case 13: g.values.push_back(read_value({&where, "value_info", in_.count(g.values, where)}, w.bytes(f))); break;
        case 15:
          g.sparse_initializers.push_back(tensors_.read_sparse({&where, "sparse_initializer", in_.count(g.sparse_initializers, where)}, w.bytes(f)));
          break;
        default: break;
      }
    });
    return g;
  }
  node read_node(const place& where, std::string_view bytes) {
    node n;
    in_.each(where, bytes, [&](const wire& w, const field& f) {
      switch (f.id) {
        case 1: in_.texts(w, f, where, n.input); break;
        case 2: in_.texts(w, f, where, n.output); break;
        case 3: n.name = in_.text(w, f, where); break;
        case 4: n.op_type = in_.text(w, f, where); break;
        case 5: n.attributes.push_back(read_attribute({&where, "attribute", in_.count(n.attributes, where)}, w.bytes(f))); break;
        case 7: n.domain = in_.text(w, f, where); break;
        default: break;
      }
    });
    if (n.domain == "ai.onnx") n.domain.clear();
    if (n.op_type.empty()) in_.fail(where, "an op_type", "none");
    return n;
  }
  attribute read_attribute(const place& where, std::string_view bytes) {
    using kind = attribute::kind;
    attribute a;
    kind seen = kind::undefined;  // files older than IR version 2 do not say it
    in_.each(where, bytes, [&](const wire& w, const field& f) {
      const auto has = [&](kind k) { seen = k; };
      switch (f.id) {
        case 1: a.name = in_.text(w, f, where); break;
        case 2: a.f = w.real(f), has(kind::f); break;
        case 3: a.i = w.number(f), has(kind::i); break;
        case 4: a.s = in_.text(w, f, where), has(kind::s); break;
        case 5: a.tensors.push_back(tensors_.read_tensor({&where, "t"}, w.bytes(f))), has(kind::tensor); break;
        case 6: a.graphs.push_back(read_graph({&where, "g"}, w.bytes(f))), has(kind::graph); break;
        case 7: in_.numbers(w, f, where, a.floats), has(kind::floats); break;
        case 8: in_.numbers(w, f, where, a.ints), has(kind::ints); break;
        case 9: in_.texts(w, f, where, a.strings), has(kind::strings); break;
        case 10: a.tensors.push_back(tensors_.read_tensor({&where, "tensors", in_.count(a.tensors, where)}, w.bytes(f))), has(kind::tensors); break;
        case 11: a.graphs.push_back(read_graph({&where, "graphs", in_.count(a.graphs, where)}, w.bytes(f))), has(kind::graphs); break;
        case 14: a.types.push_back(read_type({&where, "tp"}, w.bytes(f))), has(kind::type); break;
        case 15: a.types.push_back(read_type({&where, "type_protos", in_.count(a.types, where)}, w.bytes(f))), has(kind::types); break;
        case 20: a.is = kind_of(where, w.number(f)); break;
        case 21: a.ref_attr_name = in_.text(w, f, where); break;
        case 22: a.sparse_tensors.push_back(tensors_.read_sparse({&where, "sparse_tensor"}, w.bytes(f))), has(kind::sparse_tensor); break;
        case 23:
          a.sparse_tensors.push_back(tensors_.read_sparse({&where, "sparse_tensors", in_.count(a.sparse_tensors, where)}, w.bytes(f)));
          has(kind::sparse_tensors);
          break;
        default: break;
      }
    });
    if (a.name.empty()) in_.fail(where, "an attribute with a name", "none");
    if (a.is == kind::undefined) a.is = seen;
    if (const bool one = a.is == kind::tensor || a.is == kind::graph || a.is == kind::type || a.is == kind::sparse_tensor;
        one && a.ref_attr_name.empty() && a.tensors.size() + a.graphs.size() + a.types.size() + a.sparse_tensors.size() != 1)
      in_.fail(where, "one value", std::to_string(a.tensors.size() + a.graphs.size() + a.types.size() + a.sparse_tensors.size()));
    return a;
  }
  attribute::kind kind_of(const place& where, std::int64_t number) const {
    using kind = attribute::kind;
    constexpr kind by_number[] = {kind::undefined,      kind::f,    kind::i,       kind::s,       kind::tensor, kind::graph,
                                  kind::floats,         kind::ints, kind::strings, kind::tensors, kind::graphs, kind::sparse_tensor,
                                  kind::sparse_tensors, kind::type, kind::types};
    if (number < 0 || number >= static_cast<std::int64_t>(std::size(by_number)))
      in_.fail(where, "a type of attributes, 0 to 14", std::to_string(number));
    return by_number[number];
  }

  value_info read_value(const place& where, std::string_view bytes) {
    value_info v;
    in_.each(where, bytes, [&](const wire& w, const field& f) {
      if (f.id == 1) v.name = in_.text(w, f, where);
      if (f.id == 2) v.type = read_type({&where, "type"}, w.bytes(f));
    });
    return v;
  }
  type read_type(const place& where, std::string_view bytes) {
    type t;
    in_.each(where, bytes, [&](const wire& w, const field& f) {
      switch (f.id) {
        case 1: t.is = type::kind::tensor, read_tensor_type({&where, "tensor_type"}, w.bytes(f), t); break;
        case 4: t.is = type::kind::sequence, read_held_type({&where, "sequence_type"}, w.bytes(f), 1, t); break;
        case 5: t.is = type::kind::map, read_held_type({&where, "map_type"}, w.bytes(f), 2, t); break;
        case 8: t.is = type::kind::sparse_tensor, read_tensor_type({&where, "sparse_tensor_type"}, w.bytes(f), t); break;
        case 9: t.is = type::kind::optional, read_held_type({&where, "optional_type"}, w.bytes(f), 1, t); break;
        default: break;
      }
    });
    return t;
  }
  void read_held_type(const place& where, std::string_view bytes, std::uint64_t field_of_value, type& to) {
    to.of.clear();
    in_.each(where, bytes, [&](const wire& w, const field& f) {
      if (f.id == field_of_value) {
        in_.take(where, sizeof(type));
        to.of.assign(1, read_type({&where, "elem_type"}, w.bytes(f)));
      } else if (f.id == 1) {
        to.element = in_.element_of(where, w.number(f));
      }
    });
  }
  void read_tensor_type(const place& where, std::string_view bytes, type& to) {
    in_.each(where, bytes, [&](const wire& w, const field& f) {
      if (f.id == 1) to.element = in_.element_of(where, w.number(f));
      if (f.id != 2) return;
      to.has_shape = true;
      const place shape{&where, "shape"};
      in_.each(shape, w.bytes(f), [&](const wire& dims, const field& d) {
        if (d.id != 1) return;
        const place dim{&shape, "dim", in_.count(to.shape, where)};
        dimension one;
        in_.each(dim, dims.bytes(d), [&](const wire& in, const field& e) {
          if (e.id == 1) one.value = in.number(e);
          if (e.id == 2) one.param = in_.text(in, e, dim);
        });
        if (one.value < 0) one.value = -1;
        to.shape.push_back(std::move(one));
      });
    });
  }

  function read_function(const place& where, std::string_view bytes) {
    function fn;
    in_.each(where, bytes, [&](const wire& w, const field& f) {
      switch (f.id) {
        case 1: fn.name = in_.text(w, f, where); break;
        case 4: in_.texts(w, f, where, fn.input); break;
        case 5: in_.texts(w, f, where, fn.output); break;
        case 6: in_.texts(w, f, where, fn.attributes); break;
        case 7: fn.nodes.push_back(read_node({&where, "node", in_.count(fn.nodes, where)}, w.bytes(f))); break;
        case 9: read_opset({&where, "opset_import"}, w.bytes(f), fn.opset_import); break;
        case 10: fn.domain = in_.text(w, f, where); break;
        case 11: fn.defaults.push_back(read_attribute({&where, "attribute_proto", in_.count(fn.defaults, where)}, w.bytes(f))); break;
        case 13: fn.overload = in_.text(w, f, where); break;
        default: break;
      }
    });
    return fn;
  }

  message_reader in_;
  tensor_reader tensors_;
};

}  // namespace detail

// The model in `bytes`, which must stay where they are as long as it is used. `path` is for messages, and names the folder of external data.
inline model read_bytes(std::string_view bytes, const std::string& path, const read_options& options = {}) {
  return detail::model_reader(path, options).run(bytes);
}
// Of a file; throws error.
inline model read(const std::string& path, const read_options& options = {}) {
  io::input_file in(path);
  auto file = std::make_shared<io::mapped_file>(path, in);
  model m = read_bytes(std::string_view(reinterpret_cast<const char*>(file->data()), file->size()), path, options);
  m.files.push_back(std::move(file));
  return m;
}

}  // namespace igata::inline IGATA_ABI::onnx
