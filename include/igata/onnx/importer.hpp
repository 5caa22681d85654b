// Draws the graph of an ONNX model. A value of four axes is held with its channels behind, as the kernels want it, from the first convolution on:
// what works element by element leaves it so, and only what asks for ONNX's order of axes turns it back.
#pragma once
#include <initializer_list>  // initializer_list
#include <unordered_map>     // unordered_map

#include "../core/broadcast.hpp"
#include "../draw/builder.hpp"
#include "../ops/movement.hpp"
#include "node_reader.hpp"
#include "stored_constants.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// A value of the ONNX graph: a constant, or drawn.
struct item {
  bool is_known = false;
  constant known;
  value drawn{};
  bool channels_last = false;  // drawn as [n,h,w,c], meant as [n,c,h,w]
  extents dims;                // as ONNX means them
  bool is_i64 = false;         // drawn as i32, which it is not in the file
};

class importer : public node_reader {
 public:
  // `as_i32`: what is INT64 is drawn as i32.
  importer(const model& m, const std::string& path, builder& s, variable_store* weights, bool as_i32 = false)
      : node_reader(path), m_(m), s_(s), weights_(weights), as_i32_(as_i32) {}
  bool may_be_empty = false;  // constants that are computed, not drawn
  std::unordered_map<int, value> real_codes;  // in f32, what nodes of quantised numbers are casts of
  template <class... Of>
  void begin(const Of&... of) {
    node_reader::begin(of...);
    rounded_to_ = {}, result_type_ = {};
  }
  bool given(std::size_t i) const { return i < n_->input.size() && !n_->input[i].empty(); }
  item& in(std::size_t i) {
    if (!given(i)) fail("input " + std::to_string(i), "none", "the file is no valid ONNX model");
    const auto found = items_.find(n_->input[i]);
    if (found == items_.end()) fail("a value called " + io::in_quotes(n_->input[i]) + " before its use", "none", "the file is no valid ONNX model");
    return found->second;
  }
  const constant& known(std::size_t i) {
    if (!in(i).is_known) fail("input " + std::to_string(i) + " known before the run", "one that is computed");
    return in(i).known;
  }
  const extents& wholes(std::size_t i) {
    if (!known(i).is_whole()) fail("whole numbers as input " + std::to_string(i), "real ones", "the file is no valid ONNX model");
    return known(i).whole;
  }
  std::int64_t whole(std::size_t i) {
    if (wholes(i).size() != 1) fail("one number as input " + std::to_string(i), std::to_string(wholes(i).size()), "the file is no valid ONNX model");
    return wholes(i)[0];
  }
  double number(std::size_t i) {
    if (known(i).count() != 1) fail("one number as input " + std::to_string(i), std::to_string(known(i).count()), "the file is no valid ONNX model");
    return known(i).at(0);
  }
  // One number, as constants of the type hold it.
  double held_number(std::size_t i, dtype type) {
    const double x = number(i);
    if (known(i).type == type) return known(i).held(0);
    if (!is_number_of(x, type)) fail("a number of " + std::string(onnx_name_of(type)), std::string((text() << x).view()));
    return held_in(x, type);
  }
  // Real numbers, `n` of them.
  const constant& reals(std::size_t i, std::int64_t n) {
    const constant& k = known(i);
    if (k.is_whole() || k.count() != n)
      fail(std::to_string(n) + " real numbers as input " + std::to_string(i), std::to_string(k.count()) + (k.is_whole() ? " whole ones" : ""),
           "the file is no valid ONNX model");
    return k;
  }
  // Constants are computed up to a size.
  void limit(const extents& dims) const {
    for (const std::int64_t d : dims)
      if (d < 0) fail("extents from 0", std::to_string(d), "the file is no valid ONNX model");
    if (count_of(dims) > 1 << 28) fail("constants of at most 2^28 elements", "more");
  }
  // An attribute that became an input.
  extents axes_input(std::size_t i) { return given(i) ? wholes(i) : integers("axes"); }
  int axis_of(std::int64_t axis, std::size_t rank) const {
    const std::int64_t r = static_cast<std::int64_t>(rank);
    if (axis < -r || axis >= r) fail("an axis of " + std::to_string(r), std::to_string(axis), "the file is no valid ONNX model");
    return static_cast<int>(axis < 0 ? axis + r : axis);
  }

