// What is Windows' own: a file that is open elsewhere, devices, folders, backslashes, what is no console.
#include <igata/io.hpp>
#include <igata/train/progress.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace {
using namespace igata;
namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    folder = testing::TempDir() + "igata_files";
    fs::remove_all(folder);
    fs::create_directory(folder);
  }
  void TearDown() override { fs::remove_all(folder); }
  std::string at(const std::string& name) const { return folder + '\\' + name; }
  int files() const { return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator())); }
  std::string folder;
};
std::string contents(const std::string& path) { return io::input_file(path).read_all(); }
std::string try_write(const std::string& path, std::string_view content) {
  io::output_file out(path);
  out.write(content);
  return out.close();
}

TEST_F(Files, AreReplaced) {
  EXPECT_EQ(try_write(at("a"), "one"), "");
  EXPECT_EQ(try_write(folder + "/a", "two"), "");
  EXPECT_EQ(contents(at("a")), "two");
  EXPECT_EQ(files(), 1);
  { io::output_file forgotten(at("a")); forgotten.write("three"); }
  EXPECT_EQ(contents(at("a")), "two");
  EXPECT_EQ(files(), 1);
  // The one beside it lies in the same folder, whichever way its name is written.
  for (const char* target : {"C:\\x\\net", "C:/x/net", "C:\\x/net"})
    EXPECT_EQ(io::detail::name_beside(target, 0).substr(0, 10), std::string(target, 5) + ".net.");
  EXPECT_EQ(io::detail::name_beside("C:net", 0).substr(0, 7), "C:.net.");
}

TEST_F(Files, Refusals) {
  const std::string folder_text = ": cannot be written: it is a directory; name a file";
  EXPECT_EQ(try_write(folder, "x"), folder + folder_text);
  EXPECT_EQ(try_write(at("new\\"), "x"), at("new\\") + folder_text);
  EXPECT_EQ(try_write(at("new/"), "x"), at("new/") + folder_text);
  EXPECT_EQ(try_write(at("none\\a"), "x"), at("none\\a") + ": cannot be written: there is no such folder; create it or correct the path");
  EXPECT_EQ(try_write("", "x"), ": cannot be written: a path is empty; name a file");
  EXPECT_EQ(try_write(std::string("a\0b", 3), "x"), "a\\x00b: cannot be written: a path has no NUL in it; correct it");
  EXPECT_EQ(files(), 0);
  EXPECT_THROW(io::input_file in(at("none")), error);
  EXPECT_THROW(io::input_file in(folder), error);
}

TEST_F(Files, ThatAreProtectedOrOpen) {
  const std::string refusal = at("a") + ": cannot be written: it is write-protected or open elsewhere; the file and its folder must be writable";
  io::write_file(at("a"), "old");
  fs::permissions(at("a"), fs::perms::owner_read);
  EXPECT_EQ(try_write(at("a"), "new"), refusal);
  fs::permissions(at("a"), fs::perms::owner_all);
  {
    io::input_file reader(at("a"));
    EXPECT_EQ(try_write(at("a"), "new"), refusal);
    EXPECT_EQ(reader.read_all(), "old");
  }
  EXPECT_EQ(files(), 1);
  EXPECT_EQ(try_write(at("a"), "new"), "");
  EXPECT_EQ(contents(at("a")), "new");
}

TEST_F(Files, DevicesAreWrittenThrough) {
  EXPECT_EQ(try_write("NUL", "x"), "");
  EXPECT_EQ(try_write(at("NUL"), "x"), "");
  EXPECT_EQ(files(), 0);
}

TEST_F(Files, OnlyAConsoleHasAWidth) {
  std::FILE* const nul = std::fopen("NUL", "w");  // which _isatty takes for a terminal
  ASSERT_TRUE(nul);
  EXPECT_EQ(train::detail::width_of(nul), 0u);
  std::fclose(nul);
}

}  // namespace
