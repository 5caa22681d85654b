// The one writer of files. A reader sees the old file or the new one, never half of one, whatever else happens: another writer, a kill, a full disk.
//
//   io::output_file out("weights.bin");
//   out.write(data, bytes);
//   out.commit();                         // throws error; or: if (const std::string why = out.close(); !why.empty()) …
//
// The new file is made beside the old one, under a name of its own, flushed to the disk and renamed. A link stays, and the file that it leads to
// is replaced; mode and owner stay where the system allows it; a write-protected file is refused. A hard link's other names keep the old file.
// Devices, pipes and /dev/stdout are written through. What a kill leaves behind is a hidden file ".<name>.<number>.partial" that nobody reads.
// On Windows the same holds, but that a link is replaced, owner and rights are the folder's, and a file that is open elsewhere is refused. WASI has
// no such files: there the old file may have to be removed before the renaming: a kill between the two leaves neither.
#pragma once
#include <atomic>       // atomic
#include <cerrno>       // errno
#include <chrono>       // steady_clock
#include <cstddef>      // size_t
#include <cstdint>      // uint64_t
#include <cstdio>       // rename, remove
#include <string>       // string
#include <string_view>  // string_view
#if __has_include(<unistd.h>) && !defined(_WIN32) && !defined(__wasi__)
#include <fcntl.h>     // open
#include <sys/stat.h>  // stat, fchmod
#include <unistd.h>    // readlink
#define IGATA_HAS_POSIX_FILES 1
#endif

#include "file.hpp"
#include "system_file.hpp"

namespace igata::inline IGATA_ABI::io {

namespace detail {

// What an error of the system means here, and what to do.
inline std::string meaning(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR:
      return "there is no such folder; create it or correct the path";
    case EACCES:
    case EPERM:
#if defined(_WIN32)
      return "it is write-protected or open elsewhere; the file and its folder must be writable";
#else
      return "it is write-protected; the file and its folder must be writable";
#endif
    case EROFS:
      return "its file system is read-only; choose another folder";
    case EISDIR:
      return "it is a directory; name a file";
    case ENAMETOOLONG:
      return "its name is too long; shorten it";
    case ENOSPC:
#ifdef EDQUOT
    case EDQUOT:
#endif
      return "the disk is full; free some space";
    case EFBIG:
      return "the file is larger than the system allows; raise the limit or save less";
    case EPIPE:
      return "nobody reads the pipe";
    default:
      return "error " + std::to_string(code) + " of the system";
  }
}

// Beside the target, hidden, and no other writer's: the number is new for each call, and creating it fails if it is there all the same.
inline std::string name_beside(const std::string& target, std::uint64_t process) {
  static std::atomic<std::uint64_t> calls{0};
  std::uint64_t number = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()) ^ process << 40;
  number = (number ^ calls.fetch_add(1) << 20) * 0x9e3779b97f4a7c15u;
  const std::size_t folder = target.find_last_of(path_separators) + 1;  // 0 without one
  std::size_t end = target.size();
  if (end - folder > 100) {  // the longest name that a file may have must do
    end = folder + 100;
    while (end > folder && (static_cast<unsigned char>(target[end]) & 0xc0) == 0x80) --end;  // a whole character
  }
  std::string name = target.substr(0, folder) + '.' + target.substr(folder, end - folder) + '.';
  for (int shift = 60; shift >= 0; shift -= 4) name += "0123456789abcdef"[number >> shift & 15];
  return name + ".partial";
}

}  // namespace detail

class output_file {
 public:
  // Nothing is thrown here: what is wrong is said at the end.
  explicit output_file(const std::string& path) : shown_(escaped(path)), target_(path) {
    if (path.empty()) {
      failure_ = "a path is empty; name a file";
    } else if (const char* const why = detail::wrong_with_path(path)) {
      failure_ = std::string(why) + "; correct it";
    } else {
      open();
    }
  }
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;
  ~output_file() { discard(); }

  void write(const void* from, std::size_t bytes) {
    if (failure_.empty()) put(static_cast<const char*>(from), bytes);
  }
  void write(std::string_view s) { write(s.data(), s.size()); }

  // Puts the new file into its place. Empty, or the sentence that says why not: then the old file is as it was, and nothing else is left.
  [[nodiscard]] std::string close() {
    if (failure_.empty()) finish();
    discard();
    return failure_.empty() ? std::string() : shown_ + ": cannot be written: " + failure_;
  }
  // The same; throws error.
  void commit() {
    if (const std::string why = close(); !why.empty()) raise(why);
  }

