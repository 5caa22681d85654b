#include <igata/io/safetensors.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <ostream>
#include <random>

namespace {
using namespace igata;
using namespace std::string_literals;
namespace st = io::safetensors;

std::string temporary(const std::string& name) { return testing::TempDir() + "igata_safetensors_" + name; }

variable_store model() {
  variable_store s;
  auto kernel = s.add("conv1/kernel", role::weight, f32, {2, 3}).floats();
  for (std::size_t i = 0; i < 6; ++i) kernel[i] = static_cast<float>(i) * 0.5f;
  s.add("conv1/bias", role::weight, f32, {3}).floats()[1] = -1;
  s.add("norm/count", role::buffer, i32, {}).ints()[0] = 42;
  s.add("optimizer/conv1/kernel", role::slot, f32, {2, 3}).floats()[5] = 9;
  s.add("optimizer/learning_rate", role::hyper_parameter, f32, {}).floats()[0] = 0.1f;
  return s;
}
variable_store zeroed() {
  variable_store s;
  const variable_store from = model();
  for (int i = 0; i < from.size(); ++i) s.add(from[i].path, from[i].kind, from[i].type, from[i].dims);
  return s;
}
bool same(const variable_store& a, const variable_store& b, io::role_set roles) {
  for (int i = 0; i < a.size(); ++i)
    if (roles.contains(a[i].kind) && std::memcmp(a[i].memory.data(), b.find(a[i].path)->memory.data(), a[i].memory.size()) != 0)
      return false;
  return true;
}
std::string error_of(const auto& f) {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return "no error";
}
std::string contents(const std::string& path) { return io::input_file(path).read_all(); }

std::string with_length(const std::string& json, const std::string& data = {}) {
  std::string file;
  for (int i = 0; i < 8; ++i) file += static_cast<char>(static_cast<unsigned char>(json.size() >> 8 * i & 0xff));
  return file + json + data;
}

TEST(Safetensors, RoundTrip) {
  const std::string path = temporary("round_trip");
  const variable_store saved = model();
  st::save(path, saved, {.about = {{"dataset", "digits \"8x8\"\n\xc3\xa9"}}});
  variable_store loaded = zeroed();
  const st::metadata about = st::load(path, loaded).about;
  EXPECT_TRUE(same(saved, loaded, io::model_roles));
  EXPECT_EQ(loaded.floats("optimizer/learning_rate")[0], 0);  // not a weight, not in the file
  EXPECT_EQ(about.at("dataset"), "digits \"8x8\"\n\xc3\xa9");
  EXPECT_EQ(about.at("format"), "igata");
  EXPECT_EQ(about.at("format_version"), "1");

  const st::header h = st::read_header(path);
  ASSERT_EQ(h.tensors.size(), 3u);
  EXPECT_EQ(h.tensors[0].name, "conv1.bias");
  EXPECT_EQ(h.tensors[1].name, "conv1.kernel");
  EXPECT_EQ(h.tensors[2].type, "I32");
  EXPECT_EQ(h.data_start % 8, 0u);
}

TEST(Safetensors, AllRolesAndSameBytes) {
  const std::string path = temporary("all"), again = temporary("again");
  const variable_store saved = model();
  st::save(path, saved, {.roles = io::role_set::all()});
  variable_store loaded = zeroed();
  st::load(path, loaded, {.roles = io::role_set::all()});
  EXPECT_TRUE(same(saved, loaded, io::role_set::all()));
  st::save(again, loaded, {.roles = io::role_set::all()});
  EXPECT_EQ(contents(path), contents(again));
}

TEST(Safetensors, WritesTheFormatOfTheSpecification) {
  variable_store s;
  s.add("a/w", role::weight, f32, {1}).floats()[0] = 1;
  const std::string path = temporary("bytes");
  st::save(path, s);
  const std::string json =
      R"({"__metadata__":{"format":"igata","format_version":"1","igata_version":"0.1.0"},"a.w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  std::string padded = json;
  padded.append((8 - json.size() % 8) % 8, ' ');
  EXPECT_EQ(contents(path), with_length(padded, std::string("\0\0\x80\x3f", 4)));
}

TEST(Safetensors, NamesComeBack) {
  for (const std::string path : {"conv/kernel", "a.b/c", "50%/x", "%2E", "__metadata__", "", "/", "日本/x", "%5F_metadata__", "a%2", "%"}) {
    EXPECT_EQ(st::variable_path(st::tensor_name(path)), path);
    EXPECT_NE(st::tensor_name(path), "__metadata__");
  }
  EXPECT_EQ(st::tensor_name("layer1/conv/kernel"), "layer1.conv.kernel");
  EXPECT_NE(st::tensor_name("a.b"), st::tensor_name("a/b"));
}

TEST(Safetensors, UnusualPathsRoundTrip) {
  variable_store s;
  float value = 0;
  for (const std::string path : {"a.b", "a/b", "__metadata__", "q\"uo\\te", "line\nbreak", "日本"})
    s.add(path, role::weight, f32, {}).floats()[0] = ++value;
  const std::string path = temporary("paths");
  st::save(path, s);
  variable_store loaded = s;
  for (int i = 0; i < s.size(); ++i) loaded[i].floats()[0] = 0;
  st::load(path, loaded);
  EXPECT_TRUE(same(s, loaded, io::role_set::all()));
}

TEST(Safetensors, FilesOfOthers) {  // no metadata, any order, spaces, escapes
  const std::string path = temporary("others");
  io::write_file(path, with_length(R"({ "c\u006fnv1.bias" : { "shape" : [3], "data_offsets":[24,36], "dtype":"F32" },
      "norm.count":{"dtype":"I32","shape":[],"data_offsets":[36,40]}, "conv1.kernel":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}  )",
                                   std::string(39, '\0') + '\1'));
  variable_store s = model();
  st::load(path, s);
  EXPECT_EQ(s.floats("conv1/kernel")[1], 0);
  EXPECT_EQ(s.at("norm/count").ints()[0], 1 << 24);
}

