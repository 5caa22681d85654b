// Calls that no form fits: one line that says what to write, in place of the compiler's list of candidates.
#pragma once
#include "../core/type_name.hpp"
#include "arguments.hpp"
#include "packed_weights.hpp"

namespace igata::inline IGATA_ABI::detail {

// How a call of a program is written: `step({x, y}, n)`; with results, behind the inputs or, where RowsFirst, behind n.
template <fixed_string Call, class In, class Out = void, bool RowsFirst = false>
struct forms_of_call {
  static constexpr text make() {
    text why;
    if constexpr (In::is_sound) {
      why << Call.view() << ": wrong arguments; write ";
      form(why, true);
      why << ", or ";
      form(why, false) << " for as many rows as the inputs hold";
    }
    return why;
  }

 private:
  static constexpr text& form(text& to, bool counted) {
    to << Call.view() << '(' << names_in_braces<In>();
    if (counted && RowsFirst) to << ", n";
    if constexpr (!std::is_void_v<Out>) to << ", " << names_in_braces<Out>();
    if (counted && !RowsFirst) to << ", n";
    return to << ')';
  }
};

// What a program that is bound to a store is made of instead of one.
template <fixed_string Kind, class T>
struct no_store {
  static constexpr text make() {
    const std::string_view name = type_name<T>(), kind = name.substr(0, name.find('<'));  // a program's arguments are long
    text why;
    why << Kind.view() << ": " << kind << (kind.size() < name.size() ? "<...>" : "") << " is no variable_store; pass ";
    if constexpr (requires(T& t) { t.weights(); }) return why << "its weights()";
    else if constexpr (requires(T& t) { t.variables(); }) return why << "its variables()";
    else return why << "a training's or a program's variables(), or one of your own";
  }
};
template <class T, class Self>
concept NoStoreFor = !std::is_same_v<T, Self> && !std::is_convertible_v<T&, const variable_store&> && !std::is_convertible_v<T, packed_weights>;

}  // namespace igata::inline IGATA_ABI::detail
