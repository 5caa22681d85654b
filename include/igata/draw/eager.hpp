// Eager mode: a graph whose nodes are computed when they are added. Ordinary control flow works on the numbers, and the recording is
// the tape that backward() differentiates. The oracle computes them; in a program that includes <igata/eager.hpp>, at run time, kernels.
//
//   eager e({.rows = 2});
//   value x = e.input("x", rows({3}), numbers);
//   value loss = reduce_mean(model{}(x));
//   while (loss.item() > 1) …
//   for (const auto& [path, gradient] : e.backward(loss)) …
#pragma once
#include "../ir/initialize.hpp"
#include "builder.hpp"

namespace igata::inline IGATA_ABI {

struct eager_options {
  int rows = 1;
  std::uint32_t seed = 0;
  bool training = true;
};

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

struct tape : eager_numbers {
  eager_options options;
  vec<double> next_input;
  struct memory {  // of who computes in the oracle's place
    constexpr virtual ~memory() = default;
  };
  memory* kept = nullptr;
};
// Gives a tape to kernels; engine/eager_kernels.hpp sets it.
inline void (*compute_on_kernels)(tape&) = nullptr;

// A variable is read by one node, so its first value is made once.
constexpr void compute_now(graph& g, const node& v) {
  tape& t = static_cast<tape&>(*g.eager);
  if (v.code == op::input) return t.values.push(t.next_input), void();
  vec<double> out(static_cast<int>(v.dims.count(t.options.rows)));
  switch (v.code) {
    case op::constant: out[0] = v.number; break;
    case op::batch_size: out[0] = t.options.rows; break;
    case op::iota: count_up(out, v.type); break;
    case op::variable: {
      const variable& from = g.variables[leaf_index(g, v)];
      out = initialize(from.init, from.dims, t.options.seed, g.path_of(from).view());
      break;
    }
    default: evaluation_rules[static_cast<int>(v.code)](evaluation{g, v, t.options.rows, t.values, out});
  }
  t.values.push(std::move(out));
}

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

class eager {
 public:
  struct parameter_gradient {
    text path;
    value gradient;  // its numbers() are there
  };

  constexpr explicit eager(eager_options o = {}) : tape_{{&ir::compute_now, {}}, o, {}} {
    g_.eager = &tape_;
    g_.training = o.training;
    if (!std::is_constant_evaluated() && ir::compute_on_kernels) ir::compute_on_kernels(tape_);
  }
  eager(const eager&) = delete;
  constexpr ~eager() { delete tape_.kept; }

  constexpr ir::graph& get() { return g_; }
  // The first error; empty while there is none.
  constexpr std::string_view failure() const { return g_.failure.view(); }

  constexpr value input(std::string_view name, const shape& dims, const vec<double>& numbers, dtype type = f32, source at = source::here()) {
    if (dims.rows_of > 1) return g_.fail(name, "has rows of a dim, which calls of compiled programs have; give it rows of n", at), poison(g_);
    if (numbers.size() != dims.count(tape_.options.rows)) {
      g_.fail(name, text() << "got " << numbers.size() << " numbers for " << dims << " with n = " << tape_.options.rows, at);
      return poison(g_);
    }
    tape_.next_input = numbers;
    const value x = ir::emit<ir::op::input>(g_, {}, {.index = g_.inputs.size()}, 0, at, type, dims);
    if (x.valid()) g_.inputs.push({g_.store_text(name), x.id(), 0, type, dims});
    return x;
  }

  // The gradients of a number by all trainable parameters that it depends on.
  constexpr vec<parameter_gradient> backward(value loss) {
    vec<parameter_gradient> result;
    if (g_.failed() || !loss.valid()) return result;
    const int id = loss.id();
    resolve_names(g_, &id, 1);
    vec<value> weights;
    for (const ir::variable& v : g_.variables)
      if (v.kind == role::weight && v.trainable && v.read >= 0 && v.read <= id) weights.push(value(g_, v.read));
    const vec<value> d = gradients(loss, weights);
    for (int i = 0; i < d.size(); ++i)
      if (d[i].valid()) result.push({g_.path_of(g_.variables[leaf_index(g_, weights[i].get())]), d[i]});
    return result;
  }

 private:
  ir::graph g_;
  ir::tape tape_;
};

}  // namespace igata::inline IGATA_ABI