TEST(Safetensors, BothSidesOfWhatDoesNotFit) {
  const std::string path = temporary("both_sides");
  variable_store torch;  // the other one's names
  torch.add("dense/weight", role::weight, f32, {2, 8}).floats()[0] = 7;
  torch.add("dense/bias", role::weight, f32, {8}).floats()[0] = 3;
  st::save(path, torch);
  variable_store s;
  s.add("dense/kernel", role::weight, f32, {2, 8}).floats()[0] = 5;
  s.add("dense/bias", role::weight, f32, {8});
  EXPECT_EQ(error_of([&] { st::load(path, s); }),
            path + ": expected the model's tensors and no others, got missing 'dense.kernel'; unexpected 'dense.weight'; "
                   "rename them, choose a part with .only, .from and .into, or load with .partial = true and look at the report");
  EXPECT_EQ(s.floats("dense/bias")[0], 0);
  EXPECT_NE(error_of([&] { st::load(path, s, {.allow_unexpected = true}); }).find("missing 'dense.kernel'"), std::string::npos);
  const st::load_report report = st::load(path, s, {.partial = true});
  EXPECT_EQ(report.loaded, std::vector<std::string>{"dense.bias"});
  EXPECT_EQ(report.missing, std::vector<std::string>{"dense.kernel"});
  EXPECT_EQ(report.unexpected, std::vector<std::string>{"dense.weight"});
  EXPECT_FALSE(report.complete());
  EXPECT_EQ(report.describe(), "loaded 1; missing 'dense.kernel'; unexpected 'dense.weight'");
  EXPECT_EQ(s.floats("dense/bias")[0], 3);
  EXPECT_EQ(s.floats("dense/kernel")[0], 5);
}

TEST(Safetensors, MissingAndUnexpected) {
  const std::string path = temporary("missing");
  variable_store small;
  small.add("conv1/kernel", role::weight, f32, {2, 3}).floats()[0] = 7;
  st::save(path, small);
  variable_store s = model();
  const variable_store before = s;
  EXPECT_EQ(error_of([&] { st::load(path, s); }),
            path + ": expected the model's tensors and no others, got missing 'conv1.bias', 'norm.count'; "
                   "rename them, choose a part with .only, .from and .into, or load with .partial = true and look at the report");
  EXPECT_TRUE(same(before, s, io::role_set::all()));
  EXPECT_FALSE(st::load(path, s, {.partial = true}).complete());
  EXPECT_EQ(s.floats("conv1/kernel")[0], 7);
  EXPECT_EQ(s.floats("conv1/bias")[1], -1);

  st::save(path, model(), {.roles = io::role_set::all()});
  EXPECT_EQ(error_of([&] { st::load(path, small); }),
            path + ": expected the model's tensors and no others, got unexpected 'conv1.bias', 'norm.count', 'optimizer.conv1.kernel', "
                   "'optimizer.learning_rate'; ignore them with .allow_unexpected = true, or add their role to .roles");
  EXPECT_TRUE(st::load(path, small, {.allow_unexpected = true}).complete());
  EXPECT_EQ(small.floats("conv1/kernel")[1], 0.5f);

  variable_store other;
  other.add("dense/kernel", role::weight, f32, {2});
  EXPECT_NE(error_of([&] {
              st::load(path, other, {.partial = true});
            }).find("expected at least one tensor that fits the model, got missing 'dense.kernel'; unexpected"),
            std::string::npos);
}

