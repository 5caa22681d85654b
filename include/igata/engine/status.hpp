// What a call of a program returns: kernels do not throw, so a mistake in the data is a value.
//
//   if (const status s = t.step(inputs, n); !s) raise(describe(s, "step", T::input_name(s.input)));
#pragma once
#include <cstdint>      // uint8_t
#include <string_view>  // string_view

#include "../core/vec.hpp"

namespace igata::inline IGATA_ABI {

struct status;
constexpr text describe(const status& s, std::string_view call = "run", std::string_view input_name = {});

struct [[nodiscard]] status {
  enum class code : std::uint8_t {
    ok,
    wrong_rows,          // got rows, outside [1, limit]
    wrong_size,          // got elements, rows have limit of them; or the result's size does not fit
    missing_input,       // a null pointer
    index_out_of_range,  // an id at (input, row) is got, outside [0, limit)
    label_out_of_range,  // the same of a label
  };
  code value = code::ok;
  int input = 0;
  int row = 0;
  long long got = 0;
  long long limit = 0;

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
        return "an input is a null pointer";
      case code::index_out_of_range:
        return "an index is out of range";
      case code::label_out_of_range:
        return "a label is out of range";
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

// `call` and `input_name` are the caller's: a status carries numbers only.
constexpr text describe(const status& s, std::string_view call, std::string_view input_name) {
  text line;
  line << call << ": ";
  const auto input = [&]() -> text& {
    if (input_name.empty()) return line << "input " << s.input;
    return line << "input '" << input_name << '\'';
  };
  switch (s.value) {
    case status::code::ok:
      line << "ok";
      break;
    case status::code::wrong_rows:
      line << "rows: expected 1 to " << s.limit << " (max_batch), got " << s.got << "; pass the data in batches";
      break;
    case status::code::wrong_size:
      line << "got " << s.got << " elements, expected whole rows of " << s.limit << " and room for one result each";
      break;
    case status::code::missing_input:
      input() << ": expected rows, got a null pointer";
      break;
    case status::code::index_out_of_range:
      input() << " row " << s.row << ": index " << s.got << " is outside [0, " << s.limit << ')';
      break;
    case status::code::label_out_of_range:
      input() << " row " << s.row << ": label " << s.got << " is outside [0, " << s.limit << ')';
      break;
  }
  return line;
}

}  // namespace igata::inline IGATA_ABI
