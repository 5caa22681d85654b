// IDX files: MNIST and its successors. http://yann.lecun.com/exdb/mnist
//
//   const auto images = io::idx::load("train-images-idx3-ubyte");   // images.dims == {60000, 28, 28}
#pragma once
#include <cstddef>  // size_t
#include <cstdint>  // uint8_t, uint64_t
#include <string>   // string
#include <vector>   // vector

#include "file.hpp"

namespace igata::inline IGATA_ABI::io::idx {

// Unsigned bytes with their extents.
struct array {
  std::string file;
  std::vector<int> dims;            // the first one counts the items
  std::vector<std::uint8_t> bytes;  // row-major
  int items() const { return dims.empty() ? 0 : dims[0]; }
  std::size_t item_size() const { return items() == 0 ? 0 : bytes.size() / static_cast<std::size_t>(items()); }
};

// Reads a file of unsigned bytes; throws error where it is not one, or not whole.
inline array load(const std::string& path) {
  input_file in(path);
  const auto fail = [&](const std::string& rule, const std::string& expected, const std::string& got, const std::string& remedy) {
    raise(in.path() + ": " + rule + ": expected " + expected + ", got " + got + "; " + remedy);
  };
  unsigned char head[4];
  if (in.size() < sizeof head) fail("size", "at least 4 bytes", std::to_string(in.size()), "the file is cut short");
  in.read(0, head, sizeof head);
  if (head[0] == 0x1f && head[1] == 0x8b) fail("magic", "an IDX file", "gzip", "unpack it with gunzip");
  if (head[0] != 0 || head[1] != 0)
    fail("magic", "bytes 0 0", std::to_string(head[0]) + ' ' + std::to_string(head[1]), "is this an IDX file?");
  if (head[2] != 0x08) fail("element type", "8 (unsigned byte)", std::to_string(head[2]), "convert it to unsigned bytes");
  const unsigned rank = head[3];
  if (rank < 1 || rank > 4) fail("rank", "1 to 4", std::to_string(rank), "is this an IDX file?");

  array a;
  a.file = path;
  const std::uint64_t start = sizeof head + 4 * rank;
  if (in.size() < start) fail("size", "at least " + std::to_string(start) + " bytes", std::to_string(in.size()), "the file is cut short");
  std::uint64_t count = 1;
  for (unsigned i = 0; i < rank; ++i) {
    unsigned char big_endian[4];
    in.read(sizeof head + 4 * i, big_endian, 4);
    std::uint64_t d = 0;
    for (const unsigned char b : big_endian) d = d << 8 | b;
    if (d < 1 || d > 0x7fffffff || d > in.size() / count)  // the product stays within the file
      fail("extent " + std::to_string(i), "1 to what the file's " + std::to_string(in.size()) + " bytes can hold", std::to_string(d),
           "the file is cut short or damaged");
    count *= d;
    a.dims.push_back(static_cast<int>(d));
  }
  if (in.size() != start + count)
    fail("size", std::to_string(start + count) + " bytes", std::to_string(in.size()), "the file is cut short or damaged");
  a.bytes.resize(static_cast<std::size_t>(count));
  in.read(start, a.bytes.data(), a.bytes.size());
  return a;
}

}  // namespace igata::inline IGATA_ABI::io::idx
