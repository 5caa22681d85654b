// Eager mode: a graph whose nodes are computed when they are added. Ordinary control flow works on the numbers, and the recording is
// the tape that backward() differentiates.
//
//   eager e({.rows = 2});
//   value x = e.input("x", rows({3}), numbers);
//   value loss = reduce_mean(model{}(x));
//   while (loss.item() > 1) …
//   for (const auto& [path, gradient] : e.backward(loss)) …
#pragma once
#include "builder.hpp"

namespace igata::inline IGATA_ABI {

struct eager_options {
  int rows = 1;
  std::uint32_t seed = 0;
  bool training = true;
};

class eager {
 public:
  struct parameter_gradient {
    text path;
    value gradient;  // its numbers() are there
  };

  constexpr explicit eager(eager_options o = {}) {
    g_.eager = true;
    g_.compute = &ir::compute_now;
    g_.batch = o.rows;
    g_.seed = o.seed;
    g_.training = o.training;
  }
  eager(const eager&) = delete;

  constexpr ir::graph& get() { return g_; }
  // The first error; empty while there is none.
  constexpr std::string_view failure() const { return g_.failure.view(); }

  constexpr value input(std::string_view name, const shape& dims, const vec<double>& numbers, dtype type = f32, source at = source::here()) {
    if (dims.batched > 1) return g_.fail(name, "has rows of a dim, which calls of compiled programs have; give it rows of n", at), poison(g_);
    if (numbers.size() != dims.count(g_.batch)) {
      g_.fail(name, text() << "got " << numbers.size() << " numbers for " << dims << " with n = " << g_.batch, at);
      return poison(g_);
    }
    const value x = ir::emit<ir::op::input>(g_, {}, {.index = g_.inputs.size()}, 0, at, type, dims);
    if (!x.valid()) return x;
    g_.inputs.push({g_.store_text(name), x.id(), 0, type, dims});
    g_.values.push(numbers);
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
};

}  // namespace igata::inline IGATA_ABI
