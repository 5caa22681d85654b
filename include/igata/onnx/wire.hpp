// The wire format of Protocol Buffers, read where the bytes lie: https://protobuf.dev/programming-guides/encoding
//
// Nothing that the bytes claim is believed before it is checked against their number. A mistake names the file and the place in it:
// model.onnx: graph.node[3].attribute[0]: expected 400 bytes behind the length, got 17; the file is damaged or no ONNX model
#pragma once
#include <bit>          // bit_cast
#include <cstddef>      // size_t
#include <cstdint>      // uint64_t
#include <string>       // string
#include <string_view>  // string_view

#include "../io/file.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// Where in the file: graph.node[3]. It lives as long as the call that reads what stands there.
struct place {
  const place* above = nullptr;
  const char* field = "";
  int number = -1;  // among its like

  std::string text() const {
    std::string s = above ? above->text() : "";
    if (*field) (s += s.empty() ? "" : ".") += field;
    return number < 0 ? s : s + '[' + std::to_string(number) + ']';
  }
  int depth() const { return above ? above->depth() + 1 : 0; }
};

// What all places of one file share: its name, and how much memory what is read may take.
struct reading {
  std::string path;
  std::uint64_t budget = 0, taken = 0;

  [[noreturn]] void fail(const place& where, const std::string& expected, const std::string& got,
                         const std::string& remedy = "the file is damaged or no ONNX model") const {
    const std::string at = where.text();
    raise(path + ": " + (at.empty() ? "" : at + ": ") + "expected " + expected + ", got " + got + "; " + remedy);
  }
  // Called before memory is taken.
  void take(const place& where, std::uint64_t bytes) {
    if (bytes > budget - taken)
      fail(where, "a model that takes at most " + std::to_string(budget) + " bytes of memory",
           std::to_string(bytes) + " more than " + std::to_string(taken), "allow more with .budget");
    taken += bytes;
  }
};

enum class wire_type { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };
struct field {
  std::uint64_t id = 0;
  wire_type type{};
  std::uint64_t value = 0;  // of a number
  std::string_view bytes;   // of everything else
};

// The fields of one message, in the order of its bytes.
class wire {
 public:
  wire(reading& all, const place& where, std::string_view bytes) : all_(all), where_(where), left_(bytes) {}

  bool next(field& f) {
    if (left_.empty()) return false;
    const std::uint64_t tag = varint(left_);
    f = {tag >> 3, static_cast<wire_type>(tag & 7), 0, {}};
    if (f.id == 0 || f.id > 0x1fffffff) all_.fail(where_, "a field's number from 1 to 2^29 - 1", std::to_string(f.id));
    switch (f.type) {
      case wire_type::varint: f.value = varint(left_); return true;
      case wire_type::fixed64: f.value = fixed(left_, 8); return true;
      case wire_type::fixed32: f.value = fixed(left_, 4); return true;
      case wire_type::bytes: {
        const std::uint64_t size = varint(left_);
        if (size > left_.size())
          all_.fail(where_, std::to_string(size) + " bytes behind the length", std::to_string(left_.size()));
        f.bytes = left_.substr(0, static_cast<std::size_t>(size));
        left_.remove_prefix(static_cast<std::size_t>(size));
        return true;
      }
    }
    all_.fail(where_, "a field that is a number or bytes", "wire type " + std::to_string(tag & 7));
  }

  // The values of a field that may be repeated: one, or packed several.
  std::int64_t number(const field& f) const {
    if (f.type != wire_type::varint) wrong(f, "a whole number");
    return static_cast<std::int64_t>(f.value);
  }
  float real(const field& f) const {
    if (f.type != wire_type::fixed32) wrong(f, "a number of 4 bytes");
    return std::bit_cast<float>(static_cast<std::uint32_t>(f.value));
  }
  std::string_view bytes(const field& f) const {
    if (f.type != wire_type::bytes) wrong(f, "bytes");
    return f.bytes;
  }
  template <class F>
  void each_varint(const field& f, F take) const {
    if (f.type == wire_type::varint) return take(f.value);
    std::string_view packed = bytes(f);
    while (!packed.empty()) take(varint(packed));
  }
  template <class F>
  void each_fixed(const field& f, int size, F take) const {
    if (f.type == (size == 4 ? wire_type::fixed32 : wire_type::fixed64)) return take(f.value);
    std::string_view packed = bytes(f);
    while (!packed.empty()) take(fixed(packed, size));
  }

 private:
  [[noreturn]] void wrong(const field& f, const char* expected) const {
    all_.fail(where_, std::string(expected) + " as field " + std::to_string(f.id), "wire type " + std::to_string(static_cast<int>(f.type)));
  }
  std::uint64_t varint(std::string_view& from) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < from.size() && i < 10; ++i) {
      const auto byte = static_cast<unsigned char>(from[i]);
      value |= static_cast<std::uint64_t>(byte & 127) << 7 * i;
      if (byte < 128) {
        from.remove_prefix(i + 1);
        return value;
      }
    }
    all_.fail(where_, "the end of a whole number within 10 bytes", from.size() < 10 ? "the end of the message" : "none");
  }
  std::uint64_t fixed(std::string_view& from, int size) const {
    if (from.size() < static_cast<std::size_t>(size))
      all_.fail(where_, "a number of " + std::to_string(size) + " bytes", std::to_string(from.size()));
    std::uint64_t value = 0;
    for (int i = 0; i < size; ++i) value |= static_cast<std::uint64_t>(static_cast<unsigned char>(from[static_cast<std::size_t>(i)])) << 8 * i;
    from.remove_prefix(static_cast<std::size_t>(size));
    return value;
  }

  reading& all_;
  const place& where_;
  std::string_view left_;
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
