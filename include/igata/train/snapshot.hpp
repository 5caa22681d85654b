// A copy of some variables' values, to go back to.
#pragma once
#include <cstring>  // memcpy

#include "../engine/store.hpp"
#include "../io/role_set.hpp"

namespace igata::inline IGATA_ABI::train {

class snapshot {
 public:
  bool empty() const { return copy_.size() == 0; }
  const variable_store& variables() const { return copy_; }

  void take(const variable_store& from, io::role_set roles = io::model_roles) {
    for (int i = 0; i < from.size(); ++i) {
      const auto& e = from[i];
      if (roles.contains(e.kind)) assign(copy_.add(e), e);
    }
  }
  void restore(variable_store& to) const {
    for (int i = 0; i < copy_.size(); ++i) assign(to.at(copy_[i].path), copy_[i]);
  }

 private:
  static void assign(variable_store::entry& to, const variable_store::entry& from) {
    std::memcpy(to.memory.data(), from.memory.data(), from.memory.size());
  }
  variable_store copy_;
};

}  // namespace igata::inline IGATA_ABI::train
