// A text being written: graphs, plans and messages are printed into one, at compile time and at run time.
#pragma once
#include <string_view>  // string_view

#include "math.hpp"
#include "vec.hpp"

namespace igata::inline IGATA_ABI {

namespace ir {
struct graph;
}

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
  constexpr text& operator<<(unsigned i) { return *this << static_cast<long long>(i); }
  constexpr text& operator<<(unsigned long i) { return *this << static_cast<unsigned long long>(i); }
  constexpr text& operator<<(long long i) {
    const auto bits = static_cast<unsigned long long>(i);
    return i < 0 ? *this << '-' << 0 - bits : *this << bits;
  }
  [[gnu::cold]] constexpr text& operator<<(unsigned long long i) {
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
  constexpr std::string_view view() const { return {static_cast<const char*>(chars_.items), static_cast<std::size_t>(chars_.count)}; }
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
  friend struct ir::graph;  // failed() is asked for every node
  constexpr void end() {
    if (__builtin_is_constant_evaluated()) return;  // each call would be paid for there, and nobody asks for c_str
    *chars_.extend(1) = '\0';
    chars_.pop();
  }
  vec<char> chars_;
};

constexpr bool operator==(const text& a, const text& b) { return a.view() == b.view(); }

}  // namespace igata::inline IGATA_ABI
