// A file's bytes in memory, which come with its pages as they are read; the file must not be cut short meanwhile. Where the system has no mmap, and
// of what is no file on a disk, all of it is read at once.
#pragma once
#include <cstddef>  // byte, size_t
#include <string>   // string
#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>     // open
#include <sys/mman.h>  // mmap
#include <unistd.h>    // close
#endif

#include "../engine/store.hpp"
#include "file.hpp"

namespace igata::inline IGATA_ABI::io {

class mapped_file {
 public:
  mapped_file(const std::string& path, input_file& in) : size_(static_cast<std::size_t>(in.size())) {
#if defined(__unix__) || defined(__APPLE__)
    if (const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC); file >= 0) {
      // Private: whoever writes to the values all the same has a copy of the page.
      void* const all = ::lseek(file, 0, SEEK_END) == static_cast<off_t>(size_) && size_ > 0
                            ? ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0)
                            : MAP_FAILED;
      ::close(file);
      if (all != MAP_FAILED) {
        data_ = static_cast<std::byte*>(all);
        return;
      }
    }
#endif
    held_ = aligned_memory::unwritten(size_);
    in.read(0, held_.data(), size_);
  }
  mapped_file(const mapped_file&) = delete;
  mapped_file& operator=(const mapped_file&) = delete;
  ~mapped_file() {
#if defined(__unix__) || defined(__APPLE__)
    if (data_) ::munmap(data_, size_);
#endif
  }
  std::byte* data() const { return data_ ? data_ : held_.data(); }
  std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  std::byte* data_ = nullptr;
  aligned_memory held_;
};

}  // namespace igata::inline IGATA_ABI::io
