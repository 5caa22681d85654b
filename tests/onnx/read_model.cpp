#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include <igata/onnx.hpp>

#include "protobuf.hpp"

using namespace igata;
namespace pb = protobuf;

namespace {

std::string tensor(const std::string& name, int type, std::initializer_list<std::int64_t> dims, const std::string& data) {
  return pb::bytes(1, pb::packed(dims)) + pb::number(2, type) + pb::bytes(8, name) + data;
}
std::string value(const std::string& name, const std::string& type) { return pb::bytes(1, name) + pb::bytes(2, type); }
std::string tensor_type(int element, const std::string& dims) { return pb::bytes(1, pb::number(1, element) + pb::bytes(2, dims)); }
std::string graph_of(const std::string& fields) { return pb::bytes(2, "main") + fields; }
std::string model_of(const std::string& graph) {
  return pb::number(1, 8) + pb::bytes(2, "maker") + pb::bytes(3, "1.2") + pb::bytes(7, graph) + pb::bytes(8, pb::number(2, 17)) +
         pb::bytes(8, pb::bytes(1, "com.example") + pb::number(2, 3));
}
std::string with_initializer(const std::string& t) { return model_of(graph_of(pb::bytes(5, t))); }

std::string with_everything() {
  const std::string attributes =
      pb::bytes(5, pb::bytes(1, "alpha") + pb::real(2, 0.5f) + pb::number(20, 1)) +
      pb::bytes(5, pb::bytes(1, "axis") + pb::number(3, -1) + pb::number(20, 2)) +
      pb::bytes(5, pb::bytes(1, "mode") + pb::bytes(4, "linear") + pb::number(20, 3)) +
      pb::bytes(5, pb::bytes(1, "value") + pb::bytes(5, tensor("", 7, {2}, pb::bytes(7, pb::packed({5, -6})))) + pb::number(20, 4)) +
      pb::bytes(5, pb::bytes(1, "body") + pb::bytes(6, graph_of(pb::bytes(1, pb::bytes(4, "Neg")))) + pb::number(20, 5)) +
      pb::bytes(5, pb::bytes(1, "scales") + pb::real(7, 1.f) + pb::bytes(7, pb::little(std::bit_cast<std::uint32_t>(2.f), 4)) + pb::number(20, 6)) +
      pb::bytes(5, pb::bytes(1, "pads") + pb::number(8, 1) + pb::bytes(8, pb::packed({2, -3})) + pb::number(20, 7)) +
      pb::bytes(5, pb::bytes(1, "names") + pb::bytes(9, "a") + pb::bytes(9, "") + pb::number(20, 8)) +
      pb::bytes(5, pb::bytes(1, "kind") + pb::bytes(14, tensor_type(1, "")) + pb::number(20, 13)) +
      pb::bytes(5, pb::bytes(1, "old") + pb::number(3, 7));
  const std::string graph = graph_of(
      pb::bytes(1, pb::bytes(1, "x") + pb::bytes(1, "") + pb::bytes(2, "y") + pb::bytes(3, "first") + pb::bytes(4, "Conv") + pb::bytes(7, "ai.onnx") +
                       attributes) +
      pb::bytes(1, pb::bytes(4, "Mine") + pb::bytes(7, "com.example")) +
      pb::bytes(5, tensor("w", 1, {1, 2}, pb::bytes(9, pb::little(0x400000003f800000, 8)))) +
      pb::bytes(11, value("x", tensor_type(1, pb::bytes(1, pb::bytes(2, "batch")) + pb::bytes(1, pb::number(1, 3)) + pb::bytes(1, "")))) +
      pb::bytes(11, value("w", tensor_type(1, ""))) + pb::bytes(12, value("y", pb::bytes(4, pb::bytes(1, tensor_type(7, ""))))) +
      pb::bytes(12, value("z", pb::bytes(9, pb::bytes(1, pb::bytes(1, pb::number(1, 9)))))) +
      pb::bytes(15, pb::bytes(1, tensor("s", 1, {1}, pb::real(4, 9.f))) + pb::bytes(2, tensor("", 7, {1}, pb::number(7, 4))) + pb::number(3, 6)));
  return model_of(graph) + pb::bytes(14, pb::bytes(1, "author") + pb::bytes(2, "me")) +
         pb::bytes(25, pb::bytes(1, "Mine") + pb::bytes(4, "a") + pb::bytes(5, "b") + pb::bytes(6, "k") +
                           pb::bytes(7, pb::bytes(4, "Exp") + pb::bytes(5, pb::bytes(1, "k") + pb::bytes(21, "k") + pb::number(20, 4))) +
                           pb::bytes(9, pb::number(2, 17)) + pb::bytes(10, "com.example"));
}

template <class T>
std::vector<T> values_of(const onnx::tensor& t) {
  std::vector<T> v(t.bytes().size() / sizeof(T));
  if (!v.empty()) std::memcpy(v.data(), t.bytes().data(), t.bytes().size());
  return v;
}
std::string mistake_in(const std::string& bytes, const onnx::read_options& options = {}, const std::string& path = "m.onnx") {
  try {
    onnx::read_bytes(bytes, path, options);
  } catch (const error& e) {
    return e.what();
  }
  return "";
}

TEST(read_model, has_every_field) {
  const std::string file = with_everything();
  const onnx::model m = onnx::read_bytes(file, "m.onnx");
  EXPECT_EQ(m.ir_version, 8);
  EXPECT_EQ(m.producer_name + ' ' + m.producer_version, "maker 1.2");
  EXPECT_EQ(m.opset_import, (std::map<std::string, std::int64_t>{{"", 17}, {"com.example", 3}}));
  EXPECT_EQ(m.metadata_props.at("author"), "me");
  ASSERT_EQ(m.graph.nodes.size(), 2u);
  const onnx::node& n = m.graph.nodes[0];
  EXPECT_EQ(n.op_type + ' ' + n.name + '|' + n.domain, "Conv first|");
  EXPECT_EQ(n.input, (std::vector<std::string>{"x", ""}));
  EXPECT_EQ(n.output, (std::vector<std::string>{"y"}));
  EXPECT_EQ(n.find("alpha")->f, 0.5f);
  EXPECT_EQ(n.find("axis")->i, -1);
  EXPECT_EQ(n.find("mode")->s, "linear");
  EXPECT_EQ(values_of<std::int64_t>(n.find("value")->tensors[0]), (std::vector<std::int64_t>{5, -6}));
  EXPECT_EQ(n.find("body")->graphs[0].nodes[0].op_type, "Neg");
  EXPECT_EQ(n.find("scales")->floats, (std::vector<float>{1, 2}));
  EXPECT_EQ(n.find("pads")->ints, (std::vector<std::int64_t>{1, 2, -3}));
  EXPECT_EQ(n.find("names")->strings, (std::vector<std::string>{"a", ""}));
  EXPECT_EQ(n.find("kind")->types[0].element, onnx::element_type::f32);
  EXPECT_EQ(n.find("old")->is, onnx::attribute::kind::i);
  EXPECT_EQ(n.find("beta"), nullptr);
  EXPECT_EQ(m.graph.nodes[1].domain, "com.example");
  EXPECT_EQ(values_of<float>(m.graph.initializers[0]), (std::vector<float>{1, 2}));
  EXPECT_EQ(values_of<float>(m.graph.sparse_initializers[0].values), (std::vector<float>{9}));
  EXPECT_EQ(values_of<std::int64_t>(m.graph.sparse_initializers[0].indices), (std::vector<std::int64_t>{4}));
  EXPECT_EQ(m.graph.sparse_initializers[0].dims, (std::vector<std::int64_t>{6}));
  ASSERT_EQ(m.functions.size(), 1u);
  EXPECT_EQ(m.functions[0].name + m.functions[0].domain + m.functions[0].nodes[0].op_type, "Minecom.exampleExp");
  EXPECT_EQ(m.functions[0].nodes[0].attributes[0].ref_attr_name, "k");
  EXPECT_EQ(m.functions[0].input[0] + m.functions[0].output[0] + m.functions[0].attributes[0], "abk");
  EXPECT_EQ(onnx::describe(m),
            "IR version 8, ai.onnx 17, com.example 3, by maker 1.2\n"
            "input x: FLOAT[batch,3,?]\n"
            "output y: sequence(INT64[])\n"
            "output z: optional(BOOL)\n"
            "3 nodes: 1 Conv, 1 Neg, 1 com.example.Mine\n"
            "1 initializers: 8 bytes of FLOAT\n");
}

// Every type, as raw bytes and as numbers of the wire: the same bytes.
TEST(read_model, tensors_have_the_bytes_of_their_elements) {
  struct {
    int type, bits, field;
  } const all[] = {{1, 32, 4},  {2, 8, 5},    {3, 8, 5},    {4, 16, 5},   {5, 16, 5},  {6, 32, 5},    {7, 64, 7},  {9, 8, 5},
                   {10, 16, 5}, {11, 64, 10}, {12, 32, 11}, {13, 64, 11}, {14, 64, 4}, {15, 128, 10}, {16, 16, 5}, {17, 8, 5},
                   {18, 8, 5},  {19, 8, 5},   {20, 8, 5},   {21, 4, 5},   {22, 4, 5},  {23, 4, 5}};
  for (const auto& t : all) {
    EXPECT_EQ(onnx::bits_of(static_cast<onnx::element_type>(t.type)), t.bits);
    const int count = t.bits < 8 ? 5 : 3, size = (count * t.bits + 7) / 8, word = t.field == 4 ? 4 : t.field == 10 ? 8 : t.bits < 8 ? 1 : t.bits / 8;
    std::string raw;
    for (int i = 0; i < size; ++i) raw += static_cast<char>(i * 37 + 200);
    std::string typed;
    for (int i = 0; i < size; i += word) {
      std::uint64_t x = 0;
      std::memcpy(&x, raw.data() + i, static_cast<std::size_t>(word));
      typed += t.field == 4 || t.field == 10 ? pb::little(x, word) : pb::varint(x);
    }
    for (const std::string& data : {pb::bytes(9, raw), pb::bytes(t.field, typed)}) {
      const std::string file = with_initializer(tensor("w", t.type, {count}, data));
      const onnx::model m = onnx::read_bytes(file, "m.onnx");
      EXPECT_EQ(values_of<char>(m.graph.initializers[0]), std::vector<char>(raw.begin(), raw.end())) << t.type;
      EXPECT_EQ(m.graph.initializers[0].count(), count);
    }
  }
  const std::string words = with_initializer(tensor("w", 8, {2}, pb::bytes(6, "ab") + pb::bytes(6, "")));
  EXPECT_EQ(onnx::read_bytes(words, "m.onnx").graph.initializers[0].strings, (std::vector<std::string>{"ab", ""}));
  const std::string none = with_initializer(tensor("w", 1, {0, 3}, ""));
  EXPECT_EQ(onnx::read_bytes(none, "m.onnx").graph.initializers[0].count(), 0);
}

TEST(read_model, says_what_is_wrong_where) {
  const std::string damaged = "; the file is damaged or no ONNX model";
  struct {
    std::string bytes, says;
  } const all[] = {
      {"", "m.onnx: expected a model with a graph, got 0 bytes without one" + damaged},
      {"\x80", "m.onnx: expected the end of a whole number within 10 bytes, got the end of the message" + damaged},
      {std::string(11, '\xff'), "m.onnx: expected the end of a whole number within 10 bytes, got none" + damaged},
      {std::string(1, '\0'), "m.onnx: expected a field's number from 1 to 2^29 - 1, got 0" + damaged},
      {"\x0b", "m.onnx: expected a field that is a number or bytes, got wire type 3" + damaged},
      {"\x3a\x05"
       "ab",
       "m.onnx: expected 5 bytes behind the length, got 2" + damaged},
      {"\x0d\x01", "m.onnx: expected a number of 4 bytes, got 1" + damaged},
      {pb::bytes(1, "x"), "m.onnx: expected a whole number as field 1, got wire type 2" + damaged},
      {pb::number(7, 1), "m.onnx: expected bytes as field 7, got wire type 0" + damaged},
      {model_of("") + pb::bytes(8, pb::bytes(1, "ai.onnx") + pb::number(2, 9)),
       "m.onnx: opset_import: expected each domain once, got 'ai.onnx' twice" + damaged},
      {model_of(pb::bytes(1, "") + pb::bytes(1, "")), "m.onnx: graph.node[0]: expected an op_type, got none" + damaged},
      {model_of(pb::bytes(1, pb::bytes(4, "Abs") + pb::bytes(5, pb::number(20, 1)))),
       "m.onnx: graph.node[0].attribute[0]: expected an attribute with a name, got none" + damaged},
      {model_of(pb::bytes(1, pb::bytes(4, "Abs") + pb::bytes(5, pb::bytes(1, "a") + pb::number(20, 15)))),
       "m.onnx: graph.node[0].attribute[0]: expected a type of attributes, 0 to 14, got 15" + damaged},
      {model_of(pb::bytes(1, pb::bytes(4, "Abs") + pb::bytes(5, pb::bytes(1, "a") + pb::number(20, 4)))),
       "m.onnx: graph.node[0].attribute[0]: expected one value, got 0" + damaged},
      {model_of(pb::bytes(1, pb::bytes(4, "Abs") + pb::bytes(5, pb::bytes(1, "a") + pb::number(2, 4)))),
       "m.onnx: graph.node[0].attribute[0]: expected a number of 4 bytes as field 2, got wire type 0" + damaged},
      {model_of(pb::bytes(11, value("x", tensor_type(99, "")))),
       "m.onnx: graph.input[0].type.tensor_type: expected an element type of ONNX, got 99; the file is damaged or newer than this reader"},
      {with_initializer(tensor("w", 1, {-1}, "")), "m.onnx: graph.initializer[0]: expected extents from 0, got -1" + damaged},
      {with_initializer(tensor("w", 1, {1 << 30, 1 << 30}, "")), "m.onnx: graph.initializer[0]: expected at most 2^48 elements, got more" + damaged},
      {with_initializer(tensor("w", 0, {1}, "")), "m.onnx: graph.initializer[0]: expected a data_type, got none" + damaged},
      {with_initializer(tensor("w", 1, {2, 3}, pb::bytes(9, "abcd"))),
       "m.onnx: graph.initializer[0]: expected 24 bytes for FLOAT[2,3], got 4" + damaged},
      {with_initializer(tensor("w", 1, {2}, pb::real(4, 1.f))), "m.onnx: graph.initializer[0]: expected 2 values for FLOAT[2], got 1" + damaged},
      {with_initializer(tensor("w", 6, {2}, "")), "m.onnx: graph.initializer[0]: expected 2 values for INT32[2], got 0" + damaged},
      {with_initializer(tensor("w", 8, {2}, pb::bytes(6, "a"))), "m.onnx: graph.initializer[0]: expected 2 values for STRING[2], got 1" + damaged},
  };
  for (const auto& one : all) EXPECT_EQ(mistake_in(one.bytes), one.says);
}

TEST(read_model, has_limits) {
  std::string nested = pb::bytes(4, "Abs");
  for (int i = 0; i < 60; ++i) nested = pb::bytes(4, "If") + pb::bytes(5, pb::bytes(1, "g") + pb::bytes(6, pb::bytes(1, nested)));
  const std::string says = mistake_in(model_of(pb::bytes(1, nested)));
  EXPECT_EQ(says.substr(0, says.find(" at graph")), "m.onnx: expected messages at most 100 deep, got more");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += pb::bytes(1, pb::bytes(4, "Abs"));
  const std::string large = mistake_in(model_of(many), {.budget = 10000});
  EXPECT_EQ(large.substr(0, large.find(", got")), "m.onnx: graph: expected a model that takes at most 10000 bytes of memory");
  EXPECT_EQ(mistake_in(model_of(many)), "");
}

TEST(read_model, external_data_lies_beside_it) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("igata_onnx_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()));
  std::filesystem::create_directories(folder / "weights");
  std::ofstream(folder / "weights/a.bin", std::ios::binary) << "0123456789abcdef";
  const auto file = [](const std::string& location, const std::string& offset, const std::string& length) {
    std::string data = pb::bytes(13, pb::bytes(1, "location") + pb::bytes(2, location)) + pb::number(14, 1);
    if (!offset.empty()) data += pb::bytes(13, pb::bytes(1, "offset") + pb::bytes(2, offset));
    if (!length.empty()) data += pb::bytes(13, pb::bytes(1, "length") + pb::bytes(2, length));
    return with_initializer(tensor("w", 2, {4}, data));
  };
  const std::string path = (folder / "m.onnx").string();
  const std::string whole = file("weights/a.bin", "4", "4");
  std::ofstream(path, std::ios::binary) << whole;
  const onnx::model m = onnx::read(path);
  EXPECT_EQ(values_of<char>(m.graph.initializers[0]), (std::vector<char>{'4', '5', '6', '7'}));
  const auto says = [&](const std::string& bytes) {
    const std::string all = mistake_in(bytes, {}, path), behind = ": graph.initializer[0]: ";
    return all.find(behind) == all.npos ? all : all.substr(all.find(behind) + behind.size());
  };
  EXPECT_EQ(says(file("weights/a.bin", "", "")), "");
  EXPECT_EQ(says(file("weights/a.bin", "13", "")),
            "expected 4 bytes at 13 of 'weights/a.bin', got a file of 16; the file is cut short or another model's");
  EXPECT_EQ(says(file("weights/a.bin", "0", "5")), "expected 4 bytes of external data, got 5; the file is damaged or no ONNX model");
  EXPECT_EQ(says(file("weights/a.bin", "x", "4")), "expected a whole number of bytes, got 'x'; the file is damaged or no ONNX model");
  for (const char* outside : {"", "/etc/passwd", "../a.bin", "weights/../../a.bin", "..", "c:a.bin", "weights\\a.bin"})
    EXPECT_EQ(says(file(outside, "", "")), "expected external data at a path below the model's folder, got '" + std::string(outside) +
                                               "'; keep the files of a model in one folder");
  EXPECT_NE(says(file("missing.bin", "", "")).find("missing.bin: cannot be opened for reading"), std::string::npos);
  std::filesystem::remove_all(folder);
}

// Whatever the bytes are: a model, or one line.
TEST(read_model, damaged_files_are_refused_or_read) {
  const std::string file = with_everything();
  int refused = 0, read = 0;
  const auto try_read = [&](const std::string& bytes) {
    const std::string says = mistake_in(bytes, {.budget = 1 << 22});
    EXPECT_EQ(says.find('\n'), std::string::npos) << says;
    ++(says.empty() ? read : refused);
  };
  for (std::size_t n = 0; n < file.size(); ++n) try_read(file.substr(0, n));
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = file;
    for (unsigned k = random() % 4 + 1; k > 0; --k) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 4) {
        case 0: bytes[at] = static_cast<char>(random()); break;
        case 1: bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8)); break;
        case 2: bytes.erase(at, random() % 9); break;
        default: bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 40));
      }
    }
    try_read(bytes);
  }
  EXPECT_GT(refused, 10000);
  EXPECT_GT(read, 100);
}

}  // namespace
