// Weights that are packed from where they lie in a file: the bits of those that are loaded, and the same refusals.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include <igata/igata.hpp>
#include <igata/io/mapped_weights.hpp>
#include <igata/train.hpp>

namespace {
using namespace igata;
using namespace std::string_literals;

struct net {
  constexpr value operator()(value x) const {
    x = relu(nn::batch_norm(nn::conv2d(x, {.filters = 20, .kernel = 3, .padding = 1, .use_bias = false})));
    return nn::dense(nn::flatten(x), {.units = 7});
  }
};
struct two {
  constexpr value operator()(value x) const { return nn::dense(nn::dense(nn::flatten(x), {.units = 7}), {.units = 7}); }
};
using net_t = inference<net{}, in<"image", 9, 9, 3>>;
using two_t = inference<two{}, in<"image", 9, 9, 3>>;

struct file {
  std::string path = ::testing::TempDir() + "igata_mapped_" + ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".safetensors";
  ~file() { std::remove(path.c_str()); }
};
bool same(const packed_weights& a, const packed_weights& b) {
  return a.bytes() == b.bytes() && std::memcmp(a.pointers()[0], b.pointers()[0], a.bytes()) == 0;
}
template <class F>
std::string message(F f) {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return "";
}

TEST(mapped_weights, are_packed_as_loaded_ones) {
  const file f;
  const variable_store store = net_t::variables(seed{3});
  io::safetensors::save(f.path, store, {.about = {{"made", "here"}}});
  const io::safetensors::mapped_weights mapped(f.path);
  EXPECT_EQ(mapped.about().at("made"), "here");
  EXPECT_EQ(mapped.weights().size(), store.size());
  EXPECT_TRUE(same(net_t::pack(mapped), net_t::pack(store)));
  net_t packs_itself{mapped};
  const variable_store copy = mapped.weights();  // of its own memory
  EXPECT_TRUE(same(net_t::pack(copy), net_t::pack(store)));
}

TEST(mapped_weights, of_a_file_whose_elements_are_not_aligned) {
  const file f;
  const variable_store store = net_t::variables(seed{3});
  io::safetensors::save(f.path, store);
  std::ifstream in(f.path, std::ios::binary);
  std::string all((std::istreambuf_iterator<char>(in)), {});
  in.close();
  std::uint64_t length = 0;
  std::memcpy(&length, all.data(), 8);
  all.insert(8 + length, 3, ' ');
  length += 3;
  std::memcpy(all.data(), &length, 8);
  std::ofstream(f.path, std::ios::binary) << all;
  EXPECT_TRUE(same(net_t::pack(io::safetensors::mapped_weights(f.path)), net_t::pack(store)));
}

TEST(mapped_weights, writing_to_them_leaves_the_file) {
  const file f;
  variable_store store = net_t::variables(seed{3});
  io::safetensors::save(f.path, store);
  {
    const io::safetensors::mapped_weights mapped(f.path);
    mapped.weights().find("dense/kernel")->floats()[0] = 5;
  }
  io::safetensors::load(f.path, store);
  EXPECT_NE(store.floats("dense/kernel")[0], 5);
}

TEST(mapped_weights, refusals) {
  const file f;
  io::safetensors::save(f.path, two_t::variables());
  const io::safetensors::mapped_weights mapped(f.path);
  EXPECT_EQ(message([&] { net_t::pack(mapped); }).substr(0, 44), "pack: dense may be either of dense, dense_1 ");
  const auto with = [&](const std::string& header, const std::string& data) {
    std::string all(8, '\0');
    all[0] = static_cast<char>(header.size());
    std::ofstream(f.path, std::ios::binary) << all << header << data;
    return message([&] { io::safetensors::mapped_weights wrong(f.path); });
  };
  EXPECT_EQ(with(R"({"a":{"dtype":"F8_E5M2","shape":[4],"data_offsets":[0,4]}})", "1234"),
            f.path + ": tensor 'a': expected a type of igata, got F8_E5M2; convert the file");
  EXPECT_EQ(with(R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1],"data_offsets":[0,4]}})", "1234"),
            f.path + ": tensor 'a': expected at most 6 extents below 2^31, got [1,1,1,1,1,1,1]; it is no variable of a model");
  EXPECT_EQ(with(R"({"a.b":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a/b":{"dtype":"F32","shape":[],"data_offsets":[4,8]}})", "12345678"),
            f.path + ": tensor 'a/b': expected one for each variable, got two for 'a/b'; rename one");
  EXPECT_EQ(with(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "1234"), "");
  EXPECT_EQ(with(R"({"a":{"dtype":"BOOL","shape":[4],"data_offsets":[0,4]}})", "\1\0\2\1"s),
            f.path + ": tensor 'a': value 2: expected a number that BOOL can hold, got 2; choose another type");
  EXPECT_NE(with(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "123").find("cut short"), std::string::npos);
  EXPECT_NE(message([] { io::safetensors::mapped_weights none("/none/there"); }).find("cannot be opened"), std::string::npos);
}
}  // namespace
