#include <igata/engine/status.hpp>

#include <gtest/gtest.h>

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

}  // namespace
