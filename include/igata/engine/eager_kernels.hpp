// Eager mode on kernels: a node is a session of itself alone, and its plan is kept for the next one of its kind. In a program of which a unit
// includes this, all eager graphs compute so from its start on; what kernels do not have is left to the oracle.
#pragma once
#include <bit>      // bit_cast
#include <cstring>  // memcpy

#include "../core/half.hpp"
#include "../draw/eager.hpp"
#include "session.hpp"

namespace igata::inline IGATA_ABI::detail {

// A node without its graph.
struct node_kind {
  struct result {
    dtype type = f32;
    shape dims;
    friend constexpr bool operator==(const result&, const result&) = default;
  };
  op code = op::constant;
  int rows = 0;
  double number = 0;
  result made;
  vec<int> attributes;
  vec<result> operands;

  node_kind() = default;
  node_kind(const graph& g, const node& v, int n) : code(v.code), rows(n), number(v.number), made{v.type, v.dims} {
    for (int i = 0; i < v.attribute_count; ++i) attributes.push(g.attributes[v.attributes + i]);
    if (code == op::random_uniform) attributes[1] = 0;  // its leaf: the stream is the one that it has
    for (int i = 0; i < v.arity; ++i) operands.push({g.operand_node(v, i).type, g.operand_node(v, i).dims});
  }
  bool is(const node_kind& other) const {
    bool same = code == other.code && rows == other.rows && std::bit_cast<std::uint64_t>(number) == std::bit_cast<std::uint64_t>(other.number) &&
                made == other.made && attributes.size() == other.attributes.size() && operands.size() == other.operands.size();
    for (int i = 0; same && i < attributes.size(); ++i) same = attributes[i] == other.attributes[i];
    for (int i = 0; same && i < operands.size(); ++i) same = operands[i] == other.operands[i];
    return same;
  }
  // As a program of its own. Masks are bytes outside.
  void operator()(builder& s) const {
    vec<value> in;
    for (int i = 0; i < operands.size(); ++i) {
      const result& x = operands[i];
      const value given = s.input((text() << 'x' << i).view(), x.dims, x.type == boolean ? u8 : x.type);
      in.push(x.type == boolean ? given != 0 : given);
    }
    const value y = ir::emit_node(s.get(), code, ir::infer_rules[static_cast<int>(code)], in.data(), in.size(),
                                  {attributes.data(), attributes.size()}, number, {}, made.type, made.dims);
    if (y.valid()) s.output("y", made.type == boolean ? cast(y, u8) : y);
  }
  // Whether it has a plan, and its kernels are there.
  bool has_kernels() const {
    builder b(false);
    (*this)(b);
    return session_unit::has_kernels(b.get(), rows);
  }
};

// The plans of a thread: a bounded number, of which the least used goes.
class node_plans {
 public:
  static constexpr int most = 64;

  session* of(const node_kind& kind) {  // null: kernels do not have it
    int least = 0;
    for (int i = 0; i < all_.size(); ++i) {
      if (all_[i].kind.is(kind)) return all_[i].used = ++clock_, all_[i].plan.get();
      if (all_[i].used < all_[least].used) least = i;
    }
    entry made{kind, owner<session>(kind.has_kernels() ? new session(kind, {.max_batch = kind.rows, .plans = 1}) : nullptr), ++clock_};
    session* const plan = made.plan.get();
    if (all_.size() < most) all_.push(std::move(made));
    else all_[least] = std::move(made);
    return plan;
  }
  int count() const { return all_.size(); }

