// Grey images as PNG, and bytes as base64: pictures inside an HTML file.
//
// The pixels are stored, not compressed (deflate's "stored" blocks): right for thumbnails.
#pragma once
#include <cstddef>      // size_t
#include <cstdint>      // uint8_t, uint32_t
#include <span>         // span
#include <string>       // string
#include <string_view>  // string_view

#include "../engine/error.hpp"

namespace igata::inline IGATA_ABI::io {

inline std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

namespace detail {

inline void put32(std::string& to, std::uint32_t x) {
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(static_cast<unsigned char>(x >> shift & 0xff));
}
inline void put_chunk(std::string& to, std::string_view type, std::string_view data) {
  put32(to, static_cast<std::uint32_t>(data.size()));
  std::uint32_t crc = 0xffffffffu;  // over type and data, bit by bit
  for (const std::string_view part : {type, data})
    for (const char c : part) {
      crc ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0u);
    }
  to.append(type).append(data);
  put32(to, ~crc);
}

}  // namespace detail

// 8 bits per pixel, row by row.
inline std::string png(std::span<const std::uint8_t> grey, int height, int width) {
  const auto row = static_cast<std::size_t>(width < 0 ? 0 : width);
  if (height < 1 || width < 1 || height > 65535 || width > 65535 || grey.size() != row * static_cast<std::size_t>(height))
    raise(text() << "png: expected " << height << 'x' << width << " pixels of at most 65535x65535, got "
                 << static_cast<long long>(grey.size()));
  std::string head;
  detail::put32(head, static_cast<std::uint32_t>(width));
  detail::put32(head, static_cast<std::uint32_t>(height));
  head.append("\x08\0\0\0\0", 5);  // depth 8, grey, no interlace

  std::string raw;
  std::uint32_t a = 1, b = 0;  // Adler-32
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    raw += '\0';  // no filter
    for (const std::uint8_t p : grey.subspan(y * row, row)) raw += static_cast<char>(p);
  }
  std::string zlib("\x78\x01", 2);
  for (std::size_t at = 0; at < raw.size(); at += 65535) {
    const std::string_view block = std::string_view(raw).substr(at, 65535);
    const auto size = static_cast<unsigned>(block.size());
    zlib += at + block.size() == raw.size() ? '\1' : '\0';
    for (const unsigned s : {size, ~size}) {
      zlib += static_cast<char>(static_cast<unsigned char>(s & 0xff));
      zlib += static_cast<char>(static_cast<unsigned char>(s >> 8 & 0xff));
    }
    zlib += block;
    for (const char c : block) {
      a = (a + static_cast<unsigned char>(c)) % 65521;
      b = (b + a) % 65521;
    }
  }
  detail::put32(zlib, b << 16 | a);

  std::string out("\x89PNG\r\n\x1a\n", 8);
  detail::put_chunk(out, "IHDR", head);
  detail::put_chunk(out, "IDAT", zlib);
  detail::put_chunk(out, "IEND", {});
  return out;
}

}  // namespace igata::inline IGATA_ABI::io
