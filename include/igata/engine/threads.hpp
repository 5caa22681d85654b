// threads: a pool that programs may share. It spins for a moment after its last job and then sleeps.
//
//   threads two{2};                  // this thread and one more
//   net.use(two);                    // must outlive its use; the results are the same bits
#pragma once
#include <atomic>  // atomic
#include <thread>  // thread
#include <vector>  // vector

#include "../target/share.hpp"
#include "error.hpp"

namespace igata::inline IGATA_ABI {

class threads {
 public:
  // 1 to 256, the calling thread included; 0: as many as the machine runs at once.
  explicit threads(int count = 0) {
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    if (count == 0) count = cores;
    if (count < 0 || count > most) raise(text() << "threads: expected 1 to " << most << ", or 0 for as many as the machine runs, got " << count);
    parts_ = count < 1 ? 1 : count;
    if (parts_ > cores) spins_ = 0;  // who spins keeps another from its work
    struct guard {  // where the system has no more threads
      threads* pool;
      ~guard() {
        if (pool) pool->stop();
      }
    } stop_on_error{this};
    for (int part = 1; part < parts_; ++part) workers_.emplace_back([this, part] { work(part); });
    stop_on_error.pool = nullptr;
  }
  threads(const threads&) = delete;
  threads& operator=(const threads&) = delete;
  ~threads() { stop(); }

  int count() const { return parts_; }
  operator executor() & { return {this, parts_, &threads::run}; }
  operator executor() && = delete;

 private:
  static constexpr int most = 256;
  using job_type = void (*)(void*, int);

  static void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

  static void run(void* self, job_type job, void* data) {
    threads& pool = *static_cast<threads*>(self);
    if (pool.parts_ == 1 || pool.busy_.test_and_set(std::memory_order_acquire)) {  // another thread uses the pool: do all parts here
      for (int part = 0; part < pool.parts_; ++part) job(data, part);
      return;
    }
    pool.job_ = job;
    pool.data_ = data;
    pool.left_.store(pool.parts_ - 1, std::memory_order_relaxed);
    pool.round_.fetch_add(1, std::memory_order_seq_cst);
    if (pool.asleep_.load(std::memory_order_seq_cst) > 0) pool.round_.notify_all();
    job(data, 0);
    for (int i = 0; pool.left_.load(std::memory_order_acquire) != 0; ++i) i < pool.spins_ ? pause() : std::this_thread::yield();
    pool.busy_.clear(std::memory_order_release);
  }

  void work(int part) {
    for (unsigned seen = 0;; ++seen) {
      for (int i = 0; i < spins_ && round_.load(std::memory_order_acquire) == seen; ++i) pause();
      if (round_.load(std::memory_order_acquire) == seen) {
        asleep_.fetch_add(1, std::memory_order_seq_cst);
        while (round_.load(std::memory_order_seq_cst) == seen) round_.wait(seen, std::memory_order_seq_cst);
        asleep_.fetch_sub(1, std::memory_order_relaxed);
      }
      if (stopping_.load(std::memory_order_relaxed)) return;
      job_(data_, part);
      left_.fetch_sub(1, std::memory_order_release);
    }
  }

  void stop() {
    stopping_.store(true, std::memory_order_relaxed);
    round_.fetch_add(1, std::memory_order_seq_cst);
    round_.notify_all();
    for (std::thread& t : workers_) t.join();
  }

  int parts_ = 1;
  int spins_ = 20'000;  // pauses: 0.5 ms on an AMD EPYC; a program's steps follow each other faster than that
  job_type job_ = nullptr;
  void* data_ = nullptr;
  alignas(64) std::atomic<unsigned> round_ = 0;
  alignas(64) std::atomic<int> left_ = 0;
  std::atomic<int> asleep_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic_flag busy_;
  std::vector<std::thread> workers_;
};

}  // namespace igata::inline IGATA_ABI
