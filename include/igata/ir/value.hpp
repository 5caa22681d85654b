// What a model works with: a handle to a node of the graph being built.
//
//   constexpr value operator()(value x) const { return relu(x * 2 + 1); }
#pragma once
#include <limits>       // quiet_NaN
#include <type_traits>  // is_arithmetic_v

#include "graph.hpp"

namespace igata::inline IGATA_ABI {

class value;

namespace detail {
inline constexpr vec<double> no_numbers{};
}  // namespace detail

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

using infer_rule = void (*)(graph&, node&, source);
struct attribute_span;  // attributes.hpp
constexpr value emit_node(graph&, op, infer_rule, const value*, int, attribute_span, double, source, dtype, const shape&);

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

class value {
 public:
  constexpr value() = default;
  constexpr value(ir::graph& g, int id) : g_(&g), id_(id) {}

  constexpr ir::graph& owner() const { return *g_; }
  constexpr int id() const { return id_; }
  constexpr bool valid() const { return g_ && id_ >= 0; }
  constexpr const ir::node& get() const { return g_->nodes.items[id_]; }
  constexpr shape dims() const { return g_ && id_ >= 0 ? g_->nodes.items[id_].dims : shape{}; }
  constexpr dtype type() const { return g_ && id_ >= 0 ? g_->nodes.items[id_].type : f32; }
  constexpr int rank() const { return dims().rank; }
  // The extent of an axis; negative axes count from the end. Of the batch axis: the factor of n. 1 after an error: a model may divide by it.
  constexpr int extent(int axis, source at = source::here()) const {
    if (!valid()) return 1;
    const shape& s = g_->nodes.items[id_].dims;
    const int i = axis < 0 ? axis + s.rank : axis;
    if (i >= 0 && i < s.rank) return s[i];
    g_->fail("extent", text() << "axis " << axis << " is out of range for rank " << s.rank << "; use " << -s.rank << " to " << s.rank - 1, at);
    return 1;
  }
  // Whether the graph being built trains: dropout and batch norm ask this.
  constexpr bool training() const { return g_ && g_->training; }

  // Eager mode: the numbers; none and NaN after an error.
  constexpr const vec<double>& numbers(source at = source::here()) const {
    return has_numbers("numbers", at) ? g_->eager->of(id_) : detail::no_numbers;
  }
  constexpr double item(source at = source::here()) const {
    return has_numbers("item", at) ? g_->eager->of(id_)[0] : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  constexpr bool has_numbers(std::string_view what, source at) const {
    if (!valid()) return false;
    if (!g_->eager) g_->fail(what, "a model that is drawn has no numbers yet; compute with values, select(...) chooses, or use eager", at);
    return g_->eager != nullptr;
  }
  // Made for every node, so it reads its operands without calls.
  friend constexpr value ir::emit_node(ir::graph&, ir::op, ir::infer_rule, const value*, int, ir::attribute_span, double, source, dtype,
                                       const shape&);
  ir::graph* g_ = nullptr;
  int id_ = -1;
};

// An operand of an operator: a value, or a literal that takes the other operand's type. Remembers the user's line.
struct operand {
  value v;
  double literal = 0;
  std::uint64_t whole = 0;  // of a whole number all its bits
  bool is_literal = false, is_exact = false;
  source at;
  constexpr operand(value x, source line = source::here()) : v(x), at(line) {}
  constexpr operand(double x, source line = source::here()) : literal(x), is_literal(true), at(line) {}
  constexpr operand(float x, source line = source::here()) : operand(static_cast<double>(x), line) {}
  constexpr operand(int x, source line = source::here()) : operand(static_cast<double>(x), line) {}
  template <class T>
    requires std::is_arithmetic_v<T>
  constexpr operand(T x, source line = source::here()) : operand(static_cast<double>(x), line) {
    if constexpr (std::is_integral_v<T>) whole = static_cast<std::uint64_t>(x), is_exact = true;
  }
  // Of whole numbers: whether it is one of i64 or u64.
  constexpr bool fits(dtype type) const { return type == u64 ? literal >= 0 : literal < 0 || whole >> 63 == 0; }
};

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

// While alive, errors name `at` (the user's line) instead of lines of library code.
class library_call {
 public:
  constexpr library_call(value x, source at) : g_(x.valid() ? &x.owner() : nullptr) {
    if (g_ && g_->site_depth++ == 0) g_->site = at;
  }
  library_call(const library_call&) = delete;
  constexpr ~library_call() {
    if (g_) --g_->site_depth;
  }

 private:
  graph* g_;
};

}  // namespace igata::inline IGATA_ABI::ir
