// Writes messages of Protocol Buffers for the tests.
#pragma once
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace protobuf {

inline std::string varint(std::uint64_t x) {
  std::string s;
  for (; x > 127; x >>= 7) s += static_cast<char>((x & 127) | 128);
  return s + static_cast<char>(x);
}
inline std::string little(std::uint64_t x, int bytes) {
  std::string s;
  for (int i = 0; i < bytes; ++i) s += static_cast<char>(x >> 8 * i & 255);
  return s;
}
inline std::string number(int id, std::int64_t x) { return varint(static_cast<std::uint64_t>(id) << 3) + varint(static_cast<std::uint64_t>(x)); }
inline std::string bytes(int id, std::string_view x) { return varint(static_cast<std::uint64_t>(id) << 3 | 2) + varint(x.size()) + std::string(x); }
inline std::string real(int id, float x) { return varint(static_cast<std::uint64_t>(id) << 3 | 5) + little(std::bit_cast<std::uint32_t>(x), 4); }
inline std::string real(int id, double x) { return varint(static_cast<std::uint64_t>(id) << 3 | 1) + little(std::bit_cast<std::uint64_t>(x), 8); }
inline std::string packed(std::initializer_list<std::int64_t> values) {
  std::string s;
  for (const std::int64_t x : values) s += varint(static_cast<std::uint64_t>(x));
  return s;
}

}  // namespace protobuf
