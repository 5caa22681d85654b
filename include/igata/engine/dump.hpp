// What each pass made of a program, as text.
//
//   std::cout << dump<train_t>("plan");      "build", "simplify", "main", "bind", "fuse", "plan"
//
// Net is a training<…> or inference<…> (of a training its step) or a specification.
#pragma once
#include <string>  // string

#include "error.hpp"
#include "../passes/compilation.hpp"
#include "carrier.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

template <class Net>
struct code_of {
  using type = compiled<Net>;
};
template <class Net>
  requires requires { typename Net::code; }
struct code_of<Net> {
  using type = typename Net::code;
};

// What the compiler made, as if it had been made now.
template <class Code>
compilation compiled_already() {
  compilation c;
  c.built = Code::built().thaw();
  c.simplified = Code::simplified().thaw();
  c.main = Code::main().thaw();
  c.bind = Code::bind.thaw();
  c.groups = Code::fused();
  c.planned = Code::plan.thaw();
  return c;
}

inline std::string dumped(const compilation& c, std::string_view pass) {
  constexpr int count = static_cast<int>(dump_name::count_);
  std::string expected;
  for (int i = 0; i < count; ++i) {
    if (pass == dump_names[i]) return std::string(print(c, static_cast<dump_name>(i)).view());
    expected.append(i == 0 ? "" : i + 1 == count ? " or " : ", ").append(dump_names[i]);
  }
  raise("dump: pass: expected " + expected + ", got '" + std::string(pass) + "'");
}

}  // namespace detail

// Throws error for another name.
template <class Net>
std::string dump(std::string_view pass) {
  return detail::dumped(detail::compiled_already<typename detail::code_of<Net>::type>(), pass);
}

}  // namespace igata::inline IGATA_ABI
