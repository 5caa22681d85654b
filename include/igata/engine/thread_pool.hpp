// Threads that wait for parts of a job. A part belongs to whoever claims it first: its thread, or the caller when its own part is done and that
// thread does not run, because it sleeps or the processor is with another process. So the caller never waits for a thread that has not begun.
#pragma once
#include <atomic>  // atomic
#include <chrono>  // steady_clock
#include <thread>  // thread
#include <vector>  // vector
#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>  // pthread_atfork
#endif
#if defined(__GLIBCXX__) && !defined(__linux__)
#include <condition_variable>  // condition_variable
#include <mutex>               // mutex, unique_lock
#endif
#if defined(__cpp_exceptions)
#include <system_error>  // system_error
#endif

#include "error.hpp"

namespace igata::inline IGATA_ABI::detail {

// How often this process is the child of a fork: threads made before are not there.
inline std::atomic<int> forks_above{0};
inline void count_forks() {
#if defined(__unix__) || defined(__APPLE__)
  static const int failed = pthread_atfork(nullptr, nullptr, [] { forks_above.fetch_add(1, std::memory_order_relaxed); });
  if (failed) raise(text() << "threads: pthread_atfork: error " << failed);
#endif
}

class thread_pool {
 public:
  using job_type = void (*)(void*, int);

  // `parts` with the calling thread. `spins`: whether threads wait awake for a moment, which pays where each has a processor.
  thread_pool(int parts, bool spins) : parts_(parts), spins_(spins), claimed_(static_cast<std::size_t>(parts)) {
    if (parts == 1) return;
    count_forks();
    forks_ = forks_above.load(std::memory_order_relaxed);
    workers_.reserve(static_cast<std::size_t>(parts - 1));
#if defined(__cpp_exceptions)
    try {
      start();
    } catch (const std::system_error& e) {
      const int started = static_cast<int>(workers_.size()) + 1;
      stop();
      raise(text() << "threads: the system starts " << started << " of " << parts << " threads: " << e.code().message().c_str() << "; ask for fewer");
    }
#else
    start();
#endif
  }
  thread_pool(const thread_pool&) = delete;
  thread_pool& operator=(const thread_pool&) = delete;
  ~thread_pool() { stop(); }

  int parts() const { return parts_; }

  // Calls job(data, part) once for every part; a job that throws ends the program. From inside a job, and while another thread uses the pool, the
  // calling thread does all parts; so does a child of a fork.
  void run(job_type job, void* data) noexcept {
    if (parts_ == 1 || forks_ != forks_above.load(std::memory_order_relaxed) || busy_.test_and_set(std::memory_order_acquire)) {
      for (int part = 0; part < parts_; ++part) job(data, part);
      return;
    }
    job_ = job;
    data_ = data;
    left_.store(parts_ - 1, std::memory_order_relaxed);
    const unsigned round = round_.fetch_add(1, std::memory_order_seq_cst) + 1;
    if (asleep_.load(std::memory_order_seq_cst) > 0) wake(round);
    job(data, 0);
    for (int i = 0; i < pauses_before_claiming && left_.load(std::memory_order_acquire) != 0; ++i) pause();
    if (left_.load(std::memory_order_acquire) != 0) finish(round);
    busy_.clear(std::memory_order_release);
  }

 private:
  static constexpr int pauses_before_claiming = 32;         // about 1 us: who is awake has claimed its part long since
  static constexpr std::chrono::microseconds spin_time{100};  // twice what it takes to wake a thread
  struct alignas(64) claim {
    std::atomic<unsigned> round = 0;  // the last one whose part is claimed
  };

  static void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }
  // Pauses until `done` or the time is over.
  template <class Done>
  static void spin(Done done) {
    const auto begin = std::chrono::steady_clock::now();
    do
      for (int i = 0; i < 64; ++i) {
        if (done()) return;
        pause();
      }
    while (std::chrono::steady_clock::now() - begin < spin_time);
  }

