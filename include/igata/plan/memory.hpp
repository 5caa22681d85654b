// Arena offsets of blocks whose lifetimes are known: of few blocks the largest first, each at the lowest address that is free while it lives; of
// many, whose pairs would be too many to look at, in the order of their lives, best fit over a list of holes that is kept in order of addresses.
#pragma once
#include "../core/vec.hpp"
#include "../target/lines.hpp"

namespace igata::inline IGATA_ABI::plan {

// Sizes and offsets in elements of 4 bytes; every block starts at a line.
class arena_allocator {
 public:
  static constexpr long long rounded(long long size) { return whole_lines(size); }

  constexpr long long allocate(long long size) {
    size = rounded(size);
    const hole* const holes = holes_.items;
    const int count = holes_.count;
    const bool has_tail = count > 0 && holes[count - 1].at + holes[count - 1].size == end_;  // no limit: it grows, if nothing else is large enough
    int best = -1;
    for (int i = 0; i < count - has_tail; ++i)
      if (holes[i].size >= size && (best < 0 || holes[i].size < holes[best].size)) best = i;
    if (best < 0 && has_tail && holes[count - 1].size >= size) best = count - 1;
    if (best < 0) {
      const long long at = has_tail ? holes[count - 1].at : end_;
      if (has_tail) holes_.pop();
      end_ = at + size;
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

 private:
  struct hole {
    long long at = 0, size = 0;
  };
  constexpr void erase(int i) {
    for (int j = i + 1; j < holes_.count; ++j) holes_.items[j - 1] = holes_.items[j];
    holes_.pop();
  }
  vec<hole> holes_;
  long long end_ = 0;
};

// Memory that is used from one group of a plan to another, both included.
struct arena_block {
  long long size = 0;
  int begin = 0, end = 0;
  long long at = 0;
};

// The largest sum of what is there at one time: no arrangement takes less.
constexpr long long most_at_once(const vec<arena_block>& blocks, int groups) {
  vec<long long> change(groups + 2);
  for (const arena_block& b : blocks) {
    change[b.begin] += arena_allocator::rounded(b.size);
    change[b.end + 1] -= arena_allocator::rounded(b.size);
  }
  long long most = 0, now = 0;
  for (const long long c : change) {
    now += c;
    most = now > most ? now : most;
  }
  return most;
}

}  // namespace igata::inline IGATA_ABI::plan

namespace igata::inline IGATA_ABI::detail {

// Each block at the lowest address that is free while it lives, in this order. Returns what they take in all, and the block that lies at the end.
constexpr long long place_in_order(vec<arena_block>& blocks, const vec<int>& order, int& last) {
  arena_block* const b = blocks.items;
  const int count = blocks.count;
  vec<int> placed;  // in order of addresses
  placed.reserve(count);
  long long end = 0;
  for (int n = 0; n < count; ++n) {
    arena_block& mine = b[order.items[n]];
    const long long size = arena_allocator::rounded(mine.size);
    long long at = 0;
    for (int k = 0; k < n; ++k) {
      const arena_block& other = b[placed.items[k]];
      if (other.end < mine.begin || mine.end < other.begin) continue;
      if (other.at - at >= size) break;
      const long long behind = other.at + arena_allocator::rounded(other.size);
      if (behind > at) at = behind;
    }
    mine.at = at;
    if (at + size > end) {
      end = at + size;
      last = n;
    }
    int k = n;
    placed.push(0);
    for (; k > 0 && b[placed.items[k - 1]].at > at; --k) placed.items[k] = placed.items[k - 1];
    placed.items[k] = order.items[n];
  }
  return end;
}
// The largest first; then, as long as there is an arrangement that takes less, what came to lie at the end before the others. Few times: pairs are
// looked at.
constexpr void place_largest_first(vec<arena_block>& blocks, int groups) {
  const int count = blocks.count, times = 80000 / (count * count + 1);
  const long long least = most_at_once(blocks, groups);
  vec<int> order(count);
  for (int i = 0; i < count; ++i) {
    int k = i;
    for (; k > 0 && blocks.items[order.items[k - 1]].size < blocks.items[i].size; --k) order.items[k] = order.items[k - 1];
    order.items[k] = i;
  }
  vec<arena_block> best;
  long long taken = 0;
  for (int i = 0; i < 8 && (i == 0 || i < times); ++i) {
    int last = 0;
    const long long end = place_in_order(blocks, order, last);
    if (i == 0 || end < taken) {
      taken = end;
      best = blocks;
    }
    if (end == least) break;
    const int first = order.items[last];
    for (; last > 0; --last) order.items[last] = order.items[last - 1];
    order.items[0] = first;
  }
  blocks = best;
}
// `blocks` in the order of their begins.
constexpr void place_in_time(vec<arena_block>& blocks, int groups) {
  arena_allocator arena;
  vec<int> first_dead(groups + 1, -1), next(blocks.count);  // by group: a list of the blocks that end with it
  for (int group = 0, fresh = 0; group <= groups; ++group) {
    for (; fresh < blocks.count && blocks.items[fresh].begin == group; ++fresh) {
      arena_block& block = blocks.items[fresh];
      block.at = arena.allocate(block.size);
      next.items[fresh] = first_dead.items[block.end];
      first_dead.items[block.end] = fresh;
    }
    for (int i = first_dead.items[group]; i >= 0; i = next.items[i]) arena.release(blocks.items[i].at, blocks.items[i].size);
  }
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

inline constexpr int few_blocks = 256;
// Sets the blocks' offsets, of groups 0 … groups; returns what they take in all.
constexpr long long place_blocks(vec<arena_block>& blocks, int groups) {
  if (blocks.count <= few_blocks) detail::place_largest_first(blocks, groups);
  else detail::place_in_time(blocks, groups);
  long long end = 0;
  for (const arena_block& b : blocks) {
    const long long behind = b.at + arena_allocator::rounded(b.size);
    end = behind > end ? behind : end;
  }
  return end;
}

}  // namespace igata::inline IGATA_ABI::plan
