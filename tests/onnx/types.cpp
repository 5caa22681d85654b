// The element types of a file: constants, inputs, what is computed and results have them.
#include <cmath>
#include <cstring>
#include <limits>

#include <igata/f64.hpp>
#include <igata/onnx.hpp>

#include "graphs.hpp"

using namespace testing_onnx;

namespace {

using Types = Load;
using i64s = std::vector<std::int64_t>;
constexpr int FLOAT = 1, UINT8 = 2, INT8 = 3, UINT16 = 4, INT32 = 6, INT64 = 7, BOOL = 9, FLOAT16 = 10, DOUBLE = 11, UINT32 = 12, UINT64 = 13;
constexpr std::int64_t huge = std::int64_t{1} << 40;

// An initializer with the bytes of `values`.
template <class T>
std::string numbers(const std::string& name, std::initializer_list<std::int64_t> dims, const std::vector<T>& values, int type) {
  std::string raw(values.size() * sizeof(T), '\0');
  std::memcpy(raw.data(), values.data(), raw.size());
  return pb::bytes(5, pb::bytes(1, pb::packed(dims)) + pb::number(2, type) + pb::bytes(8, name) + pb::bytes(9, raw));
}
std::string shaped(std::initializer_list<std::int64_t> dims, int from, int to) { return value_of(11, "x", dims, from) + value_of(12, "y", {}, to); }

class Net {
 public:
  explicit Net(session made) : net(std::move(made)) {}
  template <class Y, class X>
  std::vector<Y> of(const std::vector<X>& x) {
    std::vector<Y> y(static_cast<std::size_t>(net.output_row()));
    const status s = net.run({x}, {y}, 1);
    EXPECT_TRUE(s) << describe(s);
    return y;
  }
  session net;
};

TEST_F(Types, of_64_bits_are_exact_and_wrap) {
  const std::string x = shaped({3}, INT64, INT64), c = numbers<std::int64_t>("c", {1}, {huge + 1}, INT64);
  EXPECT_EQ(Net(onnx::load(file(x + c + node("Add", {"x", "c"}, "y")))).of<std::int64_t>(i64s{1, -huge, huge}), (i64s{huge + 2, 1, 2 * huge + 1}));
  EXPECT_EQ(Net(onnx::load(file(x + node("Mul", {"x", "x"}, "y")))).of<std::int64_t>(i64s{huge, 3, huge / 512 + 1}),
            (i64s{0, 9, (huge / 512 + 1) * (huge / 512 + 1)}));
  EXPECT_EQ(Net(onnx::load(file(x + node("ReduceSum", {"x"}, "y")))).of<std::int64_t>(i64s{huge, huge, -1}), (i64s{2 * huge - 1}));
  const std::string u = shaped({2}, UINT64, UINT64), k = numbers<std::uint64_t>("c", {1}, {3}, UINT64);
  const std::vector<std::uint64_t> most{~std::uint64_t{0}, 7};
  EXPECT_EQ(Net(onnx::load(file(u + k + node("Div", {"x", "c"}, "y")))).of<std::uint64_t>(most),
            (std::vector<std::uint64_t>{~std::uint64_t{0} / 3, 2}));
}
// What is known is computed when the graph is drawn, in the same types.
TEST_F(Types, of_what_is_known) {
  const std::string a = numbers<std::int64_t>("a", {2}, {huge, -7}, INT64), b = numbers<std::int64_t>("b", {2}, {huge, 2}, INT64);
  const auto of = [&](const std::string& nodes) {
    return Net(onnx::load(file(shaped({2}, INT64, INT64) + a + b + nodes + node("Add", {"x", "k"}, "y")))).of<std::int64_t>(i64s{0, 0});
  };
  EXPECT_EQ(of(node("Add", {"a", "b"}, "k")), (i64s{2 * huge, -5}));
  EXPECT_EQ(of(node("Div", {"a", "b"}, "k")), (i64s{1, -3}));
  EXPECT_EQ(of(node("Mul", {"a", "b"}, "k")), (i64s{0, -14}));
  const std::string small = numbers<std::uint8_t>("p", {1}, {200}, UINT8) + numbers<std::uint8_t>("q", {1}, {100}, UINT8);
  EXPECT_EQ(of(small + node("Add", {"p", "q"}, "s") + node("Cast", {"s"}, "k", attribute("to", INT64))), (i64s{44, 44}));
}
TEST_F(Types, of_few_bits_wrap) {
  const auto sum = [&](int type) { return Net(onnx::load(file(shaped({2}, type, type) + node("Add", {"x", "x"}, "y")))); };
  EXPECT_EQ(sum(UINT8).of<std::uint8_t>(std::vector<std::uint8_t>{200, 3}), (std::vector<std::uint8_t>{144, 6}));
  EXPECT_EQ(sum(INT8).of<std::int8_t>(std::vector<std::int8_t>{100, -3}), (std::vector<std::int8_t>{-56, -6}));
  EXPECT_EQ(sum(UINT16).of<std::uint16_t>(std::vector<std::uint16_t>{40000, 1}), (std::vector<std::uint16_t>{14464, 2}));
  EXPECT_EQ(sum(UINT32).of<std::uint32_t>(std::vector<std::uint32_t>{3000000000u, 1}), (std::vector<std::uint32_t>{1705032704u, 2}));
}
TEST_F(Types, doubles_are_not_rounded) {
  const std::string x = shaped({2}, DOUBLE, DOUBLE), c = numbers<double>("c", {1}, {0.1}, DOUBLE);
  const std::vector<double> in{1.0 / 3, 1e300};
  EXPECT_EQ(Net(onnx::load(file(x + c + node("Mul", {"x", "c"}, "y")))).of<double>(in), (std::vector<double>{in[0] * 0.1, in[1] * 0.1}));
  EXPECT_EQ(Net(onnx::load(file(shaped({1}, FLOAT, DOUBLE) + c + node("Cast", {"x"}, "d", attribute("to", DOUBLE)) + node("Div", {"d", "c"}, "y"))))
                .of<double>(std::vector<float>{0.5f}),
            (std::vector<double>{0.5 / 0.1}));
  const std::vector<double> y = Net(onnx::load(file(x + node("Exp", {"x"}, "y")))).of<double>(std::vector<double>{1, -1});
  EXPECT_NEAR(y[0], std::exp(1.0), 1e-15);
  EXPECT_NEAR(y[1], std::exp(-1.0), 1e-15);
}
TEST_F(Types, truth) {
  session net = onnx::load(file(shaped({3}, BOOL, BOOL) + node("Not", {"x"}, "y")));
  const bool x[] = {true, false, true};
  bool y[3] = {};
  ASSERT_TRUE(net.run({x}, {y}, 1));
  EXPECT_TRUE(!y[0] && y[1] && !y[2]);
  session less = onnx::load(file(shaped({2}, UINT64, BOOL) + numbers<std::uint64_t>("c", {1}, {5}, UINT64) + node("Less", {"x", "c"}, "y")));
  const std::vector<std::uint64_t> z{~std::uint64_t{0}, 4};
  bool less_than[2] = {true, false};
  ASSERT_TRUE(less.run({z}, {less_than}, 1));
  EXPECT_TRUE(!less_than[0] && less_than[1]);
}
TEST_F(Types, halves) {
  const std::vector<float16> x{float16(1.5), float16(2048.0)};
  const std::vector<float16> y = Net(onnx::load(file(shaped({2}, FLOAT16, FLOAT16) + numbers<std::uint16_t>("c", {1}, {0x3c00}, FLOAT16) +
                                                     node("Add", {"x", "c"}, "y"))))
                                     .of<float16>(x);
  EXPECT_EQ(float{y[0]}, 2.5f);
  EXPECT_EQ(float{y[1]}, 2048.f);  // 2049 is none
}
// A rest of halves is exact: 60000 by 7, by way of f32.
TEST_F(Types, rests_of_halves) {
  EXPECT_EQ(float{Net(onnx::load(file(shaped({1}, FLOAT16, FLOAT16) + numbers<std::uint16_t>("c", {1}, {0x4700}, FLOAT16) +
                                      node("Mod", {"x", "c"}, "y", attribute("fmod", 1)))))
                      .of<float16>(std::vector<float16>{float16(-60000.0)})[0]},
            -3.f);
}
std::vector<float16> halves(std::initializer_list<double> numbers) {
  std::vector<float16> x;
  for (const double n : numbers) x.push_back(float16(n));
  return x;
}
std::string half_numbers(const std::string& name, std::initializer_list<std::int64_t> dims, std::initializer_list<double> values) {
  return numbers(name, dims, halves(values), FLOAT16);
}
std::vector<float> floats(const std::vector<float16>& x) { return {x.begin(), x.end()}; }
// Of one input and result of halves.
std::vector<float> of_halves(const std::string& path, std::initializer_list<double> x) {
  return floats(Net(onnx::load(path)).of<float16>(halves(x)));
}
std::string word(const char* name, const char* how) { return pb::bytes(5, pb::bytes(1, name) + pb::bytes(4, how) + pb::number(20, 3)); }
std::string fraction(const char* name, float x) { return pb::bytes(5, pb::bytes(1, name) + pb::real(2, x) + pb::number(20, 1)); }
std::string several(const char* type, std::initializer_list<std::string> in, std::initializer_list<std::string> out, const std::string& more = "") {
  std::string s;
  for (const std::string& x : in) s += pb::bytes(1, x);
  for (const std::string& y : out) s += pb::bytes(2, y);
  return pb::bytes(1, s + pb::bytes(4, type) + more);
}

// Squares of 300 are no halves, nor are sums of two of 60000: what takes more than one step is computed in f32 and rounded once.
TEST_F(Types, halves_are_rounded_once) {
  using reals = std::vector<float>;
  const std::string x = shaped({1, 2}, FLOAT16, FLOAT16), scale = half_numbers("s", {2}, {1, 2}), bias = half_numbers("b", {2}, {0, 1});
  const std::string norm = several("LayerNormalization", {"x", "s", "b"}, {"y", "m", "d"});
  EXPECT_EQ(of_halves(file(x + scale + bias + norm), {300, -300}), (reals{1, -1}));
  session statistics = onnx::load(file(value_of(11, "x", {1, 2}, FLOAT16) + value_of(12, "m", {}) + value_of(12, "d", {}) + scale + bias + norm));
  float mean = 0, factor = 0;
  ASSERT_TRUE(statistics.run({halves({301, -300})}, {&mean, &factor}, 1));
  EXPECT_EQ(mean, 0.5f);
  EXPECT_NEAR(factor, 1 / 300.5f, 1e-8f);
  const std::string pixels = shaped({1, 1, 1, 2}, FLOAT16, FLOAT16), one = half_numbers("s", {1}, {1}), none = half_numbers("b", {1}, {0});
  EXPECT_EQ(of_halves(file(pixels + one + none + node("InstanceNormalization", {"x", "s", "b"}, "y")), {300, -300}), (reals{1, -1}));
  EXPECT_EQ(of_halves(file(pixels + one + none + node("GroupNormalization", {"x", "s", "b"}, "y", attribute("num_groups", 1)), 21), {300, -300}),
            (reals{1, -1}));
  EXPECT_EQ(of_halves(file(pixels + one + none + node("BatchNormalization", {"x", "s", "b", "b", "s"}, "y", attribute("training_mode", 1))),
                      {300, -300}),
            (reals{1, -1}));
  EXPECT_EQ(of_halves(file(x + node("ReduceL2", {"x"}, "y")), {300, 400}), (reals{500}));
  EXPECT_EQ(of_halves(file(x + node("Mean", {"x", "x", "x"}, "y")), {60000, 3}), (reals{60000, 3}));
  EXPECT_EQ(of_halves(file(x + node("LpNormalization", {"x"}, "y")), {300, 400}), (reals{float{float16(0.6)}, float{float16(0.8)}}));
  EXPECT_EQ(of_halves(file(pixels + node("MeanVarianceNormalization", {"x"}, "y")), {300, -300}), (reals{1, -1}));
}
// What has no kernels for halves, or a number that is none, is computed in f32.
TEST_F(Types, products_of_halves) {
  using reals = std::vector<float>;
  const std::string x = shaped({1, 2}, FLOAT16, FLOAT16), w = half_numbers("w", {2, 1}, {300, -300}), b = half_numbers("b", {1}, {0.5});
  EXPECT_EQ(of_halves(file(x + w + node("MatMul", {"x", "w"}, "y")), {300, 299}), (reals{300}));
  EXPECT_EQ(of_halves(file(x + w + b + node("Gemm", {"x", "w", "b"}, "y", fraction("alpha", 2))), {300, 299}), (reals{600.5}));
  EXPECT_EQ(of_halves(file(x + w + node("Einsum", {"x", "w"}, "y", word("equation", "ab,bc->ac"))), {300, 299}), (reals{300}));
  EXPECT_EQ(of_halves(file(x + node("Gemm", {"x", "x"}, "y", attribute("transB", 1))), {3, 4}), (reals{25}));
  const std::string image = shaped({1, 2, 1, 1}, FLOAT16, FLOAT16), filters = half_numbers("w", {1, 2, 1, 1}, {300, -300});
  EXPECT_EQ(of_halves(file(image + filters + b + node("Conv", {"x", "w", "b"}, "y")), {300, 299}), (reals{300.5}));
  EXPECT_EQ(of_halves(file(image + half_numbers("w", {2, 1, 1, 1}, {300, -300}) + b + node("ConvTranspose", {"x", "w", "b"}, "y")), {300, 299}),
            (reals{300.5}));
  const std::string steps = shaped({2, 1, 1}, FLOAT16, FLOAT16);
  const auto recurrent = [&](const char* type, std::int64_t gates) {
    std::string weights;
    for (const char* const name : {"w", "r"})
      weights += numbers(name, {1, gates, 1}, std::vector<float16>(static_cast<std::size_t>(gates), float16(0.5)), FLOAT16);
    weights += numbers("b", {1, 2 * gates}, std::vector<float16>(static_cast<std::size_t>(2 * gates), float16(0.25)), FLOAT16);
    return of_halves(file(steps + weights + node(type, {"x", "w", "r", "b"}, "y", attribute("hidden_size", 1))), {1, -1});
  };
  const float first = std::tanh(1.f), s = 1 / (1 + std::exp(-1.f));
  EXPECT_EQ(recurrent("RNN", 1), (reals{float{float16(first)}, float{float16(std::tanh(0.5f * first))}}));
  EXPECT_EQ(recurrent("LSTM", 4)[0], float{float16(s * std::tanh(s * first))});
  EXPECT_EQ(recurrent("GRU", 3)[0], float{float16((1 - s) * first)});
}
TEST_F(Types, functions_of_halves) {
  const std::string x = shaped({2}, FLOAT16, FLOAT16);
  const auto expect = [&](const std::string& nodes, std::initializer_list<double> in, double a, double b, int opset = 17) {
    const std::vector<float> y = of_halves(file(x + nodes, opset), in);
    EXPECT_EQ(y[0], float{float16(a)}) << nodes;
    EXPECT_EQ(y.back(), float{float16(y.size() > 1 ? b : a)}) << nodes;
  };
  expect(node("Asinh", {"x"}, "y"), {3, -60000}, std::asinh(3.0), -std::asinh(float{float16(60000.0)}));
  expect(node("Acosh", {"x"}, "y"), {3, 60000}, std::acosh(3.0), std::acosh(float{float16(60000.0)}));
  expect(node("ReduceLogSumExp", {"x"}, "y", attribute("keepdims", 0)), {3, 4}, std::log(std::exp(3.0) + std::exp(4.0)), 0);
  expect(node("Clip", {"x"}, "y", fraction("min", -1) + fraction("max", 3.4e38f)), {-7, 60000}, -1, 60000, 6);
  const std::string mask = value_of(11, "x", {2}, FLOAT16) + value_of(12, "y", {}, BOOL) + node("IsInf", {"x"}, "y");
  session net = onnx::load(file(mask));
  bool y[2] = {};
  ASSERT_TRUE(net.run({halves({1, 1e30})}, {y}, 1));
  EXPECT_TRUE(!y[0] && y[1]);
  const std::string image = shaped({1, 1, 1, 2}, FLOAT16, FLOAT16), f = tensor("f", {1}, {2}), one = tensor("o", {1}, {1});
  EXPECT_EQ(of_halves(file(image + f + one + node("BatchNormalization", {"x", "f", "o", "o", "f"}, "y", fraction("epsilon", 2))), {3, 5}),
            (std::vector<float>{3, 5}));
  session batch = onnx::load(file(value_of(11, "x", {1, 1, 1, 2}, FLOAT16) + value_of(12, "y", {}, FLOAT16) + value_of(12, "m", {}) + f + one +
                                  several("BatchNormalization", {"x", "f", "o", "o", "f"}, {"y", "m", "v"}, attribute("training_mode", 1))));
  std::vector<float16> normed(2);
  float mean = 0;
  ASSERT_TRUE(batch.run({halves({3, 6})}, {normed, &mean}, 1));
  EXPECT_EQ(floats(normed), (std::vector<float>{-1, 3}));
  EXPECT_NEAR(mean, 0.9f + 0.1f * 4.5f, 1e-5f);
}
TEST_F(Types, quantised_halves) {
  const onnx::load_options simulated{.simulate_quantised = true};
  const std::string scale = half_numbers("s", {}, {0.5}), zero = numbers<std::uint16_t>("z", {}, {60001}, UINT16);
  const std::vector<std::uint16_t> codes =
      Net(onnx::load(file(shaped({2}, FLOAT16, UINT16) + scale + zero + node("QuantizeLinear", {"x", "s", "z"}, "y")), simulated))
          .of<std::uint16_t>(halves({1, -7}));
  EXPECT_EQ(codes, (std::vector<std::uint16_t>{60003, 59987}));
  const std::string back = scale + zero + node("DequantizeLinear", {"x", "s", "z"}, "y");
  EXPECT_EQ(floats(Net(onnx::load(file(shaped({2}, UINT16, FLOAT16) + back), simulated)).of<float16>(codes)), (std::vector<float>{1, -7}));
  const std::string known =
      numbers("k", {2}, codes, UINT16) + scale + zero + node("DequantizeLinear", {"k", "s", "z"}, "d") + node("Add", {"x", "d"}, "y");
  EXPECT_EQ(floats(Net(onnx::load(file(shaped({2}, FLOAT16, FLOAT16) + known), simulated)).of<float16>(halves({0, 0}))), (std::vector<float>{1, -7}));
  const std::string scales = half_numbers("s", {2}, {0.5, 2}), zeros = numbers<std::uint8_t>("z", {2}, {1, 2}, UINT8);  // of an axis
  EXPECT_EQ(floats(Net(onnx::load(file(shaped({1, 2}, UINT8, FLOAT16) + scales + zeros + node("DequantizeLinear", {"x", "s", "z"}, "y")), simulated))
                       .of<float16>(std::vector<std::uint8_t>{5, 5})),
            (std::vector<float>{2, 6}));
  EXPECT_EQ(mistake(shaped({2}, INT8, FLOAT16) + back, simulated),
            "node 'y' (DequantizeLinear): expected operands of one type, got INT8 and UINT16; the file is no valid ONNX model");
  EXPECT_EQ(Net(onnx::load(file(shaped({2}, INT32, UINT8) + tensor("s", {}, {2}) + node("QuantizeLinear", {"x", "s"}, "y")), simulated))
                .of<std::uint8_t>(std::vector<std::int32_t>{6, 1000}),
            (std::vector<std::uint8_t>{3, 255}));
}
// By the nearest pixel of any type, infinite ones too; by lines between them truncated, as a cast does it.
TEST_F(Types, resized) {
  const std::string scales = tensor("s", {4}, {1, 1, 1, 1.5f}), nearest = scales + node("Resize", {"x", "", "s"}, "y", word("mode", "nearest")),
                    linear = scales + node("Resize", {"x", "", "s"}, "y", word("mode", "linear"));
  const auto of = [&]<class T>(const std::string& nodes, int type, const std::vector<T>& x) {
    return Net(onnx::load(file(shaped({1, 1, 1, 2}, type, type) + nodes))).template of<T>(x);
  };
  EXPECT_EQ(of(nearest, UINT8, std::vector<std::uint8_t>{7, 250}), (std::vector<std::uint8_t>{7, 7, 250}));
  EXPECT_EQ(of(nearest, INT32, std::vector<std::int32_t>{1 << 30, -7}), (std::vector<std::int32_t>{1 << 30, 1 << 30, -7}));
  EXPECT_EQ(of(nearest, INT64, i64s{huge + 1, -huge - 1}), (i64s{huge + 1, huge + 1, -huge - 1}));
  EXPECT_EQ(floats(of(nearest, FLOAT16, halves({1.5, -2}))), (std::vector<float>{1.5f, 1.5f, -2}));
  const float inf = std::numeric_limits<float>::infinity();
  EXPECT_EQ(of(nearest, FLOAT, std::vector<float>{1, inf}), (std::vector<float>{1, 1, inf}));
  EXPECT_EQ(of(linear, UINT8, std::vector<std::uint8_t>{8, 251}), (std::vector<std::uint8_t>{8, 129, 251}));
  EXPECT_EQ(of(linear, INT32, std::vector<std::int32_t>{(1 << 30) + 1, 1 << 30}), (std::vector<std::int32_t>{(1 << 30) + 1, 1 << 30, 1 << 30}));
  const std::string to_seven =
      tensor("s", {4}, {1, 1, 1, 3.5f}) + node("Resize", {"x", "", "s"}, "y", word("mode", "linear"));  // one number stays one
  EXPECT_EQ(of(to_seven, UINT8, std::vector<std::uint8_t>{255, 255}), std::vector<std::uint8_t>(7, 255));
  EXPECT_EQ(of(to_seven, INT8, std::vector<std::int8_t>{-127, -127}), std::vector<std::int8_t>(7, -127));
  EXPECT_EQ(floats(of(linear, FLOAT16, halves({60000, 60032}))), (std::vector<float>{60000, 60032, 60032}));
  EXPECT_EQ(mistake(shaped({1, 1, 1, 2}, INT64, INT64) + linear),
            "node 'y' (Resize): expected fractions, or up to 32 bits for mode linear, got INT64; igata does not run this model yet");
}
// An index of one element and two axes gives both of them.
TEST_F(Types, axes_of_an_index) {
  const std::string x = shaped({2, 3}, FLOAT, FLOAT), index = numbers<std::int64_t>("i", {1, 1}, {1}, INT64);
  const auto beside = [&](std::int64_t axis, const std::string& other) {
    return Net(onnx::load(file(x + index + other + node("Gather", {"x", "i"}, "g", attribute("axis", axis)) +
                               node("Concat", {"g", "c"}, "y", attribute("axis", 0)))))
        .of<float>(std::vector<float>{1, 2, 3, 4, 5, 6});
  };
  EXPECT_EQ(beside(0, tensor("c", {1, 1, 3}, {7, 8, 9})), (std::vector<float>{4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(beside(1, tensor("c", {1, 1, 1}, {7})), (std::vector<float>{2, 5, 7}));
}
TEST_F(Types, frames_of_64_bits) {
  const std::int64_t most = (std::int64_t{1} << 53) + 1;
  for (const std::int64_t n : {most, -most})
    EXPECT_EQ(Net(onnx::load(file(shaped({1}, INT64, INT64) + numbers<std::int64_t>("p", {2}, {1, 0}, INT64) +
                                  numbers<std::int64_t>("c", {}, {n}, INT64) + node("Pad", {"x", "p", "c"}, "y"))))
                  .of<std::int64_t>(i64s{7}),
              (i64s{n, 7}));
  // Of any number of axes.
  EXPECT_EQ(Net(onnx::load(file(shaped({1, 1, 1, 1, 2}, UINT8, UINT8) + numbers<std::int64_t>("p", {2}, {1, 1}, INT64) +
                                numbers<std::uint8_t>("c", {}, {200}, UINT8) + numbers<std::int64_t>("a", {1}, {4}, INT64) +
                                node("Pad", {"x", "p", "c", "a"}, "y"))))
                .of<std::uint8_t>(std::vector<std::uint8_t>{1, 2}),
            (std::vector<std::uint8_t>{200, 1, 2, 200}));
}
// Where INT64 is an i32, the file's types are told apart all the same.
TEST_F(Types, like_what_is_drawn_in_32_bits) {
  const onnx::load_options narrow{.int64_as_int32 = true};
  const std::string x = shaped({6}, INT64, INT64), large = numbers<float>("f", {1}, {3e9f}, FLOAT);
  EXPECT_EQ(mistake(x + large + node("CastLike", {"f", "x"}, "k") + node("Add", {"x", "k"}, "y"), narrow),
            "node 'y' (Add): expected whole numbers of 32 bits, got 3000000000; igata does not run this model yet");
  const std::string two = numbers<std::int32_t>("a", {1}, {2}, INT32), three = numbers<std::int64_t>("b", {1}, {3}, INT64);
  const auto reshaped = [&](const std::string& like) {
    session net = onnx::load(file(x + two + three + like + node("CastLike", {"a", "i"}, "k") +
                                  node("Concat", {"k", "b"}, "s", attribute("axis", 0)) + node("Reshape", {"x", "s"}, "y")),
                             narrow);
    std::int32_t y[6] = {};
    return net.run({std::vector<std::int32_t>{1, 2, 3, 4, 5, 6}}, {y}, 1) && y[5] == 6;
  };
  EXPECT_TRUE(reshaped(node("Neg", {"x"}, "i")));
  EXPECT_TRUE(reshaped(node("ArgMax", {"x"}, "i")));
  EXPECT_TRUE(reshaped(node("Cast", {"x"}, "f", attribute("to", FLOAT)) + node("Cast", {"f"}, "i", attribute("to", INT64))));
}
TEST_F(Types, triangles_of_far_diagonals) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const auto of = [&](std::int64_t k, std::int64_t upper) {
    return Net(onnx::load(file(shaped({2, 2}, FLOAT, FLOAT) + numbers<std::int64_t>("k", {}, {k}, INT64) +
                               node("Trilu", {"x", "k"}, "y", attribute("upper", upper)))))
        .of<float>(std::vector<float>{1, 2, 3, 4});
  };
  const std::vector<float> all{1, 2, 3, 4}, none(4);
  EXPECT_EQ(of(most, 1), none);
  EXPECT_EQ(of(-most - 1, 1), all);
  EXPECT_EQ(of(most, 0), all);
  EXPECT_EQ(of(-most - 1, 0), none);
  EXPECT_EQ(of(1, 1), (std::vector<float>{0, 2, 0, 0}));
}
// What has no elements has other extents of any size.
TEST_F(Types, far_extents_of_nothing) {
  constexpr std::int64_t far = std::int64_t{1} << 62;
  const std::string x = value_of(11, "x", {0, far, far}) + value_of(12, "y", {}, INT64);
  const auto dims = [&](const std::string& nodes) {
    session net = onnx::load(file(x + nodes + node("Shape", {"z"}, "y")));
    i64s y(static_cast<std::size_t>(net.output_row()));
    EXPECT_TRUE(static_cast<bool>(net.run(session_inputs(nullptr, 0), {y}, 1)));
    return y;
  };
  EXPECT_EQ(dims(node("Transpose", {"x"}, "z")), (i64s{far, far, 0}));
  EXPECT_EQ(dims(node("Flatten", {"x"}, "z", attribute("axis", 1))), (i64s{0, far}));  // as much as an extent is
  EXPECT_EQ(dims(node("Concat", {"x", "x"}, "z", attribute("axis", 0))), (i64s{0, far, far}));
  const std::string part = integers("from", {1}) + integers("to", {3}) + integers("axis", {2});
  EXPECT_EQ(dims(part + node("Slice", {"x", "from", "to", "axis"}, "z")), (i64s{0, far, 2}));
  const std::string more = x + node("Concat", {"x", "x", "x"}, "z", attribute("axis", 2)) + node("Shape", {"z"}, "y");
  EXPECT_EQ(mistake(more), "node 'z' (Concat): expected at most 2^62 elements, got more; igata does not run this model yet");
  EXPECT_EQ(mistake(x + node("Flatten", {"x"}, "y", attribute("axis", 4))),
            "node 'y' (Flatten): expected an axis of 3, got 4; the file is no valid ONNX model");
}
TEST_F(Types, parts_add_up) {
  const auto of = [&](std::initializer_list<std::int64_t> parts, const std::string& more = "") {
    return mistake(shaped({4}, FLOAT, FLOAT) + (parts.size() == 0 ? "" : integers("p", parts)) +
                   several("Split", {"x", parts.size() == 0 ? "" : "p"}, {"y", "z"}, more));
  };
  const std::string others = "node 'y' (Split): expected 2 parts of together 4, got others; the file is no valid ONNX model";
  EXPECT_EQ(of({1, 3}), "");
  EXPECT_EQ(of({}), "");
  EXPECT_EQ(of({1, 2}), others);
  EXPECT_EQ(of({1, 4}), others);
  EXPECT_EQ(of({4}), others);
  EXPECT_EQ(of({5, -1}), others);
  EXPECT_EQ(of({2, std::numeric_limits<std::int64_t>::max()}), others);
  EXPECT_EQ(of({}, attribute("num_outputs", 3)), "node 'y' (Split): expected 3 results, got 2; the file is no valid ONNX model");
  EXPECT_EQ(mistake(shaped({3}, FLOAT, FLOAT) + several("Split", {"x"}, {"y", "z"})),
            "node 'y' (Split): expected 2 parts of together 3, got others; the file is no valid ONNX model");
}
TEST_F(Types, places_are_int64) {
  EXPECT_EQ(Net(onnx::load(file(shaped({2, 3}, FLOAT, INT64) + node("ArgMax", {"x"}, "y", attribute("axis", 1)))))
                .of<std::int64_t>(std::vector<float>{1, 5, 2, 7, 0, 1}),
            (i64s{1, 0}));
  const std::string sizes = node("Shape", {"x"}, "s") + node("Size", {"x"}, "n") + node("Cast", {"x"}, "i", attribute("to", INT64));
  EXPECT_EQ(Net(onnx::load(file(shaped({1, 2}, FLOAT, INT64) + sizes + node("Add", {"i", "s"}, "j") + node("Mul", {"j", "n"}, "y"))))
                .of<std::int64_t>(std::vector<float>{5, -7.5f}),
            (i64s{12, -10}));
}
// Numbers below 0 count from the end; those that lie outside choose nothing, also where 32 bits would make others of them.
TEST_F(Types, indices) {
  const std::string table = tensor("t", {3}, {10, 20, 30}), x = shaped({3}, INT64, FLOAT), one = numbers<std::int64_t>("one", {1}, {1}, INT64);
  const std::string shifted = x + table + one + node("Sub", {"x", "one"}, "i");
  for (const char* const how : {"Gather", "GatherElements"})
    EXPECT_EQ(Net(onnx::load(file(shifted + node(how, {"t", "i"}, "y")))).of<float>(i64s{0, -1, 3}), (std::vector<float>{30, 20, 30})) << how;
  EXPECT_EQ(
      Net(onnx::load(file(shifted + node("Gather", {"t", "i"}, "y")))).of<float>(i64s{(std::int64_t{1} << 32) + 1, -(std::int64_t{1} << 40), 1}),
      (std::vector<float>{0, 0, 10}));
  session net = onnx::load(file(x + table + node("Gather", {"t", "x"}, "y")));
  float y[3] = {};
  EXPECT_TRUE(net.run({i64s{2, 0, 1}}, {y}, 1));
  EXPECT_EQ(y[0], 30);
  EXPECT_FALSE(net.run({i64s{std::int64_t{1} << 32, 0, 1}}, {y}, 1));
}
TEST_F(Types, powers_of_whole_numbers) {
  const std::string x = shaped({3}, INT64, INT64), cube = numbers<std::int64_t>("n", {}, {3}, INT64);
  EXPECT_EQ(Net(onnx::load(file(x + cube + node("Pow", {"x", "n"}, "y")))).of<std::int64_t>(i64s{-2, 5, 1 << 20}),
            (i64s{-8, 125, std::int64_t{1} << 60}));
  const std::string several = numbers<std::int64_t>("n", {3}, {0, 7, 2}, INT64);
  EXPECT_EQ(Net(onnx::load(file(x + several + node("Pow", {"x", "n"}, "y")))).of<std::int64_t>(i64s{5, -3, 1 << 20}),
            (i64s{1, -2187, std::int64_t{1} << 40}));
  EXPECT_EQ(mistake(x + numbers<std::int64_t>("n", {3}, {1, 2, -3}, INT64) + node("Pow", {"x", "n"}, "y")),
            "node 'y' (Pow): expected whole powers from 0 to 64 that are known, got others; igata does not run this model yet");
}
TEST_F(Types, that_do_not_fit_are_refused) {
  EXPECT_EQ(mistake(shaped({2}, FLOAT, FLOAT) + numbers<std::int64_t>("c", {1}, {2}, INT64) + node("Mul", {"x", "c"}, "y")),
            "node 'y' (Mul): expected operands of one type, got FLOAT and INT64; the file is no valid ONNX model");
  EXPECT_EQ(mistake(shaped({2}, FLOAT, FLOAT) + node("Cast", {"x"}, "y", attribute("to", INT32))),
            "output 'y': expected FLOAT[], got INT32; the file is no valid ONNX model");
  // A number of the program has its type in the file, too.
  const std::string x = shaped({2, 2}, FLOAT, FLOAT), c = numbers<std::int64_t>("c", {}, {2}, INT64), p = integers("p", {0, 1, 0, 0});
  const std::string differ = ": expected operands of one type, got FLOAT and INT64; the file is no valid ONNX model";
  EXPECT_EQ(mistake(x + c + node("Clip", {"x", "c"}, "y")), "node 'y' (Clip)" + differ);
  EXPECT_EQ(mistake(x + c + node("Clip", {"x", "", "c"}, "y")), "node 'y' (Clip)" + differ);
  EXPECT_EQ(mistake(x + c + p + node("Pad", {"x", "p", "c"}, "y")), "node 'y' (Pad)" + differ);
  EXPECT_EQ(mistake(x + c + node("Gemm", {"x", "x", "c"}, "y")), "node 'y' (Gemm)" + differ);
  EXPECT_EQ(mistake(x + node("Where", {"x", "x", "x"}, "y")),
            "node 'y' (Where): expected a mask of BOOL, got FLOAT; the file is no valid ONNX model");
  EXPECT_EQ(mistake(x + c + node("And", {"c", "c"}, "y")), "node 'y' (And): expected a mask of BOOL, got INT64; the file is no valid ONNX model");
  EXPECT_EQ(mistake(x + half_numbers("h", {2, 2}, {1, 2, 3, 4}) + node("MatMul", {"x", "h"}, "y")),
            "node 'y' (MatMul): expected operands of one type, got FLOAT and FLOAT16; the file is no valid ONNX model");
  EXPECT_EQ(mistake(x + integers("c", {1, 0}) + node("Compress", {"x", "c"}, "y")),
            "node 'y' (Compress): expected a mask of BOOL, got INT64; the file is no valid ONNX model");
  EXPECT_EQ(mistake(x + c + node("If", {"c"}, "y")), "node 'y' (If): expected a mask of BOOL, got INT64; the file is no valid ONNX model");
  EXPECT_EQ(mistake(shaped({2}, FLOAT, FLOAT) + node("Cast", {"x"}, "y", attribute("to", 17))),
            "node 'y' (Cast): expected a cast to numbers of a type that igata has, got FLOAT8E4M3FN; igata does not run this model yet");
}
// INT64 as i32, where it is asked for.
TEST_F(Types, in_32_bits) {
  const onnx::load_options narrow{.int64_as_int32 = true};
  const std::string x = shaped({2}, INT64, INT64), c = numbers<std::int64_t>("c", {1}, {5}, INT64);
  session net = onnx::load(file(x + c + node("Add", {"x", "c"}, "y")), narrow);
  EXPECT_EQ(net.input_type(0), i32);
  std::int32_t y[2] = {};
  ASSERT_TRUE(net.run({std::vector<std::int32_t>{1, -7}}, {y}, 1));
  EXPECT_TRUE(y[0] == 6 && y[1] == -2);
  const std::string two = numbers<std::int64_t>("c", {2}, {huge, 1}, INT64);
  EXPECT_EQ(mistake(x + two + node("Add", {"x", "c"}, "y"), narrow),
            "node 'y' (Add): expected whole numbers of 32 bits, got 1099511627776; igata does not run this model yet");
}

}  // namespace
