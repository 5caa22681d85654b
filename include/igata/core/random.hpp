// Counter-based random numbers: a pure function of key and counter, the same on every machine and in every order of evaluation.
//
// Threefry-2x32 with 20 rounds: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
// A stream's key is {seed, hash of a path}; the counter is {logical index, step}.
//
//   random_bits({seed, stream("layer1/kernel")}, {i, 0}).x
#pragma once
#include <cstdint>      // uint32_t, uint64_t
#include <string_view>  // string_view

#include "../version.hpp"

namespace igata::inline IGATA_ABI {

struct random_pair {
  std::uint32_t x, y;
  friend constexpr bool operator==(random_pair, random_pair) = default;
};

constexpr random_pair random_bits(random_pair key, random_pair counter) {
  const std::uint32_t keys[3] = {key.x, key.y, key.x ^ key.y ^ 0x1BD11BDAu};
  const int rotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  std::uint32_t x = counter.x + keys[0], y = counter.y + keys[1];
  for (std::uint32_t group = 0; group < 5; ++group) {
    for (int i = 0; i < 4; ++i) {
      const int r = rotations[group % 2][i];
      x += y;
      y = y << r | y >> (32 - r);
      y ^= x;
    }
    x += keys[(group + 1) % 3];
    y += keys[(group + 2) % 3] + group + 1;
  }
  return {x, y};
}

// The paper's known answers (Random123's kat_vectors).
static_assert(random_bits({0, 0}, {0, 0}) == random_pair{0x6b200159u, 0x99ba4efeu});
static_assert(random_bits({0xffffffffu, 0xffffffffu}, {0xffffffffu, 0xffffffffu}) == random_pair{0x1cb996fcu, 0xbb002be7u});

// 32-bit name of a stream (FNV-1a).
constexpr std::uint32_t stream(std::string_view path) {
  std::uint32_t hash = 2166136261u;
  for (const char c : path) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

// [0, 1) with 24 bits: exact in a float.
constexpr float random_uniform(std::uint32_t bits) { return static_cast<float>(bits >> 8) * 0x1p-24f; }

}  // namespace igata::inline IGATA_ABI
