// malloc, operator new and pthread_mutex_lock are replaced by ones that count. Included by one file of a program.
#pragma once
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <cstdlib>
#include <new>

#include "sanitized.hpp"

namespace {
long allocations = 0, locks = 0;
}

#if !IGATA_TEST_SANITIZED  // else the sanitizer has replaced malloc itself
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void* malloc(std::size_t n) {
  ++allocations;
  return __libc_malloc(n);
}
void* calloc(std::size_t n, std::size_t size) {
  ++allocations;
  return __libc_calloc(n, size);
}
void* realloc(void* p, std::size_t n) {
  ++allocations;
  return __libc_realloc(p, n);
}
void* aligned_alloc(std::size_t alignment, std::size_t n) {
  ++allocations;
  return __libc_memalign(alignment, n);
}
int pthread_mutex_lock(pthread_mutex_t* m) {
  ++locks;
  static const auto real = reinterpret_cast<int (*)(pthread_mutex_t*)>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  return real(m);
}
}
#endif

[[gnu::noinline]] void* operator new(std::size_t n) {
  ++allocations;
  if (void* p = std::malloc(n ? n : 1)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace {
TEST(no_allocation, counts_are_real) {
  const long before = allocations, locked = locks;
  int* volatile made = new int(3);
  delete made;
  EXPECT_GT(allocations, before) << "the replaced operator new is not in use";
#if !IGATA_TEST_SANITIZED
  const long after_new = allocations;
  void* volatile p = std::malloc(10);
  std::free(p);
  EXPECT_GT(allocations, after_new);
  pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&m);
  pthread_mutex_unlock(&m);
  EXPECT_GT(locks, locked);
#endif
  static_cast<void>(locked);
}
}  // namespace
