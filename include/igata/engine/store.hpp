// The values of variables, by path. Programs are bound to a store; several may share one.
//
//   variable_store weights;
//   float* kernel = weights.floats("conv2d/kernel").data();
#pragma once
#include <cstddef>  // byte, size_t
#include <cstdint>  // int32_t
#include <cstring>  // memcpy, memset
#include <new>      // align_val_t
#include <span>     // span
#include <string_view>  // string_view

#include "error.hpp"
#include "../core/near_names.hpp"
#include "../core/owner.hpp"
#include "../core/scalar_code.hpp"
#include "../ir/variable.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI {

#if defined(__linux__) && defined(__GLIBC__)
namespace detail {
extern "C" int madvise(void* begin, std::size_t bytes, int advice) noexcept;  // <sys/mman.h>'s, without its macros
}
#endif

// 64-byte aligned zeroed memory with room for kernels to read 64 floats past its end.
class aligned_memory {
 public:
  aligned_memory() = default;
  explicit aligned_memory(std::size_t bytes) : aligned_memory(unwritten(bytes)) { std::memset(data_, 0, bytes_); }
  // For who writes all of it at once: zeroed is only what stands behind.
  static aligned_memory unwritten(std::size_t bytes) {
    aligned_memory m;
    m.bytes_ = bytes;
    m.owns_ = true;
    m.data_ = static_cast<std::byte*>(::operator new[](bytes + bytes_behind, m.alignment()));
#if defined(__linux__) && defined(__GLIBC__)
    if (bytes >= huge_page) detail::madvise(m.data_, bytes / huge_page * huge_page, 14);  // MADV_HUGEPAGE: the first touch takes a fifth of the time
#endif
    std::memset(m.data_ + bytes, 0, bytes_behind);
    return m;
  }
  // Somebody else's, aligned for its elements, with nothing behind: for what reads elements.
  static aligned_memory borrowed(std::byte* data, std::size_t bytes) {
    aligned_memory m;
    m.data_ = data;
    m.bytes_ = bytes;
    return m;
  }
  aligned_memory(aligned_memory&& other) noexcept
      : bytes_(std::exchange(other.bytes_, 0)), data_(std::exchange(other.data_, nullptr)), owns_(std::exchange(other.owns_, false)) {}
  aligned_memory& operator=(aligned_memory&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(data_, other.data_);
    std::swap(owns_, other.owns_);
    return *this;
  }
  ~aligned_memory() {
    if (owns_) ::operator delete[](data_, alignment());
  }
  std::byte* data() const { return data_; }
  std::size_t size() const { return bytes_; }

 private:
  static constexpr std::size_t bytes_behind = 256, huge_page = std::size_t{2} << 20;
  std::align_val_t alignment() const { return std::align_val_t{bytes_ >= huge_page ? huge_page : 64}; }

  std::size_t bytes_ = 0;
  std::byte* data_ = nullptr;
  bool owns_ = false;
};

// All variables of one or more programs, by path: weights, statistics, optimizers' slots. Addresses stay while it lives.
class variable_store {
 public:
  struct entry {
    text name;              // owns the path
    std::string_view path;
    role kind = role::weight;
    dtype type = f32;
    shape dims;
    initializer init;
    bool trainable = true;
    std::uint64_t automatic = 0;       // parts of the path that are automatic names; bit 0: the first
    const void* optimizer_of = nullptr;  // the program whose unnamed optimizer's state it is; itself where the optimizer is named
    aligned_memory memory;

    std::size_t count() const { return static_cast<std::size_t>(dims.count()); }
    // Of any type; none where it is another.
    template <ElementType T>
    std::span<T> values() const {
      return {reinterpret_cast<T*>(memory.data()), detail::is_type<T>(type) ? count() : 0};
    }
    std::span<float> floats() const { return {reinterpret_cast<float*>(memory.data()), type == f32 ? count() : 0}; }
    std::span<std::int32_t> ints() const { return {reinterpret_cast<std::int32_t*>(memory.data()), type == i32 ? count() : 0}; }
  };

  variable_store() = default;
  variable_store(variable_store&&) = default;
  variable_store& operator=(variable_store&&) = default;
  variable_store(const variable_store& other) { *this = other; }
  // A copy of all values: a checkpoint in memory. Where both have the same variables, addresses stay, and with them the programs bound here.
  variable_store& operator=(const variable_store& other) {
    if (this == &other) return *this;
    if (same_variables(other)) {
      for (int i = 0; i < size(); ++i) std::memcpy((*this)[i].memory.data(), other[i].memory.data(), other[i].memory.size());
      return *this;
    }
    entries_ = {};
    for (const auto& e : other.entries_) {
      entry& fresh = like(*e, add_unwritten(e->path, e->kind, e->type, e->dims, e->init, e->trainable));
      std::memcpy(fresh.memory.data(), e->memory.data(), e->memory.size());
    }
    return *this;
  }

