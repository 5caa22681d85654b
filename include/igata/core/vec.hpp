// A growable array that works the same in constant evaluation and at run time.
//
// Elements are default-constructed; growth moves them. A few lines instead of std::vector: half the compile time and memory.
// It may borrow constant static data instead of owning memory: then copies are free, and elements are read only; growing makes it own.
// Never take one (or what holds one) by value and change it: GCC 12's constant evaluation destroys the unchanged argument.
#pragma once
#include <cstddef>  // size_t

#include "../version.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// Copies of arrays. Clang counts each turn of a loop in constant evaluation, and a whole memcpy as nothing.
template <class T>
constexpr void copy_items(T* to, const T* from, int count) {
#ifdef __clang__
  if constexpr (__is_trivially_copyable(T)) {
    if (count > 0) __builtin_memcpy(to, from, static_cast<std::size_t>(count) * sizeof(T));
    return;
  }
#endif
  for (int i = 0; i < count; ++i) to[i] = from[i];
}
template <class T>
constexpr void fill_items(T* to, int count, const T& with) {
#ifdef __clang__
  if constexpr (__is_trivially_copyable(T)) {
    int done = count < 8 ? count : 8;
    for (int i = 0; i < done; ++i) to[i] = with;
    for (; 2 * done < count; done *= 2) __builtin_memcpy(to + done, to, static_cast<std::size_t>(done) * sizeof(T));
    if (done < count) __builtin_memcpy(to + done, to, static_cast<std::size_t>(count - done) * sizeof(T));
    return;
  }
#endif
  for (int i = 0; i < count; ++i) to[i] = with;
}

}  // namespace detail

template <class T>
class vec {
 public:
  // What [] and size() give. Passes read them here in what they do for every node: a call is a microsecond of g++'s constant evaluation.
  T* items = nullptr;
  int count = 0;

  constexpr vec() = default;
  constexpr explicit vec(int size) : count(size) {  // zeros, without a loop
    if (size > 0) items = new T[static_cast<std::size_t>(capacity_ = size)]{};
  }
  constexpr vec(int size, const T& fill) {
    reserve(size);
    detail::fill_items(items, size, fill);
    count = size;
  }
  static constexpr vec borrowed(const T* from, int size) {
    vec v;
    v.items = const_cast<T*>(from);
    v.count = size;
    return v;
  }
  constexpr vec(const vec& other) : count(other.count) {
    if (other.capacity_ == 0) {
      items = other.items;
      return;
    }
    if (count == 0) return;
    items = fresh(capacity_ = count);
    detail::copy_items(items, other.items, count);
  }
  constexpr vec(vec&& other) noexcept : items(other.items), count(other.count), capacity_(other.capacity_) {
    other.items = nullptr;
    other.count = other.capacity_ = 0;
  }
  constexpr vec& operator=(vec&& other) noexcept {  // without std::swap: its calls are more work in constant evaluation than the rest
    T* const old_items = items;
    const int old_count = count, old_capacity = capacity_;
    items = other.items, count = other.count, capacity_ = other.capacity_;
    other.items = old_items, other.count = old_count, other.capacity_ = old_capacity;
    return *this;
  }
  constexpr vec& operator=(const vec& other) {
    if (this != &other) *this = vec(other);
    return *this;
  }
  constexpr ~vec() {
    if (capacity_) delete[] items;
  }

  constexpr int size() const { return count; }
  constexpr bool empty() const { return count == 0; }
  constexpr T* data() { return items; }
  constexpr const T* data() const { return items; }
  constexpr T& operator[](int i) { return items[i]; }
  constexpr const T& operator[](int i) const { return items[i]; }
  constexpr T* begin() { return items; }
  constexpr T* end() { return items + count; }
  constexpr const T* begin() const { return items; }
  constexpr const T* end() const { return items + count; }
  constexpr T& back() { return items[count - 1]; }
  constexpr const T& back() const { return items[count - 1]; }

  // `item` is no element of this vec.
  constexpr T& push(const T& item) {
    if (count >= capacity_) grow(count, count < 4 ? 8 : 2 * count);
    return items[count++] = item;
  }
  constexpr T& push(T&& item) {
    if (count >= capacity_) grow(count, count < 4 ? 8 : 2 * count);
    return items[count++] = static_cast<T&&>(item);
  }
  // Adds `more` elements, which the caller writes at once; returns the first.
  constexpr T* extend(int more) {
    if (count + more > capacity_) grow(count, 2 * count > count + more ? 2 * count : count + more);
    return items + ((count += more) - more);
  }
  constexpr void pop() { --count; }
  constexpr void clear() { count = 0; }
  constexpr void resize(int size, const T& fill = T{}) {
    if (size > count) {
      reserve(size);
      detail::fill_items(items + count, size - count, fill);
    }
    count = size;
  }
  // Copies what it borrows, so that elements may be written.
  constexpr void own() {
    if (capacity_ == 0 && count > 0) grow(count, count);
  }
  constexpr void reserve(int capacity) {
    if (capacity > capacity_) grow(count, capacity);
  }

 private:
  static constexpr T* fresh(int size) {
    if constexpr (__is_trivially_constructible(T)) return new T[static_cast<std::size_t>(size)];
    else return new T[static_cast<std::size_t>(size)]{};
  }
  // Moves the first elements to more memory.
  [[gnu::cold, gnu::noinline]] constexpr void grow(int kept, int capacity) {
    T *const from = items, *const to = fresh(capacity);
    if constexpr (__is_trivially_copyable(T)) detail::copy_items(to, from, kept);
    else
      for (int i = 0; i < kept; ++i) to[i] = static_cast<T&&>(from[i]);  // not std::move: a call each in constant evaluation
    if (capacity_) delete[] from;
    items = to;
    capacity_ = capacity;
  }

  int capacity_ = 0;  // 0 with elements: borrowed
};

}  // namespace igata::inline IGATA_ABI