  std::int64_t opset() const {
    const auto found = m_.opset_import.find("");
    return found == m_.opset_import.end() ? 1 : found->second;
  }
  igata::shape shape_of(const extents& dims) const {
    igata::shape s;
    if (dims.size() > static_cast<std::size_t>(max_rank)) fail("at most " + std::to_string(max_rank) + " axes", std::to_string(dims.size()));
    for (const std::int64_t d : dims) {
      if (d < (may_be_empty ? 0 : 1) || d > 2147483647) fail("extents from 1 to 2^31 - 1", std::to_string(d));
      s.push(static_cast<int>(d));
    }
    return s;
  }
  void fit(igata::shape& dims, const igata::shape& other) const {
    if (broadcast_into(dims, other) != broadcast_mistake::none)
      fail("shapes that broadcast", std::string((text() << dims << " and " << other).view()), "the file is no valid ONNX model");
  }
  // A constant in the graph: a variable, whose values stand in the store.
  value variable(const constant& c, const std::string& name) {
    const igata::shape dims = shape_of(c.dims);
    if (c.count() == 0) {  // a part of something: variables have elements
      constant some = c;
      for (std::int64_t& d : some.dims) d = d == 0 ? 1 : d;
      limit(some.dims);
      some.clear_to(some.count());
      value part = variable(some, name);
      ir::per_axis<ir::slice_axis> whole(dims.rank);
      return ir::emit<ir::op::slice>(part.owner(), {part}, whole, 0, source{}, part.type(), dims);
    }
    std::string path = name;
    for (int k = 1; declared_.count(path); ++k) path = name + '_' + std::to_string(k);
    declared_.insert({path, true});
    const dtype type = drawn_as(c.type);
    const role kind = has_fractions(type) ? role::weight : role::buffer;
    if (weights_) {
      variable_store::entry& e = weights_->add(path, kind, type, dims);
      if (const std::int64_t* const lost = write_constant(c, e)) fail_of_32_bits(*lost);
    }
    ir::graph& g = s_.get();
    return given_as_f32(ir::read_variable(g, ir::declare_variable(g, path, kind, type, dims, {}, source{})));
  }
  // One number of a constant, which takes part in a type's arithmetic; with a type of its own.
  operand literal(const constant& k, std::size_t i = 0) const {
    if (drawn_as(k.type) != k.type && !is_number_of(k.at(i), i32)) fail_of_32_bits(k.whole[i]);
    if (k.type == u64) return operand(static_cast<std::uint64_t>(k.whole[i]));
    return k.is_whole() ? operand(k.whole[i]) : operand(k.at(i));
  }
  value scalar(const constant& k, std::size_t i = 0) const {
    return drawn_as(k.type) == k.type ? ir::held_constant(s_.get(), k.held(i), k.type) : ir::as_value(literal(k, i), ir::constant(s_.get(), 0, i32));
  }
  // What values of a type are drawn as.
  dtype drawn_as(dtype type) const { return as_i32_ && type == i64 ? i32 : type; }
  dtype type_of(std::size_t i) {
    const item& x = in(i);
    return x.is_known ? drawn_as(x.known.type) : x.drawn.type();
  }
  // As the file says it.
  dtype file_type(std::size_t i) {
    const item& x = in(i);
    return x.is_known ? x.known.type : x.is_i64 ? i64 : x.drawn.type();
  }
  // What INT64 is drawn as is no other type of the file: a result's type, where it is not that of the first operand.
  void gives(dtype type) { result_type_ = type; }
  // ONNX has no promotion; neither a number nor halves that are given as f32 may hide that.
  void expect_one_type(std::initializer_list<std::size_t> operands) {
    const std::size_t first = *operands.begin();
    for (const std::size_t i : operands) expect_one_type(first, i);
  }
  void expect_one_type(std::size_t i, std::size_t k) {
    if (!given(i) || !given(k)) return;
    const dtype a = type_of(i), b = type_of(k);
    if (a != b)
      fail("operands of one type", std::string(onnx_name_of(a)) + " and " + std::string(onnx_name_of(b)), "the file is no valid ONNX model");
  }
  void expect_mask(std::size_t i) {
    if (const dtype type = type_of(i); type != boolean) fail("a mask of BOOL", std::string(onnx_name_of(type)), "the file is no valid ONNX model");
  }
  // From here on the node's halves are given as f32, and its results of f32 are rounded to `type`, if that is one of halves: of what has no kernels
  // for them, or takes more than one step.
  void by_f32(dtype type) { rounded_to_ = type; }
  void by_f32() { by_f32(type_of(0)); }
  value given_as_f32(value x) const { return rounded_to_ && x.valid() && is_half(x.type()) ? cast(x, f32) : x; }
  value rounded(value y) const { return rounded_to_ && is_half(*rounded_to_) && y.valid() && y.type() == f32 ? cast(y, *rounded_to_) : y; }
  // Of an attribute that is a number of onnx.proto.
  dtype type_named(std::int64_t number, const char* what) const {
    const auto e = static_cast<element_type>(number > 0 && number < 1000 ? number : 0);
    const std::optional<dtype> type = dtype_of(e);
    if (!type) fail(std::string(what) + " of a type that igata has", name_of(e).empty() ? std::to_string(number) : std::string(name_of(e)));
    return *type;
  }
  static std::string leaf(std::string name) {
    for (char& c : name)
      if (c == '/' || c == ' ' || static_cast<unsigned char>(c) < 33) c = '.';
    return name.empty() ? "constant" : name;
  }
  value transposed(value x, const extents& order) const {
    int o[max_rank] = {};
    if (order.size() > static_cast<std::size_t>(max_rank)) fail("at most " + std::to_string(max_rank) + " axes", std::to_string(order.size()));
    for (std::size_t i = 0; i < order.size(); ++i) o[i] = static_cast<int>(order[i]);
    switch (order.size()) {
      case 2: return transpose(x, {o[0], o[1]});
      case 3: return transpose(x, {o[0], o[1], o[2]});
      case 4: return transpose(x, {o[0], o[1], o[2], o[3]});
      case 5: return transpose(x, {o[0], o[1], o[2], o[3], o[4]});
      case 6: return transpose(x, {o[0], o[1], o[2], o[3], o[4], o[5]});
      default: return x;
    }
  }
  // Of more axes than a value has the last ones are drawn as one; only what asks for all elements in a row reads them.
  static extents drawn_extents(extents dims) {
    while (dims.size() > static_cast<std::size_t>(max_rank)) {
      const std::int64_t last = dims.back();
      dims.pop_back();
      dims.back() = count_of({dims.back(), last});
    }
    return dims;
  }
  value reshaped(std::size_t i, const extents& dims) {
    const item& x = in(i);
    return reshape_to(x.is_known || x.dims.size() <= static_cast<std::size_t>(max_rank) ? plain_copy(i) : given_as_f32(x.drawn),
                      shape_of(drawn_extents(dims)));
  }
  void put_reshaped(value v, const extents& dims, std::size_t i = 0) {
    put_value(reshape_to(v, shape_of(drawn_extents(dims))), i);
    if (i < n_->output.size() && !n_->output[i].empty()) items_[n_->output[i]].dims = dims;
  }
  // In the order of axes that it has.
  value drawn(std::size_t i) {
    const item& x = in(i);
    return x.is_known || !x.channels_last ? plain(i) : given_as_f32(x.drawn);
  }
  // In ONNX's order of axes.
  value plain(std::size_t i) {
    item& x = in(i);
    if (x.dims.size() > static_cast<std::size_t>(max_rank)) shape_of(x.dims);
    if (x.is_known) return variable(x.known, leaf(n_->input[i]));
    if (x.channels_last) x.drawn = transpose(x.drawn, {0, 3, 1, 2});
    x.channels_last = false;
    return given_as_f32(x.drawn);
  }
  value plain_copy(std::size_t i) {  // leaves the item as it is
    item& x = in(i);
    return x.is_known || !x.channels_last ? plain(i) : given_as_f32(transpose(x.drawn, {0, 3, 1, 2}));
  }
  value last(std::size_t i) {
    item& x = in(i);
    if (x.is_known) {
      constant c = x.known;
      while (c.dims.size() < 4) c.dims.insert(c.dims.begin(), 1);
      return variable(permuted(c, {0, 2, 3, 1}), leaf(n_->input[i]));
    }
    const value v = given_as_f32(x.drawn);
    if (x.channels_last) return v;
    return transpose(x.dims.size() == 4 ? v : reshape_to(v, shape_of(four_axes(x.dims))), {0, 2, 3, 1});
  }
  static extents four_axes(extents dims) {
    while (dims.size() < 4) dims.insert(dims.begin(), 1);
    return dims;
  }
  void put(std::size_t i, item x) {
    if (i < n_->output.size() && !n_->output[i].empty()) items_[n_->output[i]] = std::move(x);
  }
  void put_known(constant c) { item x; x.is_known = true; x.dims = c.dims; x.known = std::move(c); put(0, std::move(x)); }
  void put_value(value v, std::size_t i = 0) {
    item x = result(v);
    for (int k = 0; k < v.dims().rank; ++k) x.dims.push_back(v.dims()[k]);
    put(i, std::move(x));
  }
  void put_last(value v) {
    item x = result(v);
    const igata::shape d = v.dims();
    x.channels_last = true;
    x.dims = {d[0], d[3], d[1], d[2]};
    put(0, std::move(x));
  }
  void check() const { expect_drawn(s_.get()); }
  const model& of() const { return m_; }
  std::unordered_map<std::string, item>& items() { return items_; }

 private:
  [[noreturn]] void fail_of_32_bits(std::int64_t lost) const { fail("whole numbers of 32 bits", std::to_string(lost)); }
  item result(value v) {
    check();
    if (!v.valid()) fail("a value", "none");
    item x;
    x.drawn = rounded(v);
    x.is_i64 = as_i32_ && v.type() == i32 && (result_type_ ? *result_type_ : given(0) ? file_type(0) : i32) == i64;
    return x;
  }

  const model& m_;
  builder& s_;
  variable_store* weights_;
  bool as_i32_;
  std::optional<dtype> rounded_to_, result_type_;  // of the node
  std::unordered_map<std::string, item> items_;
  std::unordered_map<std::string, bool> declared_;
};

// What an operator is in the language of igata's models.
struct import_rule {
  std::string_view op_type;
  void (*draw)(importer&);
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
