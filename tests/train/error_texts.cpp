// docs/errors.md quotes what files, datasets and calls say when they are wrong. Here each is provoked, and looked up in the page.
#include <igata/igata.hpp>
#include <igata/io/csv.hpp>
#include <igata/io/safetensors.hpp>
#include <igata/train.hpp>
#include <igata/train/from_files.hpp>

#include <gtest/gtest.h>

#include "softmax_program.hpp"

namespace {
using namespace igata;

// The error of f, without the folder of temporary files.
template <class F>
std::string error_of(F f) {
  std::string line = "no error";
  try {
    f();
  } catch (const error& e) {
    line = e.what();
  }
  for (std::size_t at; (at = line.find(testing::TempDir())) != line.npos;) line.erase(at, testing::TempDir().size());
  return line;
}
const std::string& page() {
  static const std::string all = io::input_file(IGATA_SOURCE_DIR "/docs/errors.md").read_all();
  return all;
}
#define EXPECT_LISTED(...)                                                        \
  do {                                                                            \
    const std::string line = error_of([&] { __VA_ARGS__; });                      \
    EXPECT_NE(page().find('`' + line + '`'), std::string::npos) << line;          \
  } while (false)

std::string temporary(const std::string& name, const std::string& bytes) {
  io::write_file(testing::TempDir() + name, bytes);
  return testing::TempDir() + name;
}
io::csv::table table(const std::string& content) { return io::csv::parse(content, "digits.csv"); }

TEST(ErrorTexts, Csv) {
  EXPECT_LISTED(io::csv::load(testing::TempDir() + "no_digits.csv"));
  EXPECT_LISTED(table("1,2\n3,4\n5,x\n"));
  EXPECT_LISTED(table("1,2,3\n1,2,3\n1,2\n"));
  EXPECT_LISTED(table("1,2\n\n3,4\n"));
  EXPECT_LISTED(table(""));
  EXPECT_LISTED(table("1,\"a\nb"));
  EXPECT_LISTED(table("1,\"a\"b"));
  const auto more = [](const char* content, const io::csv::options& how) { return io::csv::parse(content, "digits.csv", how); };
  EXPECT_LISTED(more("sex,age\nf,3\nx,4\n", {.header = true, .categories = {{"sex", {"f", "m"}}}}));
  EXPECT_LISTED(more("sex,age\nf,3\n", {.header = true, .categories = {"size"}}));
  EXPECT_LISTED(more("1,2\n", {.categories = {5}}));
  EXPECT_LISTED(more("1,2\n", {.categories = {"size"}}));
  const train::csv_column image{.name = "image", .row = {8, 8}}, digit{.name = "digit", .from = {-1}, .classes = 10};
  EXPECT_LISTED(train::from_csv(table("1,2,3\n"), {image, digit}));
  EXPECT_LISTED(train::from_csv(table("1,2,3\n1,2,12\n"), {{.name = "image"}, digit}));
  EXPECT_LISTED(train::from_csv(table("1,2,3\n"), {{.name = "a"}, {.name = "b"}}));
  EXPECT_LISTED(train::from_csv(table("1,2,3\n"), {{.from = {1}}}));
  EXPECT_LISTED(train::from_csv(more("sex,age\nf,3\nm,4\n", {.header = true, .categories = {"sex"}}), {{.name = "x"}}));
}

TEST(ErrorTexts, Idx) {
  EXPECT_LISTED(io::idx::load(temporary("images", "\x1f\x8b\x08 and more")));
  EXPECT_LISTED(io::idx::load(temporary("images", "a")));
  const auto array = [](const char* name, int count, const std::vector<int>& rest) {
    std::string file("\0\0\x08", 3);
    file += static_cast<char>(1 + rest.size());
    std::size_t size = static_cast<std::size_t>(count);
    file += std::string(3, '\0') + static_cast<char>(count);
    for (const int d : rest) file += std::string(3, '\0') + static_cast<char>(d), size *= static_cast<std::size_t>(d);
    return io::idx::load(temporary(name, file + std::string(size, '\1')));
  };
  EXPECT_LISTED(train::from_idx(array("images", 3, {2, 2}), array("labels", 2, {}), {.features = "image", .label = "digit", .classes = 10}));
  EXPECT_LISTED(train::from_idx(array("images", 2, {2, 2}), array("labels", 2, {}), {.features = "image", .label = "digit", .classes = 1}));
  EXPECT_LISTED(train::from_idx(array("images", 2, {2, 2}), array("labels", 2, {}), {.classes = 1}));
}

variable_store store(int width) {
  variable_store s;
  s.add("dense/kernel", role::weight, f32, {2, width});
  return s;
}

TEST(ErrorTexts, Safetensors) {
  const std::string path = testing::TempDir() + "net.safetensors";
  variable_store s = store(8), more = store(8);
  more.add("dense/bias", role::weight, f32, {8});
  io::safetensors::save(path, store(4));
  EXPECT_LISTED(io::safetensors::load(path, s));
  EXPECT_LISTED(io::safetensors::load(path, s, {.only = "head/*"}));
  EXPECT_LISTED(io::safetensors::load(path, s, {.from = "head"}));
  variable_store torch, w;
  torch.add("dense/weight", role::weight, f32, {2, 8});
  io::safetensors::save(path, torch);
  EXPECT_LISTED(io::safetensors::load(path, s));
  w.add("w", role::weight, f32, {});
  io::safetensors::save(path, w);
  EXPECT_LISTED(io::safetensors::load(path, s, {.partial = true}));
  io::safetensors::save(path, more);
  EXPECT_LISTED(io::safetensors::load(path, s));
  const std::string half = R"({"dense.kernel":{"dtype":"BF16","shape":[2,8],"data_offsets":[0,32]}})";
  temporary("net.safetensors", static_cast<char>(half.size()) + std::string(7, '\0') + half + std::string(32, '\0'));
  EXPECT_LISTED(io::safetensors::load(path, s));
  EXPECT_LISTED(io::safetensors::save(testing::TempDir() + "none/net.safetensors", s));
  temporary("net.safetensors", "1234567");
  EXPECT_LISTED(io::safetensors::load(path, s));
}

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 8}); }
};

