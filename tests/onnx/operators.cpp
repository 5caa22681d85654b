// Operators of ONNX, each by a small file whose results the specification says.
#include <cmath>
#include <limits>

#include <igata/f64.hpp>
#include <igata/onnx.hpp>

#include "graphs.hpp"

using namespace testing_onnx;

namespace {

using reals = std::vector<float>;
using Operators = Load;

const std::string y_out = value_of(12, "y", {});
std::string x_of(std::initializer_list<std::int64_t> dims) { return value_of(11, "x", dims) + y_out; }
std::string whole(const std::string& name, std::initializer_list<std::int64_t> dims, std::initializer_list<std::int64_t> values, int type = 7) {
  return pb::bytes(5, pb::bytes(1, pb::packed(dims)) + pb::number(2, type) + pb::bytes(type == 7 ? 7 : 5, pb::packed(values)) + pb::bytes(8, name));
}
std::string word(const char* name, const char* how) { return pb::bytes(5, pb::bytes(1, name) + pb::bytes(4, how) + pb::number(20, 3)); }
std::string fraction(const char* name, float x) { return pb::bytes(5, pb::bytes(1, name) + pb::real(2, x) + pb::number(20, 1)); }
// What a node of whole constants gives, added to zeros.
std::string as_real(const std::string& graph) { return graph + node("Cast", {"w"}, "f", attribute("to", 1)) + node("Add", {"x", "f"}, "y"); }

TEST_F(Operators, scatter) {
  const std::string x = x_of({1, 5}), update = tensor("u", {1, 3}, {1.5f, 2, 3}), index = whole("i", {1, 3}, {1, -2, 1});
  const reals in{1, 2, 3, 4, 5};
  const auto of = [&](const char* type, const std::string& more) {
    return results(x + update + index + node(type, {"x", "i", "u"}, "y", attribute("axis", 1) + more), in);
  };
  EXPECT_EQ(of("Scatter", ""), (reals{1, 3, 3, 2, 5}));  // the later wins
  EXPECT_EQ(of("ScatterElements", ""), (reals{1, 3, 3, 2, 5}));
  EXPECT_EQ(of("ScatterElements", word("reduction", "add")), (reals{1, 6.5f, 3, 6, 5}));
  EXPECT_EQ(of("ScatterElements", word("reduction", "mul")), (reals{1, 9, 3, 8, 5}));
  EXPECT_EQ(of("ScatterElements", word("reduction", "max")), (reals{1, 3, 3, 4, 5}));
  EXPECT_EQ(of("ScatterElements", word("reduction", "min")), (reals{1, 1.5f, 3, 2, 5}));
  EXPECT_EQ(mistake(x + update + whole("i", {1, 3}, {1, 5, 1}) + node("ScatterElements", {"x", "i", "u"}, "y", attribute("axis", 1))),
            "node 'y' (ScatterElements): expected an index of 5, got 5; the file is no valid ONNX model");
  EXPECT_EQ(mistake(x + update + index + node("ScatterElements", {"x", "i", "u"}, "y", attribute("axis", 1) + word("reduction", "mean"))),
            "node 'y' (ScatterElements): expected reduction none, add, mul, max or min, got mean; the file is no valid ONNX model");
}
TEST_F(Operators, tuples) {
  const std::string x = x_of({2, 3}), index = whole("i", {2, 2}, {1, -1, 0, 1});
  const reals in{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(results(x + index + node("GatherND", {"x", "i"}, "y"), in), (reals{6, 2}));
  EXPECT_EQ(results(x + whole("i", {2, 1}, {2, -3}) + node("GatherND", {"x", "i"}, "y", attribute("batch_dims", 1)), in), (reals{3, 4}));
  EXPECT_EQ(results(x + index + tensor("u", {2}, {10, 20}) + node("ScatterND", {"x", "i", "u"}, "y"), in), (reals{1, 20, 3, 4, 5, 10}));
  EXPECT_EQ(
      results(x + whole("i", {1, 1}, {1}) + tensor("u", {1, 3}, {1, 2, 3}) + node("ScatterND", {"x", "i", "u"}, "y", word("reduction", "add")), in),
      (reals{1, 2, 3, 5, 7, 9}));
  // Indices that are computed.
  const std::string computed = node("Cast", {"x"}, "c", attribute("to", 7)) + node("Sub", {"c", "four"}, "i") + whole("four", {}, {4});
  EXPECT_EQ(results(x_of({2, 2}) + computed + node("GatherND", {"x", "i"}, "y"), {4, 3, 5, 4}), (reals{3, 5}));
}
// Indices that are computed count from the end too: -1, -2, 0. What is beyond gives 0.
TEST_F(Operators, computed_indices) {
  const std::string index = node("Cast", {"x"}, "c", attribute("to", 7)) + node("Sub", {"c", "two"}, "i") + whole("two", {}, {2}),
                    table = tensor("t", {3}, {10, 20, 30});
  EXPECT_EQ(results(x_of({3}) + index + table + node("Gather", {"t", "i"}, "y"), {1, 0, 2}), (reals{30, 20, 10}));
  EXPECT_EQ(results(x_of({3}) + index + table + node("GatherElements", {"t", "i"}, "y"), {1, 0, 2}), (reals{30, 20, 10}));
  EXPECT_EQ(results(x_of({3}) + index + table + node("Gather", {"t", "i"}, "y"), {5, 4, -2}), (reals{0, 30, 0}));
}
TEST_F(Operators, parts_by_a_condition) {
  const std::string mask = whole("m", {3}, {0, 1, 1}, 9);
  EXPECT_EQ(results(x_of({2, 3}) + mask + node("Compress", {"x", "m"}, "y", attribute("axis", 1)), {1, 2, 3, 4, 5, 6}), (reals{2, 3, 5, 6}));
  EXPECT_EQ(results(x_of({2, 3}) + mask + node("Compress", {"x", "m"}, "y"), {1, 2, 3, 4, 5, 6}), (reals{2, 3}));
  EXPECT_EQ(results(as_real(x_of({2, 2}) + whole("k", {2, 2}, {1, 0, 0, 1}) + node("NonZero", {"k"}, "w")), {0, 0, 0, 0}), (reals{0, 1, 0, 1}));
}
TEST_F(Operators, reverse_sequence) {
  const std::string node_of = node("ReverseSequence", {"x", "n"}, "y", attribute("batch_axis", 0) + attribute("time_axis", 1));
  EXPECT_EQ(results(x_of({2, 3}) + whole("n", {2}, {2, 3}) + node_of, {1, 2, 3, 4, 5, 6}), (reals{2, 1, 3, 6, 5, 4}));
}
TEST_F(Operators, max_unpool) {
  const std::string x = x_of({1, 1, 1, 2}), index = whole("i", {1, 1, 1, 2}, {1, 7}),
                    window = attribute("kernel_shape", {2, 2}) + attribute("strides", {2, 2});
  EXPECT_EQ(results(x + index + node("MaxUnpool", {"x", "i"}, "y", window), {5, 6}), (reals{0, 5, 0, 0, 0, 0, 0, 6}));
  EXPECT_EQ(results(x + index + integers("s", {1, 1, 2, 5}) + node("MaxUnpool", {"x", "i", "s"}, "y", window), {5, 6}),
            (reals{0, 5, 0, 0, 0, 0, 0, 0, 6, 0}));
}
TEST_F(Operators, rests) {
  const std::string x = x_of({6});
  const reals in{-4.3f, 7.2f, 5, 4.3f, -7.2f, 8};
  const reals got = results(x + tensor("b", {6}, {2.1f, -3.4f, 8, -2.1f, 3.4f, 5}) + node("Mod", {"x", "b"}, "y", attribute("fmod", 1)), in);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(got[i], (reals{-0.1f, 0.4f, 5, 0.1f, -0.4f, 3}[i]), 1e-5f) << i;
  const std::string a = whole("a", {4}, {-4, 7, 5, -7}), b = whole("b", {4}, {2, -3, 8, 3}), zeros = x_of({4});
  EXPECT_EQ(results(as_real(zeros + a + b + node("Mod", {"a", "b"}, "w")), {0, 0, 0, 0}), (reals{0, -2, 5, 2}));
  EXPECT_EQ(results(as_real(zeros + a + b + node("Mod", {"a", "b"}, "w", attribute("fmod", 1))), {0, 0, 0, 0}), (reals{0, 1, 5, -1}));
  const reals large{1e10f, 2e9f, 1000, 5, -1e9f, 0};
  EXPECT_EQ(
      results(x + tensor("b", {6}, {7, 3, 0.1f, std::numeric_limits<float>::infinity(), 7, 2}) + node("Mod", {"x", "b"}, "y", attribute("fmod", 1)),
              large),
      (reals{std::fmod(1e10f, 7.f), std::fmod(2e9f, 3.f), std::fmod(1000.f, 0.1f), 5, std::fmod(-1e9f, 7.f), 0}));
  // Of what is computed.
  EXPECT_EQ(
      results(zeros + b + node("Cast", {"x"}, "c", attribute("to", 7)) + node("Mod", {"c", "b"}, "m") + node("Cast", {"m"}, "y", attribute("to", 1)),
              {-4, 7, 5, -7}),
      (reals{0, -2, 5, 2}));
  EXPECT_EQ(mistake(x + tensor("b", {1}, {2}) + node("Mod", {"x", "b"}, "y")),
            "node 'y' (Mod): expected fmod 1 for fractions, got 0; the file is no valid ONNX model");
}
TEST_F(Operators, bits) {
  const std::string x = x_of({3}), a = whole("a", {3}, {200, 6, 3}, 2), b = whole("b", {3}, {1, 5, 2}, 2);
  const auto of = [&](const char* type, const std::string& more = "") {
    return results(as_real(x + a + b + node(type, {"a", "b"}, "w", more)), {0, 0, 0});
  };
  EXPECT_EQ(of("BitShift", word("direction", "LEFT")), (reals{144, 192, 12}));  // in 8 bits
  EXPECT_EQ(of("BitShift", word("direction", "RIGHT")), (reals{100, 0, 0}));
  EXPECT_EQ(of("BitwiseAnd"), (reals{0, 4, 2}));
  EXPECT_EQ(of("BitwiseOr"), (reals{201, 7, 3}));
  EXPECT_EQ(of("BitwiseXor"), (reals{201, 3, 1}));
  EXPECT_EQ(results(as_real(x + a + node("BitwiseNot", {"a"}, "w")), {0, 0, 0}), (reals{55, 249, 252}));
  EXPECT_EQ(results(as_real(x + whole("a", {3}, {200, 6, -1}) + node("BitwiseNot", {"a"}, "w")), {0, 0, 0}), (reals{-201, -7, 0}));
}
TEST_F(Operators, products_along_axes) {
  EXPECT_EQ(results(x_of({2, 2}) + node("ReduceProd", {"x"}, "y", attribute("axes", {1}) + attribute("keepdims", 0)), {1, 2, 3, 4}, {}, 13),
            (reals{2, 12}));
}
// Of 8 bits; results without a sign; casts.
TEST_F(Operators, whole_types) {
  EXPECT_EQ(
      results(x_of({4}) + node("Cast", {"x"}, "c", attribute("to", 2)) + node("Cast", {"c"}, "y", attribute("to", 1)), {-1.5f, 2.75f, 255.9f, 300}),
      (reals{0, 2, 255, 255}));
  EXPECT_EQ(results(as_real(x_of({3}) + whole("a", {3}, {200, 300, -1}) + node("Cast", {"a"}, "w", attribute("to", 3))), {0, 0, 0}),
            (reals{-56, 44, -1}));
  const std::string words =
                        pb::bytes(5, pb::bytes(1, pb::packed({2})) + pb::number(2, 13) + pb::bytes(11, pb::packed({7, 40000})) + pb::bytes(8, "a")),
                    two = pb::bytes(5, pb::bytes(1, pb::packed({1})) + pb::number(2, 13) + pb::bytes(11, pb::packed({8})) + pb::bytes(8, "b"));
  EXPECT_EQ(results(as_real(x_of({2}) + words + two + node("Div", {"a", "b"}, "w")), {0, 0}), (reals{0, 5000}));
  EXPECT_EQ(results(as_real(x_of({2}) + words + two + node("Sub", {"a", "b"}, "w")), {0, 0}), (reals{18446744073709551615.f, 39992}));
}
// Sequences of several lengths, and with the batch in front.
TEST_F(Operators, recurrent) {
  const std::string weights = tensor("w", {1, 1, 1}, {1}) + tensor("r", {1, 1, 1}, {1}), ends = whole("n", {2}, {1, 2}, 6);
  const auto net = [](const char* in, const std::string& more) {
    std::string s;
    for (const char* i : {in, "w", "r", "", "n"}) s += pb::bytes(1, i);
    return pb::bytes(1, s + pb::bytes(2, "all") + pb::bytes(2, "last") + pb::bytes(4, "RNN") + attribute("hidden_size", 1) + more);
  };
  const float a = std::tanh(0.5f), b = std::tanh(1.f), c = std::tanh(b - 1);
  const reals steps = results(x_of({2, 2, 1}) + weights + ends + net("x", "") + node("Identity", {"all"}, "y"), {0.5f, 1, 7, -1}),
              last = results(x_of({2, 2, 1}) + weights + ends + net("x", "") + node("Identity", {"last"}, "y"), {0.5f, 1, 7, -1}),
              turned =
                  results(x_of({2, 2, 1}) + weights + ends + net("x", attribute("layout", 1)) + node("Identity", {"all"}, "y"), {0.5f, 7, 1, -1});
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(steps[i], (reals{a, b, 0, c}[i]), 1e-5f) << i;
    EXPECT_NEAR(turned[i], (reals{a, 0, b, c}[i]), 1e-5f) << i;
  }
  for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(last[i], (reals{a, c}[i]), 1e-5f);
}
// What has no elements is known, and what is reduced of it is what a sum, product or limit begins with.
TEST_F(Operators, of_nothing) {
  const auto of = [&](const char* type) {
    session net = onnx::load(file(x_of({2, 0}) + node(type, {"x"}, "y", attribute("axes", {1}) + attribute("keepdims", 0)), 13));
    EXPECT_EQ(net.input_count(), 0);
    reals y(2, 7.f);
    EXPECT_TRUE(static_cast<bool>(net.run(session_inputs(nullptr, 0), {y}, 1)));
    EXPECT_EQ(y[0], y[1]);
    return y[0];
  };
  const float inf = std::numeric_limits<float>::infinity();
  EXPECT_EQ(of("ReduceProd"), 1);
  EXPECT_EQ(of("ReduceL2"), 0);
  EXPECT_EQ(of("ReduceMax"), -inf);
  EXPECT_EQ(of("ReduceMin"), inf);
  EXPECT_EQ(of("ReduceLogSum"), -inf);
  EXPECT_EQ(of("ReduceLogSumExp"), -inf);
}
// Channels are the second axis, whatever the number of axes.
TEST_F(Operators, batch_norm_of_other_images) {
  const std::string numbers = tensor("s", {2}, {10, 100}) + tensor("b", {2}, {1, 2}) + tensor("m", {2}, {0, 1}) + tensor("v", {2}, {1, 1}),
                    norm = node("BatchNormalization", {"x", "s", "b", "m", "v"}, "y", fraction("epsilon", 0));
  const auto of = [&](std::initializer_list<std::int64_t> dims, const reals& x) { return results(x_of(dims) + numbers + norm, x); };
  EXPECT_EQ(of({2, 2}, {1, 2, 3, 4}), (reals{11, 102, 31, 302}));
  EXPECT_EQ(of({1, 2, 2}, {1, 2, 3, 4}), (reals{11, 21, 202, 302}));
  EXPECT_EQ(of({1, 2, 3}, {1, 2, 3, 4, 5, 6}), (reals{11, 21, 31, 302, 402, 502}));
  EXPECT_EQ(of({1, 2, 1, 2}, {1, 2, 3, 4}), (reals{11, 21, 202, 302}));
  EXPECT_EQ(of({1, 2, 1, 1, 2}, {1, 2, 3, 4}), (reals{11, 21, 202, 302}));
}
// Extents and places are those of floats, as the scales are.
TEST_F(Operators, resized_by_scales_of_floats) {
  const auto of = [&](std::int64_t n, float scale, const std::string& how) {
    reals x;
    for (std::int64_t i = 0; i < n; ++i) x.push_back(static_cast<float>(i));
    return results(x_of({1, n}) + tensor("s", {2}, {1, scale}) + node("Resize", {"x", "", "s"}, "y", how), x);
  };
  EXPECT_EQ(of(10, 0.7f, "").size(), 7u);
  EXPECT_EQ(of(10, 0.9f, "").size(), 9u);
  EXPECT_EQ(of(9, 2.f / 3, word("coordinate_transformation_mode", "asymmetric") + word("nearest_mode", "floor")), (reals{0, 1, 3, 4, 6, 7}));
}
// A known result behind a node of halves.
TEST_F(Operators, known_halves_as_results) {
  const std::string graph =
      value_of(11, "x", {2}, 10) + value_of(12, "y", {2}, 10) + value_of(12, "k", {2}, 10) +
      pb::bytes(5, pb::bytes(1, pb::packed({2})) + pb::number(2, 10) + pb::bytes(8, "k") + pb::bytes(9, std::string("\0\x3c\0\x40", 4))) +
      node("Sigmoid", {"x"}, "y");
  EXPECT_EQ(mistake(graph), "");
}
// More axes than a value has: reshaped, and losses.
TEST_F(Operators, of_seven_axes) {
  const std::string x = x_of({1, 2, 1, 1, 1, 1, 3});
  const reals in{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(results(x + integers("s", {2, 3}) + integers("t", {3, 1, 1, 1, 1, 1, 2}) + node("Reshape", {"x", "s"}, "a") +
                        node("Transpose", {"a"}, "b") + node("Reshape", {"b", "t"}, "y"),
                    in),
            (reals{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(
      results(x + whole("c", {1, 1, 1, 1, 1, 3}, {0, 1, 0}) + node("NegativeLogLikelihoodLoss", {"x", "c"}, "y", word("reduction", "none")), in),
      (reals{-1, -5, -3}));
  EXPECT_EQ(mistake(x + node("Neg", {"x"}, "y")), "node 'y' (Neg): expected at most 6 axes, got 7; igata does not run this model yet");
}
// What has no elements or too many divides, overflows and reads nothing.
TEST_F(Operators, of_hostile_extents) {
  const auto expect = [&](std::initializer_list<std::int64_t> dims, const std::string& more, const std::string& text) {
    const std::string got = mistake(value_of(11, "x", dims) + y_out + more);
    EXPECT_NE(got.find(text), got.npos) << got;
  };
  expect({0, 3}, node("NonZero", {"x"}, "y"), "output 'y': expected extents from 1 to 2^31 - 1, got 0");
  const std::string gather = node("GatherND", {"x", "i"}, "y", attribute("batch_dims", 1));
  expect({4, 3}, whole("i", {0, 9223372036854775807}, {}) + gather,
         "node 'y' (GatherND): expected tuples of 1 to 1 numbers, got 9223372036854775807");
  expect({4, 3}, whole("i", {1, 3}, {1, 1, 1}) + gather, "node 'y' (GatherND): expected tuples of 1 to 1 numbers, got 3");
  expect({2, 0, 0}, node("Det", {"x"}, "y"), "det: of [2,0,0]; must be [..., k, k] with k up to 64");
  const std::string w = tensor("w", {1, 1, 1}, {1});
  expect({0, 1, 1}, w + node("RNN", {"x", "w", "w"}, "y", attribute("hidden_size", 1)), "expected a sequence of 1 to 1000 steps, got 0");
  expect({2, 1, 1}, w + node("RNN", {"x", "w", "w"}, "y", attribute("hidden_size", 1) + word("direction", "backward")),
         "expected direction forward, reverse or bidirectional, got backward; the file is no valid ONNX model");
  const std::string fold = node("Col2Im", {"x", "h", "b"}, "y");
  expect({1, 1, 1}, integers("h", {65536, 65536}) + integers("b", {65536, 65536}) + fold, "fold: [1,1,1] of windows over [65536,65536]; must be");
  expect({1, 1, 1}, integers("h", {65536, 65537}) + integers("b", {1, 1}) + fold, "fold: [1,1,1] of windows over [65536,65537]; must be");
  expect({1, 1, 0, 4}, tensor("s", {4}, {1, 1, 2, 2}) + node("Resize", {"x", "", "s"}, "y"), "node 'y' (Resize): expected elements, got none");
  expect({1, 1, 3, 3}, tensor("k", {1, 1, 1, 1}, {1}) + node("Conv", {"x", "k"}, "y", attribute("group", 4294967297)),
         "expected groups that divide the channels, got 4294967297");
  expect({1, 2, 4}, tensor("k", {1, 3, 1}, {1, 1, 1}) + node("Conv", {"x", "k"}, "y"), "conv2d: ");  // the graph's text, not what follows from it
  expect({1, 1, 1, 1}, tensor("s", {4}, {1, 1, 65536, 65536}) + node("Resize", {"x", "", "s"}, "y", word("mode", "linear")), "2^31 elements");
  expect({2, 2}, pb::bytes(1, pb::bytes(1, "x") + pb::bytes(4, "Split")), "node '' (Split): expected results, got none");
  expect({2, 3}, whole("n", {2}, {2, 4}) + node("ReverseSequence", {"x", "n"}, "y", attribute("batch_axis", 0) + attribute("time_axis", 1)),
         "expected lengths up to 3, got 4");
  expect({2, 3, 4, 5}, value_of(11, "c", {2, 5, 4}, 7) + node("NegativeLogLikelihoodLoss", {"x", "c"}, "y"),
         "expected a class for each element, got others");
  expect({1, 300, 1}, whole("f", {}, {0}) + whole("l", {}, {256}) + node("STFT", {"x", "f", "", "l"}, "y"),
         "expected a frame_step from 1 to 2^24, got 0");
  try {
    onnx::load(file(x_of({0, 3, 4}) + node("Softmax", {"x"}, "y"), 11));
    ADD_FAILURE();
  } catch (const error& e) {
    EXPECT_NE(std::string_view(e.what()).find("output 'y': expected extents from 1 to 2^31 - 1, got 0"), std::string_view::npos) << e.what();
  }
}
TEST_F(Operators, determinants) {
  const reals y = results(x_of({2, 2, 2}) + node("Det", {"x"}, "y"), {1, 2, 3, 4, 0, 2, 3, 0});
  EXPECT_NEAR(y[0], -2, 1e-5f);
  EXPECT_NEAR(y[1], -6, 1e-5f);
}
TEST_F(Operators, columns_to_images) {
  const std::string shapes = integers("image", {3}) + integers("block", {2});
  EXPECT_EQ(results(x_of({1, 2, 2}) + shapes + node("Col2Im", {"x", "image", "block"}, "y"), {1, 2, 3, 4}), (reals{1, 5, 4}));
}
TEST_F(Operators, spectra_of_windows) {
  const reals y = results(x_of({1, 3, 1}) + whole("step", {}, {1}) + tensor("w", {2}, {1, 2}) + node("STFT", {"x", "step", "w"}, "y"), {1, 2, 3});
  for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(y[i], (reals{5, 0, -3, 0, 8, 0, -4, 0}[i]), 1e-5f) << i;
}
TEST_F(Operators, triangles_of_mel) {
  const std::string numbers =
      whole("bins", {}, {2}) + whole("length", {}, {8}) + whole("rate", {}, {8000}) + tensor("low", {}, {0}) + tensor("high", {}, {4000});
  const reals y =
      results(x_of({5, 2}) + numbers + node("MelWeightMatrix", {"bins", "length", "rate", "low", "high"}, "w") + node("Add", {"x", "w"}, "y"),
              reals(10, 0.f));
  EXPECT_EQ(y, (reals{1, 0, 0, 1, 0, 0, 0, 0, 0, 0}));
}
TEST_F(Operators, whole_products) {
  const onnx::load_options quantised{.simulate_quantised = true};
  const std::string small = whole("a", {1, 2}, {11, 7}, 2) + whole("b", {2, 2}, {1, 4, 2, 5}, 2) + whole("za", {}, {12}, 2) + whole("zb", {}, {1}, 2),
                    scales = tensor("s", {}, {0.5f}) + tensor("t", {}, {1}) + whole("zy", {}, {118}, 2), x = x_of({1, 2});
  EXPECT_EQ(results(as_real(x + small + node("MatMulInteger", {"a", "b", "za", "zb"}, "w")), {0, 0}, quantised), (reals{-5, -23}));
  EXPECT_EQ(results(as_real(x + small + scales + node("QLinearMatMul", {"a", "s", "za", "b", "s", "zb", "t", "zy"}, "w")), {0, 0}, quantised),
            (reals{117, 112}));
  const std::string image = whole("a", {1, 1, 2, 2}, {2, 3, 4, 5}, 2) + whole("b", {1, 1, 2, 2}, {1, 1, 1, 1}, 2) + whole("za", {}, {1}, 2);
  EXPECT_EQ(results(as_real(x_of({1, 1, 1, 1}) + image + node("ConvInteger", {"a", "b", "za"}, "w")), {0}, quantised), (reals{10}));
  EXPECT_EQ(results(as_real(x_of({1, 1, 1, 1}) + image + scales + whole("zw", {}, {0}, 2) +
                            node("QLinearConv", {"a", "s", "za", "b", "s", "zw", "t", "zy"}, "w")),
                    {0}, quantised),
            (reals{120}));  // 2.5 to even
  EXPECT_EQ(results(x_of({3}) + node("Cast", {"w"}, "y", attribute("to", 1)) +
                        pb::bytes(1, pb::bytes(1, "x") + pb::bytes(2, "w") + pb::bytes(2, "scale") + pb::bytes(2, "zero") +
                                         pb::bytes(4, "DynamicQuantizeLinear")),
                    {-1, 0, 1.55f}, quantised),
            (reals{0, 100, 255}));
  EXPECT_EQ(mistake(x_of({1, 259}) + tensor("b", {259, 1}, reals(259, 1.f)) + node("MatMulInteger", {"x", "b"}, "y"), quantised),
            "node 'y' (MatMulInteger): expected sums of at most 258 products, got 259; igata does not run this model yet");
}
// Of known filters it is known what their sums can be.
TEST_F(Operators, long_whole_convolutions) {
  const onnx::load_options quantised{.simulate_quantised = true};
  const auto filters = [](int weight) {
    return pb::bytes(5, pb::bytes(1, pb::packed({1, 400, 1, 1})) + pb::number(2, 3) + pb::bytes(8, "w") +
                            pb::bytes(9, std::string(400, static_cast<char>(weight))));
  };
  const std::string s = tensor("s", {}, {1}) + whole("z", {}, {0}, 2), rounded = node("QuantizeLinear", {"x", "s", "z"}, "a"),
                    sum = node("ConvInteger", {"a", "w"}, "c") + node("Cast", {"c"}, "y", attribute("to", 1));
  EXPECT_EQ(results(x_of({1, 400, 1, 1}) + s + filters(101) + rounded + sum, reals(400, 255.f), quantised), (reals{101 * 400 * 255.f}));
  EXPECT_EQ(results(x_of({1, 400, 1, 1}) + s + filters(-128) + rounded + sum, reals(400, 255.f), quantised), (reals{-128 * 400 * 255.f}));
  const auto more = [&](std::int64_t o, std::int64_t c, int weight) {
    const std::string raw(static_cast<std::size_t>(o * c), static_cast<char>(weight));
    return s + pb::bytes(5, pb::bytes(1, pb::packed({o, c, 1, 1})) + pb::number(2, 3) + pb::bytes(8, "w") + pb::bytes(9, raw)) + rounded;
  };
  EXPECT_EQ(results(x_of({1, 520, 1, 1}) + more(1, 520, -128) + sum, reals(520, 255.f), quantised), (reals{-128 * 520 * 255.f}));
  EXPECT_EQ(mistake(x_of({1, 65794, 1, 1}) + more(1, 65794, -128) + sum, quantised),
            "node 'c' (ConvInteger): expected filters whose sums are below 2^31, got 2147516160; igata does not run this model yet");
  // In groups they are simulated in f32.
  const std::string in_groups = node("ConvInteger", {"a", "w"}, "c", attribute("group", 2)) + node("Cast", {"c"}, "y", attribute("to", 1));
  EXPECT_EQ(results(x_of({1, 800, 1, 1}) + more(2, 400, 101) + in_groups, reals(800, 255.f), quantised), reals(2, 101 * 400 * 255.f));
  EXPECT_EQ(mistake(x_of({1, 1040, 1, 1}) + more(2, 520, -128) + in_groups, quantised),
            "node 'c' (ConvInteger): expected filters whose sums are at most 2^24, got 16972800; igata does not run this model yet");
}
// Of filters of 3 x 3 too, whose sums other models have by Winograd's method, with a rest.
TEST_F(Operators, whole_sums_of_windows) {
  std::string raw;
  for (int i = 0; i < 32 * 64 * 9; ++i) raw += static_cast<char>(i * 57 % 23 - 11);
  const std::string graph = x_of({1, 64, 12, 12}) + tensor("s", {}, {1}) + whole("z", {}, {0}, 2) +
                            pb::bytes(5, pb::bytes(1, pb::packed({32, 64, 3, 3})) + pb::number(2, 3) + pb::bytes(8, "w") + pb::bytes(9, raw)) +
                            node("QuantizeLinear", {"x", "s", "z"}, "a") + node("ConvInteger", {"a", "w"}, "c") +
                            node("Cast", {"c"}, "y", attribute("to", 1));
  reals x, expected;
  for (int i = 0; i < 64 * 144; ++i) x.push_back(static_cast<float>(i * 31 % 256));
  for (std::size_t o = 0; o < 32; ++o)
    for (std::size_t r = 0; r < 10; ++r)
      for (std::size_t q = 0; q < 10; ++q) {
        int sum = 0;
        for (std::size_t k = 0; k < 64 * 9; ++k)
          sum += static_cast<signed char>(raw[o * 576 + k]) * static_cast<int>(x[k / 9 * 144 + (r + k % 9 / 3) * 12 + q + k % 3]);
        expected.push_back(static_cast<float>(sum));
      }
  EXPECT_EQ(results(graph, x, {.simulate_quantised = true}), expected);
}
// Images and filters with zero points, of signed and unsigned bytes: what lies around an image is its zero point.
TEST_F(Operators, whole_windows_with_zero_points) {
  struct types {
    int x, w, around, zero;  // types of ONNX, zero points of the images and of the filters
  };
  for (const types& t : {types{2, 3, 200, 0}, types{3, 3, -100, 3}, types{2, 2, 7, 128}, types{2, 2, 7, 0}, types{3, 2, -128, 5}}) {
    std::string raw;
    for (int i = 0; i < 5 * 3 * 9; ++i) raw += static_cast<char>(i * 57 % 91 + 5);
    const auto zero = [](const char* name, int type, int x) {
      return pb::bytes(5, pb::number(2, type) + pb::bytes(8, name) + pb::bytes(9, std::string(1, static_cast<char>(x))));
    };
    const std::string graph = x_of({1, 3, 5, 4}) + zero("p", t.x, t.around) + zero("q", t.w, t.zero) +
                              pb::bytes(5, pb::bytes(1, pb::packed({5, 3, 3, 3})) + pb::number(2, t.w) + pb::bytes(8, "w") + pb::bytes(9, raw)) +
                              node("Cast", {"x"}, "a", attribute("to", t.x)) +
                              node("ConvInteger", {"a", "w", "p", "q"}, "c", attribute("pads", {1, 2, 0, 1}) + attribute("strides", {2, 1})) +
                              node("Cast", {"c"}, "y", attribute("to", 1));
    reals x, expected;
    for (int i = 0; i < 60; ++i) x.push_back(static_cast<float>(i * 31 % 256 - (t.x == 3 ? 128 : 0)));
    for (int at = 0; at < 5 * 2 * 5; ++at) {
      int sum = 0;
      for (int k = 0; k < 27; ++k) {
        const int row = at / 5 % 2 * 2 + k % 9 / 3 - 1, column = at % 5 + k % 3 - 2;
        const bool inside = row >= 0 && row < 5 && column >= 0 && column < 4;
        const int w = static_cast<unsigned char>(raw[static_cast<std::size_t>(at / 10 * 27 + k)]) - t.zero;
        sum += inside ? (static_cast<int>(x[static_cast<std::size_t>(k / 9 * 20 + row * 4 + column)]) - t.around) * w : 0;
      }
      expected.push_back(static_cast<float>(sum));
    }
    EXPECT_EQ(results(graph, x, {.simulate_quantised = true}), expected) << t.x << t.w;
  }
}
// Every tenth sum is in the middle of two codes: scales that had gone into the weights would decide there.
TEST_F(Operators, whole_sums_stay_whole) {
  const std::string graph = x_of({1, 4, 8, 8}) + tensor("s", {}, {1}) + tensor("t", {}, {0.1f}) + whole("z", {}, {0}, 2) +
                            whole("w", {1, 4, 1, 1}, {3, 7, 9, 13}, 2) + node("QuantizeLinear", {"x", "s", "z"}, "a") +
                            node("QLinearConv", {"a", "s", "z", "w", "t", "z", "s", "z"}, "c") + node("DequantizeLinear", {"c", "s", "z"}, "y");
  reals x, expected;
  for (int i = 0; i < 256; ++i) x.push_back(static_cast<float>(i * 37 % 71));
  for (std::size_t i = 0; i < 64; ++i) {
    const float sum = 3 * x[i] + 7 * x[64 + i] + 9 * x[128 + i] + 13 * x[192 + i];
    expected.push_back(std::min(255.f, std::nearbyint(sum * 0.1f)));
  }
  EXPECT_EQ(results(graph, x, {.simulate_quantised = true}), expected);
}
// ONNX Runtime's own.
TEST_F(Operators, quantised_sums_of_microsoft) {
  const onnx::load_options quantised{.simulate_quantised = true};
  const std::string domain = pb::bytes(7, "com.microsoft");
  const std::string numbers = whole("a", {1, 3}, {10, 200, 3}, 2) + whole("b", {1, 3}, {20, 250, 3}, 2) + whole("za", {}, {4}, 2) +
                              whole("zb", {}, {10}, 2) + whole("zy", {}, {7}, 2) + tensor("sa", {}, {0.5f}) + tensor("sb", {}, {0.25f}) +
                              tensor("sy", {}, {0.5f});
  const auto of = [&](const char* type) {
    return results(as_real(x_of({1, 3}) + numbers + node(type, {"a", "sa", "za", "b", "sb", "zb", "sy", "zy"}, "w", domain)), {0, 0, 0}, quantised);
  };
  EXPECT_EQ(of("QLinearAdd"), (reals{18, 255, 3}));  // (3 + 2.5) / 0.5; saturates; (-0.5 - 1.75) / 0.5 = -4.5 to even
  EXPECT_EQ(of("QLinearMul"), (reals{22, 255, 9}));  // 7.5 / 0.5; saturates; 0.875 / 0.5 = 1.75
  EXPECT_EQ(results(as_real(x_of({1, 1, 1, 1}) + whole("a", {1, 1, 2, 2}, {1, 2, 3, 6}, 2) + numbers.substr(numbers.find(whole("za", {}, {4}, 2))) +
                            node("QLinearGlobalAveragePool", {"a", "sa", "za", "sy", "zy"}, "w", domain)),
                    {0}, quantised),
            (reals{6}));
  EXPECT_EQ(
      mistake(x_of({1, 3}) + numbers + node("QLinearAdd", {"a", "sa", "za", "b", "sb", "zb", "sy", "zy"}, "y", domain)),
      "node 'y' (QLinearAdd): expected real numbers, got quantised ones; .simulate_quantised = true runs them, what has no kernel of bytes in f32");
}
// More products than f32 adds exactly: by kernels of bytes, with zero points of everything, or of rows and columns.
TEST_F(Operators, long_whole_products) {
  constexpr std::int64_t k = 1031;
  const auto bytes = [](const char* name, std::initializer_list<std::int64_t> dims, const std::string& raw, int type) {
    return pb::bytes(5, pb::bytes(1, pb::packed(dims)) + pb::number(2, static_cast<std::uint64_t>(type)) + pb::bytes(8, name) + pb::bytes(9, raw));
  };
  std::string a, b;
  reals x;
  for (int i = 0; i < 2 * k; ++i) {
    a += static_cast<char>(255 - i % 7), b += static_cast<char>(i % 5 == 0 ? -128 : 127 - i % 3);
    x.push_back(static_cast<float>(255 - i % 7));
  }
  const auto expected = [&](int p0, int p1, int q0, int q1) {
    reals y;
    for (std::size_t r = 0; r < 2; ++r)
      for (std::size_t j = 0; j < 2; ++j) {
        std::int64_t sum = 0;
        for (std::size_t l = 0; l < k; ++l)
          sum += (static_cast<unsigned char>(a[r * k + l]) - (r ? p1 : p0)) * (static_cast<signed char>(b[l * 2 + j]) - (j ? q1 : q0));
        y.push_back(static_cast<float>(sum));
      }
    return y;
  };
  const onnx::load_options quantised{.simulate_quantised = true};
  const std::string zeros = x_of({2, 2}), left = bytes("a", {2, k}, a, 2), right = bytes("b", {k, 2}, b, 3);
  const auto product = [&](const std::string& more, std::initializer_list<std::string> in) {
    return results(as_real(zeros + left + right + more + node("MatMulInteger", in, "w")), {0, 0, 0, 0}, quantised);
  };
  const std::string one = bytes("p", {}, "\x80", 2), all = bytes("q", {}, "\xff", 3);
  EXPECT_EQ(product("", {"a", "b"}), expected(0, 0, 0, 0));
  EXPECT_EQ(product(one, {"a", "b", "p"}), expected(128, 128, 0, 0));
  EXPECT_EQ(product(one + all, {"a", "b", "p", "q"}), expected(128, 128, -1, -1));
  EXPECT_EQ(product(all, {"a", "b", "", "q"}), expected(0, 0, -1, -1));
  EXPECT_EQ(product(bytes("p", {2}, "\x03\xfa", 2) + bytes("q", {2}, "\xf9\x64", 3), {"a", "b", "p", "q"}), expected(3, 250, -7, 100));
  // Of bytes that are computed.
  const std::string s = tensor("s", {}, {1}), many = x_of({2, k}), rounded = node("QuantizeLinear", {"x", "s", "z"}, "c");
  const auto computed = [&](std::initializer_list<std::string> in) {
    return many + s + bytes("z", {}, std::string(1, '\0'), 2) + one + right + rounded + node("MatMulInteger", in, "w") +
           node("Cast", {"w"}, "y", attribute("to", 1));
  };
  EXPECT_EQ(results(computed({"c", "b", "p"}), x, quantised), expected(128, 128, 0, 0));
  EXPECT_EQ(results(computed({"c", "b"}), x, quantised), expected(0, 0, 0, 0));
}
// A scale of a for each of its rows, and of b for each of its columns.
TEST_F(Operators, whole_products_by_rows) {
  const auto bytes = [](const char* name, std::initializer_list<std::int64_t> dims, std::initializer_list<std::int64_t> v) {
    return whole(name, dims, v, 2);
  };
  const std::string graph = x_of({2, 2}) + bytes("a", {2, 2}, {10, 20, 30, 40}) + tensor("sa", {2}, {1, 2}) + bytes("za", {2}, {0, 0}) +
                            bytes("b", {2, 2}, {1, 0, 0, 1}) + tensor("sb", {}, {1}) + bytes("zb", {}, {0}) + tensor("sy", {}, {1}) +
                            bytes("zy", {}, {0}) + node("QLinearMatMul", {"a", "sa", "za", "b", "sb", "zb", "sy", "zy"}, "w");
  EXPECT_EQ(results(as_real(graph), {0, 0, 0, 0}, {.simulate_quantised = true}), (reals{10, 20, 60, 80}));
}
TEST_F(Operators, steps_of_optimisers) {
  const auto step = [](const char* type, std::initializer_list<const char*> in, const std::string& attributes) {
    std::string s;
    for (const char* i : in) s += pb::bytes(1, i);
    return pb::bytes(1, s + pb::bytes(2, "y") + pb::bytes(2, "state") + pb::bytes(4, type) + pb::bytes(7, "ai.onnx.preview.training") + attributes);
  };
  const std::string x =
      x_of({1}) + tensor("r", {}, {0.5f}) + whole("t", {}, {1}) + tensor("g", {1}, {2}) + tensor("v", {1}, {6}) + tensor("h", {1}, {0});
  EXPECT_EQ(results(x + step("Momentum", {"r", "t", "x", "g", "v"}, fraction("alpha", 0.5f) + fraction("beta", 1) + word("mode", "standard")), {10}),
            (reals{7.5f}));
  EXPECT_EQ(results(x + step("Momentum", {"r", "t", "x", "g", "v"}, fraction("alpha", 0.5f) + fraction("beta", 1) + word("mode", "nesterov")), {10}),
            (reals{7.75f}));
  EXPECT_EQ(mistake(x + step("Momentum", {"r", "t", "x", "g", "v"}, fraction("alpha", 0.5f) + fraction("beta", 1))),
            "node 'y' (Momentum): expected mode standard or nesterov, got ; the file is no valid ONNX model");
  EXPECT_NEAR(results(x + step("Adagrad", {"r", "t", "x", "g", "h"}, fraction("decay_factor", 1)), {10})[0], 9.75f, 1e-5f);
  EXPECT_NEAR(results(x + step("Adam", {"r", "t", "x", "g", "h", "h"}, ""), {10})[0], 9.5f, 1e-4f);
}
TEST_F(Operators, norm_of_this_batch) {
  const std::string ones = tensor("a", {1}, {1}) + tensor("b", {1}, {0});
  const std::string norm = pb::bytes(1, pb::bytes(1, "x") + pb::bytes(1, "a") + pb::bytes(1, "b") + pb::bytes(1, "b") + pb::bytes(1, "a") +
                                            pb::bytes(2, "n") + pb::bytes(2, "mean") + pb::bytes(2, "variance") + pb::bytes(4, "BatchNormalization") +
                                            attribute("training_mode", 1) + fraction("momentum", 0.5f) + fraction("epsilon", 0));
  EXPECT_EQ(results(x_of({2, 1}) + ones + norm + node("Identity", {"n"}, "y"), {1, 5}), (reals{-1, 1}));
  EXPECT_EQ(results(x_of({2, 1}) + ones + norm + node("Identity", {"mean"}, "y"), {1, 5}), (reals{1.5f}));
  EXPECT_EQ(results(x_of({2, 1}) + ones + norm + node("Identity", {"variance"}, "y"), {1, 5}), (reals{2.5f}));
}

}  // namespace
