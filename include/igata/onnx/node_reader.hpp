// The node of a file that is drawn: its attributes, and mistakes, which name it.
#pragma once
#include <algorithm>         // find
#include <initializer_list>  // initializer_list

#include "../io/file.hpp"
#include "../ir/graph.hpp"
#include "constants.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

class node_reader {
 public:
  explicit node_reader(const std::string& path) : path_(path) {}
  void begin(const node& n) {
    n_ = &n;
    asked_.clear();
  }
  // An input or output of the graph, which mistakes name instead.
  void begin(std::string_view what, const std::string& name) {
    n_ = nullptr;
    value_ = std::string(what) + ' ' + io::in_quotes(name);
  }
  const node& at() const { return *n_; }
  // The node's name, or that of its first result.
  std::string node_name() const { return !n_->name.empty() || n_->output.empty() ? n_->name : n_->output[0]; }
  [[noreturn]] void fail(const std::string& expected, const std::string& got, const std::string& remedy = "igata does not run this model yet") const {
    raise(place() + "expected " + expected + ", got " + got + "; " + remedy);
  }
  void expect_drawn(const ir::graph& g) const {
    if (g.failed()) raise(place() + io::escaped(g.failure.view()));
  }
  // An attribute, where there is one of that name. What a rule never asks for is refused.
  const attribute* find(const char* name, attribute::kind is) const {
    asked_.push_back(name);
    const attribute* const a = n_->find(name);
    if (a && a->is != is)
      fail("another type of attribute " + io::in_quotes(name), "type " + std::to_string(static_cast<int>(a->is)), "the file is no valid ONNX model");
    return a;
  }
  std::int64_t integer(const char* name, std::int64_t otherwise) const {
    const attribute* const a = find(name, attribute::kind::i);
    return a ? a->i : otherwise;
  }
  float real(const char* name, float otherwise) const {
    const attribute* const a = find(name, attribute::kind::f);
    return a ? a->f : otherwise;
  }
  std::string text_of(const char* name, const char* otherwise) const {
    const attribute* const a = find(name, attribute::kind::s);
    return a ? a->s : otherwise;
  }
  extents integers(const char* name, extents otherwise = {}) const {
    const attribute* const a = find(name, attribute::kind::ints);
    return a ? extents(a->ints) : otherwise;
  }
  // Attributes that say nothing here: what the operands say already, or what concerns training or other results.
  void knows(std::initializer_list<const char*> names) const { asked_.insert(asked_.end(), names.begin(), names.end()); }
  void expect_no_more_attributes() const {
    for (const attribute& a : n_->attributes)
      if (std::find(asked_.begin(), asked_.end(), a.name) == asked_.end()) fail("attributes that igata has", io::in_quotes(a.name));
  }

 protected:
  const node* n_ = nullptr;

 private:
  std::string place() const {
    return path_ + ": " + (n_ ? "node " + io::in_quotes(node_name()) + " (" + io::escaped(n_->op_type) + ')' : value_) + ": ";
  }

  std::string path_, value_;
  mutable std::vector<std::string_view> asked_;  // attributes of the node
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