 private:
  struct entry {
    node_kind kind;
    owner<session> plan;
    long used = 0;
  };
  vec<entry> all_;
  long clock_ = 0;
};
inline node_plans& plans_of_thread() {
  static thread_local node_plans plans;
  return plans;
}

// Numbers as memory has them, and as the oracle does.
template <class F>
void with_element(dtype type, F f) {
  switch (type) {
#define IGATA_DTYPE(name, text, size, element, file) \
  case name: return f(element());
#include "../core/dtype.inc"
#undef IGATA_DTYPE
  }
}
inline void write_memory(const vec<double>& from, dtype type, std::byte* to) {
  with_element(type, [&]<class T>(T) {
    for (int i = 0; i < from.size(); ++i) {
      T x;
      if constexpr (sizeof(T) == 8) x = std::bit_cast<T>(from[i]);  // whole numbers are held as their bits
      else x = static_cast<T>(from[i]);
      std::memcpy(to + static_cast<std::size_t>(i) * sizeof x, &x, sizeof x);
    }
  });
}
inline void read_memory(const std::byte* from, dtype type, vec<double>& to) {
  with_element(type, [&]<class T>(T) {
    for (int i = 0; i < to.size(); ++i) {
      T x;
      std::memcpy(&x, from + static_cast<std::size_t>(i) * sizeof x, sizeof x);
      if constexpr (sizeof(T) == 8) to[i] = std::bit_cast<double>(x);
      else to[i] = static_cast<double>(x);
    }
  });
}

struct eager_memory final : ir::tape::memory {
  const graph* of = nullptr;
  vec<aligned_memory> nodes;  // of each; none where only the oracle's form is there
  void (*oracle)(graph&, const node&) = nullptr;  // an address: a unit without eager graphs has no code of it

  static eager_memory& in(ir::eager_numbers& t) { return static_cast<eager_memory&>(*static_cast<ir::tape&>(t).kept); }
};
inline void fetch_numbers(ir::eager_numbers& numbers, int id) {
  const eager_memory& m = eager_memory::in(numbers);
  vec<double>& to = numbers.values[id];
  if (to.size() > 0) return;
  const node& v = m.of->nodes[id];
  to = vec<double>(static_cast<int>(v.dims.count(static_cast<ir::tape&>(numbers).options.rows)));
  read_memory(m.nodes[id].data(), v.type, to);
}
inline std::size_t bytes_of(const node& v, int rows) {
  return static_cast<std::size_t>(v.dims.count(rows)) * static_cast<std::size_t>(size_of(v.type));
}
inline void compute_node(graph& g, const node& v) {
  ir::tape& t = static_cast<ir::tape&>(*g.eager);
  eager_memory& m = eager_memory::in(t);
  m.of = &g;
  const int rows = t.options.rows;
  session* const plan = v.arity > 0 ? plans_of_thread().of(node_kind(g, v, rows)) : nullptr;
  if (!plan) {
    for (int i = 0; i < v.arity; ++i) fetch_numbers(t, g.edges[v.first + i]);
    m.oracle(g, v);
    m.nodes.push({});
    return;
  }
  const auto argument = [&](auto a, std::byte* at, const node& of) {
    a.at = at;
    a.size = static_cast<std::ptrdiff_t>(of.dims.count(rows));
    a.type = of.type == boolean ? u8 : of.type;
    return a;
  };
  vec<session_input> in;
  for (int i = 0; i < v.arity; ++i) {
    const int id = g.edges[v.first + i];
    const node& x = g.nodes[id];
    if (!m.nodes[id].data()) {
      m.nodes[id] = aligned_memory(bytes_of(x, rows));
      write_memory(t.values[id], x.type, m.nodes[id].data());
    }
    in.push(argument(session_input(), m.nodes[id].data(), x));
  }
  aligned_memory made = aligned_memory::unwritten(bytes_of(v, rows));
  const session_result out = argument(session_result(), made.data(), v);
  if (const status s = plan->run({in.data(), in.size()}, {&out, 1}, rows); !s) raise(describe(s));
  m.nodes.push(std::move(made));
  t.values.push({});
}
inline void start_on_kernels(ir::tape& t) {
  eager_memory* const kept = new eager_memory;
  kept->oracle = std::exchange(t.compute, &compute_node);
  t.fetch = &fetch_numbers;
  t.kept = kept;
}
inline const bool eager_is_on_kernels = (ir::compute_on_kernels = &start_on_kernels) != nullptr;

}  // namespace igata::inline IGATA_ABI::detail
