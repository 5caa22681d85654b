// Paths are UTF-8 on every system. Windows takes them as wide characters: its narrow names are of a code page, and differ from machine to machine.
#pragma once
#include <string>       // string, wstring
#include <string_view>  // string_view

#include "utf8.hpp"

namespace igata::inline IGATA_ABI::io::detail {

// What no file can be called by; else nullptr.
inline const char* wrong_with_path(std::string_view path) {
  // A name ends at a NUL for the system: it would open another file.
  if (path.find('\0') != std::string_view::npos) return "a path has no NUL in it";
#if defined(_WIN32)
  if (!is_utf8(path)) return "a path is UTF-8";
#endif
  return nullptr;
}

// As the system takes it, for ifstream too.
#if defined(_WIN32)
inline constexpr char path_separators[] = "/\\:";
inline std::wstring native_path(std::string_view path) {
  std::wstring wide;
  append_utf16(path, wide);
  return wide;
}
#else
inline constexpr char path_separators[] = "/";
inline const std::string& native_path(const std::string& path) { return path; }
#endif

}  // namespace igata::inline IGATA_ABI::io::detail
