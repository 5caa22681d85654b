// A decimal number from text, whatever the program's locale.
#pragma once
#include <charconv>      // from_chars
#include <cstddef>       // size_t
#include <cstdio>        // snprintf
#include <cstdlib>       // strtod
#include <limits>        // numeric_limits
#include <string>        // string
#include <string_view>   // string_view
#include <system_error>  // errc

#include "../version.hpp"

namespace igata::inline IGATA_ABI::io {

namespace detail {

// Whether the whole is a number such as -12, +.5, 3e-7: no blanks, no hexadecimal digits, no words. `order`: its first digit that is not 0 stands
// so many places before the point, with the exponent.
inline bool is_decimal(std::string_view s, long long& order) {
  std::size_t i = !s.empty() && (s[0] == '+' || s[0] == '-') ? 1 : 0;
  const auto digit = [&] { return i < s.size() && s[i] >= '0' && s[i] <= '9'; };
  bool any = false, leading = true;
  order = 0;
  for (; digit(); ++i) {
    any = true;
    leading = leading && s[i] == '0';
    if (!leading) ++order;
  }
  if (i < s.size() && s[i] == '.')
    for (++i; digit(); ++i) {
      any = true;
      leading = leading && s[i] == '0';
      if (leading) --order;
    }
  if (!any) return false;
  if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
    const bool minus = ++i < s.size() && s[i] == '-';
    if (i < s.size() && (s[i] == '+' || s[i] == '-')) ++i;
    if (!digit()) return false;
    long long exponent = 0;
    for (; digit(); ++i)
      if (exponent < 1'000'000'000'000) exponent = exponent * 10 + (s[i] - '0');
    order += minus ? -exponent : exponent;
  }
  if (leading) order = 0;  // zero is never too large
  return i == s.size();
}

// Where the library has no from_chars of doubles. strtod wants the locale's point.
inline double by_strtod(std::string_view s) {
  char point[16];
  std::snprintf(point, sizeof point, "%.1f", 0.5);  // 0, the point, 5
  std::string copy(s);
  if (const std::size_t at = copy.find('.'); at != std::string::npos)
    copy.replace(at, 1, std::string_view(point + 1).substr(0, std::string_view(point).size() - 2));
  return std::strtod(copy.c_str(), nullptr);
}

}  // namespace detail

// False if the whole text is no decimal number. The nearest double; what is too small for one is 0, what is too large an infinity.
inline bool read_decimal(std::string_view s, double& x) {
  long long order = 0;
  if (!detail::is_decimal(s, order)) return false;
#ifdef __cpp_lib_to_chars
  if (s[0] == '+') s.remove_prefix(1);  // which from_chars does not take
  if (std::from_chars(s.data(), s.data() + s.size(), x).ec == std::errc{}) return true;
  x = order > 0 ? std::numeric_limits<double>::infinity() : 0;
  if (s[0] == '-') x = -x;
#else
  x = detail::by_strtod(s);
#endif
  return true;
}

}  // namespace igata::inline IGATA_ABI::io
