// A copy of some variables' values, to go back to.
#pragma once
#include <cstring>  // memcpy
#include <string>   // string
#include <string_view>  // string_view

#include "../engine/store.hpp"
#include "../io/safetensors.hpp"

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
    for (const auto& e : copy_)
      if (const auto& now = to.at(e.path); now.type != e.type || !(now.dims == e.dims))
        raise(text() << "snapshot: " << e.path << ": expected " << name_of(now.type) << now.dims << ", got " << name_of(e.type) << e.dims
                     << "; it was taken from another model");
    for (const auto& e : copy_) assign(to.at(e.path), e);
  }

  // The variables whose paths begin with the prefix, without it.
  void take_below(const variable_store& from, std::string_view prefix) {
    for (const auto& e : from)
      if (e.path.starts_with(prefix)) assign(copy_.add(e.path.substr(prefix.size()), e.kind, e.type, e.dims), e);
  }
  // What was taken is replaced by a file's.
  void load(const std::string& path, io::role_set roles = io::model_roles) {
    static_cast<void>(io::safetensors::load(path, copy_, {.roles = roles}));
  }

 private:
  static void assign(variable_store::entry& to, const variable_store::entry& from) {
    std::memcpy(to.memory.data(), from.memory.data(), from.memory.size());
  }
  variable_store copy_;
};

}  // namespace igata::inline IGATA_ABI::train
