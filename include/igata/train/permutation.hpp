// A random order of 0 … n-1: a pure function of seed, stream and epoch, the same on every machine.
#pragma once
#include <cstddef>      // size_t
#include <cstdint>      // uint32_t, uint64_t
#include <numeric>      // iota
#include <string_view>  // string_view
#include <utility>      // swap
#include <vector>       // vector

#include "../core/random.hpp"

namespace igata::inline IGATA_ABI::train {

// Fisher-Yates. 64 random bits per draw: the modulo's bias is below 2^-32.
inline void shuffle(std::vector<int>& order, std::uint32_t seed, std::string_view name = "shuffle", std::uint32_t epoch = 0) {
  const random_pair key{seed, stream(name)};
  for (std::size_t i = order.size(); i > 1; --i) {
    const random_pair bits = random_bits(key, {static_cast<std::uint32_t>(i - 1), epoch});
    const std::uint64_t wide = static_cast<std::uint64_t>(bits.x) << 32 | bits.y;
    std::swap(order[i - 1], order[static_cast<std::size_t>(wide % i)]);
  }
}

inline std::vector<int> permutation(int n, std::uint32_t seed, std::string_view name = "shuffle", std::uint32_t epoch = 0) {
  std::vector<int> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, seed, name, epoch);
  return order;
}

}  // namespace igata::inline IGATA_ABI::train
