// Arena offsets: best fit over a list of holes that is kept in order of addresses.
#pragma once
#include "../core/vec.hpp"

namespace igata::inline IGATA_ABI {

// Sizes and offsets in elements of 4 bytes; every block starts at a multiple of 16 (64 bytes).
class arena_allocator {
 public:
  static constexpr long long rounded(long long size) { return (size + 15) / 16 * 16; }

  constexpr long long allocate(long long size) {
    size = rounded(size);
    total_ += size;
    int best = -1;
    const hole* const holes = holes_.items;
    for (int i = 0, count = holes_.count; i < count; ++i)
      if (holes[i].size >= size && (best < 0 || holes[i].size < holes[best].size)) best = i;
    if (best < 0) {
      if (!holes_.empty() && holes_.back().at + holes_.back().size == end_) {  // the last hole grows
        const long long at = holes_.back().at;
        holes_.pop();
        end_ = at + size;
        return at;
      }
      const long long at = end_;
      end_ += size;
      return at;
    }
    const long long at = holes_.items[best].at;
    holes_.items[best].at += size;
    holes_.items[best].size -= size;
    if (holes_.items[best].size == 0) erase(best);
    return at;
  }

  constexpr void release(long long at, long long size) {
    size = rounded(size);
    if (size == 0) return;
    int i = 0;
    while (i < holes_.count && holes_.items[i].at < at) ++i;
    const bool joins_left = i > 0 && holes_.items[i - 1].at + holes_.items[i - 1].size == at;
    const bool joins_right = i < holes_.count && at + size == holes_.items[i].at;
    if (joins_left && joins_right) {
      holes_.items[i - 1].size += size + holes_.items[i].size;
      erase(i);
    } else if (joins_left) {
      holes_.items[i - 1].size += size;
    } else if (joins_right) {
      holes_.items[i].at = at;
      holes_.items[i].size += size;
    } else {
      holes_.push({});
      for (int j = holes_.count - 1; j > i; --j) holes_.items[j] = holes_.items[j - 1];
      holes_.items[i] = {at, size};
    }
  }

  constexpr long long end() const { return end_; }
  constexpr long long total() const { return total_; }  // without reuse

 private:
  struct hole {
    long long at = 0, size = 0;
  };
  constexpr void erase(int i) {
    for (int j = i + 1; j < holes_.count; ++j) holes_.items[j - 1] = holes_.items[j];
    holes_.pop();
  }
  vec<hole> holes_;
  long long end_ = 0, total_ = 0;
};

}  // namespace igata::inline IGATA_ABI
