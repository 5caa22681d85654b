// What a call of a program returns: kernels do not throw, so a mistake in the data is a value.
//
//   if (const status s = t.step({x, y}, n); !s) raise(describe(s, "step"));
#pragma once
#include <cstdint>      // uint8_t
#include <string_view>  // string_view

#include "../core/dtype.hpp"
#include "../core/text.hpp"

namespace igata::inline IGATA_ABI {

struct status;
constexpr text describe(const status& s, std::string_view call = "run", std::string_view input_name = {});

struct [[nodiscard]] status {
  enum class code : std::uint8_t {
    ok,
    wrong_rows,          // got rows, outside [1, limit]; of a session `row` is -1: nothing tells them
    wrong_size,          // an argument has got elements; expected are `row` rows of limit
    missing_input,       // a null pointer
    not_contiguous,      // a view whose elements do not lie one after the other
    index_out_of_range,  // an id at (input, row) is got, outside [0, limit)
    label_out_of_range,  // the same of a label
    missing_function,    // nobody takes the gradients that the step hands out
    wrong_dim,           // the dim `name` is got, outside [1, limit]; -1: nothing tells it
    wrong_memory,        // memory that the caller gives has got bytes, fewer than limit, or begins at no multiple of `row`
    wrong_count,         // of a session: got inputs or results; expected are limit, `name` in braces
    wrong_type,          // of a session: elements are of type got, expected are limit
    unknown_dim,         // of a session: it has no dim of this name
    missing_weights,     // of a session: nobody has given it any
  };
  code value = code::ok;
  int input = 0;
  int row = 0;
  long long got = 0;
  long long limit = 0;
  const std::string_view* name = nullptr;  // of the input or result that is meant, where it is known
  bool is_result = false;

  constexpr explicit operator bool() const { return value == code::ok; }
  // What kind of mistake it is, without the numbers, which describe() has.
  constexpr const char* c_str() const {
    switch (value) {
      case code::ok:
        return "ok";
      case code::wrong_rows:
        return "the number of rows is outside 1 to max_batch";
      case code::wrong_size:
        return "the number of elements does not fit";
      case code::missing_input:
        return "an argument is a null pointer";
      case code::not_contiguous:
        return "a view's elements do not lie one after the other";
      case code::index_out_of_range:
        return "an index is out of range";
      case code::label_out_of_range:
        return "a label is out of range";
      case code::missing_function:
        return "no function takes the gradients";
      case code::wrong_dim:
        return "a dim is outside 1 to its maximum, or not told";
      case code::wrong_memory:
        return "the memory given is too small or not aligned";
      case code::wrong_count:
        return "the number of inputs or results does not fit";
      case code::wrong_type:
        return "the elements have another type";
      case code::unknown_dim:
        return "there is no such dim";
      case code::missing_weights:
        return "no weights were given";
      default:
        return "refused";
    }
  }
  // std::cout << s: describe(s).
  template <class Stream>
  requires requires(Stream& to, std::string_view s) {
    typename Stream::traits_type;
    to << s;
  }
  friend Stream& operator<<(Stream& to, const status& s) {
    to << describe(s).view();
    return to;
  }
  friend constexpr bool operator==(const status&, const status&) = default;
};

// `call` is the caller's, and so is `input_name` where the status has no name.
constexpr text describe(const status& s, std::string_view call, std::string_view input_name) {
  text line;
  line << call << ": ";
  const auto input = [&]() -> text& {
    const std::string_view name = s.name ? *s.name : input_name;
    line << (s.is_result ? "result " : "input ");
    if (name.empty()) return line << s.input;
    return line << '\'' << name << '\'';
  };
  switch (s.value) {
    case status::code::ok:
      line << "ok";
      break;
    case status::code::wrong_rows:
      if (s.row < 0) line << "pointers do not say how many rows there are; pass n";
      else line << "rows: expected 1 to " << s.limit << " (max_batch), got " << s.got << "; pass the data in batches";
      break;
    case status::code::wrong_size:
      if (s.row < 1) input() << ": expected whole rows of " << s.limit << ", got " << s.got << " elements";
      else
        input() << ": expected " << s.row << (s.row == 1 ? " row" : " rows") << " of " << s.limit << " (" << s.row * s.limit << " elements), got "
                << s.got;
      break;
    case status::code::missing_input:
      input() << ": expected rows, got a null pointer";
      break;
    case status::code::not_contiguous:
      input() << ": expected elements one after the other, got a view with strides; copy it to a tensor";
      break;
    case status::code::index_out_of_range:
      input() << " row " << s.row << ": index " << s.got << " is outside [0, " << s.limit << ')';
      break;
    case status::code::label_out_of_range:
      input() << " row " << s.row << ": label " << s.got << " is outside [0, " << s.limit << ')';
      break;
    case status::code::missing_function:
      line << "gradient_hook: expected a function, got none; give it by on_gradient before the first step";
      break;
    case status::code::wrong_dim:
      line << "dim '" << (s.name ? *s.name : input_name) << "': expected 1 to " << s.limit << ", got ";
      if (s.got < 0) line << "pointers, which do not tell it; pass it behind n";
      else line << s.got << "; pass less at a time, or give it a larger maximum";
      break;
    case status::code::wrong_memory:
      line << (s.is_result ? "memory" : "packed weights") << ": expected " << s.limit << " bytes at a multiple of " << s.row << ", got ";
      if (s.got < s.limit) line << s.got;
      else line << "an address that is none";
      break;
    case status::code::wrong_count:
      line << "got " << s.got << (s.is_result ? " result" : " input") << (s.got == 1 ? "" : "s") << ", expected " << s.limit;
      if (s.name && s.limit > 0) line << ": " << *s.name;
      break;
    case status::code::wrong_type: {
      const auto element = [](long long type) { return detail::element_name(static_cast<dtype>(type)); };
      input() << " has elements of " << element(s.got) << "; pass an array, vector, span or pointer of " << element(s.limit);
      break;
    }
    case status::code::unknown_dim:
      line << "dim '" << (s.name ? *s.name : input_name) << "': the session has no dim of this name; those that it has are its inputs' first extents";
      break;
    case status::code::missing_weights:
      line << "the session has no weights; give it some, session.use(session.pack(store))";
      break;
  }
  return line;
}

}  // namespace igata::inline IGATA_ABI
