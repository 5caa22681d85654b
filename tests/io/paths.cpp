// Paths are UTF-8 on every system: each kind of file, under names that no code page has.
#include <igata/igata.hpp>
#include <igata/io.hpp>
#include <igata/train.hpp>

#include <gtest/gtest.h>

#include <filesystem>

#include "train/softmax_program.hpp"

namespace {
using namespace igata;
using fake::clouds;
using fake::softmax_program;
namespace fs = std::filesystem;

TEST(Utf16, OfEveryLength) {
  for (const auto& [utf8, utf16] : {std::pair<std::string_view, std::u16string_view>{"", u""},
                                    {"a/b", u"a/b"},
                                    {"t\xc3\xa4st", u"täst"},
                                    {"\xc2\x80\xdf\xbf", u"\u0080\u07ff"},
                                    {"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", u"\u0800\ud7ff\ue000\uffff"},
                                    {"\xe9\x87\x8d\xe3\x81\xbf", u"重み"},
                                    {"\xf0\x90\x80\x80\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf", u"\U00010000😀\U0010ffff"}}) {
    ASSERT_TRUE(io::is_utf8(utf8));
    std::u16string made;
    io::detail::append_utf16(utf8, made);
    EXPECT_EQ(made, utf16) << utf8;
  }
}

class Paths : public testing::Test {
 protected:
  void SetUp() override {
    root = fs::path(testing::TempDir()) / u8"igata täst 重み 😀";
    fs::remove_all(root);
    fs::create_directory(root);
    const std::u8string utf8 = root.u8string();
    folder.assign(utf8.begin(), utf8.end());
    folder += "/\xe6\x96\x87\xe5\xad\x97 ";  // 文字
  }
  void TearDown() override { fs::remove_all(root); }
  // Whether the system knows the file by that name.
  bool is_there(const std::string& name) const { return fs::is_regular_file(root / fs::path(u8"文字 " + std::u8string(name.begin(), name.end()))); }
  fs::path root;
  std::string folder;  // and the names' beginning
};

TEST_F(Paths, DataAndPages) {
  io::write_file(folder + "a.csv", "1,2\n");
  EXPECT_TRUE(is_there("a.csv"));
  EXPECT_EQ(io::csv::load(folder + "a.csv").rows, 1);
  io::write_file(folder + "a.idx", std::string_view("\0\0\x08\1\0\0\0\3\1\2\3", 11));
  EXPECT_TRUE(is_there("a.idx"));
  EXPECT_EQ(io::idx::load(folder + "a.idx").bytes.size(), 3u);
  train::report page("t");
  page.write(folder + "a.html");
  EXPECT_TRUE(is_there("a.html"));
  EXPECT_EQ(io::input_file(folder + "a.html").read_all(), page.html());
  EXPECT_TRUE(io::exists(folder + "a.html"));
  EXPECT_FALSE(io::exists(folder + "b.html"));
  EXPECT_EQ(std::distance(fs::directory_iterator(root), fs::directory_iterator()), 3);
}

TEST_F(Paths, BytesStayWhatTheyAre) {
  std::string all;
  for (int i = 0; i < 4096; ++i) all += static_cast<char>(i * 7);
  all += "\r\n\n\r\x1a\n";  // text files end at 0x1a, or change line ends
  io::write_file(folder + "bytes", all);
  EXPECT_EQ(fs::file_size(root / u8"文字 bytes"), all.size());
  EXPECT_EQ(io::input_file(folder + "bytes").read_all(), all);
}

TEST_F(Paths, WeightsAreReplaced) {
  variable_store s;
  for (const float x : {1.f, 2.f}) {
    if (s.size() == 0) s.add("w", role::weight, f32, {1});
    s[0].floats()[0] = x;
    io::safetensors::save(folder + "w.safetensors", s);
    s[0].floats()[0] = 0;
    io::safetensors::load(folder + "w.safetensors", s);
    EXPECT_EQ(s[0].floats()[0], x);
  }
  EXPECT_TRUE(is_there("w.safetensors"));
  EXPECT_EQ(std::distance(fs::directory_iterator(root), fs::directory_iterator()), 1);
}

struct network {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 1}); }
};

TEST_F(Paths, PlansAndCheckpoints) {
  using net = inference<network{}, in<"x", 2>>;
  io::plan_file::save<net>(folder + "net.plan");
  EXPECT_TRUE(is_there("net.plan"));
  EXPECT_EQ(io::plan_file::load<net>(folder + "net.plan").steps.size(), net::code::plan.thaw().steps.size());

  for (const int first : {0, 1}) {  // the second one goes on from the file of the first
    softmax_program t;
    train::checkpoint best{.path = folder + "best {epoch}", .monitor = "loss"};
    train::fit(t, clouds(), {.epochs = first + 1, .first_epoch = first, .progress = train::progress_mode::silent}, best);
    EXPECT_TRUE(is_there("best 1"));
    EXPECT_GE(best.best.epoch, 0);
  }
}

TEST_F(Paths, WhatIsNoUtf8) {
  const std::string path = folder + "\xe4";
  io::output_file out(path);
  out.write("x");
  const std::string why = out.close();
#if defined(_WIN32)
  EXPECT_EQ(why, path + ": cannot be written: a path is UTF-8; correct it");
  EXPECT_FALSE(io::exists(path));
  try {
    io::input_file in(path);
    ADD_FAILURE();
  } catch (const error& e) {
    EXPECT_EQ(e.what(), path + ": cannot be opened for reading; a path is UTF-8");
  }
#else
  EXPECT_EQ(why, "");  // names are bytes
  EXPECT_TRUE(io::exists(path));
#endif
}

}  // namespace
