// Tables of numbers as comma-separated values.
//
//   const auto t = io::csv::load("digits.csv");                       // t.rows, t.columns, t.row(i)
//   const auto t = io::csv::load("wine.csv", {.separator = ';', .header = true});
#pragma once
#include <cstddef>      // size_t
#include <span>         // span
#include <string>       // string
#include <string_view>  // string_view
#include <vector>       // vector

#include "../core/math.hpp"
#include "file.hpp"
#include "read_decimal.hpp"

namespace igata::inline IGATA_ABI::io::csv {

struct options {
  char separator = ',';
  bool header = false;  // the first line names the columns
};

// Numbers read from a file: rows of `columns` values.
struct table {
  std::string file;
  std::vector<std::string> names;  // with a header
  int first_line = 1;              // of row 0, for messages
  int rows = 0, columns = 0;
  std::vector<float> values;  // row-major
  std::span<const float> row(int i) const {
    return {values.data() + static_cast<std::size_t>(i) * static_cast<std::size_t>(columns), static_cast<std::size_t>(columns)};
  }
};

namespace detail {

inline std::string_view trimmed(std::string_view s) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  if (s.size() >= 2 && s.front() == '"' && s.back() == '"') s = s.substr(1, s.size() - 2);
  return s;
}

// A whole field that is a finite float.
inline bool parse(std::string_view field, float& value) {
  double wide = 0;
  if (!read_decimal(field, wide)) return false;
  value = static_cast<float>(wide);
  return math::is_finite(value);
}

}  // namespace detail

// `file` heads the messages.
inline table parse(std::string_view content, const std::string& file, const options& how = {}) {
  table t;
  t.file = file;
  if (content.substr(0, 3) == "\xef\xbb\xbf") content.remove_prefix(3);
  int line_number = 0, width_line = 0;
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    std::string_view line = content.substr(0, end);
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    ++line_number;
    const std::string where = file + ':' + std::to_string(line_number);
    if (detail::trimmed(line).empty()) {
      if (content.find_first_not_of(" \t\r\n") == std::string_view::npos) break;  // blank lines at the end
      raise(where + ": expected numbers, got a blank line; remove it");
    }
    const bool is_header = how.header && line_number == 1;
    int column = 0;
    for (bool more = true; more;) {
      const std::size_t stop = line.find(how.separator);
      const std::string_view field = detail::trimmed(line.substr(0, stop));
      more = stop != std::string_view::npos;
      line.remove_prefix(more ? stop + 1 : line.size());
      ++column;
      if (is_header) {
        t.names.emplace_back(field);
        continue;
      }
      float value = 0;
      if (!detail::parse(field, value))
        raise(where + ": column " + std::to_string(column) + ": expected a finite number, got " +
              (field.empty() ? "nothing" : in_quotes(field)) +
              (t.rows == 0 && !how.header ? "; set .header = true if this line names the columns" : "; correct or remove the line"));
      t.values.push_back(value);
    }
    if (width_line == 0) {
      t.columns = column;
      width_line = line_number;
    }
    if (column != t.columns)
      raise(where + ": expected " + std::to_string(t.columns) + " columns as in line " + std::to_string(width_line) + ", got " +
            std::to_string(column) + "; is the separator '" + how.separator + "'?");
    if (is_header) {
      t.first_line = 2;
    } else {
      ++t.rows;
    }
  }
  if (t.rows == 0) raise(file + ": expected at least one row of numbers, got none; is the file empty?");
  return t;
}

// Reads a file of numbers. Throws error, with the line, where it is no table of finite numbers.
inline table load(const std::string& path, const options& how = {}) {
  input_file in(path);
  return parse(in.read_all(), path, how);
}

}  // namespace igata::inline IGATA_ABI::io::csv
