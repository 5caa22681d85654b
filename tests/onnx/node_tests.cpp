// The node tests of ONNX, which Debian's libonnx-testdata has: what igata runs gives what they say, and what it does not run it refuses.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>

#include <igata/f64.hpp>
#include <igata/onnx.hpp>

// How often each file is damaged.
#if !defined(IGATA_ONNX_DAMAGES)
#define IGATA_ONNX_DAMAGES 3
#endif

using namespace igata;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
// A TensorProto of its own file.
onnx::tensor read_tensor(const std::string& bytes) {
  onnx::detail::message_reader in("test", 1 << 30);
  onnx::detail::tensor_reader tensors(in, "test");
  return tensors.read_tensor({}, bytes);
}
std::vector<std::string> tensors_of(const fs::path& folder, const std::string& kind) {
  std::vector<std::string> all;
  for (int i = 0; fs::exists(folder / (kind + std::to_string(i) + ".pb")); ++i) all.push_back(content(folder / (kind + std::to_string(i) + ".pb")));
  return all;
}
bool agree(double expected, double got, dtype type) {
  const double apart = std::fabs(expected - got), near = type == bf16 ? 1e-2 : type == f64 ? 1e-7 : 1e-3;
  return expected == got || (std::isnan(expected) && std::isnan(got)) || apart <= near * std::fabs(expected) + near * 1e-2;
}

// Which inputs are constants: none, those that are not FLOAT, all but the first, as in real models.
enum class fixed { none, others, weights };

// "": refused by an error; otherwise "passed", or what is wrong.
std::string run(const fs::path& folder, fixed which) {
  try {
    const onnx::model m = onnx::read((folder / "model.onnx").string());
    const std::vector<std::string> in_files = tensors_of(folder / "test_data_set_0", "input_"),
                                   out_files = tensors_of(folder / "test_data_set_0", "output_");
    std::vector<onnx::tensor> in, expected;
    for (const std::string& f : in_files) {
      in.push_back(read_tensor(f));
      onnx::tensor& x = in.back();  // at an address of its own: in the file it lies anywhere
      if (x.held.empty()) x.held.assign(x.there.begin(), x.there.end());
    }
    for (const std::string& f : out_files) expected.push_back(read_tensor(f));
    const auto declare = [](std::vector<onnx::tensor>& tensors, const std::vector<onnx::value_info>& as) {  // old files have BFLOAT16 as UINT16
      for (std::size_t i = 0; i < tensors.size() && i < as.size(); ++i)
        if (tensors[i].type == onnx::element_type::u16 && as[i].type.element == onnx::element_type::bf16) tensors[i].type = onnx::element_type::bf16;
    };
    declare(in, m.graph.input);
    declare(expected, m.graph.output);
    onnx::load_options options;
    options.simulate_quantised = true;
    for (std::size_t i = 0; i < in.size(); ++i) {
      const std::string& name = m.graph.input.at(i).name;
      options.shapes[name] = in[i].dims;
      if ((which == fixed::others && in[i].type != onnx::element_type::f32) || (which == fixed::weights && i > 0)) options.fixed[name] = in[i];
    }
    session net = onnx::load((folder / "model.onnx").string(), options);
    std::vector<session_input> inputs(static_cast<std::size_t>(net.input_count()));
    for (int i = 0; i < net.input_count(); ++i)
      for (std::size_t k = 0; k < in.size(); ++k)
        if (m.graph.input[k].name == net.input_name(i)) {
          session_input& x = inputs[static_cast<std::size_t>(i)];
          x.at = in[k].bytes().data(), x.size = in[k].count(), x.type = onnx::detail::dtype_of(in[k].type).value();
        }
    std::vector<onnx::tensor> got = expected;
    std::vector<session_result> results(got.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      onnx::detail::constant c;
      if (!onnx::detail::read_constant(expected.at(i), c)) return "a result of " + std::string(name_of(expected[i].type));
      if (net.output_type(static_cast<int>(i)) != c.type) return "a result of " + std::string(name_of(net.output_type(static_cast<int>(i))));
      if (net.output_row(static_cast<int>(i)) != c.count()) return "another size";
      got[i].held.assign(expected[i].bytes().size(), std::byte{});
      results[i].at = got[i].held.data(), results[i].size = c.count(), results[i].type = c.type;
    }
    const status s = net.run(session_inputs(inputs.data(), net.input_count()), session_results(results.data(), net.output_count()), 1);
    if (s.value == status::code::index_out_of_range) return "";  // an index of a call counts from the front
    if (!s) return std::string(describe(s).view());
    for (std::size_t i = 0; i < got.size(); ++i) {
      onnx::detail::constant c, y;
      onnx::detail::read_constant(expected[i], c);
      onnx::detail::read_constant(got[i], y);
      for (std::size_t k = 0; k < c.size(); ++k)
        if (c.is_whole() ? c.whole[k] != y.whole[k] : !agree(c.at(k), y.at(k), c.type))
          return "result " + std::to_string(i) + '[' + std::to_string(k) + "]: " + std::to_string(y.at(k)) + " for " + std::to_string(c.at(k));
    }
    return "passed";
  } catch (const error& e) {
    EXPECT_EQ(std::string_view(e.what()).find('\n'), std::string_view::npos) << e.what();
    return "";
  }
}