TEST(Safetensors, Parts) {
  const std::string path = temporary("parts");
  variable_store file;
  float number = 0;
  for (const std::string name : {"encoder/a/kernel", "encoder/a/bias", "encoder/b/kernel", "head/kernel", "encoders/kernel"})
    file.add(name, role::weight, f32, {}).floats()[0] = ++number;
  st::save(path, file);
  variable_store s;
  for (const char* name : {"backbone/a/kernel", "backbone/a/bias", "backbone/b/kernel", "head/kernel"}) s.add(name, role::weight, f32, {});
  const auto value = [&](const char* name) { return s.floats(name)[0]; };

  const st::load_report whole = st::load(path, s, {.from = "encoder", .into = "backbone"});
  EXPECT_EQ(whole.loaded, (std::vector<std::string>{"encoder.a.kernel", "encoder.a.bias", "encoder.b.kernel"}));
  EXPECT_EQ(value("backbone/a/kernel"), 1);
  EXPECT_EQ(value("backbone/b/kernel"), 3);
  EXPECT_EQ(value("head/kernel"), 0);
  EXPECT_EQ(st::load(path, s, {.only = "head/*"}).loaded, std::vector<std::string>{"head.kernel"});
  EXPECT_EQ(value("head/kernel"), 4);
  s.floats("backbone/a/kernel")[0] = s.floats("backbone/b/kernel")[0] = 0;
  EXPECT_EQ(st::load(path, s, {.only = "backbone/a/*", .from = "encoder", .into = "backbone"}).loaded.size(), 2u);
  EXPECT_EQ(value("backbone/a/kernel"), 1);
  EXPECT_EQ(value("backbone/b/kernel"), 0);

  // The part is strict: what it lacks is named as the file would name it, what lies outside is nobody's business.
  s.add("backbone/c/kernel", role::weight, f32, {});
  EXPECT_EQ(error_of([&] { st::load(path, s, {.from = "encoder", .into = "backbone"}); }),
            path + ": expected the model's tensors and no others, got missing 'encoder.c.kernel'; "
                   "rename them, choose a part with .only, .from and .into, or load with .partial = true and look at the report");
  EXPECT_EQ(error_of([&] { st::load(path, s, {.only = "tail/*"}); }),
            path + ": expected variables to load into, got none of 5; check .roles, .only and .into");
  EXPECT_EQ(error_of([&] { st::load(path, s, {.from = "encode"}); }), path + ": expected tensors of the part, got none of 5; check .only and .from");
}

TEST(Safetensors, TypesThatAreNotRead) {
  const std::string path = temporary("types");
  const std::string tensors =
      R"({"conv1.bias":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]},"conv1.kernel":{"dtype":"F32","shape":[2,3],"data_offsets":[6,30]},)"
      R"("norm.count":{"dtype":"F4\u000a","shape":[8],"data_offsets":[30,34]},"other":{"dtype":"C64","shape":[1],"data_offsets":[34,42]}})";
  io::write_file(path, with_length(tensors, std::string(42, '\0')));
  variable_store s = model();
  EXPECT_EQ(error_of([&] { st::load(path, s); }),
            path + ": expected the model's tensors and no others, got unexpected 'other'; of another type 'conv1.bias' BF16[3] for F32[3], "
                   "'norm.count' F4\\x0a[8] for I32[]; numbers of F4\\x0a are not read: convert the file, or load the rest with .partial = true and "
                   "look at the report");
  EXPECT_EQ(s.floats("conv1/kernel")[1], 0.5f);
  const st::load_report report = st::load(path, s, {.partial = true});
  EXPECT_EQ(report.loaded, std::vector<std::string>{"conv1.kernel"});
  ASSERT_EQ(report.other_type.size(), 2u);
  EXPECT_EQ(report.other_type[0].got, "BF16[3]");
  EXPECT_EQ(report.other_type[0].expected, "F32[3]");
  EXPECT_EQ(s.floats("conv1/kernel")[1], 0);
  EXPECT_EQ(s.floats("conv1/bias")[1], -1);
}

