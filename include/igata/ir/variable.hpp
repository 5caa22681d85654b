// Variables: what survives a call of a program. A parameter is its path.
#pragma once
#include <cstdint>      // uint8_t
#include <string_view>  // string_view

#include "../core/dtype.hpp"
#include "../core/shape.hpp"

namespace igata::inline IGATA_ABI {

// What a variable is for.
enum class role : std::uint8_t {
  weight,   // trained
  buffer,   // kept by the model itself: batch-norm statistics
  slot,     // kept by an optimizer
  key,      // seed of the random streams
  counter,  // number of steps taken
  hyper_parameter,    // a hyper-parameter that a callback may change: the learning rate
  stream,   // state of a model between calls: an RNN's, a KV cache
};

// Whose state a variable is: of no optimizer, of one without a name, of one that a user named.
enum class optimizer_state : std::uint8_t { none, unnamed, named };

namespace detail {
inline constexpr std::string_view role_names[] = {"weight", "buffer", "slot", "key", "counter", "hyper", "stream"};
}
constexpr std::string_view name_of(role r) { return detail::role_names[static_cast<int>(r)]; }

// How a variable's first value is computed; see ir/initialize.hpp. fan_in and fan_out are counted from the shape (HWIO or [in, out]).
enum class initial : std::uint8_t { constant, uniform, normal, truncated_normal, orthogonal };

struct initializer {
  initial kind = initial::constant;
  // constant: the value. uniform: half the width. normal, truncated_normal: standard deviation. orthogonal: gain.
  double scale = 0;
  // with a fan the scale is sqrt(scale / fan): 0 none, 1 fan_in, 2 fan_out, 3 their mean
  int fan = 0;
  bool unit_forget = false;  // of an lstm's bias: its second quarter, the forget gate's, is 1 instead
};

}  // namespace igata::inline IGATA_ABI
