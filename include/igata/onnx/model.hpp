// An ONNX model as its file says it, before anything is made of it: the messages of onnx.proto (https://github.com/onnx/onnx), by their names there.
#pragma once
#include <cstddef>      // byte, size_t
#include <cstdint>      // int64_t
#include <map>          // map
#include <memory>       // shared_ptr
#include <span>         // span
#include <string>       // string
#include <string_view>  // string_view
#include <vector>       // vector

#include "../version.hpp"

namespace igata::inline IGATA_ABI::onnx {

enum class element_type {
  undefined = 0,
#define IGATA_ONNX_TYPE(name, text, number, bits) name = number,
#include "element_type.inc"
#undef IGATA_ONNX_TYPE
};
// "FLOAT"; empty of a number that is no type.
constexpr std::string_view name_of(element_type t) {
  switch (t) {
#define IGATA_ONNX_TYPE(name, text, number, bits) \
  case element_type::name: return text;
#include "element_type.inc"
#undef IGATA_ONNX_TYPE
    case element_type::undefined: return "UNDEFINED";
  }
  return {};
}
// Of an element; 0 of text, and of what is no type.
constexpr int bits_of(element_type t) {
  switch (t) {
#define IGATA_ONNX_TYPE(name, text, number, bits) \
  case element_type::name: return bits;
#include "element_type.inc"
#undef IGATA_ONNX_TYPE
    case element_type::undefined: break;
  }
  return 0;
}

// Its elements lie one after the other, little-endian; those of 4 bits two to a byte, the first in the lower half.
struct tensor {
  std::string name;
  element_type type{};
  std::vector<std::int64_t> dims;
  std::vector<std::string> strings;  // of text

  std::span<const std::byte> bytes() const { return held.empty() ? there : std::span<const std::byte>(held); }
  std::int64_t count() const {
    std::int64_t n = 1;
    for (const std::int64_t d : dims) n *= d;
    return n;
  }
  std::span<const std::byte> there;  // in the model's file, or in one beside it
  std::vector<std::byte> held;       // what the file holds in another form
};
// At each of `indices`, [count] in the flat tensor or [count, rank], stands one of `values`; the others are zero.
struct sparse_tensor {
  tensor values, indices;
  std::vector<std::int64_t> dims;
};

// An extent: a number, a name that stands for one, or neither.
struct dimension {
  std::int64_t value = -1;
  std::string param;
};
struct type {
  enum class kind { none, tensor, sparse_tensor, sequence, optional, map };
  kind is = kind::none;
  element_type element{};        // of tensors; the keys of a map
  bool has_shape = false;
  std::vector<dimension> shape;
  std::vector<type> of;          // one: what a sequence, an optional or a map holds
};
struct value_info {
  std::string name;
  onnx::type type;
};

struct graph;
struct attribute {
  enum class kind {
    undefined, f, i, s, tensor, graph, floats, ints, strings, tensors, graphs, sparse_tensor, sparse_tensors, type, types
  };
  std::string name;
  kind is = kind::undefined;
  float f = 0;
  std::int64_t i = 0;
  std::string s;
  std::vector<float> floats;
  std::vector<std::int64_t> ints;
  std::vector<std::string> strings;
  std::vector<tensor> tensors;  // of a single one too; likewise below
  std::vector<graph> graphs;
  std::vector<sparse_tensor> sparse_tensors;
  std::vector<onnx::type> types;
  std::string ref_attr_name;  // in a function: the attribute of its caller
};
struct node {
  std::string name, op_type, domain;  // "" is ai.onnx
  std::vector<std::string> input, output;  // "" where one is left out
  std::vector<attribute> attributes;

  const attribute* find(std::string_view wanted) const {
    for (const attribute& a : attributes)
      if (a.name == wanted) return &a;
    return nullptr;
  }
};
struct graph {
  std::string name;
  std::vector<node> nodes;
  std::vector<tensor> initializers;
  std::vector<sparse_tensor> sparse_initializers;
  std::vector<value_info> input, output, values;
};
struct function {
  std::string name, domain, overload;
  std::vector<std::string> input, output, attributes;
  std::vector<attribute> defaults;
  std::vector<node> nodes;
  std::map<std::string, std::int64_t> opset_import;
};
struct model {
  std::int64_t ir_version = 0, model_version = 0;
  std::string producer_name, producer_version, domain, doc_string;
  std::map<std::string, std::int64_t> opset_import;  // by domain, "" is ai.onnx
  std::map<std::string, std::string> metadata_props;
  onnx::graph graph;
  std::vector<function> functions;
  std::vector<std::shared_ptr<const void>> files;  // whose bytes the tensors show
};

}  // namespace igata::inline IGATA_ABI::onnx
