#include <igata/io/png.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {
using namespace igata;

TEST(Base64, KnownAnswers) {  // RFC 4648
  for (const auto& [bytes, expected] : {std::pair{"", ""},
                                        {"f", "Zg=="},
                                        {"fo", "Zm8="},
                                        {"foo", "Zm9v"},
                                        {"foob", "Zm9vYg=="},
                                        {"fooba", "Zm9vYmE="},
                                        {"foobar", "Zm9vYmFy"}})
    EXPECT_EQ(io::base64(bytes), expected);
  EXPECT_EQ(io::base64("\xff\xfe\xfd"), "//79");
}

TEST(Png, KnownBytes) {  // one white pixel; checksums computed with another program
  const std::vector<std::uint8_t> white{255};
  const std::string file = io::png(white, 1, 1);
  const std::string expected(
      "\x89PNG\r\n\x1a\n"
      "\0\0\0\x0d"
      "IHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0\072\176\233\125"
      "\0\0\0\x0d"
      "IDAT\170\001\001\002\000\375\377\000\377\001\001\001\000\140\207\022\265"
      "\0\0\0\0IEND\256\102\140\202",
      8 + 25 + 25 + 12);
  EXPECT_EQ(file, expected);
}

TEST(Png, LargerThanABlock) {
  const std::vector<std::uint8_t> grey(300 * 300, 7);
  const std::string file = io::png(grey, 300, 300);
  EXPECT_EQ(file.size(), 8u + 25 + 12 + (2 + 2 * 5 + 300 * 301 + 4) + 12);
}

TEST(Png, Errors) {
  EXPECT_THROW(io::png({}, 0, 0), error);
  EXPECT_THROW(io::png({}, -1, 1), error);
  EXPECT_THROW(io::png(std::vector<std::uint8_t>(3), 2, 2), error);
}

}  // namespace
