// A growable array that works the same in constant evaluation and at run time.
//
// Elements are default-constructed; growth moves them. A few lines instead of std::vector: half the compile time and memory.
// It may borrow constant static data instead of owning memory: then copies are free, and elements are read only; growing makes it own.
// Never take one (or what holds one) by value and change it: GCC 12's constant evaluation destroys the unchanged argument.
#pragma once
#include <cstddef>      // size_t
#include <string_view>  // string_view
#include <utility>      // swap

#include "math.hpp"

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

struct graph;

// A text being written: graphs, plans and messages are printed into one, at compile time and at run time.
class text {
 public:
  constexpr text() = default;
  constexpr text(std::string_view s) { *this << s; }
  constexpr text(const char* s) : text(std::string_view(s)) {}
  constexpr text(const text& t) : text(t.view()) {}
  constexpr text(text&&) noexcept = default;
  constexpr text& operator=(const text& t) {
    if (this != &t) *this = text(t);
    return *this;
  }
  constexpr text& operator=(text&&) noexcept = default;
  [[gnu::cold]] constexpr text& operator<<(std::string_view s) {
    const char* const from = s.data();
    const int more = static_cast<int>(s.size());
    if (more) detail::copy_items(chars_.extend(more), from, more);
    end();
    return *this;
  }
  constexpr text& operator<<(const char* s) { return *this << std::string_view(s); }
  constexpr text& operator<<(const text& t) { return *this << t.view(); }
  [[gnu::cold]] constexpr text& operator<<(char c) {
    chars_.push(c);
    end();
    return *this;
  }
  constexpr text& operator<<(bool) = delete;
  constexpr text& operator<<(int i) { return *this << static_cast<long long>(i); }
  constexpr text& operator<<(long i) { return *this << static_cast<long long>(i); }
  constexpr text& operator<<(unsigned long i) { return *this << static_cast<long long>(i); }
  [[gnu::cold]] constexpr text& operator<<(long long i) {
    if (i < 0) return *this << '-' << -i;
    if (i >= 10) *this << i / 10;
    return *this << static_cast<char>('0' + i % 10);
  }
  // At most six significant digits, shortest form, the same on every compiler: 0.001, 1e-08, 2.5.
  [[gnu::cold]] constexpr text& operator<<(double x) {
    if (math::is_nan(x)) return *this << "nan";
    if (x < 0) return *this << '-' << -x;
    if (x == 0) return *this << '0';
    if (x > 1.7e308) return *this << "inf";
    int exponent = 0;
    double mantissa = x;
    while (mantissa >= 10) mantissa /= 10, ++exponent;
    while (mantissa < 1) mantissa *= 10, --exponent;
    long long digits = static_cast<long long>(mantissa * 1e5 + 0.5);
    if (digits >= 1000000) digits /= 10, ++exponent;
    int count = 6;
    while (count > 1 && digits % 10 == 0) digits /= 10, --count;
    const bool scientific = exponent < -5 || exponent > 9;
    const int point = scientific ? 1 : exponent + 1;  // digits before the point
    char shown[8]{};
    for (int i = count; i-- > 0; digits /= 10) shown[i] = static_cast<char>('0' + digits % 10);
    if (point <= 0) {
      *this << "0.";
      for (int i = point; i < 0; ++i) *this << '0';
    }
    for (int i = 0; i < count; ++i) {
      if (i > 0 && i == point) *this << '.';
      *this << shown[i];
    }
    for (int i = count; i < point; ++i) *this << '0';
    if (scientific) *this << 'e' << exponent;
    return *this;
  }
  constexpr text& operator<<(float x) { return *this << static_cast<double>(x); }
  constexpr std::string_view view() const { return {chars_.items, static_cast<std::size_t>(chars_.count)}; }
  // The same with a NUL behind it, as long as this text lives and does not change. Not in constant evaluation.
  const char* c_str() const { return chars_.empty() ? "" : chars_.items; }
  constexpr bool empty() const { return chars_.count == 0; }
  constexpr int size() const { return chars_.count; }
  constexpr void clear() { chars_.clear(); }

  // To a stream of the standard library: std::cout << describe(s).
  template <class Stream>
  requires requires(Stream& to, std::string_view s) {
    typename Stream::traits_type;
    to << s;
  }
  friend Stream& operator<<(Stream& to, const text& t) {
    to << t.view();
    return to;
  }

 private:
  friend struct graph;  // failed() is asked for every node
  constexpr void end() {
    if (__builtin_is_constant_evaluated()) return;  // each call would be paid for there, and nobody asks for c_str
    *chars_.extend(1) = '\0';
    chars_.pop();
  }
  vec<char> chars_;
};

constexpr bool operator==(const text& a, const text& b) { return a.view() == b.view(); }

}  // namespace igata::inline IGATA_ABI
