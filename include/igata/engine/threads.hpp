// threads: a pool that programs may share. It spins for a moment after its last job and then sleeps.
//
//   threads two{2};                  // this thread and one more
//   net.use(two);                    // must outlive its use; the results are the same bits
#pragma once
#include "../target/share.hpp"
#include "thread_pool.hpp"
#include "usable_cores.hpp"

namespace igata::inline IGATA_ABI {

class threads {
 public:
  // 1 to 256, the calling thread included; 0: as many as this process may use at once (its affinity, its control group's cpu.max). More than that are
  // not started, as they would only keep each other from their work: see count().
  explicit threads(int count = 0) : threads(count, detail::usable_cores()) {}

  int count() const { return pool_.parts(); }
  operator executor() & {
    return {&pool_, pool_.parts(), [](void* self, void (*job)(void*, int), void* data) { static_cast<detail::thread_pool*>(self)->run(job, data); }};
  }
  operator executor() && = delete;

 private:
  static constexpr int most = 256;
  threads(int count, int usable) : pool_(parts_of(count, usable), true) {}
  static int parts_of(int count, int usable) {
    if (count < 0 || count > most) raise(text() << "threads: expected 1 to " << most << ", or 0 for as many as this process may use, got " << count);
    const int parts = count == 0 || count > usable ? usable : count;
    return parts < most ? parts : most;
  }

  detail::thread_pool pool_;
};

}  // namespace igata::inline IGATA_ABI
