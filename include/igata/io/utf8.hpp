// UTF-8: whether bytes are it (RFC 3629), and as UTF-16, of which the names of files are on Windows.
#pragma once
#include <cstddef>      // size_t
#include <cstdint>      // uint32_t
#include <string_view>  // string_view

#include "../version.hpp"

namespace igata::inline IGATA_ABI::io {

// No overlong forms, no surrogates, nothing above U+10FFFF.
constexpr bool is_utf8(std::string_view s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto lead = static_cast<unsigned char>(s[i]);
    const int more = lead < 0x80 ? 0 : lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || s.size() - i <= static_cast<std::size_t>(more)) return false;
    for (int k = 1; k <= more; ++k) {
      const auto c = static_cast<unsigned char>(s[i + static_cast<std::size_t>(k)]);
      int low = 0x80, high = 0xbf;
      if (k == 1 && lead == 0xe0) low = 0xa0;
      if (k == 1 && lead == 0xed) high = 0x9f;
      if (k == 1 && lead == 0xf0) low = 0x90;
      if (k == 1 && lead == 0xf4) high = 0x8f;
      if (c < low || c > high) return false;
    }
    i += static_cast<std::size_t>(more) + 1;
  }
  return true;
}

namespace detail {

// Behind `to`, a string of units of 16 bits or more. `s` is UTF-8.
template <class String>
constexpr void append_utf16(std::string_view s, String& to) {
  using unit = typename String::value_type;
  for (std::size_t i = 0; i < s.size();) {
    const auto lead = static_cast<unsigned char>(s[i++]);
    int more = lead < 0xc0 ? 0 : lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    std::uint32_t character = more > 0 ? lead & 0x3fu >> more : lead;
    for (; more > 0; --more) character = character << 6 | (static_cast<unsigned char>(s[i++]) & 0x3fu);
    if (character < 0x10000) {
      to.push_back(static_cast<unit>(character));
    } else {  // two surrogates
      to.push_back(static_cast<unit>(0xd7c0 + (character >> 10)));
      to.push_back(static_cast<unit>(0xdc00 | (character & 0x3ff)));
    }
  }
}

}  // namespace detail

}  // namespace igata::inline IGATA_ABI::io
