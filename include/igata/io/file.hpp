// Reading whole files, and pipes: every failure is an igata::error of one line that names the file. (output_file.hpp writes them.)
#pragma once
#include <cstddef>           // size_t
#include <cstdint>           // uint64_t
#include <cstring>           // memcpy
#include <fstream>           // ifstream
#include <initializer_list>  // initializer_list
#include <string>            // string
#include <string_view>       // string_view

#include "../engine/error.hpp"
#include "path.hpp"

namespace igata::inline IGATA_ABI::io {

// What came from elsewhere, fit for a one-line message: control characters as \x0a.
inline std::string escaped(std::string_view s) {
  constexpr char hex[] = "0123456789abcdef";
  std::string shown;
  for (const char c : s) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      shown += {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
    } else {
      shown += c;
    }
  }
  return shown;
}
// The same, shortened and in quotes. Not "quoted": std::quoted would be found too.
inline std::string in_quotes(std::string_view s) {
  constexpr std::size_t longest = 80;
  return '\'' + escaped(s.substr(0, longest)) + (s.size() > longest ? "…'" : "'");
}

// Whether there is a file that can be opened for reading.
inline bool exists(const std::string& path) { return !detail::wrong_with_path(path) && std::ifstream(detail::native_path(path).c_str()).is_open(); }

// A file is read where it lies. What has no size (a pipe, a terminal, a file of /proc) is read to its end at once.
class input_file {
 public:
  explicit input_file(const std::string& path) : path_(escaped(path)) {
    if (const char* const why = detail::wrong_with_path(path)) raise(path_ + ": cannot be opened for reading; " + why);
    in_.open(detail::native_path(path).c_str(), std::ios::binary);
    if (!in_) raise(path_ + ": cannot be opened for reading; check the path and its permissions");
    in_.seekg(0, std::ios::end);
    const auto end = in_.tellg();
    in_.clear();
    if (end > 0) {
      in_.seekg(0);
      // A directory opens and claims a size; only reading tells.
      if (in_.peek() == std::ifstream::traits_type::eof()) raise(path_ + ": cannot be read; is it a directory?");
      size_ = static_cast<std::uint64_t>(end);
      return;
    }
    char part[1 << 14];
    do {
      in_.read(part, sizeof part);
      held_.append(part, static_cast<std::size_t>(in_.gcount()));
    } while (in_);
    if (in_.bad()) raise(path_ + ": cannot be read; is it a directory?");
    size_ = held_.size();
  }
  // Fit for messages.
  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }

  // The caller has checked that the range lies in the file.
  void read(std::uint64_t offset, void* to, std::size_t bytes) {
    if (bytes == 0) return;
    if (!held_.empty()) {
      std::memcpy(to, held_.data() + offset, bytes);
      return;
    }
    in_.seekg(static_cast<std::streamoff>(offset));
    in_.read(static_cast<char*>(to), static_cast<std::streamsize>(bytes));
    if (static_cast<std::size_t>(in_.gcount()) == bytes) return;
    raise(path_ + ": expected " + std::to_string(bytes) + " bytes at " + std::to_string(offset) + ", got " +
          std::to_string(in_.gcount()) + "; the file changed or its disk is failing");
  }
  std::string read_all() {
    std::string content(static_cast<std::size_t>(size_), '\0');
    read(0, content.data(), content.size());
    return content;
  }

 private:
  std::string path_;
  std::ifstream in_;
  std::string held_;  // of what has no size
  std::uint64_t size_ = 0;
};

}  // namespace igata::inline IGATA_ABI::io
