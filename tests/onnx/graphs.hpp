// Small ONNX files for the tests, and sessions of them.
#pragma once
#include <gtest/gtest.h>

#include <bit>
#include <filesystem>
#include <fstream>

#include <igata/onnx.hpp>

#include "protobuf.hpp"

namespace testing_onnx {
using namespace igata;
namespace pb = protobuf;

inline std::string tensor(const std::string& name, std::initializer_list<std::int64_t> dims, const std::vector<float>& values) {
  std::string raw;
  for (const float x : values) raw += pb::little(std::bit_cast<std::uint32_t>(x), 4);
  return pb::bytes(5, pb::bytes(1, pb::packed(dims)) + pb::number(2, 1) + pb::bytes(8, name) + pb::bytes(9, raw));
}
inline std::string integers(const std::string& name, std::initializer_list<std::int64_t> values) {
  return pb::bytes(5, pb::bytes(1, pb::packed({static_cast<std::int64_t>(values.size())})) + pb::number(2, 7) + pb::bytes(7, pb::packed(values)) +
                          pb::bytes(8, name));
}
inline std::string value_of(int field, const std::string& name, std::initializer_list<std::int64_t> dims, int type = 1) {
  std::string shape;
  for (const std::int64_t d : dims) shape += pb::bytes(1, d < 0 ? pb::bytes(2, "batch") : pb::number(1, d));
  return pb::bytes(field, pb::bytes(1, name) + pb::bytes(2, pb::bytes(1, pb::number(1, type) + pb::bytes(2, shape))));
}
inline std::string node(const std::string& type, std::initializer_list<std::string> in, const std::string& out, const std::string& attributes = "") {
  std::string s;
  for (const std::string& x : in) s += pb::bytes(1, x);
  return pb::bytes(1, s + pb::bytes(2, out) + pb::bytes(4, type) + attributes);
}
inline std::string attribute(const std::string& name, std::int64_t i) {
  return pb::bytes(5, pb::bytes(1, name) + pb::number(3, i) + pb::number(20, 2));
}
inline std::string attribute(const std::string& name, std::initializer_list<std::int64_t> ints) {
  return pb::bytes(5, pb::bytes(1, name) + pb::bytes(8, pb::packed(ints)) + pb::number(20, 7));
}

class Load : public testing::Test {
 protected:
  std::string file(const std::string& graph, int opset = 17) {
    const std::string path = (folder_ / "m.onnx").string();
    std::ofstream(path, std::ios::binary) << pb::number(1, 8) + pb::bytes(7, graph) + pb::bytes(8, pb::number(2, opset));
    return path;
  }
  std::vector<float> results(const std::string& graph, const std::vector<float>& x, const onnx::load_options& options = {}, int opset = 17) {
    session net = onnx::load(file(graph, opset), options);
    std::vector<float> y(static_cast<std::size_t>(net.output_row()));
    const status s = net.run({x}, {y}, 1);
    EXPECT_TRUE(s) << describe(s);
    return y;
  }
  std::string mistake(const std::string& graph, const onnx::load_options& options = {}) {
    try {
      onnx::load(file(graph), options);
    } catch (const error& e) {
      const std::string_view says = e.what();
      return std::string(says.substr(says.find("m.onnx: ") + 8));
    }
    return "";
  }
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("igata_onnx_load_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
};

}  // namespace testing_onnx
