// How a block of a node's numbers is computed from memory: a list of steps, and the memory that a thread runs it in.
#pragma once
#include "../core/scalar_code.hpp"
#include "in_blocks.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI::ir {

// Numbers in memory: of a variable, or as the oracle holds them.
struct numbers_in_memory {
  const void* data = nullptr;
  dtype type = f64;
  const void* at(long long i) const { return static_cast<const char*>(data) + i * size_of(type); }
};

// Where element i of a result reads its operand.
struct read_places {
  bool same = false;  // at i
  int rank = 0;
  int extents[max_rank]{};
  long long steps[max_rank]{}, offset = 0;
};

// One node's block from those before it, or from memory.
struct block_step {
  const node* v = nullptr;
  block_rule rule = nullptr;  // null: from memory
  dtype type = f64;           // of the first operand
  int in[3] = {-1, -1, -1};   // steps
  numbers_in_memory from;
  read_places places;
};
struct block_routine {
  vec<block_step> steps;  // the last one makes the result
  std::ptrdiff_t count = 0;
  int row = 1;  // numbers of the last axis
  // How many numbers at a time stay in the caches: whole rows if a row is not longer.
  int block() const {
    const int most = 65536 / steps.size() / 16 * 16, some = most < 64 ? 64 : most > 2048 ? 2048 : most;
    return row <= some ? some / row * row : some;
  }
};

// What one thread needs to run a routine.
class block_worker {
 public:
  explicit block_worker(const block_routine& r) : r_(r), block_(r.block()) {
    memory_.reserve(block_ * r.steps.size());
    at_.resize(r.steps.size());
    loaded_.resize(r.steps.size());
  }
  int block() const { return block_; }

  // Numbers begin … begin + count, at most a block; there until the next call.
  const double* run(long long begin, int count) {
    for (int i = 0; i < r_.steps.size(); ++i) {
      const block_step& s = r_.steps[i];
      double* const out = memory_.items + static_cast<std::ptrdiff_t>(i) * block_;
      if (s.rule) {
        const double* in[3] = {};
        for (int k = 0; k < 3 && s.in[k] >= 0; ++k) in[k] = at_[s.in[k]];
        s.rule(*s.v, s.type, in, out, count);
        at_[i] = out;
      } else if (!s.places.same) {
        at_[i] = out;
        load(s, begin, count, out, loaded_[i]);
      } else if (is_wide(s.from.type)) {
        at_[i] = static_cast<const double*>(s.from.data) + begin;
      } else {
        at_[i] = out;
        read_block(s.from.at(begin), s.from.type, out, count);
      }
    }
    return at_.back();
  }

 private:
  // What a step that repeats a row has loaded: from which place of the row, and how much.
  struct loaded {
    long long place = -1;
    int count = 0;
  };
  static void load(const block_step& s, long long begin, int count, double* out, loaded& before) {
    const read_places& p = s.places;
    const int last = p.rank - 1, extent = last < 0 ? 1 : p.extents[last];
    const long long step = last < 0 ? 0 : p.steps[last];
    const bool repeats = last <= 0 ? step == 0 : last == 1 && p.steps[0] == 0;
    if (repeats) {
      const long long place = last <= 0 ? 0 : begin % extent;
      if (before.place == place && before.count >= count) return;
      before = {place, count};
    }
    for (int done = 0; done < count;) {
      long long rest = begin + done, at = p.offset;
      const int column = static_cast<int>(rest % extent), some = extent - column < count - done ? extent - column : count - done;
      rest /= extent;
      for (int axis = last; axis-- > 0; rest /= p.extents[axis]) at += rest % p.extents[axis] * p.steps[axis];
      load_row(s.from, at + column * step, step, out + done, some);
      done += some;
    }
  }
  static void load_row(const numbers_in_memory& from, long long at, long long step, double* out, int count) {
    if (step == 1) return read_block(from.at(at), from.type, out, count);
    for (int i = 0; i < count; ++i) read_block(from.at(at + i * step), from.type, out + i, 1);
  }

  const block_routine& r_;
  int block_;
  vec<double> memory_;
  vec<const double*> at_;
  vec<loaded> loaded_;
};

}  // namespace igata::inline IGATA_ABI::ir

IGATA_SCALAR_CODE_END
