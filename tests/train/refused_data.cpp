// What tables, files, datasets, loaders, reports and histories refuse, and all that they say then.
#include <igata/igata.hpp>
#include <igata/io/csv.hpp>
#include <igata/io/idx.hpp>
#include <igata/io/png.hpp>
#include <igata/io/safetensors.hpp>
#include <igata/train.hpp>
#include <igata/train/from_files.hpp>
#include <igata/train/report.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <limits>

namespace {
using namespace igata;

template <class F>
std::string error_of(F f) {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return "no error";
}
#define EXPECT_REFUSED(line, ...) EXPECT_EQ(error_of([&] { static_cast<void>(__VA_ARGS__); }), line)

TEST(RefusedData, Csv) {
  const auto parse = [](std::string_view content, const io::csv::options& how = {}) { return io::csv::parse(content, "t.csv", how); };
  EXPECT_REFUSED("t.csv: expected UTF-8, got UTF-16; save the file as UTF-8", parse("\xff\xfe" "1"));
  EXPECT_REFUSED("t.csv: expected UTF-8, got UTF-16; save the file as UTF-8", parse("\xfe\xff" "1"));
  EXPECT_REFUSED("t.csv: expected a column 'age', got no names; set .header = true", parse("1,2\n").find("age"));
  EXPECT_REFUSED("t.csv: expected a column 'age', got 'a', 'b'; correct the name", parse("a,b\n1,2\n", {.header = true}).find("age"));
  EXPECT_REFUSED("t.csv: expected one column 'a', got two; name it by its number", parse("a,a\n1,2\n", {.header = true}).find("a"));
  EXPECT_REFUSED("t.csv: .separator: expected a character between fields, got '\"'; use another one", parse("1", {.separator = '"'}));
}

TEST(RefusedData, FromCsv) {
  const io::csv::table t = io::csv::parse("sex,age\nf,3\nm,4\n", "t.csv", {.header = true, .categories = {"sex"}});
  EXPECT_REFUSED("t.csv: columns 'x' and 'y': expected one that takes the rest, got two; say .from of one of them",
                 train::from_csv(t, {{.name = "x"}, {.name = "y"}}));
  EXPECT_REFUSED("t.csv: column 'x': expected numbers, got the words of column 1 'sex'; make them ids with .classes = 2",
                 train::from_csv(t, {{.name = "x", .from = {0}}}));
  const io::csv::table missing = io::csv::parse("1\n?\n", "m.csv", {.missing = {"?"}});
  EXPECT_REFUSED("m.csv:2: column 1: expected a label in [0, 2), got no value; correct the line or .classes",
                 train::from_csv(missing, {{.name = "y", .classes = 2}}));
}

TEST(RefusedData, FromCsvWithoutAName) {
  const io::csv::table t = io::csv::parse("1,2\n", "t.csv");
  EXPECT_REFUSED("t.csv: from_csv: expected a .name for every column, got none; use the name of the program's input",
                 train::from_csv(t, {{.name = "x", .from = {0}}, {.from = {1}}}));
}

TEST(RefusedData, FromIdx) {
  const io::idx::array images{"images", {2, 1, 1}, {1, 2}}, labels{"labels", {2}, {0, 1}}, three{"labels", {3}, {0, 1, 2}};
  const train::idx_columns how{.features = "image", .label = "digit", .classes = 2};
  EXPECT_EQ(error_of([&] { train::from_idx(images, labels, how); }), "no error");
  EXPECT_REFUSED("images: from_idx: expected .features and .label, got no name; use the names of the program's inputs",
                 train::from_idx(images, labels, {.features = "image", .classes = 2}));
  EXPECT_REFUSED("images: from_idx: expected .features and .label, got no name; use the names of the program's inputs",
                 train::from_idx(images, labels, {.label = "digit", .classes = 2}));
  EXPECT_REFUSED("labels: rank: expected images of rank 3, got 1; are the files swapped?", train::from_idx(labels, images, how));
  EXPECT_REFUSED("images: rank: expected labels of rank 1, got 3; are the files swapped?", train::from_idx(images, images, how));
  EXPECT_REFUSED("labels: labels: expected 2 (the images of images), got 3; are both of the same set?", train::from_idx(images, three, how));
  EXPECT_REFUSED("images: from_idx: type: expected f32 or u8, got i8; the files hold bytes",
                 train::from_idx(images, labels, {.features = "image", .label = "digit", .classes = 2, .type = i8}));
  EXPECT_REFUSED("labels: from_idx: label_type: expected i32 or u8, got u16; the files hold bytes",
                 train::from_idx(images, labels, {.features = "image", .label = "digit", .classes = 2, .label_type = u16}));
  EXPECT_EQ(train::from_idx(images, labels, {.features = "image", .label = "digit", .classes = 2, .label_type = u8}).at("digit").type, u8);
  EXPECT_REFUSED("labels: item 1: expected a label in [0, 1), got 1; correct the file or .classes",
                 train::from_idx(images, labels, {.features = "image", .label = "digit", .classes = 1}));
}

train::dataset small() {
  train::dataset d;
  d.add_features("image", {0, 1, 2, 3}, {2}).add_labels("digit", {0, 1}, 2);
  return d;
}

TEST(RefusedData, Dataset) {
  train::dataset d = small();
  EXPECT_REFUSED("dataset: expected a column 'x', got no columns; add or rename it", train::dataset().at("x"));
  EXPECT_REFUSED("dataset: expected a column 'x', got 'image', 'digit'; add or rename it", d.at("x"));
  EXPECT_REFUSED("dataset: column 'image': expected a new name, got one that is there; rename it", d.add_features("image", {1, 2}, {}));
  EXPECT_REFUSED("dataset: column 'x': expected a whole dataset, got a view; add columns before splitting",
                 d.first(1).add_features("x", {1}, {}));
  EXPECT_REFUSED("dataset: column 'x': expected at least one row, got none; is the source empty?", d.add_features("x", {}, {}));
  EXPECT_REFUSED("dataset: column 'x': rows: expected 2, got 3; every column has one entry per row", d.add_features("x", {1, 2, 3}, {}));
  EXPECT_REFUSED("dataset: column 'image': expected one label per row, whole numbers, got f32[2]", d.labels("image"));
  EXPECT_REFUSED("dataset: take: expected an index in [0, 2), got 2", d.take(std::vector<int>{2}));
  EXPECT_REFUSED("dataset: take: expected an index in [0, 2), got -1", d.take(std::vector<int>{-1}));
  EXPECT_REFUSED("dataset: column 'y': classes: expected at least 1, got 0; say how many there are", d.add_labels("y", {0, 0}, 0));
  for (const double fraction : {0., 1., -1., 0.1, 0.9, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_REFUSED((text() << "dataset: split: expected a fraction that leaves rows on both sides, got " << fraction
                           << " of 2 rows; choose another one").c_str(),
                   d.split(fraction, 1));
#ifdef IGATA_EXHAUSTIVE
  EXPECT_REFUSED("dataset: column 'x': rows: too many: expected 2147483647, got 2147483648; train on parts of the data",
                 train::dataset().add_features("x", std::vector<std::uint8_t>(std::size_t{1} << 31), {}));
#endif
  EXPECT_EQ(d.size(), 2);
  EXPECT_EQ(d.columns(), 2);  // what was refused left nothing
}

TEST(RefusedData, Loader) {
  const train::dataset d = small();
  train::loader batches(d, {"image", "digit"}, 2);
  ASSERT_TRUE(batches.next());
  EXPECT_EQ(batches.floats(0).size(), 4u);
  EXPECT_REFUSED("loader: expected an input in [0, 2), got 2", batches.floats(2));
  EXPECT_REFUSED("loader: expected an input in [0, 2), got -1", batches.ints(-1));
  EXPECT_REFUSED("loader: column 'digit': expected f32, got i32; use ints", batches.floats(1));
  EXPECT_REFUSED("loader: column 'image': expected i32, got f32; use floats", batches.ints(0));
}

TEST(RefusedData, Measures) {
  const std::vector<float> scores{1, 0, 0, 1};
  const std::vector<std::int32_t> labels{0, 1};
  EXPECT_REFUSED("confusion_matrix: scores: expected 2 rows of 3, got 4 values; check the number of classes",
                 train::confusion_matrix(scores, labels, 3));
  EXPECT_REFUSED("confusion_matrix: scores: expected 2 rows of 0, got 4 values; check the number of classes",
                 train::confusion_matrix(scores, labels, 0));
  EXPECT_REFUSED("confusion_matrix: label 1: expected one in [0, 2), got 2", train::confusion_matrix(scores, std::vector<std::int32_t>{0, 2}, 2));
  EXPECT_REFUSED("confusion_matrix: label 0: expected one in [0, 2), got -1", train::confusion_matrix(scores, std::vector<std::int32_t>{-1, 1}, 2));
  EXPECT_REFUSED("confusion_matrix: row 1: expected numbers, got nan; it predicts no class",
                 train::confusion_matrix(std::vector<float>{1, 0, 0, std::numeric_limits<float>::quiet_NaN()}, labels, 2));
  train::logs one;
  EXPECT_REFUSED("logs: expected 'loss', got no values; check the name, val_… needs validation data", one["loss"]);
  one.set("loss", 1);
  one.set("accuracy", 1);
  EXPECT_REFUSED("logs: expected 'val_loss', got 'loss', 'accuracy'; check the name, val_… needs validation data", one["val_loss"]);
  train::history past;
  past.add(one, 1);
  EXPECT_REFUSED("history: expected a value 'val_loss', got none of that name; check the name, val_… needs validation data", past["val_loss"]);
  EXPECT_REFUSED("history: best of 'accuracy': expected better::lower or better::higher, got automatic; the measure does not say it",
                 past.best("accuracy"));
  const train::predictions all({{"depth", {1, 2}}, {"kind", {3}}});
  EXPECT_EQ(all["kind"], std::vector<float>{3});
  EXPECT_REFUSED("predictions: expected one of 'depth', 'kind', got 'x'", all["x"]);
  EXPECT_REFUSED("predictions: expected an index in [0, 2), got 2", all[2]);
  EXPECT_REFUSED("predictions: expected an index in [0, 2), got -1", all.name(-1));
}

TEST(RefusedData, Pictures) {
  const std::vector<float> grey(4);
  const std::vector<std::uint8_t> bytes(4);
  EXPECT_REFUSED("ascii: expected 2x3 values, got 4", train::ascii(grey, 2, 3));
  EXPECT_REFUSED("ascii: expected 0x4 values, got 4", train::ascii(grey, 0, 4));
  EXPECT_REFUSED("ascii: expected -2x-2 values, got 4", train::ascii(grey, -2, -2));
  EXPECT_REFUSED("png: expected 2x3 pixels of at most 65535x65535, got 4", io::png(bytes, 2, 3));
  EXPECT_REFUSED("png: expected -2x-2 pixels of at most 65535x65535, got 4", io::png(bytes, -2, -2));
  EXPECT_REFUSED("png: expected 1x65536 pixels of at most 65535x65535, got 65536", io::png(std::vector<std::uint8_t>(65536), 1, 65536));
  const train::dataset d = small();
  EXPECT_REFUSED("misclassified: expected a row of scores and a 2x2 image for each of 2 rows, got 4 scores and images of 2 values",
                 train::misclassified(d, "image", 2, 2, grey, "digit"));
  EXPECT_REFUSED("misclassified: expected a row of scores and a 1x2 image for each of 2 rows, got 3 scores and images of 2 values",
                 train::misclassified(d, "image", 1, 2, std::span(grey).first(3), "digit"));
}

TEST(RefusedData, Files) {
  const std::string folder = testing::TempDir(), path = folder + "refused.safetensors";
  io::write_file(path, std::string(1 << 16, 'x'));
  io::input_file shrinks(path);
  std::ofstream(path, std::ios::trunc) << "short";
  EXPECT_REFUSED(path + ": expected 5 bytes at 32768, got 0; the file changed or its disk is failing", [&] {
    char bytes[5];
    shrinks.read(1 << 15, bytes, sizeof bytes);
    return 0;
  }());
  EXPECT_REFUSED(folder + ": cannot be read; is it a directory?", io::input_file(folder));
  variable_store s;
  EXPECT_REFUSED(path + ": variables: expected at least one of the roles to save, got none of 0; check save_options.roles",
                 io::safetensors::save(path, s));
  s.add("w", role::weight, f32, {1});
  EXPECT_REFUSED(path + ": metadata: expected keys other than format, format_version, igata_version, automatic_names, got 'format'; rename it",
                 io::safetensors::save(path, s, {.about = {{"format", "mine"}}}));
  s.add("wrong \xff name", role::weight, f32, {1});
  EXPECT_REFUSED(path + ": variable 'wrong \xff name': expected a path in UTF-8, got other bytes; rename it",
                 io::safetensors::save(path, s));
  const auto header = [&](const std::string& json) {
    std::string file(8, '\0');
    file[0] = static_cast<char>(json.size());
    io::write_file(path, file + json);
    variable_store empty;
    return error_of([&] { io::safetensors::load(path, empty); });
  };
  EXPECT_EQ(header(R"({"a":{"dtype":"F32" "shape":[]}})"),
            path + ": header byte 20: expected ',' or '}', got '\"'; the file is damaged or of another format");
  EXPECT_EQ(header(R"({"a)"), path + ": header byte 3: expected the string's closing '\"', got the end; the file is damaged or of another format");
}


}  // namespace
