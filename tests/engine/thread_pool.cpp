// The pool of threads: late, sleeping and missing threads, nested and simultaneous use, forks, its end; how many processors a process may use.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>
#if defined(__linux__)
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <igata/threads.hpp>

#include "../sanitized.hpp"

using namespace igata;
using detail::thread_pool;

namespace {

using counts = std::vector<std::atomic<int>>;
void count(void* data, int part) { ++(*static_cast<counts*>(data))[static_cast<std::size_t>(part)]; }
void expect_each_once(thread_pool& pool) {
  counts runs(static_cast<std::size_t>(pool.parts()));
  pool.run(&count, &runs);
  for (const auto& r : runs) ASSERT_EQ(r, 1);
}
void wait_until_asleep() { std::this_thread::sleep_for(std::chrono::milliseconds(3)); }

TEST(thread_pool, runs_every_part_once) {
  for (const int parts : {1, 2, 3, 5, 9})
    for (const bool spins : {true, false}) {
      thread_pool pool(parts, spins);
      EXPECT_EQ(pool.parts(), parts);
      for (int round = 0; round < 300; ++round) {
        expect_each_once(pool);
        if (round % 100 == 0) wait_until_asleep();
      }
    }
}

#if defined(_WIN32)  // where wine takes long to begin and end a thread
constexpr int short_lives = 300;
#else
constexpr int short_lives = 3000;
#endif
TEST(thread_pool, ends_however_soon) {  // threads that fall asleep hear the last call
  for (int i = 0; i < short_lives; ++i) {
    thread_pool pool(3, false);
    if (i % 3 != 0) expect_each_once(pool);
    for (int pause = 0; pause < i % 50; ++pause) std::this_thread::yield();
  }
}

TEST(thread_pool, parts_run_at_the_same_time) {  // where threads are awake, and where they must be woken
  thread_pool pool(3, true);
  for (int round = 0; round < 5; ++round) {
    std::atomic<int> inside = 0;
    pool.run(
        [](void* data, int) {
          auto& here = *static_cast<std::atomic<int>*>(data);
          ++here;
          for (const auto begin = std::chrono::steady_clock::now(); here != 3 && std::chrono::steady_clock::now() - begin < std::chrono::seconds(20);)
            std::this_thread::yield();
        },
        &inside);
    EXPECT_EQ(inside, 3);
    if (round == 2) wait_until_asleep();
  }
}

// A job that uses the pool, and other threads meanwhile: whoever comes second does all parts itself.
TEST(thread_pool, nested_and_simultaneous_use) {
  thread_pool pool(3, true);
  struct job {
    thread_pool& pool;
    std::atomic<int> inner = 0;
  } nested{pool};
  pool.run(
      [](void* data, int) {
        job& outer = *static_cast<job*>(data);
        outer.pool.run([](void* d, int) { ++static_cast<job*>(d)->inner; }, data);
      },
      &nested);
  EXPECT_EQ(nested.inner, 9);

  std::vector<std::thread> users;
  for (int user = 0; user < 4; ++user)
    users.emplace_back([&] {
      for (int round = 0; round < 200; ++round) expect_each_once(pool);
    });
  for (std::thread& t : users) t.join();
}

TEST(thread_pool, ends_in_every_state) {
  for (int i = 0; i < 20; ++i) thread_pool never_used(4, i % 2);
  for (int i = 0; i < 20; ++i) {
    thread_pool just_used(4, i % 2);
    expect_each_once(just_used);
  }
  thread_pool parked(4, true);
  expect_each_once(parked);
  wait_until_asleep();
}

// Moments in which threads come too late: they are woken less often, and still take their part of a job that is long enough.
TEST(thread_pool, threads_that_were_late_come_back) {
  thread_pool pool(2, true);
  for (int round = 0; round < 200; ++round) {
    expect_each_once(pool);
    if (round % 10 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
  }
  std::atomic<std::thread::id> who{};
  bool shared = false;
  for (int round = 0; round < 500 && !shared; ++round) {
    pool.run(
        [](void* data, int part) {
          if (part == 1) *static_cast<std::atomic<std::thread::id>*>(data) = std::this_thread::get_id();
          else std::this_thread::sleep_for(std::chrono::milliseconds(2));
        },
        &who);
    shared = who.load() != std::this_thread::get_id();
  }
  EXPECT_TRUE(shared);
}

static threads& static_pool() {  // ends behind main
  static threads pool{2};
  return pool;
}
TEST(thread_pool, may_be_static) {
  const executor e = static_pool();
  counts runs(static_cast<std::size_t>(e.parts));
  e.run(e.self, &count, &runs);
  for (const auto& r : runs) EXPECT_EQ(r, 1);
}

TEST(usable_cores, group_of_version_2) {
  const std::filesystem::path mount = std::filesystem::path(testing::TempDir()) / "igata_cgroups";
  std::filesystem::remove_all(mount);
  const auto write = [&](const std::string& file, const char* line) {
    std::filesystem::create_directories((mount / file).parent_path());
    std::ofstream(mount / file) << line << "\n";
  };
  const auto cores = [&] { return detail::cores_of_groups((mount / "list").string(), mount.string(), 8); };
  EXPECT_EQ(cores(), 8) << "no groups";
  write("list", "0::/a/b");
  EXPECT_EQ(cores(), 8);
  write("a/b/cpu.max", "max 100000");
  EXPECT_EQ(cores(), 8);
  write("a/b/cpu.max", "300000 100000");
  EXPECT_EQ(cores(), 3);
  write("a/b/cpu.max", "190000 100000");
  EXPECT_EQ(cores(), 1);
  write("a/b/cpu.max", "20000 100000");
  EXPECT_EQ(cores(), 1);
  write("a/b/cpu.max", "900000 100000");
  EXPECT_EQ(cores(), 8) << "more than there are";
  write("a/cpu.max", "400000 100000");
  EXPECT_EQ(cores(), 4) << "of the group above";
  write("list", "0::/");
  EXPECT_EQ(cores(), 8);
  write("cpu.max", "200000 100000");  // a container sees its own group as the root
  EXPECT_EQ(cores(), 2);
  write("list", "0::/not/visible");
  EXPECT_EQ(cores(), 2);
  write("cpu.max", "nonsense");
  EXPECT_EQ(cores(), 8);

  write("list", "5:memory:/m\n4:cpu,cpuacct:/a\n0::/x");
  write("cpu,cpuacct/a/cpu.cfs_period_us", "50000");
  write("cpu,cpuacct/a/cpu.cfs_quota_us", "-1");
  EXPECT_EQ(cores(), 8);
  write("cpu,cpuacct/a/cpu.cfs_quota_us", "250000");
  EXPECT_EQ(cores(), 5);
  std::filesystem::remove_all(mount);
}

#if defined(__linux__)
// What a child process returns.
template <class F>
int in_child(F body) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // what hangs ends
    _exit(body());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(usable_cores, affinity) {
  cpu_set_t all;
  ASSERT_EQ(sched_getaffinity(0, sizeof all, &all), 0);
  EXPECT_LE(threads().count(), CPU_COUNT(&all));
  EXPECT_LE(threads{200}.count(), CPU_COUNT(&all)) << "more would keep each other from their work";
  EXPECT_EQ(threads{1}.count(), 1);
  int first = 0;
  while (!CPU_ISSET(first, &all)) ++first;
  EXPECT_EQ(in_child([&] {
              cpu_set_t one;
              CPU_ZERO(&one);
              CPU_SET(first, &one);
              if (sched_setaffinity(0, sizeof one, &one) != 0) return 100;
              return threads().count() * 10 + threads{2}.count();
            }),
            11);
}

#if !IGATA_TEST_SANITIZED  // their allocators stay locked in a child whose parent forked while a thread began
// Whatever the pool did last, a child finds no threads: it does all parts itself, may make pools, and ends. Its children too.
TEST(thread_pool, fork) {
  for (const bool asleep : {false, true}) {
    thread_pool pool(3, true);
    expect_each_once(pool);
    if (asleep) wait_until_asleep();
    const auto use = [&](thread_pool& p) {
      counts runs(3);
      p.run(&count, &runs);
      return runs[0] == 1 && runs[1] == 1 && runs[2] == 1;
    };
    EXPECT_EQ(in_child([&] {
                if (!use(pool)) return 1;
                thread_pool own(3, true);
                if (!use(own)) return 2;
                if (in_child([&] { return use(pool) && use(own) ? 0 : 1; }) != 0) return 3;
                pool.~thread_pool();
                return 0;
              }),
              0);
    expect_each_once(pool);
  }
  // While the pool is at work.
  thread_pool pool(3, true);
  std::atomic<bool> over = false;
  std::thread user([&] {
    while (!over) {
      counts runs(3);
      pool.run(&count, &runs);
    }
  });
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(in_child([&] {
                counts runs(3);
                pool.run(&count, &runs);
                return runs[2] == 1 ? 0 : 1;
              }),
              0);
  over = true;
  user.join();
}

#if defined(__cpp_exceptions)
TEST(thread_pool, the_system_has_no_more_threads) {
  EXPECT_EQ(in_child([] {
              const rlimit memory{256u << 20, 256u << 20};
              if (setrlimit(RLIMIT_AS, &memory) != 0) return 1;
              try {
                thread_pool pool(200, true);
              } catch (const error& e) {
                const std::string_view line = e.what();
                return line.starts_with("threads: the system starts ") && line.ends_with("; ask for fewer") &&
                               line.find(" of 200 threads: ") != line.npos
                           ? 0
                           : 2;
              }
              return 3;
            }),
            0);
}
#endif
#endif
#endif

TEST(threads, counts_that_no_pool_can_have) {
  for (const int count : {-1, 257}) {
    std::string line;
    try {
      const igata::threads pool(count);
    } catch (const error& e) {
      line = e.what();
    }
    EXPECT_EQ(line, "threads: expected 1 to 256, or 0 for as many as this process may use, got " + std::to_string(count));
  }
}

}  // namespace
