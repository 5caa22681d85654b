// The fields of ONNX's messages as C++ values: what every message of a file is read with.
#pragma once
#include <map>          // map
#include <type_traits>  // is_same
#include <utility>      // move
#include <vector>       // vector

#include "model.hpp"
#include "wire.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

inline constexpr int deepest = 100;  // messages within messages

class message_reader {
 public:
  message_reader(std::string path, std::uint64_t budget) : all_{std::move(path), budget} {}
  [[noreturn]] void fail(const place& where, const std::string& expected, const std::string& got,
                         const std::string& remedy = "the file is damaged or no ONNX model") const {
    all_.fail(where, expected, got, remedy);
  }
  void take(const place& where, std::uint64_t bytes) { all_.take(where, bytes); }

  // take(w, f) of every field of a message.
  template <class F>
  void each(const place& where, std::string_view bytes, F take) {
    if (where.depth() > deepest)
      all_.fail({}, "messages at most " + std::to_string(deepest) + " deep", "more at " + where.text().substr(0, 60) + "…");
    wire w(all_, where, bytes);
    for (field f; w.next(f);) take(w, f);
  }
  // The number of the next one; its memory is taken.
  template <class T>
  int count(const std::vector<T>& items, const place& where) {
    all_.take(where, sizeof(T) * 2);  // a vector that grows has twice the place
    return static_cast<int>(items.size());
  }
  std::string text(const wire& w, const field& f, const place& where) {
    const std::string_view bytes = w.bytes(f);
    all_.take(where, bytes.size());
    return std::string(bytes);
  }
  void texts(const wire& w, const field& f, const place& where, std::vector<std::string>& to) {
    count(to, where);
    to.push_back(text(w, f, where));
  }
  template <class T>
  void numbers(const wire& w, const field& f, const place& where, std::vector<T>& to) {
    if (f.type == wire_type::bytes) all_.take(where, f.bytes.size() * sizeof(T));  // a byte each at least
    else count(to, where);
    if constexpr (std::is_same_v<T, float>)
      w.each_fixed(f, 4, [&](std::uint64_t x) { to.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(x))); });
    else if constexpr (std::is_same_v<T, double>)
      w.each_fixed(f, 8, [&](std::uint64_t x) { to.push_back(std::bit_cast<double>(x)); });
    else
      w.each_varint(f, [&](std::uint64_t x) { to.push_back(static_cast<T>(x)); });
  }

  void read_property(const place& where, std::string_view bytes, std::map<std::string, std::string>& to) {
    std::string key, value;
    all_.take(where, 128);
    each(where, bytes, [&](const wire& w, const field& f) {
      if (f.id == 1) key = text(w, f, where);
      if (f.id == 2) value = text(w, f, where);
    });
    to[key] = value;
  }
  element_type element_of(const place& where, std::int64_t number) const {
    if (number < 0 || number > 1000 || name_of(static_cast<element_type>(number)).empty())
      all_.fail(where, "an element type of ONNX", std::to_string(number), "the file is damaged or newer than this reader");
    return static_cast<element_type>(number);
  }

 private:
  reading all_;
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
