#include <igata/io/idx.hpp>
#include <igata/io/output_file.hpp>
#include <igata/train/from_files.hpp>

#include <gtest/gtest.h>

namespace {
using namespace igata;

std::string path_of(const std::string& bytes) {
  const std::string path =
      testing::TempDir() + "igata_idx_" + testing::UnitTest::GetInstance()->current_test_info()->name() + std::to_string(bytes.size());
  io::write_file(path, bytes);
  return path;
}
std::string big_endian(unsigned x) {
  std::string s;
  for (int shift = 24; shift >= 0; shift -= 8) s += static_cast<char>(static_cast<unsigned char>(x >> shift & 255));
  return s;
}
std::string idx(const std::vector<unsigned>& dims, const std::string& data) {
  std::string file("\0\0\x08", 3);
  file += static_cast<char>(dims.size());
  for (const unsigned d : dims) file += big_endian(d);
  return file + data;
}
std::string message(const std::string& bytes, std::string expected) {
  const std::string path = path_of(bytes);
  try {
    io::idx::load(path);
  } catch (const error& e) {
    return std::string_view(e.what()) == path + expected ? "as expected" : e.what();
  }
  return "no error";
}

TEST(Idx, ImagesAndLabels) {
  const auto images = io::idx::load(path_of(idx({2, 2, 3}, std::string("\0\x33\xff\0\0\0\1\2\3\4\5\6", 12))));
  EXPECT_EQ(images.dims, (std::vector<int>{2, 2, 3}));
  EXPECT_EQ(images.item_size(), 6u);
  EXPECT_EQ(images.bytes[2], 255);
  const auto labels = io::idx::load(path_of(idx({2}, "\1\7")));

  const train::dataset d = train::from_idx(images, labels, {.features = "image", .label = "digit", .classes = 10});
  EXPECT_EQ(d.size(), 2);
  EXPECT_EQ(d.at("image").dims, (shape{2, 3, 1}));
  EXPECT_FLOAT_EQ(d.features("image", 0)[1], 0.2f);
  EXPECT_FLOAT_EQ(d.features("image", 0)[2], 1.0f);
  EXPECT_EQ(d.labels("digit"), (std::vector<std::int32_t>{1, 7}));
  EXPECT_THROW(train::from_idx(labels, images, {.features = "image", .label = "digit", .classes = 10}), error);
  EXPECT_THROW(train::from_idx(images, labels, {.features = "image", .label = "digit", .classes = 7}), error);
  EXPECT_THROW(train::from_idx(images, labels, {.features = "image", .classes = 10}), error);
}

TEST(Idx, HostileFiles) {
  const std::string good = "as expected";
  EXPECT_EQ(message("\x1f\x8b\x08 and more", ": magic: expected an IDX file, got gzip; unpack it with gunzip"), good);
  EXPECT_EQ(message("abcdefgh", ": magic: expected bytes 0 0, got 97 98; is this an IDX file?"), good);
  EXPECT_EQ(message("a", ": size: expected at least 4 bytes, got 1; the file is cut short"), good);
  EXPECT_EQ(message("", ": size: expected at least 4 bytes, got 0; the file is cut short"), good);
  EXPECT_EQ(message(std::string("\0\0\x0d\1\0\0\0\1\0\0\0\0", 12),
                    ": element type: expected 8 (unsigned byte), got 13; convert it to unsigned bytes"),
            good);
  EXPECT_EQ(message(std::string("\0\0\x08\0", 4), ": rank: expected 1 to 4, got 0; is this an IDX file?"), good);
  EXPECT_EQ(message(idx({1, 1, 1, 1, 1}, "x"), ": rank: expected 1 to 4, got 5; is this an IDX file?"), good);
  EXPECT_EQ(message(std::string("\0\0\x08\3\0\0\0\1", 8), ": size: expected at least 16 bytes, got 8; the file is cut short"), good);
  EXPECT_EQ(message(idx({0xffffffffu, 0xffffffffu}, "x"),
                    ": extent 0: expected 1 to what the file's 13 bytes can hold, got 4294967295; the file is cut short or damaged"),
            good);
  EXPECT_EQ(
      message(idx({2, 0}, ""), ": extent 1: expected 1 to what the file's 12 bytes can hold, got 0; the file is cut short or damaged"),
      good);
  EXPECT_EQ(message(idx({2, 3}, "12345"), ": size: expected 18 bytes, got 17; the file is cut short or damaged"), good);
  EXPECT_EQ(message(idx({2, 3}, "1234567"), ": size: expected 18 bytes, got 19; the file is cut short or damaged"), good);
}

TEST(Idx, EveryTruncationIsAnError) {
  const std::string whole = idx({2, 2, 2}, "12345678");
  for (std::size_t n = 0; n < whole.size(); ++n) EXPECT_THROW(io::idx::load(path_of(whole.substr(0, n))), error) << n;
  EXPECT_NO_THROW(io::idx::load(path_of(whole)));
}

}  // namespace
