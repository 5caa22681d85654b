// What all layers share: their names, their parameters, and how they refuse an option.
#pragma once
#include "../ops/state.hpp"
#include "init.hpp"

namespace igata::inline IGATA_ABI::nn {

// .name = "conv" or, in a loop, .name = {"conv", i}; without one a layer is numbered: conv2d, conv2d_1 …
struct layer_name {
  const char* chars = nullptr;
  std::ptrdiff_t number = -1;
  constexpr layer_name() = default;
  constexpr layer_name(const char* name) : chars(name) {}
  constexpr layer_name(const char* name, std::ptrdiff_t i) : chars(name), number(i) {}
};

// The scope of a layer; see ir/scope.hpp.
class layer {
 public:
  constexpr layer(value x, std::string_view kind, const layer_name& name, source at) : scope_(x, kind, written(name), at) {}
  constexpr layer(ir::layer_scope::around users, value x, std::string_view kind, const layer_name& name, source at)
      : scope_(users, x, kind, written(name), at) {}

 private:
  constexpr std::string_view written(const layer_name& name) {
    if (!name.chars) return {};
    if (name.number < 0) return name.chars;
    chars_ << name.chars << static_cast<long long>(name.number);
    return chars_.view();
  }
  text chars_;
  ir::layer_scope scope_;
};

// The trained variable `leaf` of the current layer, of x's type.
constexpr value parameter(value x, std::string_view leaf, const shape& dims, const initializer& init, source at = source::here()) {
  return state_variable(x, leaf, role::weight, dims, init, is_floating(x.type()) ? x.type() : f32, at);
}

// Records that an option of the current layer is wrong.
constexpr value refuse(value x, const text& why, source at) {
  x.owner().fail("", why, at);
  return poison(x.owner());
}

}  // namespace igata::inline IGATA_ABI::nn