// One variable of each type: the file has its bytes, and gives them back.
TEST(Safetensors, EveryType) {
  const std::string path = temporary("every_type");
  variable_store s, loaded;
  std::string names;
#define IGATA_DTYPE(name, text, bytes, type, code)                              \
  {                                                                             \
    auto values = s.add(text, role::weight, name, {3}).values<type>();          \
    ASSERT_EQ(values.size(), 3u);                                               \
    for (int i = 0; i < 3; ++i) values[static_cast<std::size_t>(i)] = type(i);  \
    ASSERT_EQ(s.at(text).memory.size(), std::size_t{3 * bytes});                \
    ASSERT_EQ(s.values<type>(text).data(), values.data());                      \
    loaded.add(text, role::weight, name, {3});                                  \
    names += std::string(text) + ' ' + code + '\n';                             \
  }
#include <igata/core/dtype.inc>
#undef IGATA_DTYPE
  EXPECT_EQ(s.values<float>("f64").size(), 0u);
  st::save(path, s);
  EXPECT_EQ(st::load(path, loaded).describe(), "loaded 13");
  EXPECT_TRUE(same(s, loaded, io::role_set::all()));
  for (const st::tensor& t : st::read_header(path).tensors) {
    const std::string line = t.name + ' ' + t.type + '\n';
    ASSERT_NE(names.find(line), names.npos) << line;
    names.erase(names.find(line), line.size());
  }
  EXPECT_EQ(names, "");
  // Every one into floats, as it was asked.
  variable_store floats;
  for (const auto& e : s) floats.add(e.path, role::weight, f32, {3});
  EXPECT_TRUE(error_of([&] { st::load(path, floats); })
                  .ends_with("; convert them with .convert = true, or load the rest with .partial = true and look at the report"));
  const st::load_report report = st::load(path, floats, {.convert = true});
  EXPECT_EQ(report.loaded.size(), 13u);
  EXPECT_EQ(report.converted.size(), 12u);
  EXPECT_NE(report.describe().find("loaded 13; converted 'f64' F64[3] for F32[3], 'i32' I32[3] for F32[3], 'bool' BOOL[3] for F32[3], "),
            std::string::npos)
      << report.describe();
  for (const auto& e : floats) EXPECT_EQ(e.floats()[2], e.path == "bool" ? 1 : 2) << e.path;
}

TEST(Safetensors, HalvesOfWeights) {
  const std::string path = temporary("halves");
  variable_store s = model();
  s.floats("conv1/kernel")[3] = 0.1f;
  st::save(path, s, {.type = f16});
  const st::header h = st::read_header(path);
  for (const st::tensor& t : h.tensors) EXPECT_EQ(t.type, t.name == "norm.count" ? "I32" : "F16") << t.name;
  variable_store loaded = zeroed();
  EXPECT_NE(error_of([&] { st::load(path, loaded); }).find("of another type 'conv1.kernel' F16[2,3] for F32[2,3], 'conv1.bias' F16[3] for F32[3]; "
                                                           "convert them with .convert = true"),
            std::string::npos);
  const st::load_report report = st::load(path, loaded, {.convert = true});
  EXPECT_EQ(report.describe(), "loaded 3; converted 'conv1.kernel' F16[2,3] for F32[2,3], 'conv1.bias' F16[3] for F32[3]");
  EXPECT_EQ(loaded.floats("conv1/kernel")[3], static_cast<float>(float16(0.1f)));
  EXPECT_EQ(loaded.at("norm/count").ints()[0], 42);
  EXPECT_EQ(error_of([&] { st::save(path, s, {.type = i32}); }),
            path + ": type: expected f16, bf16, f32 or f64, got i32; counts keep their own types");
  s.floats("conv1/kernel")[3] = 70000;
  EXPECT_EQ(error_of([&] { st::save(path, s, {.type = f16}); }),
            path + ": variable 'conv1/kernel': value 3: expected a number that F16 can hold, got 70000; choose another type");
  st::save(path, s, {.type = bf16});
  EXPECT_EQ(st::load(path, loaded, {.convert = true}).converted.size(), 2u);
  EXPECT_EQ(loaded.floats("conv1/kernel")[3], 70144);
}

