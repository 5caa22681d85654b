// What each pass made of a program, as text.
//
//   std::cout << dump<train_t>("plan");      "build", "simplify", "main", "bind", "fuse", "plan"
//
// Net is a training<…> or inference<…> (of a training its step) or a specification.
#pragma once
#include <string>  // string

#include "error.hpp"
#include "../plan/print_plan.hpp"
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

}  // namespace detail

// Throws error for another name.
template <class Net>
std::string dump(std::string_view pass) {
  using code = typename detail::code_of<Net>::type;
  const auto shown = [](const text& t) { return std::string(t.view()); };
  if (pass == "build") return shown(print(code::built().thaw()));
  if (pass == "simplify") return shown(print(code::simplified().thaw()));
  if (pass == "bind") return shown(print(code::bind.thaw()));
  const graph main = code::main().thaw();
  if (pass == "main") return shown(print(main));
  const fusion f = code::fused();
  if (pass == "fuse") return shown(print_fusion(main, f));
  if (pass == "plan") return shown(print_plan(main, f, code::plan.thaw()));
  raise("dump: pass: expected build, simplify, main, bind, fuse or plan, got '" + std::string(pass) + "'");
}

}  // namespace igata::inline IGATA_ABI