  int size() const { return entries_.size(); }
  entry& operator[](int i) { return *entries_[i]; }
  const entry& operator[](int i) const { return *entries_[i]; }

  // for (variable_store::entry& e : store)
  template <class Entry>
  struct iterator {
    const owner<entry>* at;
    Entry& operator*() const { return **at; }
    iterator& operator++() { return ++at, *this; }
    bool operator==(const iterator&) const = default;
  };
  iterator<entry> begin() { return {entries_.begin()}; }
  iterator<entry> end() { return {entries_.end()}; }
  iterator<const entry> begin() const { return {entries_.begin()}; }
  iterator<const entry> end() const { return {entries_.end()}; }

  // Null where there is none.
  entry* find(std::string_view path) {
    for (auto& e : entries_)
      if (e->path == path) return e.get();
    return nullptr;
  }
  const entry* find(std::string_view path) const { return const_cast<variable_store*>(this)->find(path); }
  entry& at(std::string_view path) {
    if (entry* e = find(path)) return *e;
    refuse(path);
  }
  std::span<float> floats(std::string_view path) { return at(path).floats(); }
  template <ElementType T>
  std::span<T> values(std::string_view path) {
    return at(path).template values<T>();
  }
  // What stands in a message behind a path that is not there: "; did you mean 'dense/kernel'?"
  [[gnu::cold]] text near_names(std::string_view path) const {
    vec<std::string_view> names;
    for (const auto& e : entries_) names.push(e->path);
    return detail::near_names(path, names);
  }

  // Adds a zeroed one with all that is known of another store's.
  [[gnu::cold]] entry& add(const entry& known) {
    return like(known, add(known.path, known.kind, known.type, known.dims, known.init, known.trainable));
  }
  // Adds a zeroed variable, or gives the one that is there; another shape or type there is an error. Addresses stay.
  [[gnu::cold]] entry& add(std::string_view path, role kind, dtype type, const shape& dims, initializer init = {}, bool trainable = true) {
    if (entry* e = find(path)) {
      if (e->type == type && e->dims == dims) return *e;
      text line;
      line << "variable_store: " << path << ": expected " << name_of(e->type) << e->dims << ", got " << name_of(type) << dims;
      if (e->dims == dims) line << "; what a program writes is " << name_of(type) << ": load the file with .convert = true";
      else line << "; give the second layer another name";
      raise(line);
    }
    entry& fresh = add_unwritten(path, kind, type, dims, init, trainable);
    std::memset(fresh.memory.data(), 0, fresh.memory.size());
    return fresh;
  }
  // One that is not there, for who writes all of its values at once, or with its values.
  [[gnu::cold]] entry& add_unwritten(std::string_view path, role kind, dtype type, const shape& dims, initializer init, bool trainable,
                                     aligned_memory values = {}) {
    owner<entry> fresh(new entry);
    fresh->name << path;
    fresh->path = fresh->name.view();
    fresh->kind = kind;
    fresh->type = type;
    fresh->dims = dims;
    fresh->init = init;
    fresh->trainable = trainable;
    fresh->memory = values.data() ? std::move(values) : aligned_memory::unwritten(fresh->count() * static_cast<std::size_t>(size_of(type)));
    return *entries_.push(std::move(fresh));
  }

 private:
  static entry& like(const entry& known, entry& fresh) {
    fresh.automatic = known.automatic;
    fresh.optimizer_of = known.optimizer_of == &known ? &fresh : known.optimizer_of;
    return fresh;
  }
  bool same_variables(const variable_store& other) const {
    if (size() != other.size()) return false;
    for (int i = 0; i < size(); ++i)
      if ((*this)[i].path != other[i].path || (*this)[i].type != other[i].type || !((*this)[i].dims == other[i].dims)) return false;
    return true;
  }

  [[noreturn, gnu::cold]] void refuse(std::string_view path) const {
    raise(text() << "variable_store: no variable '" << path << '\'' << near_names(path));
  }

  vec<owner<entry>> entries_;
};

}  // namespace igata::inline IGATA_ABI

IGATA_SCALAR_CODE_END
