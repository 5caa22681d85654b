// Which names a misspelt one may have meant: for messages, at run time.
#pragma once
#include <string_view>  // string_view

#include "text.hpp"

namespace igata::inline IGATA_ABI::detail {

// The least number of letters that are added, left out, exchanged or swapped with their neighbour to make one of the other. Levenshtein, "Binary
// codes capable of correcting deletions, insertions, and reversals" (1966), with swaps.
[[gnu::cold]] constexpr int edit_distance(std::string_view a, std::string_view b) {
  const int rows = static_cast<int>(a.size()), columns = static_cast<int>(b.size());
  vec<int> table;  // of rows + 1 by columns + 1
  for (int i = 0; i <= rows; ++i)
    for (int j = 0; j <= columns; ++j) {
      const auto at = [&](int k, int l) { return table[k * (columns + 1) + l]; };
      const auto same = [&](int k, int l) { return a[static_cast<std::size_t>(k - 1)] == b[static_cast<std::size_t>(l - 1)]; };
      int least = i == 0 ? j : i;
      if (i > 0 && j > 0) {
        least = at(i - 1, j - 1) + !same(i, j);
        if (at(i - 1, j) < least) least = at(i - 1, j) + 1;
        if (at(i, j - 1) < least) least = at(i, j - 1) + 1;
        if (i > 1 && j > 1 && same(i, j - 1) && same(i - 1, j) && at(i - 2, j - 2) < least) least = at(i - 2, j - 2) + 1;
      }
      table.push(least);
    }
  return table.back();
}

// What stands behind a refused name: "; did you mean 'dense/kernel'?", the three nearest of those that are near or end in it, or the first of all.
[[gnu::cold]] constexpr text near_names(std::string_view wrong, const vec<std::string_view>& names) {
  constexpr int most = 3;
  int nearest[most]{}, distances[most]{}, found = 0;
  for (int n = 0; n < names.size(); ++n) {
    const std::string_view name = names[n];
    const int d = edit_distance(wrong, name);
    const bool ends_in_it = name.size() > wrong.size() && name.ends_with(wrong) && name[name.size() - wrong.size() - 1] == '/';
    if (d > static_cast<int>(wrong.size() > name.size() ? wrong.size() : name.size()) / 3 && !ends_in_it) continue;
    int place = found < most ? found++ : most;  // the last falls out
    for (; place > 0 && distances[place - 1] > d; --place)
      if (place < most) {
        nearest[place] = nearest[place - 1];
        distances[place] = distances[place - 1];
      }
    if (place == most) continue;
    nearest[place] = n;
    distances[place] = d;
  }
  text line;
  if (names.empty()) return line << "; there are none";
  const int listed = found > 0 ? found : names.size() < most ? names.size() : most;
  line << (found > 0 ? "; did you mean " : "; there are ");
  for (int i = 0; i < listed; ++i) {
    line << (i == 0 ? "'" : found > 0 && i + 1 == listed ? " or '" : ", '");
    line << names[found > 0 ? nearest[i] : i] << '\'';
  }
  if (found > 0) return line << '?';
  if (names.size() > listed) line << " and " << names.size() - listed << " more";
  return line;
}

}  // namespace igata::inline IGATA_ABI::detail
