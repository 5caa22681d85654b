// Tables as comma-separated values (RFC 4180): numbers, and columns of words.
//
//   const auto t = io::csv::load("digits.csv");                       // t.rows, t.columns, t.row(i)
//   const auto t = io::csv::load("wine.csv", {.separator = ';', .header = true});
//   const auto t = io::csv::load("iris.csv", {.header = true, .categories = {"species"}, .missing = {"", "NA"}});
//
// A field in quotes may hold separators, line ends and quotes (""). A file may be a pipe.
#pragma once
#include <algorithm>      // sort
#include <cstddef>        // size_t
#include <limits>         // numeric_limits
#include <span>           // span
#include <string>         // string
#include <string_view>    // string_view
#include <unordered_map>  // unordered_map
#include <vector>         // vector

#include "../core/float_control.hpp"
#include "../core/math.hpp"
#include "file.hpp"
#include "read_decimal.hpp"

namespace igata::inline IGATA_ABI::io::csv {

// A column: by its name in the header, or by its number from 0; -1 is the last one.
struct column_id {
  std::string name{};
  int number = 0;
  column_id(const char* n) : name(n) {}
  column_id(std::string n) : name(std::move(n)) {}
  column_id(int n) : number(n) {}
};

// A column of words. Each is read as its number in the vocabulary.
struct category {
  column_id column;
  std::vector<std::string> vocabulary{};  // none: the file's words in the order of their bytes
  category(column_id c, std::vector<std::string> words = {}) : column(std::move(c)), vocabulary(std::move(words)) {}
  category(const char* name) : column(name) {}
  category(int number) : column(number) {}
};

struct options {
  char separator = ',';
  bool header = false;  // the first line names the columns
  std::vector<category> categories{};
  std::vector<std::string> missing{};  // fields that hold no value, such as "", "NA": read as NaN
};

// Rows of `columns` values.
struct table {
  std::string file;
  std::vector<std::string> names;  // with a header
  int rows = 0, columns = 0;
  std::vector<float> values;                           // row-major; NaN where missing
  std::vector<std::vector<std::string>> vocabularies;  // of each column; empty of one of numbers
  std::vector<int> lines;                              // where each row begins in the file, from 1

  std::span<const float> row(int i) const {
    return {values.data() + static_cast<std::size_t>(i) * static_cast<std::size_t>(columns), static_cast<std::size_t>(columns)};
  }
  // The column's number; throws error.
  int find(const column_id& c) const;
  const std::vector<std::string>& vocabulary(const column_id& c) const { return vocabularies[static_cast<std::size_t>(find(c))]; }
  // For messages: column 3 'age'
  std::string describe(int column) const {
    const auto i = static_cast<std::size_t>(column);
    return "column " + std::to_string(column + 1) + (i < names.size() ? ' ' + in_quotes(names[i]) : std::string());
  }
};

inline int table::find(const column_id& c) const {
  if (c.name.empty()) {
    const int number = c.number < 0 ? c.number + columns : c.number;
    if (number >= 0 && number < columns) return number;
    raise(text() << file << ": expected a column in [0, " << columns << ") or from -" << columns << " on, got " << c.number
                 << "; correct the number");
  }
  int found = -1;
  std::string all;
  for (std::size_t i = 0; i < names.size(); ++i) {
    all += (i ? ", " : "") + in_quotes(names[i]);
    if (names[i] != c.name) continue;
    if (found >= 0) raise(file + ": expected one column " + in_quotes(c.name) + ", got two; name it by its number");
    found = static_cast<int>(i);
  }
  if (found >= 0) return found;
  raise(file + ": expected a column " + in_quotes(c.name) + ", got " + (names.empty() ? "no names; set .header = true" : all + "; correct the name"));
}

namespace detail {

struct cell {
  std::string_view whole;  // in the file
  std::string unquoted;    // where that differs: quotes were doubled
  bool quoted = false, doubled = false;
  std::string_view content() const { return doubled ? std::string_view(unquoted) : whole; }
};

// Cuts text into rows of cells.
class scanner {
 public:
  scanner(std::string_view content, char separator, const std::string& file) : rest_(content), separator_(separator), file_(file) {}

  bool done() const { return rest_.empty(); }
  int line() const { return line_; }  // of what comes next
  bool only_blanks() const { return rest_.find_first_not_of(" \t\r\n") == std::string_view::npos; }

