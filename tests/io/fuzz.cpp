// Damaged CSV and IDX files: each either loads or is refused in one line that names the file; what loads is consistent. (safetensors.cpp
// does the same for safetensors.) The damage is that of a seed; build/asan runs it with sanitizers.
#include <igata/train/from_files.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>

namespace {
using namespace igata;

// One to four bytes changed, flipped, put in, left out or doubled, or the end cut off.
std::string damaged(std::string file, std::mt19937& random, std::string_view likely) {
  for (unsigned changes = 1 + random() % 4; changes-- > 0 && !file.empty();) {
    const std::size_t at = random() % file.size();
    const char byte = random() % 2 ? likely[random() % likely.size()] : static_cast<char>(static_cast<unsigned char>(random() % 256));
    switch (random() % 6) {
      case 0: file[at] = byte; break;
      case 1: file[at] = static_cast<char>(file[at] ^ (1 << random() % 8)); break;
      case 2: file.insert(at, 1, byte); break;
      case 3: file.erase(at, 1); break;
      case 4: file.insert(at, file.substr(at, random() % 16)); break;
      default: file.resize(at);
    }
  }
  return file;
}

// Counts what loads; whatever is refused must be refused by an igata::error of one line that begins with `name`.
template <class Load>
void rounds(int count, const std::string& whole, std::string_view likely, std::string_view name, int& loaded, Load load) {
  std::mt19937 random(1);
  for (int round = 0; round < count; ++round) {
    const std::string file = damaged(whole, random, likely);
    try {
      load(file);
      ++loaded;
    } catch (const error& e) {
      const std::string_view line = e.what();
      ASSERT_EQ(line.find('\n'), line.npos) << line;
      ASSERT_EQ(line.substr(0, name.size()), name) << line;
      ASSERT_GT(line.size(), name.size() + 10);
    }
  }
}

TEST(Fuzz, Csv) {
  std::string whole = "a,\"b\",c,label\n";
  for (int i = 0; i < 12; ++i) whole += std::to_string(i) + ",-2.5e-3, \"7\" ," + std::to_string(i % 10) + "\r\n";
  int loaded = 0;
  rounds(10000, whole, ",;\"\n\r \t-+.e0189\xef\xbb\xbf", "f.csv", loaded, [&](const std::string& file) {
    const io::csv::table t = io::csv::parse(file, "f.csv", {.header = true});
    ASSERT_GT(t.rows, 0);
    ASSERT_EQ(t.values.size(), static_cast<std::size_t>(t.rows) * static_cast<std::size_t>(t.columns));
    for (const float x : t.values) ASSERT_TRUE(std::isfinite(x));
    ASSERT_EQ(t.lines.size(), static_cast<std::size_t>(t.rows));
    const train::dataset d = train::from_csv(t, {{.name = "x"}, {.name = "y", .from = {-1}, .classes = 10}});
    ASSERT_EQ(d.size(), t.rows);
  });
  EXPECT_GT(loaded, 100);
  EXPECT_LT(loaded, 9000);
}

TEST(Fuzz, CsvOfWords) {
  std::string whole = "a,\"b\",c,label\n";
  const char* words[] = {"red", "\"light \"\"green\"\"\"", "\"two\nlines, one word\"", "NA"};
  for (int i = 0; i < 12; ++i) whole += std::to_string(i) + ',' + words[i % 4] + ", \"7\" ," + (i % 5 ? "1" : "") + "\r\n";
  int loaded = 0;
  rounds(10000, whole, ",;\"\n\r \t-+.e0189NA", "f.csv", loaded, [&](const std::string& file) {
    const io::csv::table t = io::csv::parse(file, "f.csv", {.header = true, .categories = {1}, .missing = {"", "NA"}});
    ASSERT_EQ(t.values.size(), static_cast<std::size_t>(t.rows) * static_cast<std::size_t>(t.columns));
    const auto words_read = static_cast<float>(t.vocabulary(1).size());
    for (int i = 0; i < t.rows; ++i) {
      for (const float x : t.row(i)) ASSERT_FALSE(std::isinf(x));
      ASSERT_TRUE(std::isnan(t.row(i)[1]) || (t.row(i)[1] >= 0 && t.row(i)[1] < words_read));
    }
  });
  EXPECT_GT(loaded, 100);
  EXPECT_LT(loaded, 9900);
}

TEST(Fuzz, Idx) {
  const std::string path = testing::TempDir() + "igata_fuzz_idx";
  std::string whole("\0\0\x08\3\0\0\0\2\0\0\0\3\0\0\0\2", 16);
  for (int i = 0; i < 12; ++i) whole += static_cast<char>(i * 20);
  int loaded = 0;
  rounds(1000, whole, std::string_view("\0\1\2\3\4\x08\x7f\x80\xff", 9), path, loaded, [&](const std::string& file) {
    std::ofstream(path, std::ios::binary) << file;
    const io::idx::array images = io::idx::load(path);
    std::size_t size = 1;
    for (const int d : images.dims) {
      ASSERT_GT(d, 0);
      size *= static_cast<std::size_t>(d);
    }
    ASSERT_EQ(images.bytes.size(), size);
  });
  EXPECT_GT(loaded, 20);
  EXPECT_LT(loaded, 900);
  std::remove(path.c_str());
}

}  // namespace
