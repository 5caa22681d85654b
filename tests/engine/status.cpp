#include <igata/engine/status.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <iomanip>
#include <sstream>
#include <utility>

namespace {
using namespace igata;

static_assert(status{});
static_assert(!status{.value = status::code::missing_input});
static_assert(describe(status{.value = status::code::label_out_of_range, .input = 1, .row = 17, .got = 12, .limit = 10}, "step", "digit") ==
              text("step: input 'digit' row 17: label 12 is outside [0, 10)"));

std::string described(const status& s, std::string_view call = "run", std::string_view name = {}) {
  return std::string(describe(s, call, name).view());
}

TEST(Status, Describe) {
  EXPECT_EQ(described({}), "run: ok");
  EXPECT_EQ(described({.value = status::code::wrong_rows, .got = 65, .limit = 64}, "predict"),
            "predict: rows: expected 1 to 64 (max_batch), got 65; pass the data in batches");
  EXPECT_EQ(described({.value = status::code::index_out_of_range, .input = 2, .row = 3, .got = -1, .limit = 100}),
            "run: input 2 row 3: index -1 is outside [0, 100)");
  EXPECT_EQ(described({.value = status::code::missing_input}, "step", "image"), "step: input 'image': expected rows, got a null pointer");
}

TEST(Status, Prints) {
  const status s{.value = status::code::wrong_rows, .got = 65, .limit = 64};
  std::ostringstream out;
  out << s << '|' << std::setw(6) << text("ab") << '|' << (text() << 1.5) << "|plain";
  EXPECT_EQ(out.str(), "run: rows: expected 1 to 64 (max_batch), got 65; pass the data in batches|    ab|1.5|plain");
  using enum status::code;
  const std::pair<status::code, const char*> all[] = {
      {ok, "ok"},
      {wrong_rows, "the number of rows is outside 1 to max_batch"},
      {wrong_size, "the number of elements does not fit"},
      {missing_input, "an argument is a null pointer"},
      {not_contiguous, "a view's elements do not lie one after the other"},
      {index_out_of_range, "an index is out of range"},
      {label_out_of_range, "a label is out of range"},
      {missing_function, "no function takes the gradients"},
      {wrong_dim, "a dim is outside 1 to its maximum, or not told"},
      {wrong_memory, "the memory given is too small or not aligned"},
      {wrong_count, "the number of inputs or results does not fit"},
      {wrong_type, "the elements have another type"},
      {unknown_dim, "there is no such dim"},
      {missing_weights, "no weights were given"},
  };
  for (const auto& [code, said] : all) EXPECT_STREQ(status{.value = code}.c_str(), said);
  static_assert(std::string_view(status{}.c_str()) == "ok");
}

TEST(Text, EndsWithNul) {
  EXPECT_STREQ(text().c_str(), "");
  EXPECT_STREQ(text("abc").c_str(), "abc");
  text t;
  for (int i = 0; i < 100; ++i) {
    t << 'x';
    ASSERT_EQ(std::strlen(t.c_str()), static_cast<std::size_t>(i + 1));
    const text copy = t, moved = text(t);
    text assigned("longer than it will be");
    assigned = copy;
    ASSERT_STREQ(copy.c_str(), t.c_str());
    ASSERT_STREQ(moved.c_str(), t.c_str());
    ASSERT_STREQ(assigned.c_str(), t.c_str());
  }
  t << "" << text() << -17 << 0.25;
  EXPECT_EQ(t.c_str(), std::string(t.view()));
  t.clear();
  EXPECT_STREQ(t.c_str(), "");
  t << "again";
  EXPECT_STREQ(t.c_str(), "again");
  EXPECT_STREQ(describe(status{}).c_str(), "run: ok");
}

}  // namespace
