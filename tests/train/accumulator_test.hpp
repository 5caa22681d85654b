// What holds for every accumulator of metrics.
#pragma once
#include <igata/io/file.hpp>
#include <igata/train/accumulators.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#define EXPECT_ERROR(expression, line)                   \
  do {                                                   \
    try {                                                \
      static_cast<void>(expression);                     \
      ADD_FAILURE() << "no error, expected: " << (line); \
    } catch (const igata::error& e) {                    \
      EXPECT_STREQ(e.what(), line);                      \
    }                                                    \
  } while (false)

// An error that docs/errors.md lists.
#define EXPECT_LISTED(expression, line)          \
  do {                                           \
    EXPECT_ERROR(expression, line);              \
    EXPECT_TRUE(is_listed(line)) << (line);      \
  } while (false)

inline bool is_listed(const std::string& line) {
  static const std::string page = igata::io::input_file(IGATA_SOURCE_DIR "/docs/errors.md").read_all();
  return page.find('`' + line + '`') != std::string::npos;
}

// Equal to so many times the larger one, or both NaN.
inline void expect_equal(const std::vector<double>& got, const std::vector<double>& expected, double tolerance, const std::string& what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (igata::math::is_nan(got[i]) || igata::math::is_nan(expected[i])) {
      EXPECT_EQ(igata::math::is_nan(got[i]), igata::math::is_nan(expected[i])) << what << '[' << i << "]: " << got[i] << " and " << expected[i];
      continue;
    }
    const double allowed = tolerance * std::max(1.0, std::abs(expected[i]));
    EXPECT_TRUE(got[i] == expected[i] || std::abs(got[i] - expected[i]) <= allowed) << what << '[' << i << "]: " << got[i] << " and " << expected[i];
  }
}

template <class T>
std::span<const T> part(const std::vector<T>& all, std::size_t begin, std::size_t n) {
  return all.empty() ? std::span<const T>() : std::span<const T>(all).subspan(begin, n);
}

inline std::vector<double> numbers_of(const igata::train::logs& all) {
  std::vector<double> numbers;
  for (const auto& [name, value] : all) numbers.push_back(value);
  return numbers;
}

// update(a, begin, n) adds n rows. Batches of any size, merged halves in either order, and a state that was saved give what one update of all rows
// gives: to the tolerance; 0: exactly.
template <class A, class Update>
void expect_parts_equal_the_whole(const A& empty, std::size_t rows, double tolerance, Update update) {
  A whole = empty;
  update(whole, 0, rows);
  const std::vector<double> expected = numbers_of(whole.result());
  const auto expect_the_same = [&](const A& a, const std::string& what) { expect_equal(numbers_of(a.result()), expected, tolerance, what); };
  for (const std::size_t batch : {1u, 2u, 7u, 32u}) {
    A a = empty;
    for (std::size_t begin = 0; begin < rows; begin += batch) update(a, begin, std::min(batch, rows - begin));
    expect_the_same(a, "batches of " + std::to_string(batch));
  }
  for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, rows / 3, rows}) {
    A first = empty, second = empty;
    update(first, 0, cut);
    update(second, cut, rows - cut);
    A merged = first;
    merged.merge(second);
    expect_the_same(merged, "merged at " + std::to_string(cut));
    second.merge(first);
    expect_the_same(second, "merged the other way at " + std::to_string(cut));
    A restored = empty;
    update(restored, 0, rows);  // which restoring forgets
    restored.restore(first.state());
    EXPECT_EQ(restored.state(), first.state());
    update(restored, cut, rows - cut);
    expect_the_same(restored, "restored at " + std::to_string(cut));
  }
  A again = whole;
  again.reset();
  EXPECT_EQ(again.state(), empty.state());
  EXPECT_THROW(again.result(), igata::error);
  update(again, 0, 0);
  EXPECT_EQ(again.state(), empty.state());  // no rows are no mistake
  update(again, 0, rows);
  EXPECT_EQ(again.state(), whole.state());
}

template <class A>
void expect_results_have_directions(const A& a) {
  int n = 0;
  for (const auto& [name, value] : a.result()) {
    EXPECT_NE(a.measured().direction(name), igata::better::automatic) << name;
    ++n;
  }
  EXPECT_GT(n, 0);
}
