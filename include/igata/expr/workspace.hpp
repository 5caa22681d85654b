// Memory for what an expression computes before its last loop: one block for each thread, kept. An expression allocates only while its
// thread's block is smaller than what it needs.
#pragma once
#include "../tensor/buffer.hpp"

namespace igata::inline IGATA_ABI::detail {

class workspace {
 public:
  // Gives back what was allocated since it was made.
  class frame {
   public:
    frame() : of_(mine()), block_(of_.block_), used_(of_.used_) {}
    frame(const frame&) = delete;
    ~frame() {
      of_.block_ = block_;
      of_.used_ = used_;
      if (block_ == 0 && used_ == 0) of_.join();
    }
    // `count` elements of 4 bytes, aligned to 64 bytes, with room behind that kernels may read.
    float* allocate(std::ptrdiff_t count) { return static_cast<float*>(of_.allocate((static_cast<std::size_t>(count) * 4 + 256 + 63) / 64 * 64)); }

   private:
    workspace& of_;
    int block_;
    std::size_t used_;
  };

 private:
  static constexpr int most_blocks = 48;  // each is at least twice as large as the one before
  static workspace& mine() {
    thread_local workspace w;
    return w;
  }
  void* allocate(std::size_t bytes) {
    if (used_ + bytes > size_[block_]) {
      if (used_ > 0) ++block_;
      used_ = 0;
      if (bytes > size_[block_]) {
        const std::size_t least = block_ > 0 ? 2 * size_[block_ - 1] : wanted_;
        size_[block_] = bytes > least ? bytes : least;
        blocks_[block_] = buffer(size_[block_]);
      }
    }
    void* p = static_cast<char*>(blocks_[block_].data()) + used_;
    used_ += bytes;
    return p;
  }
  // Several blocks become one when none is in use.
  void join() {
    if (size_[1] == 0) return;  // there is one
    wanted_ = 0;
    for (int i = 0; i < most_blocks; ++i) {
      wanted_ += size_[i];
      size_[i] = 0;
      blocks_[i] = buffer();
    }
  }

  buffer blocks_[most_blocks];
  std::size_t size_[most_blocks]{};
  int block_ = 0;
  std::size_t used_ = 0, wanted_ = 1 << 16;
};

}  // namespace igata::inline IGATA_ABI::detail
