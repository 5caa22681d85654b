#include <igata/io/csv.hpp>
#include <igata/train/from_files.hpp>
#include <igata/io/output_file.hpp>

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <thread>

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
  EXPECT_EQ(io::csv::parse("1e-400,1e-50,-1e-400,1e38", "f.csv").values, (std::vector<float>{0, 0, 0, 1e38f}));
}

TEST(Csv, HeaderAndSeparator) {
  const auto t = io::csv::parse("a;\"b\"\n1;2\n", "f.csv", {.separator = ';', .header = true});
  EXPECT_EQ(t.names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(t.rows, 1);
  EXPECT_EQ(t.lines, std::vector<int>{2});
}

TEST(Csv, Errors) {
  EXPECT_EQ(message("1,2\n3,x\n"),
            "f.csv:2: column 2: expected a finite number, got 'x'; correct the line, or name the column in .categories or the field in .missing");
  EXPECT_EQ(message("a,b\n1,2"), "f.csv:1: column 1: expected a finite number, got 'a'; set .header = true if this line names the columns");
  EXPECT_EQ(message("1,,2"), "f.csv:1: column 2: expected a finite number, got nothing; set .header = true if this line names the columns");
  EXPECT_EQ(message("1,2\n1,2,3"), "f.csv:2: expected 2 columns as in line 1, got 3; is the separator ','?");
  EXPECT_EQ(message("1,2\n\n3,4"), "f.csv:2: expected numbers, got a blank line; remove it");
  EXPECT_EQ(message(""), "f.csv: expected at least one row of numbers, got none; is the file empty?");
  EXPECT_EQ(message("a,b\n", {.header = true}), "f.csv: expected at least one row of numbers, got none; is the file empty?");
  for (const char* bad : {"nan", "inf", "1e39", "1e400", "1x", "1e", "1e+", "+-1", "--1", "1 2", "0x10"})
    EXPECT_NE(message(std::string("1\n") + bad).find("f.csv:2: column 1: expected a finite number"), std::string::npos) << bad;
  EXPECT_EQ(
      message(std::string("1\n\x01\0", 4)),
      "f.csv:2: column 1: expected a finite number, got '\\x01\\x00'; correct the line, or name the column in .categories or the field in .missing");
}

TEST(Csv, Quotes) {
  const auto t = io::csv::parse("name,n\n\"a, b\",1\n \"two\nlines\" ,\"2\"\r\n\"say \"\"hi\"\"\",3\n\"\"\"\",4\n5\" disk,5\n", "f.csv",
                                {.header = true, .categories = {"name"}});
  EXPECT_EQ(t.vocabulary("name"), (std::vector<std::string>{"\"", "5\" disk", "a, b", "say \"hi\"", "two\nlines"}));
  EXPECT_EQ(t.values, (std::vector<float>{2, 1, 4, 2, 3, 3, 0, 4, 1, 5}));
  EXPECT_EQ(t.lines, (std::vector<int>{2, 3, 5, 6, 7}));
  EXPECT_EQ(message("1\n\"2\n3"), "f.csv:2: column 1: expected a closing quote, got the file's end; a quote inside a field is written twice");
  EXPECT_EQ(message("1,\"2\"3\n"),
            "f.csv:1: column 2: expected a separator or the line's end behind the closing quote, got '3'; a quote inside a field is written twice");
  EXPECT_EQ(message("\"1\n\",x\n2,\n"),
            "f.csv:1: column 1: expected a finite number, got '1\\x0a'; set .header = true if this line names the columns");
  EXPECT_NE(message("1\n\"\n\n\"\n5\n6,7\n", {.missing = {"\n\n"}}).find("f.csv:6: expected 1 columns as in line 1, got 2"), std::string::npos);
}

TEST(Csv, Words) {
  const std::string content = "sex,size,age\nf,S,1\nm,L,2\nf,M,3\n";
  const auto t = io::csv::parse(content, "f.csv", {.header = true, .categories = {"sex", {"size", {"S", "M", "L"}}}});
  EXPECT_EQ(t.values, (std::vector<float>{0, 0, 1, 1, 2, 2, 0, 1, 3}));
  EXPECT_EQ(t.vocabulary(0), (std::vector<std::string>{"f", "m"}));
  EXPECT_EQ(t.vocabulary("size"), (std::vector<std::string>{"S", "M", "L"}));
  EXPECT_TRUE(t.vocabulary("age").empty());
  EXPECT_EQ(t.find("age"), 2);
  EXPECT_EQ(t.find(-1), 2);
  // Of a second file the first one's vocabulary.
  EXPECT_EQ(io::csv::parse("L\n", "g.csv", {.categories = {{0, t.vocabulary("size")}}}).values, std::vector<float>{2});
  EXPECT_EQ(message("sex\nf\nx\n", {.header = true, .categories = {{"sex", {"f", "m"}}}}),
            "f.csv:3: column 1 'sex': expected a word of the vocabulary, got 'x'; correct the line or the vocabulary");
  EXPECT_EQ(message("a,a\n1,2\n", {.header = true, .categories = {"a"}}), "f.csv: expected one column 'a', got two; name it by its number");
  EXPECT_EQ(message("a,b\n1,2\n", {.header = true, .categories = {"a", 0}}),
            "f.csv: .categories: expected each column once, got column 1 'a' twice; leave one out");
  EXPECT_EQ(message("1\n", {.categories = {{0, {"1", "1"}}}}), "f.csv: .categories: column 1: expected each word once, got '1' twice; leave one out");
  EXPECT_EQ(message("a,b\n1,x\n", {.header = true}),
            "f.csv:2: column 2 'b': expected a finite number, got 'x'; correct the line, or name the column in "
            ".categories or the field in .missing");
  EXPECT_EQ(message("1\n", {.separator = '"'}), "f.csv: .separator: expected a character between fields, got '\"'; use another one");
  EXPECT_EQ(message(std::string_view("\xff\xfe" "1\0", 4)), "f.csv: expected UTF-8, got UTF-16; save the file as UTF-8");
}

TEST(Csv, Missing) {
  const auto t = io::csv::parse("1,,x\nNA,2,\"\"\n", "f.csv", {.categories = {2}, .missing = {"", "NA"}});
  ASSERT_EQ(t.values.size(), 6u);
  for (const std::size_t i : {1u, 3u, 5u}) EXPECT_TRUE(math::is_nan(t.values[i])) << i;
  EXPECT_EQ(t.values[4], 2);
  EXPECT_EQ(t.vocabulary(-1), std::vector<std::string>{"x"});
  EXPECT_EQ(io::csv::parse("1\n\n2\n\n", "f.csv", {.missing = {""}}).rows, 3);  // the blank line at the end is none
  EXPECT_NE(message("1,NA\n").find("expected a finite number, got 'NA'"), std::string::npos);
}

TEST(Csv, Pipe) {
  const std::string path = testing::TempDir() + "igata_csv_pipe_" + std::to_string(getpid());
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::string many;
  for (int i = 0; i < 50000; ++i) many += std::to_string(i) + ",1\n";
  std::thread writer([&] { io::write_file(path, many); });
  const auto t = io::csv::load(path);
  writer.join();
  EXPECT_EQ(t.rows, 50000);
  EXPECT_EQ(t.row(49999)[0], 49999);
  std::remove(path.c_str());
}

TEST(FromCsv, AnyLayout) {
  const auto t = io::csv::parse("id,a,b,price,kind\n7,1,2,10.5,y\n8,3,4,-1,x\n", "f.csv", {.header = true, .categories = {"kind"}});
  const train::dataset d = train::from_csv(t, {{.name = "x", .from = {"b", "a"}, .scale = 10},
                                               {.name = "price", .from = {"price"}},
                                               {.name = "kind", .from = {"kind"}, .classes = 2},
                                               {.name = "pair", .from = {1, 2}, .classes = 5},
                                               {.name = "square", .from = {0, 1, 2, 3}, .row = {2, 2}}});
  EXPECT_EQ(d.at("x").dims, shape{2});
  EXPECT_EQ(d.at("x").floats, (std::vector<float>{20, 10, 40, 30}));
  EXPECT_EQ(d.at("price").dims, shape{1});
  EXPECT_EQ(d.at("price").floats, (std::vector<float>{10.5f, -1}));
  EXPECT_EQ(d.labels("kind"), (std::vector<std::int32_t>{1, 0}));
  EXPECT_EQ(d.at("pair").dims, shape{2});
  EXPECT_EQ(d.at("pair").ints, (std::vector<std::int32_t>{1, 2, 3, 4}));
  EXPECT_EQ(d.at("square").dims, (shape{2, 2}));
  EXPECT_EQ(d.at("square").floats, (std::vector<float>{7, 1, 2, 10.5f, 8, 3, 4, -1}));
}

TEST(Csv, Digits) {
  std::string line;
  for (int i = 0; i < 64; ++i) line += std::to_string(i % 17) + ',';
  const auto t = io::csv::parse(line + "3\n" + line + "9\n", "digits.csv");
  const train::dataset d =
      train::from_csv(t, {{.name = "image", .row = {8, 8, 1}, .scale = 1 / 16.f}, {.name = "digit", .from = {-1}, .classes = 10}});
  EXPECT_EQ(d.size(), 2);
  EXPECT_EQ(d.at("image").dims, (shape{8, 8, 1}));
  EXPECT_EQ(d.features("image", 1)[16], 1.0f);
  EXPECT_EQ(d.labels("digit"), (std::vector<std::int32_t>{3, 9}));
}

TEST(FromCsv, Errors) {
  const auto error_with = [&](const std::string& label, const std::vector<train::csv_column>& columns) -> std::string {
    try {
      train::from_csv(io::csv::parse("1,2,0\n\"1\",2," + label + '\n', "d.csv", {.missing = {"?"}}), columns);
    } catch (const error& e) {
      return e.what();
    }
    return "no error";
  };
  const train::csv_column x{.name = "x"}, digit{.name = "digit", .from = {-1}, .classes = 10};
  EXPECT_EQ(error_with("1", {x, digit}), "no error");
  for (const char* bad : {"10", "-1", "0.5", "1e30"})
    EXPECT_NE(error_with(bad, {x, digit}).find("d.csv:2: column 3: expected a label in [0, 10), got"), std::string::npos) << bad;
  EXPECT_EQ(error_with("?", {x, digit}), "d.csv:2: column 3: expected a label in [0, 10), got no value; correct the line or .classes");
  EXPECT_EQ(error_with("1", {{.name = "x", .row = {8, 8}}, digit}), "d.csv: column 'x': expected 64 columns for [8,8], got 2; check .row and .from");
  EXPECT_EQ(error_with("1", {{.name = "all", .from = {0, 1, 2}}, x}), "d.csv: column 'x': expected 0 columns for [0], got 0; check .row and .from");
  EXPECT_EQ(error_with("1", {{.name = "y", .from = {3}}}), "d.csv: expected a column in [0, 3) or from -3 on, got 3; correct the number");
}

#ifdef IGATA_EXHAUSTIVE
// 64^4 words, which are all that a float tells apart, and one more.
TEST(FromCsv, WordsThatAreTooMany) {
  constexpr char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  std::string words;
  words.reserve((std::size_t{5} << 24) + 16);
  for (std::uint32_t i = 0; i < 1u << 24; ++i) {
    for (int shift = 18; shift >= 0; shift -= 6) words += letters[i >> shift & 63];
    words += '\n';
  }
  EXPECT_EQ(message(words += "one_more\n", {.categories = {{0, {}}}}),
            "f.csv:16777217: column 1: expected at most 2^24 different words, got more; is this a column of words?");
}
#endif

}  // namespace