TEST(ErrorTexts, Variables) {
  using infer_t = inference<net{}, in<"x", 2>>;
  EXPECT_LISTED(infer_t::pack(variable_store()));
  EXPECT_LISTED(infer_t::pack(store(4)));
  variable_store s = store(8);
  EXPECT_LISTED(s.add("dense/kernel", role::weight, f32, {2, 4}));
}

TEST(ErrorTexts, Fit) {
  fake::softmax_program t;
  const auto data = [](int rows, int label = 0) {
    train::dataset d;
    std::vector<std::int32_t> labels(static_cast<std::size_t>(rows));
    labels.back() = label;
    d.add_features("point", std::vector<float>(static_cast<std::size_t>(rows) * 4, 1.f), {4}).add_labels("kind", labels, 5);
    return d;
  };
  train::dataset pixels, narrow;
  pixels.add_features("pixels", {1, 2}, {2});
  narrow.add_features("point", {1, 2}, {2});
  const train::dataset good = data(20);
  EXPECT_LISTED(train::evaluate(t, train::dataset()));
  EXPECT_LISTED(train::fit(t, pixels));
  EXPECT_LISTED(train::fit(t, narrow));
  EXPECT_LISTED(train::fit(t, good, {.batch_size = 64}));
  EXPECT_LISTED(train::fit(t, good, {.validation = &good, .validation_split = 0.5}));
  EXPECT_LISTED(train::fit(t, good, {.validation_split = 0.01}));
  EXPECT_LISTED(train::fit(t, data(4, 4), {.batch_size = 2, .shuffle = false}));
  EXPECT_LISTED(pixels.add_features("x", {1, 2, 3, 4, 5}, {2}));
  EXPECT_LISTED(pixels.at("image"));
}

}  // namespace
