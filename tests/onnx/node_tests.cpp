// The node tests of ONNX, which Debian's libonnx-testdata has: what igata runs gives what they say, and what it does not run it refuses.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>

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
bool agree(double expected, double got) {
  return expected == got || (std::isnan(expected) && std::isnan(got)) || std::fabs(expected - got) <= 1e-3 * std::fabs(expected) + 1e-5;
}

// "": refused by an error; otherwise "passed", or what is wrong. `weights`: all inputs but the first are constants, as in real models.
std::string run(const fs::path& folder, bool weights) {
  try {
    const onnx::model m = onnx::read((folder / "model.onnx").string());
    const std::vector<std::string> in_files = tensors_of(folder / "test_data_set_0", "input_"),
                                   out_files = tensors_of(folder / "test_data_set_0", "output_");
    std::vector<onnx::tensor> in, expected;
    for (const std::string& f : in_files) in.push_back(read_tensor(f));
    for (const std::string& f : out_files) expected.push_back(read_tensor(f));
    onnx::load_options options;
    options.simulate_quantised = true;
    for (std::size_t i = 0; i < in.size(); ++i) {
      options.shapes[m.graph.input.at(i).name] = in[i].dims;
      if (in[i].type != onnx::element_type::f32 || (weights && i > 0)) options.fixed[m.graph.input.at(i).name] = in[i];
    }
    session net = onnx::load((folder / "model.onnx").string(), options);
    std::vector<std::vector<float>> from, to;
    std::vector<std::vector<std::int32_t>> whole_to;
    for (int i = 0; i < net.input_count(); ++i)
      for (std::size_t k = 0; k < in.size(); ++k) {
        if (m.graph.input[k].name != net.input_name(i)) continue;
        onnx::detail::constant c;
        onnx::detail::read_constant(in[k], c);
        from.push_back(c.real);
      }
    std::vector<session_input> inputs;
    std::vector<session_result> results;
    for (const auto& x : from) inputs.emplace_back(x);
    for (int i = 0; i < net.output_count(); ++i) {
      to.emplace_back(static_cast<std::size_t>(net.output_row(i)));
      whole_to.emplace_back(static_cast<std::size_t>(net.output_row(i)));
    }
    for (int i = 0; i < net.output_count(); ++i) {
      if (net.output_type(i) == f32) results.emplace_back(to[static_cast<std::size_t>(i)]);
      else results.emplace_back(whole_to[static_cast<std::size_t>(i)]);
    }
    const status s = net.run(session_inputs(inputs.data(), net.input_count()), session_results(results.data(), net.output_count()), 1);
    if (!s) return std::string(describe(s).view());
    for (std::size_t i = 0; i < to.size(); ++i) {
      onnx::detail::constant c;
      if (!onnx::detail::read_constant(expected.at(i), c)) return "a result of " + std::string(name_of(expected[i].type));
      if (static_cast<std::size_t>(c.count()) != to[i].size()) return "another size";
      for (std::size_t k = 0; k < to[i].size(); ++k) {
        const double got = net.output_type(static_cast<int>(i)) == f32 ? static_cast<double>(to[i][k]) : whole_to[i][k];
        if (!agree(c.at(k), got))
          return "result " + std::to_string(i) + '[' + std::to_string(k) + "]: " + std::to_string(got) + " for " + std::to_string(c.at(k));
      }
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
    std::string result = run(test.path(), false);
    if (result.empty()) result = run(test.path(), true);
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
