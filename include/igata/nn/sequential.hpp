// sequential: functions one after the other. block: the same under a name. Each is a scope of the parameters' paths, and a functor.
//
//   value y = nn::sequential{nn::conv2d_options{.filters = 6, .kernel = 5}, relu, nn::flatten, [](value x) { return x * 2; }}(x);
//   x = nn::block("layer2", residual{64})(x);      x = nn::block(x, {"layer", i}, f, g);
//
// A block that is entered again by its name is the same block: its parameters are shared.
#pragma once
#include <concepts>  // convertible_to

#include "../core/refused_call.hpp"
#include "layer.hpp"

namespace igata::inline IGATA_ABI::nn {

namespace detail {
template <class F>
constexpr value apply(const F& f, value x, source at) {
  if constexpr (requires { { f(x, at) } -> std::convertible_to<value>; }) {
    return f(x, at);
  } else if constexpr (requires { { f(x) } -> std::convertible_to<value>; }) {
    return f(x);
  } else if constexpr (igata::detail::has_unclear_calls<F>() && !requires { f(x, x); }) {
    if (x.valid() && !x.owner().failed()) x.owner().failure << igata::detail::called<F, value>();
    return {};
  } else {
    if (x.valid()) x.owner().fail("", "a part is no function of one value that returns a value", at);
    return {};
  }
}
// A layer with options, at its defaults.
template <class Options>
  requires(std::is_class_v<Options> && !std::is_same_v<Options, source>)
constexpr value apply(value (*const& f)(value, Options, source), value x, source at) {
  return f(x, {}, at);
}

template <class... F>
struct chain {
  constexpr value operator()(value x, source) const { return x; }
};
template <class First, class... Rest>
struct chain<First, Rest...> {
  First first;
  chain<Rest...> rest;
  constexpr value operator()(value x, source at) const { return rest(apply(first, x, at), at); }
};
template <class... F>
constexpr chain<F...> make_chain(F... f) {
  if constexpr (sizeof...(F) == 0) return {};
  else return [](auto first, auto... rest) { return chain<F...>{first, make_chain(rest...)}; }(f...);
}
}  // namespace detail

template <class... F>
struct sequential {
  detail::chain<F...> parts;
  constexpr sequential(F... f) : parts(detail::make_chain(f...)) {}
  constexpr value operator()(value x, source at = source::here()) const {
    const layer scope(ir::layer_scope::around(), x, "sequential", {}, at);
    return parts(x, at);
  }
};
template <class... F>
sequential(F...) -> sequential<F...>;

// A name, and the line that gives it.
struct block_name {
  layer_name name;
  source at;
  constexpr block_name(const char* chars, source line = source::here()) : name(chars), at(line) {}
  constexpr block_name(const char* chars, std::ptrdiff_t i, source line = source::here()) : name(chars, i), at(line) {}
};

// What block(name, f…) gives: a function that can be called several times, each time with the same parameters.
template <class... F>
struct named_block {
  block_name name;
  detail::chain<F...> parts;
  // The first function may take several values.
  template <class... More>
  constexpr value operator()(value x, const More&... more) const {
    const layer scope(ir::layer_scope::around(), x, "block", name.name, name.at);
    if constexpr (sizeof...(More) == 0) return parts(x, name.at);
    else return parts.rest(parts.first(x, more...), name.at);
  }
};

// The functions one after the other under a scope: parameters' paths begin with the name.
template <class... F>
constexpr named_block<F...> block(block_name name, F... f) {
  return {name, detail::make_chain(f...)};
}
// The same, called.
template <class... F>
constexpr value block(value x, block_name name, F... f) {
  return block(name, f...)(x);
}

}  // namespace igata::inline IGATA_ABI::nn
