// Random numbers inside a graph: element i of a draw is threefry(key = {seed, stream}, counter = {i, step}), recomputed and never stored.
//
//   value u = random_uniform(seed, step, stream("dropout"), x.dims());    [0, 1)
#pragma once
#include "../core/random.hpp"
#include "elementwise.hpp"

namespace igata::inline IGATA_ABI::ir {

template <>
struct rule<op::random_uniform> {
  using attributes = random_attributes;

  static constexpr void infer(graph& g, node& v, source at) {
    for (int i = 0; i < 2; ++i)
      if (g.operand_node(v, i).type != i32 || g.operand_node(v, i).dims.rank != 0)
        return g.fail("random_uniform", "seed and step must be i32 scalars", at);
  }
  static constexpr void evaluate(const evaluation& e) {
    const auto number = [](double x) { return static_cast<std::uint32_t>(static_cast<long long>(x)); };
    const random_pair key{number(e.in(0)[0]), static_cast<std::uint32_t>(attributes_of<op::random_uniform>(e).stream)};
    for (int i = 0; i < e.out.size(); ++i)
      e.out[i] = static_cast<double>(random_uniform(random_bits(key, {static_cast<std::uint32_t>(i), number(e.in(1)[0])}).x));
  }
  static constexpr void gradient(backward&) {}
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// In [0, 1), of shape dims; the same stream and step give the same numbers.
constexpr value random_uniform(value seed, value step, std::uint32_t stream, const shape& dims, source at = source::here()) {
  if (!seed.valid()) return seed;
  return ir::emit<ir::op::random_uniform>(seed.owner(), {seed, step}, {.stream = static_cast<int>(stream)}, 0, at, f32, dims);
}

}  // namespace igata::inline IGATA_ABI