  // The next row's cells; how many.
  std::size_t row(std::vector<cell>& cells) {
    std::size_t count = 0;
    for (bool more = true; more; ++count) {
      if (count == cells.size()) cells.emplace_back();
      more = field(cells[count], count);
    }
    return count;
  }

 private:
  bool blank(char c) const { return (c == ' ' || c == '\t' || c == '\r') && c != separator_; }
  void skip_blanks() {
    while (!rest_.empty() && blank(rest_.front())) rest_.remove_prefix(1);
  }
  // Whether the row goes on behind it.
  bool field(cell& to, std::size_t column) {
    skip_blanks();
    to.quoted = !rest_.empty() && rest_.front() == '"';
    to.doubled = false;
    if (to.quoted) {
      unquote(to, column);
      skip_blanks();
      if (!rest_.empty() && rest_.front() != separator_ && rest_.front() != '\n')
        fail(line_, column, "expected a separator or the line's end behind the closing quote, got " + in_quotes(rest_.substr(0, 1)) +
                                "; a quote inside a field is written twice");
    } else {
      std::size_t end = 0;
      while (end < rest_.size() && rest_[end] != separator_ && rest_[end] != '\n') ++end;
      to.whole = rest_.substr(0, end);
      while (!to.whole.empty() && blank(to.whole.back())) to.whole.remove_suffix(1);
      rest_.remove_prefix(end);
    }
    if (rest_.empty()) return false;
    const bool more = rest_.front() == separator_;
    if (!more) ++line_;
    rest_.remove_prefix(1);
    return more;
  }
  void unquote(cell& to, std::size_t column) {
    const int opened = line_;
    rest_.remove_prefix(1);
    for (std::size_t begin = 0;;) {
      const std::size_t end = rest_.find('"', begin);
      if (end == std::string_view::npos)
        fail(opened, column, "expected a closing quote, got the file's end; a quote inside a field is written twice");
      for (const char c : rest_.substr(begin, end - begin)) line_ += c == '\n';
      const bool twice = end + 1 < rest_.size() && rest_[end + 1] == '"';
      if (!to.doubled && twice) to.unquoted.clear();
      to.doubled = to.doubled || twice;
      if (to.doubled) to.unquoted.append(rest_.substr(begin, end + (twice ? 1 : 0) - begin));
      if (twice) {
        begin = end + 2;
        continue;
      }
      to.whole = rest_.substr(0, end);
      rest_.remove_prefix(end + 1);
      return;
    }
  }
  [[noreturn]] void fail(int line, std::size_t column, const std::string& what) const {
    raise(file_ + ':' + std::to_string(line) + ": column " + std::to_string(column + 1) + ": " + what);
  }

