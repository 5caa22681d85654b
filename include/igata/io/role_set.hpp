// Which variables to save, load or snapshot, by role.
//
//   role_set{role::weight, role::buffer}     role_set::all()
#pragma once
#include <initializer_list>  // initializer_list

#include "../ir/variable.hpp"

namespace igata::inline IGATA_ABI::io {

class role_set {
 public:
  constexpr role_set() = default;
  constexpr role_set(std::initializer_list<role> roles) {
    for (const role r : roles) bits_ |= 1u << static_cast<unsigned>(r);
  }
  // What continues a training exactly where it stopped.
  static constexpr role_set all() {
    role_set every;
    every.bits_ = ~0u;
    return every;
  }
  constexpr bool contains(role r) const { return (bits_ >> static_cast<unsigned>(r) & 1u) != 0; }
  friend constexpr bool operator==(role_set, role_set) = default;

 private:
  unsigned bits_ = 0;
};

// What inference needs.
inline constexpr role_set model_roles{role::weight, role::buffer};

}  // namespace igata::inline IGATA_ABI::io