TEST(Safetensors, WhatDoesNotFitAnInteger) {
  const std::string path = temporary("integers");
  variable_store s, t;
  s.add("a", role::weight, f64, {2}).values<double>()[1] = 1.5;
  s.add("b", role::weight, u64, {1}).values<std::uint64_t>()[0] = 18446744073709551615u;
  t.add("a", role::weight, i32, {2}).ints()[0] = 5;
  t.add("b", role::weight, u64, {1});
  st::save(path, s);
  EXPECT_EQ(error_of([&] { st::load(path, t, {.convert = true}); }),
            path + ": tensor 'a': value 1: expected a number that I32 can hold, got 1.5; choose another type");
  EXPECT_EQ(t.at("a").ints()[0], 5);
  EXPECT_EQ(t.values<std::uint64_t>("b")[0], 0u);
  s.values<double>("a")[1] = 3;
  st::save(path, s);
  st::load(path, t, {.convert = true});
  EXPECT_EQ(t.at("a").ints()[1], 3);
  EXPECT_EQ(t.values<std::uint64_t>("b")[0], 18446744073709551615u);
  variable_store u;
  u.add("a", role::weight, f32, {2});
  u.add("b", role::weight, i64, {1});
  EXPECT_EQ(error_of([&] { st::load(path, u, {.convert = true}); }),
            path + ": tensor 'b': value 0: expected a number that I64 can hold, got 18446744073709551615; choose another type");
}

TEST(Safetensors, ABoolOfAFileIs0Or1) {
  const std::string path = temporary("bool");
  io::write_file(path, with_length(R"({"a":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}})", std::string("\1\2", 2)));
  variable_store s;
  s.add("a", role::weight, boolean, {2});
  EXPECT_EQ(error_of([&] { st::load(path, s); }),
            path + ": tensor 'a': value 1: expected a number that BOOL can hold, got 2; choose another type");
}

TEST(Safetensors, AHeaderAbove100MB) {
  const std::string path = temporary("long_header");
  {  // a hole instead of a header
    std::ofstream file(path, std::ios::binary);
    file.write("\x01\xe1\xf5\x05\0\0\0\0{", 9);  // 100000001
    file.seekp(100000100);
    file.put('}');
  }
  EXPECT_EQ(error_of([&] { st::read_header(path); }),
            path + ": header length: cap: expected at most 100000000, got 100000001; is this a safetensors file?");
  std::remove(path.c_str());
#ifdef IGATA_EXHAUSTIVE
  const std::string text = error_of([&] { st::save(path, model(), {.about = {{"x", std::string(100000000, 'a')}}}); });
  EXPECT_EQ(text.substr(0, text.rfind(" bytes, got ")), path + ": header: expected at most 100000000");
  EXPECT_EQ(text.substr(text.rfind(';')), "; save fewer variables or less metadata");
  EXPECT_FALSE(std::ifstream(path).good());
#endif
}

TEST(Safetensors, FloatsOf8Bits) {
  const std::string path = temporary("f8");
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (const std::string type : {"F8_E4M3", "F8_E5M2", "F4"}) {
    const std::string entry = R"({"dtype":")" + type + R"(","shape":[256],"data_offsets":[)";
    io::write_file(path, with_length(R"({"a":)" + entry + R"(0,256]},"b":{"dtype":"F16","shape":[],"data_offsets":[256,258]}})", all + "\0\0"s));
    variable_store s;
    s.add("a", role::weight, f32, {256});
    s.add("b", role::weight, f32, {});
    EXPECT_EQ(error_of([&] { st::load(path, s); }),
              path + ": expected the model's tensors and no others, got of another type 'a' " + type + "[256] for F32[256], 'b' F16[] for F32[]; " +
                  (type == "F4" ? "numbers of F4 are not read: convert the file" : "convert them with .convert = true") +
                  ", or load the rest with .partial = true and look at the report");
    if (type == "F4") {
      EXPECT_EQ(st::load(path, s, {.convert = true, .partial = true}).describe(),
                "loaded 1; converted 'b' F16[] for F32[]; of another type 'a' F4[256] for F32[256]");
      continue;
    }
    EXPECT_EQ(st::load(path, s, {.convert = true}).describe(),
              "loaded 2; converted 'a' " + type + "[256] for F32[256], 'b' F16[] for F32[]");
    const auto a = s.floats("a");
    const int fraction = type == "F8_E4M3" ? 3 : 2, bias = type == "F8_E4M3" ? 7 : 15;
    for (int i = 0; i < 128; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const int exponent = i >> fraction, part = i & ((1 << fraction) - 1);
      if (type == "F8_E4M3" ? i == 127 : i > 124) {
        EXPECT_TRUE(std::isnan(a[at]) && std::isnan(a[at + 128])) << i;
        continue;
      }
      const double want = type == "F8_E5M2" && i == 124 ? std::numeric_limits<double>::infinity()
                          : exponent ? std::ldexp(1 + std::ldexp(part, -fraction), exponent - bias)
                                     : std::ldexp(part, 1 - bias - fraction);
      EXPECT_EQ(a[at], want) << i;
      EXPECT_EQ(a[at + 128], -want) << i;
      EXPECT_EQ(std::signbit(a[at + 128]), true) << i;
    }
    variable_store whole;
    whole.add("a", role::weight, i32, {256});
    whole.add("b", role::weight, i64, {});
    EXPECT_EQ(error_of([&] { st::load(path, whole, {.convert = true}); }),
              path + ": tensor 'a': value 1: expected a number that I32 can hold, got " + (type == "F8_E4M3" ? "0.00195313" : "0.0000152588") +
                  "; choose another type");
  }
}

