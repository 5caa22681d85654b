// Reading and writing whole files: every failure is an igata::error that names the file; a written file appears complete or not at all.
#pragma once
#include <cstddef>           // size_t
#include <cstdint>           // uint64_t
#include <cstdio>            // FILE, rename, remove
#include <fstream>           // ifstream
#include <initializer_list>  // initializer_list
#include <string>            // string
#include <string_view>       // string_view
#if __has_include(<unistd.h>)
#include <unistd.h>  // fsync
#define IGATA_HAS_FSYNC 1
#endif

#include "../engine/error.hpp"

namespace igata::inline IGATA_ABI::io {

// What came from a file, fit for a one-line message: control characters escaped, shortened. Not "quoted": std::quoted would be found too.
inline std::string in_quotes(std::string_view s) {
  constexpr std::size_t longest = 80;
  constexpr char hex[] = "0123456789abcdef";
  std::string shown = "'";
  for (const char c : s.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      shown += {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
    } else {
      shown += c;
    }
  }
  return shown + (s.size() > longest ? "…'" : "'");
}

class input_file {
 public:
  explicit input_file(const std::string& path) : path_(path), in_(path, std::ios::binary | std::ios::ate) {
    if (!in_) raise(path + ": cannot be opened for reading; check the path and its permissions");
    const auto end = in_.tellg();
    in_.seekg(0);
    // A directory opens and claims a size; only reading tells.
    if (end < 0 || (end > 0 && in_.peek() == std::ifstream::traits_type::eof())) raise(path + ": cannot be read; is it a directory?");
    size_ = static_cast<std::uint64_t>(end);
  }
  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }

  // The caller has checked that the range lies in the file.
  void read(std::uint64_t offset, void* to, std::size_t bytes) {
    if (bytes == 0) return;
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
  std::uint64_t size_ = 0;
};

// Written next to its place and renamed: a reader sees the old file or the new one, never half of one.
class output_file {
 public:
  explicit output_file(const std::string& path) : path_(path), partial_(path + ".partial"), out_(std::fopen(partial_.c_str(), "wb")) {
    if (!out_) raise(path + ": cannot be written; check that its folder exists and is writable");
  }
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;
  ~output_file() {
    if (!out_) return;
    std::fclose(out_);
    std::remove(partial_.c_str());
  }
  void write(const void* from, std::size_t bytes) { good_ &= std::fwrite(from, 1, bytes, out_) == bytes; }
  void write(std::string_view s) { write(s.data(), s.size()); }

  void commit() {
    good_ &= std::fflush(out_) == 0;
#ifdef IGATA_HAS_FSYNC
    if (good_) (void)fsync(fileno(out_));  // the name must not outlive a power cut that the bytes did not
#endif
    good_ &= std::fclose(out_) == 0;
    out_ = nullptr;
    if (good_ && std::rename(partial_.c_str(), path_.c_str()) == 0) return;
#ifdef _WIN32  // where rename does not replace
    if (good_ && std::remove(path_.c_str()) == 0 && std::rename(partial_.c_str(), path_.c_str()) == 0) return;
#endif
    std::remove(partial_.c_str());
    raise(path_ + ": writing failed; is the disk full, or the path a directory?");
  }

 private:
  std::string path_, partial_;
  std::FILE* out_;
  bool good_ = true;
};

inline void write_file(const std::string& path, std::string_view content) {
  output_file out(path);
  out.write(content);
  out.commit();
}

}  // namespace igata::inline IGATA_ABI::io

#undef IGATA_HAS_FSYNC
