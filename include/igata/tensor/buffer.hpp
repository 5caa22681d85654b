// The memory of arrays: counted by its owners, aligned to 64 bytes, followed by room that kernels may read.
#pragma once
#include <cstddef>  // size_t
#include <cstring>  // memset
#include <new>      // align_val_t
#include <utility>  // exchange, swap
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>  // __libc_single_threaded
#endif

#include "../target/lines.hpp"

namespace igata::inline IGATA_ABI {

class buffer {
 public:
  buffer() = default;
  // Not initialised but for the room behind.
  explicit buffer(std::size_t bytes) : p_(static_cast<header*>(::operator new(sizeof(header) + bytes + slack, std::align_val_t{64}))) {
    p_->owners = 1;
    std::memset(reinterpret_cast<char*>(p_ + 1) + bytes, 0, slack);
  }
  buffer(const buffer& other) noexcept : p_(other.p_) {
    if (p_) add(1, __ATOMIC_RELAXED);
  }
  buffer(buffer&& other) noexcept : p_(std::exchange(other.p_, nullptr)) {}
  buffer& operator=(buffer other) noexcept {
    std::swap(p_, other.p_);
    return *this;
  }
  ~buffer() {
    if (p_ && add(-1, __ATOMIC_ACQ_REL) == 0) ::operator delete(p_, std::align_val_t{64});
  }
  void* data() const { return p_ ? p_ + 1 : nullptr; }
  explicit operator bool() const { return p_; }

 private:
  static constexpr std::size_t slack = plan::readable_behind * 4;
  struct alignas(64) header {
    long owners;
  };
  // An expression of five operands counts ten times: a locked instruction for each would be half of what a small one costs.
  long add(long change, [[maybe_unused]] int order) const noexcept {
#if __has_include(<sys/single_threaded.h>)
    if (__libc_single_threaded) return p_->owners += change;
#endif
    return __atomic_add_fetch(&p_->owners, change, order == __ATOMIC_RELAXED ? __ATOMIC_RELAXED : __ATOMIC_ACQ_REL);
  }
  header* p_ = nullptr;
};

}  // namespace igata::inline IGATA_ABI