  // A round ends when every part was claimed in it, so who was late finds its claim taken.
  bool claims(int part, unsigned round) {
    unsigned before = round - 1;
    return claimed_[static_cast<std::size_t>(part)].round.compare_exchange_strong(before, round, std::memory_order_acq_rel,
                                                                                  std::memory_order_relaxed);
  }

  // Sleeps until the round is not `seen`. Without a futex libstdc++'s atomic::wait looks at the value before it locks, so it can miss the last call.
#if defined(__GLIBCXX__) && !defined(__linux__)
  void sleep(unsigned seen) {
    std::unique_lock lock(bed_);
    called_.wait(lock, [&] { return round_.load(std::memory_order_seq_cst) != seen; });
  }
  void call_all() noexcept {
    { const std::unique_lock lock(bed_); }  // who has looked is asleep
    called_.notify_all();
  }
#else
  void sleep(unsigned seen) const {
    while (round_.load(std::memory_order_seq_cst) == seen) round_.wait(seen, std::memory_order_seq_cst);
  }
  void call_all() noexcept { round_.notify_all(); }
#endif

  // Threads that sleep are woken more and more rarely while they come too late for any part.
  void wake(unsigned round) {
    const int in_vain = in_vain_.load(std::memory_order_relaxed) / (parts_ - 1);
    if (round % (1u << (in_vain < 6 ? in_vain : 6)) == 0) call_all();
  }

  void finish(unsigned round) {
    for (int part = parts_ - 1; part > 0; --part)
      if (claims(part, round)) {
        job_(data_, part);
        left_.fetch_sub(1, std::memory_order_acq_rel);
      }
    const auto done = [this] { return left_.load(std::memory_order_acquire) == 0; };
    if (spins_) spin(done);
    while (!done()) std::this_thread::yield();
  }

  void start() {
    for (int part = 1; part < parts_; ++part) workers_.emplace_back([this, part] { work(part); });
  }
  void work(int part) {
    bool woken = false;  // and has claimed nothing since
    for (unsigned seen = 0;;) {
      const auto called = [&] { return round_.load(std::memory_order_acquire) != seen; };
      if (spins_) spin(called);
      if (!called()) {
        if (woken) in_vain_.fetch_add(1, std::memory_order_relaxed);
        woken = true;
        asleep_.fetch_add(1, std::memory_order_seq_cst);
        sleep(seen);
        asleep_.fetch_sub(1, std::memory_order_relaxed);
      }
      if (stopping_.load(std::memory_order_acquire)) return;
      seen = round_.load(std::memory_order_acquire);
      if (!claims(part, seen)) continue;
      if (woken) in_vain_.store(0, std::memory_order_relaxed);
      woken = false;
      job_(data_, part);
      left_.fetch_sub(1, std::memory_order_acq_rel);
    }
  }

  void stop() noexcept {
    if (forks_ != forks_above.load(std::memory_order_relaxed)) {  // there is nothing to join
      for (std::thread& t : workers_) new (&t) std::thread;
      return;
    }
    stopping_.store(true, std::memory_order_release);
    round_.fetch_add(1, std::memory_order_seq_cst);
    call_all();
    for (std::thread& t : workers_) t.join();
  }

  int parts_, forks_ = 0;
  bool spins_;
  job_type job_ = nullptr;
  void* data_ = nullptr;
  alignas(64) std::atomic<unsigned> round_ = 0;
  alignas(64) std::atomic<int> left_ = 0;
  std::atomic<int> asleep_ = 0, in_vain_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic_flag busy_;
#if defined(__GLIBCXX__) && !defined(__linux__)
  std::mutex bed_;
  std::condition_variable called_;
#endif
  std::vector<claim> claimed_;
  std::vector<std::thread> workers_;
};

}  // namespace igata::inline IGATA_ABI::detail