TEST(Safetensors, MismatchChangesNothing) {
  const std::string path = temporary("mismatch");
  st::save(path, model());
  variable_store s;
  s.add("conv1/bias", role::weight, f32, {3}).floats()[0] = 5;
  s.add("conv1/kernel", role::weight, f32, {3, 2}).floats()[0] = 6;
  s.add("norm/count", role::buffer, i32, {});
  EXPECT_EQ(error_of([&] { st::load(path, s); }),
            path + ": expected the model's tensors and no others, got of another shape 'conv1.kernel' F32[2,3] for F32[3,2]; "
                   "was it saved from another model? .partial = true loads the rest and reports what is left out");
  EXPECT_EQ(s.floats("conv1/bias")[0], 5);
  const st::load_report report = st::load(path, s, {.partial = true});
  ASSERT_EQ(report.other_shape.size(), 1u);
  EXPECT_EQ(report.other_shape[0].name, "conv1.kernel");
  EXPECT_EQ(s.floats("conv1/kernel")[0], 6);
  EXPECT_EQ(s.at("norm/count").ints()[0], 42);
  variable_store t;
  t.add("conv1/bias", role::weight, i32, {3});
  EXPECT_EQ(error_of([&] { st::load(path, t, {.partial = true}); }),
            path + ": expected at least one tensor that fits the model, got unexpected 'conv1.kernel', 'norm.count'; of another type 'conv1.bias' "
                   "F32[3] for I32[3]; was it saved from another model?");
}

TEST(Safetensors, SaveRefuses) {
  const std::string path = temporary("refused");
  std::remove(path.c_str());
  EXPECT_NE(error_of([&] { st::save(path, variable_store{}); }).find("expected at least one of the roles to save, got none of 0"),
            std::string::npos);
  EXPECT_NE(error_of([&] { st::save(path, model(), {.about = {{"format", "x"}}}); }).find("got 'format'; rename it"), std::string::npos);
  EXPECT_EQ(error_of([&] {
              st::save(path, model(), {.about = {{"x", "\xff"}}});
            }),
            path + ": metadata 'x': expected UTF-8, got other bytes; encode it");
  EXPECT_NE(error_of([&] {
              st::save("/nonexistent/folder/x", model());
            }).find("/nonexistent/folder/x: cannot be written: there is no such folder; create it or correct the path"),
            std::string::npos);
  EXPECT_EQ(st::try_save("/nonexistent/folder/x", model()),
            "/nonexistent/folder/x: cannot be written: there is no such folder; create it or correct the path");
  EXPECT_NE(error_of([&] { st::load(path, *std::make_unique<variable_store>()); }).find("cannot be opened for reading"), std::string::npos);
  EXPECT_NE(error_of([&] { st::read_header(testing::TempDir()); }).find("is it a directory?"), std::string::npos);
}

TEST(Safetensors, ReplacesTheOldFileOnlyWhenComplete) {
  const std::string path = temporary("replaced");
  st::save(path, model());
  variable_store changed = model();
  changed.floats("conv1/bias")[0] = 3;
  st::save(path, changed);
  variable_store loaded = zeroed();
  st::load(path, loaded);
  EXPECT_EQ(loaded.floats("conv1/bias")[0], 3);
}

struct hostile {
  const char* name;
  std::string file;
  const char* message;  // what follows the file's name
};
void PrintTo(const hostile& h, std::ostream* out) { *out << h.name; }
// One tensor 'w' of four bytes, with its fields to be replaced.
std::string w(const std::string& fields, const std::string& data = "1234") { return with_length("{\"w\":{" + fields + "}}", data); }

