// Inference and training steps do not allocate or lock: malloc, operator new and pthread_mutex_lock are replaced by ones that count.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <cstdlib>
#include <new>

#include <igata/igata.hpp>

namespace {
long allocations = 0, locks = 0;
}

#if defined(__SANITIZE_ADDRESS__)
#define IGATA_TEST_OWN_MALLOC 0  // the sanitizer has replaced malloc itself
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IGATA_TEST_OWN_MALLOC 0
#endif
#endif
#ifndef IGATA_TEST_OWN_MALLOC
#define IGATA_TEST_OWN_MALLOC 1
#endif

#if IGATA_TEST_OWN_MALLOC
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
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    value y = relu(nn::batch_norm(nn::conv2d(x, {.filters = 8, .kernel = 3, .padding = padding::same})));
    y = y + nn::conv2d(y, {.filters = 8, .kernel = 3, .padding = padding::same});
    y = nn::dropout(nn::flatten(nn::max_pool2d(y)), {.rate = 0.2});
    return nn::dense(y, {.units = 5});
  }
};
using train_t = training<net{}, in<"image", 9, 9, 2>, labels<"class", i32, 5>, loss::softmax_cross_entropy{}, metrics<metric::accuracy{}>, optim::adam{}, max_batch{16}>;
using infer_t = inference<net{}, in<"image", 9, 9, 2>, max_batch{16}>;

TEST(no_allocation, counts_are_real) {
  const long before = allocations, locked = locks;
  int* volatile made = new int(3);
  delete made;
  EXPECT_GT(allocations, before) << "the replaced operator new is not in use";
#if IGATA_TEST_OWN_MALLOC
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

TEST(no_allocation, training_and_inference) {
  train_t t{seed{1}};
  std::vector<float> x(16 * 9 * 9 * 2, 0.5f), out(16 * 5);
  std::vector<std::int32_t> y(16, 3);
  const void* inputs[] = {x.data(), y.data()};
  infer_t net{infer_t::pack(t.weights())};
  bool fine = true;
  const long before = allocations, locked = locks;
  for (const int n : {16, 1, 7}) {
    fine &= static_cast<bool>(t.step(inputs, n));
    fine &= static_cast<bool>(t.evaluate(inputs, n));
    fine &= static_cast<bool>(t.predict(inputs, n, out.data()));
    fine &= static_cast<bool>(net.run(inputs, n, out.data()));
  }
  const bool refused = !t.step(inputs, 17) && !net.run(inputs, 0, out.data());
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(locks, locked);
  EXPECT_TRUE(fine && refused);
  static_assert(noexcept(t.step(inputs, 1)) && noexcept(t.evaluate(inputs, 1)) && noexcept(net.run(inputs, 1, out.data())));
}
}  // namespace
