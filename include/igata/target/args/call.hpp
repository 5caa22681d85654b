// A function of the host.
#pragma once
#include "../fields.hpp"

namespace igata::inline IGATA_ABI::plan {

// What a program calls: number: which of its calls it is.
struct host_function {
  void (*call)(void* data, int number, float* values, std::ptrdiff_t count) noexcept;
  void* data;
};

// out = in, then host(number, out).
template <class As>
struct call_fields {
  typename As::template address<const host_function> host{};
  typename As::template address<const float> in{};
  typename As::template address<float> out{};
  typename As::extent count{};
  typename As::number number{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) { f(p.host, b.host), f(p.in, b.in), f(p.out, b.out), f(p.count, b.count), f(p.number, b.number); }
};
using call_args = call_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const call_fields<planned>& p, const call_args& s, T& t) {
  t.reads(p.in, {{s.count}});
  t.writes(p.out, {{s.count}});
}

}  // namespace igata::inline IGATA_ABI::plan