const hostile hostile_files[] = {
    {"empty", "", ": header length: size: expected at least 8 bytes, got 0; the file is cut short"},
    {"seven_bytes", "1234567", ": header length: size: expected at least 8 bytes, got 7; the file is cut short"},
    {"over_cap", std::string("\xff\xff\xff\xff\xff\xff\xff\xff{}"),
     ": header length: cap: expected at most 100000000, got 18446744073709551615; is this a safetensors file?"},
    {"past_end", with_length("{}").substr(0, 9),
     ": header length: range: expected at most the 1 bytes that follow, got 2; the file is cut short or damaged"},
    {"no_header", with_length(""), ": header: start: expected '{', got nothing; is this a safetensors file?"},
    {"not_json", with_length("<html>"), ": header: start: expected '{', got '<'; is this a safetensors file?"},
    {"leading_space", with_length(" {}"), ": header: start: expected '{', got ' '; is this a safetensors file?"},
    {"not_utf8", with_length("{\"\xc0\xaf\":1}"), ": header: expected UTF-8, got other bytes; the file is damaged"},
    {"unclosed", with_length("{"), ": header byte 1: expected '\"', got the end; the file is damaged or of another format"},
    {"trailing", with_length("{}}"),
     ": header byte 2: expected nothing after the last '}', got '}'; the file is damaged or of another format"},
    {"comma", with_length("{\"__metadata__\":{},}"), ": header byte 19: expected '\"', got '}'; the file is damaged or of another format"},
    {"deep", with_length("{\"w\":[[[[[[[[[[[[[["), ": header byte 5: expected '{', got '['; the file is damaged or of another format"},
    {"very_deep", with_length("{\"w\":" + std::string(1 << 20, '{')),
     ": header byte 6: expected '\"', got '{'; the file is damaged or of another format"},
    {"metadata_number", with_length("{\"__metadata__\":{\"a\":1}}"),
     ": header byte 21: expected '\"', got '1'; the file is damaged or of another format"},
    {"metadata_twice", with_length("{\"__metadata__\":{},\"__metadata__\":{}}"),
     ": header: keys: expected each tensor once, got '__metadata__' twice; the file is damaged or of another format"},
    {"metadata_key_twice", with_length("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}"),
     ": __metadata__: keys: expected each once, got 'a' twice; the file is damaged or of another format"},
    {"newer", with_length("{\"__metadata__\":{\"format\":\"igata\",\"format_version\":\"2\"}}"),
     ": __metadata__: format_version: expected '1', got '2'; was it written by a newer igata? update the library"},
    {"bad_escape", with_length("{\"\\x\":1}"),
     ": header byte 3: expected an escape (one of \" \\ / b f n r t u), got 'x'; the file is damaged or of another format"},
    {"bad_hex", with_length("{\"\\u12g4\":1}"),
     ": header byte 6: expected four hexadecimal digits after \\u, got 'g'; the file is damaged or of another format"},
    {"lone_surrogate", with_length("{\"\\ud800\":1}"),
     ": header byte 8: expected a pair of surrogates, got '\"'; the file is damaged or of another format"},
    {"half_pair", with_length("{\"\\ud800\\u0041\":1}"),
     ": header byte 14: expected the second of a pair of surrogates, got '\"'; the file is damaged or of another format"},
    {"control", with_length("{\"a\nb\":1}"),
     ": header byte 3: control character in a string: expected an escape, got '\\x0a'; the file is damaged or of another format"},
    {"unknown_dtype", w(R"("dtype":"F31","shape":[1],"data_offsets":[0,4])"),
     ": expected at least one tensor that fits the model, got missing 'conv1.kernel', 'conv1.bias', 'norm.count'; unexpected 'w'; "
     "was it saved from another model?"},
    {"unknown_key", w(R"("dtype":"F32","strides":[1])"),
     ": tensor 'w': keys: expected dtype, shape and data_offsets, got 'strides'; the file is damaged or of another format"},
    {"key_twice", w(R"("dtype":"F32","dtype":"F32")"),
     ": tensor 'w': keys: expected each once, got 'dtype' twice; the file is damaged or of another format"},
    {"no_offsets", w(R"("dtype":"F32","shape":[1])"),
     ": tensor 'w': keys: expected 'data_offsets', got none; the file is damaged or of another format"},
    {"negative", w(R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])"),
     ": header byte 29: expected an integer that is not negative, got '-'; the file is damaged or of another format"},
    {"fraction", w(R"("dtype":"F32","shape":[1.0],"data_offsets":[0,4])"),
     ": header byte 30: expected a whole number, got '.'; the file is damaged or of another format"},
    {"leading_zero", w(R"("dtype":"F32","shape":[01],"data_offsets":[0,4])"),
     ": header byte 31: expected an integer without leading zeros, got ']'; the file is damaged or of another format"},
    {"huge_integer", w(R"("dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4])"),
     ": header byte 48: integer overflow: expected at most 64 bits, got '6'; the file is damaged or of another format"},
    {"shape_overflow", w(R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4])"),
     ": tensor 'w': shape: expected a size below 2^64 bytes, got [4294967296,4294967296]; the file is damaged or of another format"},
    {"three_offsets", w(R"("dtype":"F32","shape":[1],"data_offsets":[0,4,8])"),
     ": header byte 51: expected ']', got ','; the file is damaged or of another format"},
    {"backwards", w(R"("dtype":"F32","shape":[1],"data_offsets":[4,0])"),
     ": tensor 'w': data_offsets: expected begin <= end, got [4, 0); the file is damaged or of another format"},
    {"past_data", w(R"("dtype":"F32","shape":[2],"data_offsets":[0,8])"),
     ": tensor 'w': data_offsets: expected at most the 4 bytes after the header, got [0, 8); the file is cut short or damaged"},
    {"wrong_size", w(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"),
     ": tensor 'w': data_offsets: expected 8 bytes for F32[2], got 4; the file is damaged or of another format"},
    {"too_many_bytes", w(R"("dtype":"F32","shape":[1],"data_offsets":[0,8])", "12345678"),
     ": tensor 'w': data_offsets: expected 4 bytes for F32[1], got 8; the file is damaged or of another format"},
    {"hole", w(R"("dtype":"F32","shape":[1],"data_offsets":[4,8])", "12345678"),
     ": tensor 'w': hole: expected the first byte at 0, got 4; the file is damaged or of another format"},
    {"uncovered", w(R"("dtype":"F32","shape":[1],"data_offsets":[0,4])", "12345678"),
     ": data: coverage: expected 4 bytes (the tensors'), got 8; the file was appended to or damaged"},
    {"overlap",
     with_length(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}})",
                 "123456"),
     ": tensor 'b': overlap: expected the first byte at 4, got 2; the file is damaged or of another format"},
    {"tensor_twice", with_length(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{}})"),
     ": header: keys: expected each tensor once, got 'a' twice; the file is damaged or of another format"},
    {"name_with_newline", with_length(R"({"a\nb":{}})"),
     ": tensor 'a\\x0ab': keys: expected 'dtype', got none; the file is damaged or of another format"},
};