  std::string_view rest_;
  char separator_;
  const std::string& file_;
  int line_ = 1;
};

// The words of a column and their numbers.
struct words {
  bool fixed = false;  // by the caller
  std::unordered_map<std::string, int> numbers{};
  std::vector<std::string> list{};
};

// In the order of their bytes, so that the rows' order does not matter.
inline void sort_words(table& t, std::size_t column, const words& w) {
  std::vector<int> order(w.list.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  std::sort(order.begin(), order.end(), [&](int a, int b) { return w.list[static_cast<std::size_t>(a)] < w.list[static_cast<std::size_t>(b)]; });
  std::vector<float> place(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    place[static_cast<std::size_t>(order[i])] = static_cast<float>(i);
    t.vocabularies[column].push_back(w.list[static_cast<std::size_t>(order[i])]);
  }
  for (std::size_t i = column; i < t.values.size(); i += static_cast<std::size_t>(t.columns))
    if (!math::is_nan(t.values[i])) t.values[i] = place[static_cast<std::size_t>(t.values[i])];
}

}  // namespace detail

// `file` heads the messages.
inline table parse(std::string_view content, const std::string& file, const options& how = {}) {
  [[maybe_unused]] const igata::detail::exact_scope exact;
  table t;
  t.file = file;
  if (how.separator == '"' || how.separator == '\n' || how.separator == '\r')
    raise(file + ": .separator: expected a character between fields, got " + in_quotes({&how.separator, 1}) + "; use another one");
  if (content.substr(0, 2) == "\xff\xfe" || content.substr(0, 2) == "\xfe\xff") raise(file + ": expected UTF-8, got UTF-16; save the file as UTF-8");
  if (content.substr(0, 3) == "\xef\xbb\xbf") content.remove_prefix(3);
  const auto is_missing = [&](std::string_view field) {
    for (const std::string& m : how.missing)
      if (m == field) return true;
    return false;
  };
  std::vector<detail::words*> category_of;
  std::vector<detail::words> categories(how.categories.size());
  const auto begin_rows = [&](int columns) {
    t.columns = columns;
    t.vocabularies.resize(static_cast<std::size_t>(columns));
    category_of.resize(static_cast<std::size_t>(columns));
    for (std::size_t k = 0; k < categories.size(); ++k) {
      const auto column = static_cast<std::size_t>(t.find(how.categories[k].column));
      if (category_of[column])
        raise(file + ": .categories: expected each column once, got " + t.describe(static_cast<int>(column)) + " twice; leave one out");
      category_of[column] = &categories[k];
      categories[k].fixed = !how.categories[k].vocabulary.empty();
      for (const std::string& word : how.categories[k].vocabulary)
        if (!categories[k].numbers.emplace(word, static_cast<int>(categories[k].numbers.size())).second)
          raise(file + ": .categories: " + t.describe(static_cast<int>(column)) + ": expected each word once, got " + in_quotes(word) +
                " twice; leave one out");
      t.vocabularies[column] = how.categories[k].vocabulary;
    }
  };

  detail::scanner in(content, how.separator, file);
  std::vector<detail::cell> cells;
  int width_line = 0;
  while (!in.done() && !in.only_blanks()) {  // blank lines at the end
    const int line = in.line();
    const auto count = static_cast<int>(in.row(cells));
    const std::string where = file + ':' + std::to_string(line) + ": ";
    const bool one_column = width_line > 0 && t.columns == 1;  // where a blank line may be a missing value
    if (count == 1 && cells[0].content().empty() && !cells[0].quoted && !(one_column && is_missing("")))
      raise(where + "expected numbers, got a blank line; remove it");
    if (width_line > 0 && count != t.columns)
      raise(where + "expected " + std::to_string(t.columns) + " columns as in line " + std::to_string(width_line) + ", got " +
            std::to_string(count) + "; is the separator '" + how.separator + "'?");
    if (width_line == 0) {
      width_line = line;
      if (how.header)
        for (int i = 0; i < count; ++i) t.names.emplace_back(cells[static_cast<std::size_t>(i)].content());
      begin_rows(count);
      if (how.header) continue;
    }
    for (int i = 0; i < count; ++i) {
      const std::string_view field = cells[static_cast<std::size_t>(i)].content();
      detail::words* const category = category_of[static_cast<std::size_t>(i)];
      double value = std::numeric_limits<double>::quiet_NaN();
      if (is_missing(field)) {
      } else if (category) {
        const auto found = category->numbers.find(std::string(field));
        if (found == category->numbers.end() && category->fixed)
          raise(where + t.describe(i) + ": expected a word of the vocabulary, got " + in_quotes(field) + "; correct the line or the vocabulary");
        if (found != category->numbers.end()) {
          value = found->second;
        } else {
          if (category->list.size() >= 1u << 24)
            raise(where + t.describe(i) + ": expected at most 2^24 different words, got more; is this a column of words?");
          value = static_cast<double>(category->list.size());
          category->numbers.emplace(field, static_cast<int>(category->list.size()));
          category->list.emplace_back(field);
        }
      } else if (!read_decimal(field, value) || !math::is_finite(static_cast<float>(value))) {
        raise(where + t.describe(i) + ": expected a finite number, got " + (field.empty() ? "nothing" : in_quotes(field)) +
              (t.rows == 0 && !how.header ? "; set .header = true if this line names the columns"
                                          : "; correct the line, or name the column in .categories or the field in .missing"));
      }
      t.values.push_back(static_cast<float>(value));
    }
    t.lines.push_back(line);
    ++t.rows;
  }
  if (t.rows == 0) raise(file + ": expected at least one row of numbers, got none; is the file empty?");
  for (std::size_t i = 0; i < category_of.size(); ++i)
    if (category_of[i] && !category_of[i]->fixed) detail::sort_words(t, i, *category_of[i]);
  return t;
}

// Reads a file or a pipe. Throws error, with the line and column, where it is no such table.
inline table load(const std::string& path, const options& how = {}) {
  input_file in(path);
  return parse(in.read_all(), in.path(), how);
}

}  // namespace igata::inline IGATA_ABI::io::csv