TEST(node_tests, give_what_they_say_or_are_refused) {
  const fs::path folder = IGATA_ONNX_NODE_TESTS;
  if (!fs::exists(folder)) GTEST_SKIP() << "no folder " << folder << " (Debian: libonnx-testdata)";
  int passed = 0, refused = 0;
  for (const fs::directory_entry& test : fs::directory_iterator(folder)) {
    if (!fs::exists(test.path() / "model.onnx")) continue;
    if (test.path().filename() == "test_adam_multiple") continue;  // before ONNX 1.13 the file does not name the epsilon of its results
    std::string result;
    for (const fixed which : {fixed::none, fixed::others, fixed::weights})
      if (result.empty() || result == "passed")
        if (const std::string one = run(test.path(), which); !one.empty()) result = one;
    if (result == "passed") ++passed;
    else if (result.empty()) ++refused;
    else ADD_FAILURE() << test.path().filename() << ": " << result;
  }
  std::printf("%d passed, %d refused\n", passed, refused);
  EXPECT_GE(passed, 800);
}

// Files of all operators, damaged: one that is read all the same becomes a session or is refused in one line.
TEST(node_tests, damaged_files_are_refused) {
  const fs::path folder = IGATA_ONNX_NODE_TESTS;
  if (!fs::exists(folder)) GTEST_SKIP() << "no folder " << folder << " (Debian: libonnx-testdata)";
  std::mt19937 random(3);
  int refused = 0, loaded = 0;
  for (const fs::directory_entry& test : fs::directory_iterator(folder)) {
    if (!fs::exists(test.path() / "model.onnx")) continue;
    const std::string file = content(test.path() / "model.onnx");
    if (file.size() > 20000) continue;
    const std::vector<std::string> in_files = tensors_of(test.path() / "test_data_set_0", "input_");
    for (int i = 0; i < IGATA_ONNX_DAMAGES; ++i) {
      std::string bytes = file;
      for (auto k = random() % 3 + 1; k > 0; --k) bytes[random() % bytes.size()] ^= static_cast<char>(random() % 255 + 1);
      try {
        const auto m = std::make_shared<const onnx::model>(onnx::read_bytes(bytes, "m.onnx", {.budget = 1 << 24}));
        onnx::load_options options;
        options.simulate_quantised = true;
        for (std::size_t k = 0; k < in_files.size() && k < m->graph.input.size(); ++k) {
          const onnx::tensor t = read_tensor(in_files[k]);
          options.shapes[m->graph.input[k].name] = t.dims;
          if (k > 0) options.fixed[m->graph.input[k].name] = t;
        }
        variable_store weights;
        const session net([&](builder& s) { onnx::detail::draw_model(*m, "m.onnx", options, s, &weights); },
                          {.max_batch = 1, .made_for = mode::packed});
        ++loaded;
      } catch (const error& e) {
        EXPECT_EQ(std::string_view(e.what()).find('\n'), std::string_view::npos) << e.what();
        ++refused;
      }
    }
  }
  std::printf("%d loaded, %d refused\n", loaded, refused);
  EXPECT_GT(refused, 100);
  EXPECT_GT(loaded, 100);
}

}  // namespace