class HostileSafetensors : public testing::TestWithParam<hostile> {};
TEST_P(HostileSafetensors, OneLineThatSaysWhat) {
  const std::string path = temporary(std::string("hostile_") + GetParam().name);
  io::write_file(path, GetParam().file);
  variable_store s = model();
  const std::string message = error_of([&] { st::load(path, s, {.partial = true}); });
  EXPECT_EQ(message, path + GetParam().message);
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_TRUE(same(s, model(), io::role_set::all()));
  std::remove(path.c_str());
}
INSTANTIATE_TEST_SUITE_P(Files, HostileSafetensors, testing::ValuesIn(hostile_files),
                         [](const auto& p) { return std::string(p.param.name); });

// Loads or says why not, and what does not load changes nothing.
void survives(const std::string& path, const std::string& file, int& loaded) {
  std::ofstream(path, std::ios::binary) << file;
  variable_store s = model();
  try {
    st::load(path, s);
    ++loaded;
  } catch (const error& e) {
    EXPECT_EQ(std::string_view(e.what()).find('\n'), std::string_view::npos);
    EXPECT_TRUE(same(s, model(), io::role_set::all()));
  }
}

TEST(Safetensors, EveryTruncationIsAnError) {
  const std::string path = temporary("truncated");
  st::save(path, model());
  const std::string whole = contents(path);
  int loaded = 0;
  for (std::size_t n = 0; n < whole.size(); ++n) survives(path, whole.substr(0, n), loaded);
  EXPECT_EQ(loaded, 0);
  survives(path, whole, loaded);
  EXPECT_EQ(loaded, 1);
}

TEST(Safetensors, RandomDamage) {
  const std::string path = temporary("damaged");
  st::save(path, model(), {.about = {{"note", "\xc3\xa9\\\""}}});
  const std::string whole = contents(path);
  std::mt19937 random(1);
  int loaded = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string file = whole;
    for (unsigned flips = 1 + random() % 4; flips-- > 0;) {
      const std::size_t at = random() % (round % 2 ? 64 : file.size());
      const auto value = static_cast<char>(static_cast<unsigned char>(random() % 256));
      switch (random() % 4) {
        case 0:
          file[at] = value;
          break;
        case 1:
          file[at] = static_cast<char>(file[at] ^ (1 << random() % 8));
          break;
        case 2:
          file.insert(at, 1, value);
          break;
        default:
          file.erase(at, 1);
      }
    }
    survives(path, file, loaded);
  }
  EXPECT_LT(loaded, 1500);
}

}  // namespace
