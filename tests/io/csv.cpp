#include <igata/io/csv.hpp>
#include <igata/train/from_files.hpp>

#include <gtest/gtest.h>

namespace {
using namespace igata;

std::string message(std::string_view content, const io::csv::options& how = {}) {
  try {
    io::csv::parse(content, "f.csv", how);
  } catch (const error& e) {
    return e.what();
  }
  return "no error";
}

TEST(Csv, Numbers) {
  const auto t = io::csv::parse(
      "\xef\xbb\xbf"
      "1, -2.5 ,+3e2\r\n\"4\",5,1e-3\n\n  \n",
      "f.csv");
  EXPECT_EQ(t.rows, 2);
  EXPECT_EQ(t.columns, 3);
  EXPECT_EQ(t.values, (std::vector<float>{1, -2.5f, 300, 4, 5, 1e-3f}));
  EXPECT_EQ(t.row(1)[1], 5);
  EXPECT_EQ(io::csv::parse("7", "f.csv").values, std::vector<float>{7});
}

TEST(Csv, HeaderAndSeparator) {
  const auto t = io::csv::parse("a;\"b\"\n1;2\n", "f.csv", {.separator = ';', .header = true});
  EXPECT_EQ(t.names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(t.rows, 1);
  EXPECT_EQ(t.first_line, 2);
}

TEST(Csv, Errors) {
  EXPECT_EQ(message("1,2\n3,x\n"), "f.csv:2: column 2: expected a finite number, got 'x'; correct or remove the line");
  EXPECT_EQ(message("a,b\n1,2"), "f.csv:1: column 1: expected a finite number, got 'a'; set .header = true if this line names the columns");
  EXPECT_EQ(message("1,,2"), "f.csv:1: column 2: expected a finite number, got nothing; set .header = true if this line names the columns");
  EXPECT_EQ(message("1,2\n1,2,3"), "f.csv:2: expected 2 columns as in line 1, got 3; is the separator ','?");
  EXPECT_EQ(message("1,2\n\n3,4"), "f.csv:2: expected numbers, got a blank line; remove it");
  EXPECT_EQ(message(""), "f.csv: expected at least one row of numbers, got none; is the file empty?");
  EXPECT_EQ(message("a,b\n", {.header = true}), "f.csv: expected at least one row of numbers, got none; is the file empty?");
  for (const char* bad : {"nan", "inf", "1e39", "1e400", "1x", "+-1", "--1", "1 2", "0x10"})
    EXPECT_NE(message(std::string("1\n") + bad).find("f.csv:2: column 1: expected a finite number"), std::string::npos) << bad;
  EXPECT_EQ(message(std::string("1\n\x01\0", 4)),
            "f.csv:2: column 1: expected a finite number, got '\\x01\\x00'; correct or remove the line");
}

TEST(Csv, Digits) {
  std::string line;
  for (int i = 0; i < 64; ++i) line += std::to_string(i % 17) + ',';
  const auto t = io::csv::parse(line + "3\n" + line + "9\n", "digits.csv");
  const train::dataset d = train::from_csv(t, {.row = {8, 8, 1}, .scale = 1 / 16.f});
  EXPECT_EQ(d.size(), 2);
  EXPECT_EQ(d.at("image").dims, (shape{8, 8, 1}));
  EXPECT_EQ(d.features("image", 1)[16], 1.0f);
  EXPECT_EQ(d.labels("digit"), (std::vector<std::int32_t>{3, 9}));

  const auto error_with = [&](const std::string& label, const train::csv_columns& how) -> std::string {
    try {
      train::from_csv(io::csv::parse("1,2,0\n1,2," + label + '\n', "d.csv"), how);
    } catch (const error& e) {
      return e.what();
    }
    return "no error";
  };
  EXPECT_EQ(error_with("1", {}), "no error");
  for (const char* bad : {"10", "-1", "0.5", "1e30"})
    EXPECT_NE(error_with(bad, {}).find("d.csv:2: column 3: expected a label in [0, 10), got"), std::string::npos) << bad;
  EXPECT_EQ(error_with("1", {.row = {8, 8}}), "d.csv: columns: expected 64 features and a label, got 3 columns; check .row");
}

}  // namespace
