// Owning pointers without <memory>, which costs a translation unit a quarter of a second.
#pragma once
#include <utility>  // swap, exchange

#include "../version.hpp"

namespace igata::inline IGATA_ABI {

// The only owner of an object.
template <class T>
class owner {
 public:
  owner() = default;
  explicit owner(T* p) : p_(p) {}
  owner(owner&& other) noexcept : p_(std::exchange(other.p_, nullptr)) {}
  owner& operator=(owner&& other) noexcept {
    std::swap(p_, other.p_);
    return *this;
  }
  ~owner() { delete p_; }
  T* get() const { return p_; }
  T* operator->() const { return p_; }
  T& operator*() const { return *p_; }
  explicit operator bool() const { return p_; }

 private:
  T* p_ = nullptr;
};

// One of several owners of a constant object, on any thread.
template <class T>
class shared {
 public:
  shared() = default;
  explicit shared(T&& item) : p_(new counted{std::move(item), 1}) {}
  shared(const shared& other) noexcept : p_(other.p_) {
    if (p_) __atomic_add_fetch(&p_->owners, 1, __ATOMIC_RELAXED);
  }
  shared(shared&& other) noexcept : p_(std::exchange(other.p_, nullptr)) {}
  shared& operator=(shared other) noexcept {
    std::swap(p_, other.p_);
    return *this;
  }
  ~shared() {
    if (p_ && __atomic_sub_fetch(&p_->owners, 1, __ATOMIC_ACQ_REL) == 0) delete p_;
  }
  const T* operator->() const { return &p_->item; }
  explicit operator bool() const { return p_; }

 private:
  struct counted {
    T item;
    long owners;
  };
  counted* p_ = nullptr;
};

}  // namespace igata::inline IGATA_ABI