 private:
  void fail(int code) {
    if (failure_.empty()) failure_ = detail::meaning(code);
  }

#ifdef IGATA_HAS_POSIX_FILES
  // Of a name for an open file of this process: its number, else -1.
  static int open_number(const std::string& path) {
    if (path == "/dev/stdout") return 1;
    if (path == "/dev/stderr") return 2;
    for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"})
      if (path.size() > folder.size() && path.size() < folder.size() + 6 && path.compare(0, folder.size(), folder) == 0) {
        int number = 0;
        for (const char c : path.substr(folder.size())) number = c >= '0' && c <= '9' && number >= 0 ? number * 10 + (c - '0') : -1;
        return number;
      }
    return -1;
  }
  // Where the links lead, even if nothing is there yet; not through names of open files.
  bool follow_links() {
    for (int steps = 0; steps < 40; ++steps) {
      struct stat at;
      if (open_number(target_) >= 0 || lstat(target_.c_str(), &at) != 0 || !S_ISLNK(at.st_mode)) return true;
      std::string to(4096, '\0');
      const auto length = readlink(target_.c_str(), to.data(), to.size());
      if (length <= 0) return true;
      to.resize(static_cast<std::size_t>(length));
      target_ = to[0] == '/' ? to : target_.substr(0, target_.find_last_of('/') + 1) + to;
    }
    failure_ = "its links lead in a circle; correct them";
    return false;
  }
  void open() {
    if (!follow_links()) return;
    if (const int number = open_number(target_); number >= 0) {  // opened anew, a file would be written from its start
      file_ = dup(number);
      if (file_ < 0) fail(errno);
      return;
    }
    struct stat old;
    const bool exists = stat(target_.c_str(), &old) == 0;
    if (exists) {
      if (S_ISDIR(old.st_mode)) return fail(EISDIR);
      file_ = detail::open_to_write(target_);  // may it be written?
      if (file_ < 0) return fail(errno);
      if (!S_ISREG(old.st_mode)) return;
      detail::close_file(file_);
    } else if (target_.back() == '/') {
      return fail(EISDIR);
    } else if (errno != ENOENT) {
      return fail(errno);
    }
    create(static_cast<std::uint64_t>(getpid()));
    struct stat made;
    if (file_ < 0 || !exists || fstat(file_, &made) != 0) return;
    const bool same_owner = (made.st_uid == old.st_uid && made.st_gid == old.st_gid) || fchown(file_, old.st_uid, old.st_gid) == 0;
    (void)fchmod(file_, old.st_mode & (same_owner ? 07777u : 0777u));
  }
#elif defined(_WIN32)
  void open() {
    file_ = detail::open_to_write(target_);  // may it be written?
    if (file_ >= 0) {
      if (!detail::is_on_disk(file_)) return;
      detail::close_file(file_);
      if (detail::is_read_only(target_)) return fail(EACCES);
    } else if (const int why = errno; detail::is_folder(target_) || target_.back() == '/' || target_.back() == '\\') {
      return fail(EISDIR);
    } else if (why != ENOENT) {
      return fail(why);
    }
    create(0);
  }
#endif
#if defined(_WIN32) || defined(IGATA_HAS_POSIX_FILES)
  void create(std::uint64_t process) {
    do {
      partial_ = detail::name_beside(target_, process);
      file_ = detail::create_to_write(partial_);
    } while (file_ < 0 && errno == EEXIST);
    if (file_ >= 0) return;
    partial_.clear();
    fail(errno);
  }
  void put(const char* from, std::size_t bytes) {
    while (bytes > 0) {
      const std::ptrdiff_t done = detail::write_some(file_, from, bytes);
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) return fail(done < 0 ? errno : ENOSPC);
      from += done;
      bytes -= static_cast<std::size_t>(done);
    }
  }
  void finish() {
    // The name must not outlive a power cut that the bytes did not; and some disks tell only now that they are full.
    if (!partial_.empty() && !detail::flush_to_disk(file_)) return fail(errno);
    const bool closed = detail::close_file(file_);
    file_ = -1;
    if (!closed) return fail(errno);
    if (partial_.empty()) return;
    if (!detail::rename_over(partial_, target_)) return fail(errno);
    partial_.clear();
  }
  void discard() {
    if (file_ >= 0) detail::close_file(file_);
    file_ = -1;
    if (!partial_.empty()) detail::remove_file(partial_);
    partial_.clear();
  }
  int file_ = -1;
#else
  void open() {
    partial_ = detail::name_beside(target_, 0);
    file_ = std::fopen(partial_.c_str(), "wbx");
    if (file_) return;
    partial_.clear();
    fail(errno);
  }
  void put(const char* from, std::size_t bytes) {
    if (std::fwrite(from, 1, bytes, file_) != bytes) fail(errno);
  }
  void finish() {
    const int closed = std::fclose(file_);
    file_ = nullptr;
    if (closed != 0) return fail(errno);
    if (std::rename(partial_.c_str(), target_.c_str()) != 0) {  // which does not replace a file everywhere
      if (std::remove(target_.c_str()) != 0 || std::rename(partial_.c_str(), target_.c_str()) != 0) return fail(errno);
    }
    partial_.clear();
  }
  void discard() {
    if (file_) std::fclose(file_);
    file_ = nullptr;
    if (!partial_.empty()) std::remove(partial_.c_str());
    partial_.clear();
  }
  std::FILE* file_ = nullptr;
#endif

  std::string shown_, target_;
  std::string partial_;  // the new file; empty: written through
  std::string failure_;  // the first
};

inline void write_file(const std::string& path, std::string_view content) {
  output_file out(path);
  out.write(content);
  out.commit();
}

}  // namespace igata::inline IGATA_ABI::io

#undef IGATA_HAS_POSIX_FILES
