// Open addressing from a 64-bit hash to a small integer; the caller decides equality. Linear passes need it.
#pragma once
#include <cstdint>  // uint64_t

#include "vec.hpp"

namespace igata::inline IGATA_ABI {

struct hasher {
  std::uint64_t state = 0x9E3779B97F4A7C15u;
  constexpr hasher& operator<<(long long x) {
    state = (state ^ static_cast<std::uint64_t>(x)) * 0xD6E8FEB86659FD93u;
    state ^= state >> 32;
    return *this;
  }
};

class hash_table {
 public:
  constexpr explicit hash_table(int expected) {
    int size = 16;
    while (size < 2 * expected) size *= 2;
    slots_.resize(size, -1);
  }
  struct entry {
    std::uint64_t hash;
    int item;
  };
  constexpr hash_table(const vec<int>& slots, const vec<entry>& entries) : slots_(slots), entries_(entries) {}
  constexpr const vec<int>& slots() const { return slots_; }
  constexpr const vec<entry>& entries() const { return entries_; }
  // After these were borrowed.
  constexpr void own() { slots_.own(), entries_.own(); }
  // The entry that `same` accepts, or `fresh` after storing it.
  template <class Same>
  constexpr int find_or_add(std::uint64_t hash, int fresh, Same same) {
    if (2 * (entries_.count + 1) > slots_.count) grow();
    const std::uint64_t mask = static_cast<std::uint64_t>(slots_.count) - 1;
    for (std::uint64_t i = hash & mask;; i = (i + 1) & mask) {
      const int slot = slots_.items[i];
      if (slot < 0) {
        slots_.items[i] = entries_.count;
        entries_.push({hash, fresh});
        return fresh;
      }
      if (entries_.items[slot].hash == hash && same(entries_.items[slot].item)) return entries_.items[slot].item;
    }
  }

 private:
  [[gnu::cold, gnu::noinline]] constexpr void grow() {
    const int size = 2 * slots_.size();
    slots_ = vec<int>(size, -1);
    for (int e = 0; e < entries_.size(); ++e) {
      std::uint64_t i = entries_[e].hash;
      for (i &= static_cast<std::uint64_t>(size) - 1; slots_[static_cast<int>(i)] >= 0;) i = (i + 1) & (static_cast<std::uint64_t>(size) - 1);
      slots_[static_cast<int>(i)] = e;
    }
  }
  vec<int> slots_;
  vec<entry> entries_;
};

}  // namespace igata::inline IGATA_ABI
