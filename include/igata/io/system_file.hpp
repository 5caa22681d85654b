// Files by the system's numbers, for what is written: POSIX's, or those of Windows' C library, whose names are wide. What fails says why in errno.
// WASI has none.
#pragma once
#include <cerrno>   // errno
#include <cstddef>  // ptrdiff_t, size_t
#include <cstdio>   // rename, remove
#include <string>   // string
#if defined(_WIN32)
#include <fcntl.h>     // _O_BINARY
#include <io.h>        // _wopen, _write, _commit
#include <sys/stat.h>  // _S_IWRITE

#include "windows.hpp"
#elif __has_include(<unistd.h>) && !defined(__wasi__)
#include <fcntl.h>   // open
#include <unistd.h>  // write, fsync
#endif

#include "path.hpp"

namespace igata::inline IGATA_ABI::io::detail {

inline constexpr std::size_t longest_write = std::size_t{1} << 30;

#if defined(_WIN32)

inline int open_to_write(const std::string& path) { return _wopen(native_path(path).c_str(), _O_WRONLY | _O_BINARY | _O_NOINHERIT); }
inline int create_to_write(const std::string& path) {
  return _wopen(native_path(path).c_str(), _O_WRONLY | _O_CREAT | _O_EXCL | _O_BINARY | _O_NOINHERIT, _S_IREAD | _S_IWRITE);
}
inline std::ptrdiff_t write_some(int file, const char* from, std::size_t bytes) {
  return _write(file, from, static_cast<unsigned>(bytes < longest_write ? bytes : longest_write));
}
inline bool flush_to_disk(int file) { return _commit(file) == 0; }
inline bool close_file(int file) { return _close(file) == 0; }
inline bool is_on_disk(int file) { return GetFileType(reinterpret_cast<void*>(_get_osfhandle(file))) == 1; }
inline bool has_attribute(const std::string& path, unsigned long which) {
  const unsigned long attributes = GetFileAttributesW(native_path(path).c_str());
  return attributes != 0xffffffff && (attributes & which) != 0;
}
inline bool is_read_only(const std::string& path) { return has_attribute(path, 0x1); }
inline bool is_folder(const std::string& path) { return has_attribute(path, 0x10); }
// In one step, also over a file that is there. The C library's rename refuses that.
inline bool rename_over(const std::string& from, const std::string& to) {
  constexpr unsigned long replace_existing = 1, write_through = 8;
  if (MoveFileExW(native_path(from).c_str(), native_path(to).c_str(), replace_existing | write_through)) return true;
  switch (GetLastError()) {
    case 2:  // ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND
    case 3:
      errno = ENOENT;
      break;
    case 5:  // ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION
    case 32:
      errno = EACCES;
      break;
    case 39:  // ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL
    case 112:
      errno = ENOSPC;
      break;
    default:
      errno = EIO;
  }
  return false;
}
inline void remove_file(const std::string& path) { _wremove(native_path(path).c_str()); }

#elif __has_include(<unistd.h>) && !defined(__wasi__)

inline int open_to_write(const std::string& path) { return ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY); }
inline int create_to_write(const std::string& path) { return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666); }
inline std::ptrdiff_t write_some(int file, const char* from, std::size_t bytes) {
  return ::write(file, from, bytes < longest_write ? bytes : longest_write);
}
// What cannot be flushed, such as a pipe, need not be.
inline bool flush_to_disk(int file) { return fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP || errno == ENOSYS; }
inline bool close_file(int file) { return ::close(file) == 0 || errno == EINTR; }
inline bool rename_over(const std::string& from, const std::string& to) { return std::rename(from.c_str(), to.c_str()) == 0; }
inline void remove_file(const std::string& path) { std::remove(path.c_str()); }

#endif

}  // namespace igata::inline IGATA_ABI::io::detail
