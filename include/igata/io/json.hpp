// A strict JSON reader that is pulled: the caller knows what must come next, so nothing recurses and no tree is built.
//
//   json_reader in(text);
//   in.expect('{');
//   for (bool more = !in.accept('}'); more; more = in.next('}')) { auto key = in.key(); … in.integer(); }
//   in.finish();
#pragma once
#include <cstddef>      // size_t
#include <cstdint>      // uint32_t, uint64_t
#include <limits>       // numeric_limits
#include <string>       // string
#include <string_view>  // string_view

#include "file.hpp"
#include "utf8.hpp"

namespace igata::inline IGATA_ABI::io {

inline std::string json_string(std::string_view s) {
  constexpr char hex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : s) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) {
      out += c;
    } else {
      out += {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    }
  }
  return out + '"';
}

class json_reader {
 public:
  // `where` heads every message.
  json_reader(std::string_view text, std::string where) : text_(text), where_(std::move(where)) {
    if (!is_utf8(text)) raise(where_ + ": expected UTF-8, got other bytes; the file is damaged");
  }

  void expect(char c) {
    if (!accept(c)) fail(std::string("expected '") + c + '\'');
  }
  bool accept(char c) {
    space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  // After an item: a comma (then true) or the end (then false).
  bool next(char end) {
    if (accept(',')) return true;
    if (!accept(end)) fail(std::string("expected ',' or '") + end + '\'');
    return false;
  }
  std::string key() {
    std::string k = string();
    expect(':');
    return k;
  }

  std::string string() {
    expect('"');
    std::string out;
    for (;;) {
      if (at_ == text_.size()) fail("expected the string's closing '\"'");
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) < 0x20) fail("control character in a string: expected an escape");
      ++at_;
      if (c == '"') return out;
      if (c == '\\') {
        escape(out);
      } else {
        out += c;
      }
    }
  }

  // Sizes and offsets are all that is numeric here.
  std::uint64_t integer() {
    space();
    const std::size_t start = at_;
    std::uint64_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      const auto digit = static_cast<std::uint64_t>(text_[at_] - '0');
      if (value > ((std::numeric_limits<std::uint64_t>::max)() - digit) / 10) fail("integer overflow: expected at most 64 bits");
      value = value * 10 + digit;
    }
    if (at_ == start) fail("expected an integer that is not negative");
    if (at_ - start > 1 && text_[start] == '0') fail("expected an integer without leading zeros");
    if (at_ < text_.size() && (text_[at_] == '.' || text_[at_] == 'e' || text_[at_] == 'E')) fail("expected a whole number");
    return value;
  }

  void finish() {
    space();
    if (at_ != text_.size()) fail("expected nothing after the last '}'");
  }

  [[noreturn]] void fail(const std::string& expected) const {
    std::string got = "the end";
    if (at_ < text_.size()) {
      std::size_t end = at_ + 1;  // a whole character
      while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xc0) == 0x80) ++end;
      got = in_quotes(text_.substr(at_, end - at_));
    }
    raise(where_ + " byte " + std::to_string(at_) + ": " + expected + ", got " + got + "; the file is damaged or of another format");
  }

 private:
  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) ++at_;
  }
  std::uint32_t hex4() {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = at_ < text_.size() ? text_[at_] : '\0';
      const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
      if (digit < 0) fail("expected four hexadecimal digits after \\u");
      code = code * 16 + static_cast<std::uint32_t>(digit);
    }
    return code;
  }
  void escape(std::string& out) {
    constexpr std::string_view from = "\"\\/bfnrt", to = "\"\\/\b\f\n\r\t";
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (const std::size_t known = from.find(c); c != '\0' && known != std::string_view::npos) {
      ++at_;
      out += to[known];
      return;
    }
    if (c != 'u') fail("expected an escape (one of \" \\ / b f n r t u)");
    ++at_;
    std::uint32_t code = hex4();
    if (code >= 0xd800 && code < 0xe000) {
      if (code >= 0xdc00 || text_.substr(at_, 2) != "\\u") fail("expected a pair of surrogates");
      at_ += 2;
      const std::uint32_t low = hex4();
      if (low < 0xdc00 || low >= 0xe000) fail("expected the second of a pair of surrogates");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
      put(0xc0 | code >> 6);
    } else {
      if (code < 0x10000) {
        put(0xe0 | code >> 12);
      } else {
        put(0xf0 | code >> 18);
        put(0x80 | (code >> 12 & 63));
      }
      put(0x80 | (code >> 6 & 63));
    }
    put(0x80 | (code & 63));
  }

  std::string_view text_;
  std::string where_;
  std::size_t at_ = 0;
};

}  // namespace igata::inline IGATA_ABI::io
