// What the importer refuses: each rule's every text, by a small file.
#include <igata/onnx.hpp>

#include "graphs.hpp"

using namespace testing_onnx;

namespace {

const std::string y_out = value_of(12, "y", {});
std::string x_of(std::initializer_list<std::int64_t> dims, int type = 1) { return value_of(11, "x", dims, type) + y_out; }
std::string input(const char* name, std::initializer_list<std::int64_t> dims, int type) { return value_of(11, name, dims, type); }
std::string whole(const std::string& name, std::initializer_list<std::int64_t> dims, std::initializer_list<std::int64_t> values, int type = 7) {
  return pb::bytes(5, pb::bytes(1, pb::packed(dims)) + pb::number(2, type) + pb::bytes(type == 7 ? 7 : 5, pb::packed(values)) + pb::bytes(8, name));
}
std::string number(const char* name, std::int64_t x) { return whole(name, {}, {x}); }
std::string number(const char* name, double x) { return tensor(name, {}, {static_cast<float>(x)}); }
std::string word(const char* name, const char* how) { return pb::bytes(5, pb::bytes(1, name) + pb::bytes(4, how) + pb::number(20, 3)); }
std::string tensor_attribute(const char* name, const std::string& initializer_less) {
  return pb::bytes(5, pb::bytes(1, name) + pb::bytes(5, initializer_less) + pb::number(20, 4));
}
std::string graph_attribute(const char* name, const std::string& graph) {
  return pb::bytes(5, pb::bytes(1, name) + pb::bytes(6, graph) + pb::number(20, 5));
}
const std::string strings = pb::bytes(1, pb::packed({1})) + pb::number(2, 8) + pb::bytes(6, "a");
const std::string two_reals = pb::bytes(1, pb::packed({2})) + pb::number(2, 1) + pb::bytes(4, pb::little(0, 8));

class Refused : public Load {
 protected:
  void expect(const std::string& op_type, const std::string& text, const std::string& graph, int opset = 17, const onnx::load_options& options = {}) {
    try {
      onnx::load(file(graph, opset), options);
      ADD_FAILURE() << op_type << ": " << text;
    } catch (const error& e) {
      const std::string_view says = e.what();
      EXPECT_EQ(says.substr(says.find("m.onnx: ") + 8), "node 'y' (" + op_type + "): expected " + text);
    }
  }
};
TEST_F(Refused, constants) {
  expect("Constant", "a constant of numbers, got STRING; igata does not run this model yet",
         y_out + node("Constant", {}, "y", tensor_attribute("value", strings)));
  expect("Constant", "a constant of numbers, got another; igata does not run this model yet",
         y_out + node("Constant", {}, "y"));
  expect("ConstantOfShape", "a constant of numbers, got another; igata does not run this model yet",
         y_out + whole("s", {1}, {2}) + node("ConstantOfShape", {"s"}, "y", tensor_attribute("value", strings)));
  expect("ConstantOfShape", "a value of one element, got another; the file is no valid ONNX model",
         y_out + whole("s", {1}, {2}) + node("ConstantOfShape", {"s"}, "y", tensor_attribute("value", two_reals)));
  expect("ConstantOfShape", "constants of at most 2^28 elements, got more; igata does not run this model yet",
         y_out + whole("s", {2}, {1 << 20, 1 << 20}) + node("ConstantOfShape", {"s"}, "y"));
  expect("Range", "a start, limit and delta of one type, got others; the file is no valid ONNX model",
         y_out + number("a", 0.0) + number("b", 3.0) + whole("d", {}, {1}) + node("Range", {"a", "b", "d"}, "y"));
  expect("Range", "a step other than 0, got 0; the file is no valid ONNX model",
         y_out + whole("a", {}, {0}) + whole("b", {}, {3}) + node("Range", {"a", "b", "a"}, "y"));
  expect("Range", "at most 2^20 numbers, got more; igata does not run this model yet",
         y_out + whole("a", {}, {0}) + whole("b", {}, {1 << 21}) + whole("d", {}, {1}) + node("Range", {"a", "b", "d"}, "y"));
  expect("Range", "at most 2^20 numbers, got more; igata does not run this model yet",
         y_out + number("a", 0.0) + number("b", 1e9) + number("d", 1.0) + node("Range", {"a", "b", "d"}, "y"));
  expect("Gather", "indices of whole numbers, got others; the file is no valid ONNX model",
         x_of({3}) + tensor("i", {1}, {1}) + node("Gather", {"x", "i"}, "y"));
  expect("Gather", "indices of whole numbers, got FLOAT; the file is no valid ONNX model",
         x_of({3}) + tensor("i", {2}, {1, 2}) + node("Gather", {"x", "i"}, "y"));
  expect("Gather", "indices of whole numbers, got FLOAT; the file is no valid ONNX model",
         x_of({3}) + input("i", {2}, 1) + node("Gather", {"x", "i"}, "y"));
  expect("Slice", "a start, end, axis and step for each, got other counts; the file is no valid ONNX model",
         x_of({3}) + integers("a", {0, 0}) + integers("b", {1}) + node("Slice", {"x", "a", "b"}, "y"));
  expect("Slice", "a step of 31 bits other than 0, got 0; the file is no valid ONNX model",
         x_of({3}) + integers("a", {0}) + integers("b", {2}) + node("Slice", {"x", "a", "b", "a", "a"}, "y"));
  expect("Slice", "a slice with elements, got none; igata does not run this model yet",
         x_of({3}) + integers("a", {2}) + integers("b", {2}) + node("Slice", {"x", "a", "b"}, "y"));
  expect("Trilu", "matrices, got a vector; the file is no valid ONNX model",
         x_of({3}) + node("Trilu", {"x"}, "y"));
}
TEST_F(Refused, operands) {
  expect("Clip", "one number as input 1, got 2; the file is no valid ONNX model",
         x_of({3}) + tensor("k", {2}, {1, 2}) + node("Clip", {"x", "k"}, "y"));
  expect("Tile", "input 1 known before the run, got one that is computed; igata does not run this model yet",
         x_of({3}) + input("k", {1}, 7) + node("Tile", {"x", "k"}, "y"));
  expect("Tile", "whole numbers as input 1, got real ones; the file is no valid ONNX model",
         x_of({3}) + tensor("k", {1}, {2}) + node("Tile", {"x", "k"}, "y"));
  expect("CumSum", "one number as input 1, got 2; the file is no valid ONNX model",
         x_of({3}) + integers("k", {0, 0}) + node("CumSum", {"x", "k"}, "y"));
  expect("OneHot", "one number as input 1, got 2; the file is no valid ONNX model",
         x_of({3}, 7) + integers("k", {3, 3}) + tensor("v", {2}, {0, 1}) + node("OneHot", {"x", "k", "v"}, "y"));
  expect("BatchNormalization", "3 real numbers as input 1, got 3 whole ones; the file is no valid ONNX model",
         x_of({2, 3}) + integers("k", {1, 1, 1}) + node("BatchNormalization", {"x", "k", "k", "k", "k"}, "y"));
  expect("BatchNormalization", "3 real numbers as input 1, got 2; the file is no valid ONNX model",
         x_of({2, 3}) + tensor("k", {2}, {1, 1}) + node("BatchNormalization", {"x", "k", "k", "k", "k"}, "y"));
  expect("Softmax", "an axis of 1, got 1; the file is no valid ONNX model",
         x_of({3}) + node("Softmax", {"x"}, "y", attribute("axis", 1)));
  expect("Expand", "shapes that broadcast, got [3] and [2]; the file is no valid ONNX model",
         x_of({3}) + integers("k", {2}) + node("Expand", {"x", "k"}, "y"));
  expect("BitShift", "direction LEFT or RIGHT, got UP; the file is no valid ONNX model",
         x_of({3}, 12) + node("BitShift", {"x", "x"}, "y", word("direction", "UP")));
}
TEST_F(Refused, functions) {
  expect("LpNormalization", "p of 1 or more, got 0; the file is no valid ONNX model",
         x_of({3}) + node("LpNormalization", {"x"}, "y", attribute("p", 0)));
  expect("LRN", "a size from 1 to 1024, got 0; the file is no valid ONNX model",
         x_of({1, 2, 3, 3}) + node("LRN", {"x"}, "y", attribute("size", 0)));
  expect("GroupNormalization", "4 numbers as input 1, got others; the file is no valid ONNX model",
         x_of({1, 4, 3}) + tensor("k", {2}, {1, 1}) + node("GroupNormalization", {"x", "k", "k"}, "y", attribute("num_groups", 2)), 21);
  expect("GridSample", "mode linear, nearest or cubic, got cubical; the file is no valid ONNX model",
         x_of({1, 1, 3, 3}) + input("g", {1, 2, 2, 2}, 1) + node("GridSample", {"x", "g"}, "y", word("mode", "cubical")));
  expect("GridSample", "padding_mode zeros, border or reflection, got ones; the file is no valid ONNX model",
         x_of({1, 1, 3, 3}) + input("g", {1, 2, 2, 2}, 1) + node("GridSample", {"x", "g"}, "y", word("padding_mode", "ones")));
  expect("AffineGrid", "4 or 5 extents, got 3; the file is no valid ONNX model",
         x_of({1, 2, 3}) + integers("s", {1, 1, 3}) + node("AffineGrid", {"x", "s"}, "y"), 20);
  expect("NegativeLogLikelihoodLoss", "reduction mean, sum or none, got max; the file is no valid ONNX model",
         x_of({2, 3}) + input("t", {2}, 7) + node("NegativeLogLikelihoodLoss", {"x", "t"}, "y", word("reduction", "max")));
  expect("NegativeLogLikelihoodLoss", "an ignore_index of 32 bits, got 1099511627776; igata does not run this model yet",
         x_of({2, 3}) + input("t", {2}, 7) + node("NegativeLogLikelihoodLoss", {"x", "t"}, "y", attribute("ignore_index", std::int64_t{1} << 40)));
  expect("OneHot", "a depth from 1 to 2^24, got 0; igata does not run this model yet",
         x_of({3}, 7) + number("k", std::int64_t{0}) + tensor("v", {2}, {0, 1}) + node("OneHot", {"x", "k", "v"}, "y"));
  expect("EyeLike", "a diagonal up to 2^24, got 1073741824; igata does not run this model yet",
         x_of({3, 3}) + node("EyeLike", {"x"}, "y", attribute("k", 1 << 30)));
  expect("Tile", "a number for each axis, got 2; the file is no valid ONNX model",
         x_of({3}) + integers("k", {2, 2}) + node("Tile", {"x", "k"}, "y"));
  expect("Tile", "repeats from 1 to 2^28, got 0; igata does not run this model yet",
         x_of({3}) + integers("k", {0}) + node("Tile", {"x", "k"}, "y"));
  expect("CenterCropPad", "an extent for each axis, got 1; the file is no valid ONNX model",
         x_of({3, 3}) + integers("k", {2}) + node("CenterCropPad", {"x", "k"}, "y"));
  expect("HannWindow", "a window of fractions, got INT64; igata does not run this model yet",
         y_out + number("n", std::int64_t{4}) + node("HannWindow", {"n"}, "y", attribute("output_datatype", 7)));
  expect("DFT", "a length up to 4096, got 5000; igata does not run this model yet",
         x_of({1, 8, 1}) + number("n", std::int64_t{5000}) + node("DFT", {"x", "n"}, "y"));
  expect("ReduceLogSumExp", "axes that stand once, got others; the file is no valid ONNX model",
         x_of({2, 3}) + node("ReduceLogSumExp", {"x"}, "y", attribute("axes", {0, 1, 0, 1, 0, 1, 0})));
  expect("Col2Im", "numbers of one to three axes, got others; igata does not run this model yet",
         x_of({1, 4, 4}) + integers("i", {3, 3}) + integers("b", {2}) + node("Col2Im", {"x", "i", "b"}, "y"));
  expect("Col2Im", "numbers from 1 to 2^24, got 0; the file is no valid ONNX model",
         x_of({1, 4, 4}) + integers("i", {3, 3}) + integers("b", {2, 0}) + node("Col2Im", {"x", "i", "b"}, "y"));
}
TEST_F(Refused, indices) {
  expect("GatherND", "batch_dims from 0, got -1; the file is no valid ONNX model",
         x_of({3}) + whole("i", {1, 1}, {0}) + node("GatherND", {"x", "i"}, "y", attribute("batch_dims", -1)));
  expect("Compress", "a condition for 3, got 4; the file is no valid ONNX model",
         x_of({3}) + whole("i", {4}, {1, 1, 1, 1}, 9) + node("Compress", {"x", "i"}, "y"));
  expect("MaxUnpool", "a kernel, strides and pads of each axis, got others; the file is no valid ONNX model",
         x_of({1, 1, 2, 2}) + input("i", {1, 1, 2, 2}, 7) + node("MaxUnpool", {"x", "i"}, "y"));
  expect("MaxUnpool", "numbers from 0 to 2^24, got -1; the file is no valid ONNX model",
         x_of({1, 1, 2, 2}) + input("i", {1, 1, 2, 2}, 7) + node("MaxUnpool", {"x", "i"}, "y", attribute("kernel_shape", {2, -1})));
  expect("MaxUnpool", "an output_shape from 4, got less; the file is no valid ONNX model",
         x_of({1, 1, 2, 2}) + input("i", {1, 1, 2, 2}, 7) + integers("s", {1, 1, 3, 2}) +
             node("MaxUnpool", {"x", "i", "s"}, "y", attribute("kernel_shape", {2, 2}) + attribute("strides", {2, 2})));
}
TEST_F(Refused, layers) {
  expect("LayerNormalization", "a stash_type of fractions, got INT32; the file is no valid ONNX model",
         x_of({2, 3}) + tensor("k", {3}, {1, 1, 1}) + node("LayerNormalization", {"x", "k"}, "y", attribute("stash_type", 6)));
  expect("MatMul", "matrices or vectors, got a number; the file is no valid ONNX model",
         x_of({}) + input("w", {2, 2}, 1) + node("MatMul", {"x", "w"}, "y"));
  expect("Conv", "strides of two axes, got 3; igata does not run this model yet",
         x_of({1, 1, 3, 3}) + tensor("w", {1, 1, 1, 1}, {1}) + node("Conv", {"x", "w"}, "y", attribute("strides", {1, 1, 1})));
  expect("Conv", "dilations from 1 to 2^24, got 0; the file is no valid ONNX model",
         x_of({1, 1, 3, 3}) + tensor("w", {1, 1, 1, 1}, {1}) + node("Conv", {"x", "w"}, "y", attribute("dilations", {0, 1})));
  expect("Conv", "a kernel from 1 to 2^24, got another; the file is no valid ONNX model",
         x_of({1, 1, 3, 3}) + tensor("w", {1, 1, 0, 1}, {}) + node("Conv", {"x", "w"}, "y"));
  expect("Conv", "pads from 0 to 2^24, got -1; igata does not run this model yet",
         x_of({1, 1, 3, 3}) + tensor("w", {1, 1, 1, 1}, {1}) + node("Conv", {"x", "w"}, "y", attribute("pads", {-1, 0, 0, 0})));
  expect("Conv", "pads of two axes, got 3; igata does not run this model yet",
         x_of({1, 1, 3, 3}) + tensor("w", {1, 1, 1, 1}, {1}) + node("Conv", {"x", "w"}, "y", attribute("pads", {1, 1, 1})));
  expect("Conv", "auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER, got SAME\\x0a; the file is no valid ONNX model",
         x_of({1, 1, 3, 3}) + tensor("w", {1, 1, 1, 1}, {1}) + node("Conv", {"x", "w"}, "y", word("auto_pad", "SAME\n")));
  expect("Conv", "a convolution over one or two axes, got 3; igata does not run this model yet",
         x_of({1, 1, 3, 3, 3}) + tensor("w", {1, 1, 1, 1}, {1}) + node("Conv", {"x", "w"}, "y"));
  expect("Conv", "filters over one or two axes, got 3; igata does not run this model yet",
         x_of({1, 1, 3, 3}) + tensor("w", {1, 1, 1, 1, 1}, {1}) + node("Conv", {"x", "w"}, "y"));
  expect("ConvTranspose", "output_padding from 0 to 2^24, got another; the file is no valid ONNX model",
         x_of({1, 1, 3, 3}) + tensor("w", {1, 1, 1, 1}, {1}) + node("ConvTranspose", {"x", "w"}, "y", attribute("output_padding", {-1, 0})));
  expect("ConvTranspose", "output_shape of two axes, got 3; igata does not run this model yet",
         x_of({1, 1, 3, 3}) + tensor("w", {1, 1, 1, 1}, {1}) + node("ConvTranspose", {"x", "w"}, "y", attribute("output_shape", {1, 2, 3})));
  expect("ConvTranspose", "an output_shape from 1 to 2^24, got 0; igata does not run this model yet",
         x_of({1, 1, 3, 3}) + tensor("w", {1, 1, 1, 1}, {1}) + node("ConvTranspose", {"x", "w"}, "y", attribute("output_shape", {0, 3})));
  expect("DepthToSpace", "channels that blocksize^2 divides, got 3; the file is no valid ONNX model",
         x_of({1, 3, 2, 2}) + node("DepthToSpace", {"x"}, "y", attribute("blocksize", 2)));
  expect("SpaceToDepth", "images that blocksize divides, got 3 x 2; the file is no valid ONNX model",
         x_of({1, 3, 3, 2}) + node("SpaceToDepth", {"x"}, "y", attribute("blocksize", 2)));
}
TEST_F(Refused, movement) {
  expect("Reshape", "a shape of 6 elements, got 4; the file is no valid ONNX model",
         x_of({6}) + integers("s", {2, 2}) + node("Reshape", {"x", "s"}, "y"));
  expect("Transpose", "perm of 2 axes, got 1; the file is no valid ONNX model",
         x_of({2, 3}) + node("Transpose", {"x"}, "y", attribute("perm", {0})));
  expect("Concat", "operands that are equal but for one axis, got others; the file is no valid ONNX model",
         y_out + tensor("a", {1, 2}, {1, 2}) + tensor("b", {1, 3}, {1, 2, 3}) + node("Concat", {"a", "b"}, "y", attribute("axis", 0)));
  expect("Dropout", "training_mode false, got true; igata does not run this model yet",
         x_of({2}) + number("r", 0.5) + whole("t", {}, {1}, 9) + node("Dropout", {"x", "r", "t"}, "y"));
  expect("Pad", "pads up to 1 for reflect, got 2; igata does not run this model yet",
         x_of({2}) + integers("p", {2, 0}) + node("Pad", {"x", "p"}, "y", word("mode", "reflect")));
  expect("Pad", "mode constant, reflect, edge or wrap, got circular; the file is no valid ONNX model",
         x_of({2}) + integers("p", {1, 1}) + node("Pad", {"x", "p"}, "y", word("mode", "circular")));
  expect("Pad", "pads from 0 to 2^24, got -1; igata does not run this model yet",
         x_of({2}) + integers("p", {0, -1}) + node("Pad", {"x", "p"}, "y"));
}
TEST_F(Refused, pooling) {
  expect("MaxPool", "pooling over one to three axes, got 1; igata does not run this model yet",
         x_of({1, 1, 4, 4}) + node("MaxPool", {"x"}, "y", attribute("kernel_shape", {2})));
  expect("MaxPool", "strides from 0 to 2^24, one for each axis, got others; the file is no valid ONNX model",
         x_of({1, 1, 4, 4}) + node("MaxPool", {"x"}, "y", attribute("kernel_shape", {2, 2}) + attribute("strides", {1, 1, 1})));
  expect("MaxPool", "two pads for each axis, got 2; the file is no valid ONNX model",
         x_of({1, 1, 4, 4}) + node("MaxPool", {"x"}, "y", attribute("kernel_shape", {2, 2}) + attribute("pads", {1, 1})));
  expect("MaxPool", "numbers from 1, got 0; the file is no valid ONNX model",
         x_of({1, 1, 4, 4}) + node("MaxPool", {"x"}, "y", attribute("kernel_shape", {2, 2}) + attribute("strides", {0, 1})));
  expect("MaxPool", "pads from 0 to 2^24, got others; igata does not run this model yet",
         x_of({1, 1, 4, 4}) + node("MaxPool", {"x"}, "y", attribute("kernel_shape", {2, 2}) + attribute("pads", {-1, 0, 0, 0})));
  expect("LpPool", "p of 1 or more, got 0; the file is no valid ONNX model",
         x_of({1, 1, 4, 4}) + node("LpPool", {"x"}, "y", attribute("kernel_shape", {2, 2}) + attribute("p", 0)));
  expect("GlobalAveragePool", "pooling over two axes, got 1; igata does not run this model yet",
         x_of({1, 2, 3}) + node("GlobalAveragePool", {"x"}, "y"));
  expect("MaxPool", "pooling without indices, got two outputs; igata does not run this model yet",
         x_of({1, 1, 4, 4}) +
             pb::bytes(1, pb::bytes(1, "x") + pb::bytes(2, "y") + pb::bytes(2, "i") + pb::bytes(4, "MaxPool") + attribute("kernel_shape", {2, 2})));
}
TEST_F(Refused, quantised) {
  const onnx::load_options simulated{.simulate_quantised = true};
  expect("QuantizeLinear", "one scale, or one for each of the axis, got 2; igata does not run this model yet",
         x_of({1, 3}) + tensor("s", {2}, {1, 2}) + node("QuantizeLinear", {"x", "s"}, "y"), 17, simulated);
  expect("QuantizeLinear", "numbers of 8 or 16 bits, got INT32; igata does not run this model yet",
         x_of({1, 3}) + number("s", 1.0) + whole("z", {}, {0}, 6) + node("QuantizeLinear", {"x", "s", "z"}, "y"), 17, simulated);
  expect("QuantizeLinear", "block_size 0, got blocks; igata does not run this model yet",
         x_of({1, 3}) + number("s", 1.0) + node("QuantizeLinear", {"x", "s"}, "y", attribute("block_size", 1)), 21, simulated);
  expect("DequantizeLinear", "block_size 0, got blocks; igata does not run this model yet",
         x_of({1, 3}, 2) + number("s", 1.0) + node("DequantizeLinear", {"x", "s"}, "y", attribute("block_size", 1)), 21, simulated);
  expect("DequantizeLinear", "as many zero points as scales, got 1; the file is no valid ONNX model",
         y_out + whole("x", {1, 3}, {1, 2, 3}, 2) + tensor("s", {3}, {1, 2, 3}) + whole("z", {}, {0}, 2) +
             node("DequantizeLinear", {"x", "s", "z"}, "y"),
         17, simulated);
  expect("DequantizeLinear", "one scale, or one for each of the axis, got 2; igata does not run this model yet",
         y_out + whole("x", {1, 3}, {1, 2, 3}, 2) + tensor("s", {2}, {1, 2}) + node("DequantizeLinear", {"x", "s"}, "y"), 17, simulated);
  expect("MatMulInteger", "matrices or vectors, got a number; the file is no valid ONNX model",
         x_of({}, 2) + input("w", {2, 2}, 2) + node("MatMulInteger", {"x", "w"}, "y"), 17, simulated);
  expect("ConvInteger", "one zero point, or one for each filter, got 2; the file is no valid ONNX model",
         x_of({1, 1, 3, 3}, 2) + whole("w", {1, 1, 1, 1}, {1}, 2) + whole("p", {}, {0}, 2) + whole("q", {2}, {0, 0}, 2) +
             node("ConvInteger", {"x", "w", "p", "q"}, "y"),
         17, simulated);
  expect("QLinearGlobalAveragePool", "channels_last 0, got another; igata does not run this model yet",
         x_of({1, 1, 3, 3}, 2) + number("s", 1.0) + whole("z", {}, {0}, 2) +
             node("QLinearGlobalAveragePool", {"x", "s", "z", "s", "z"}, "y", pb::bytes(7, "com.microsoft") + attribute("channels_last", 1)),
         17, simulated);
  expect("QLinearGlobalAveragePool", "a pool over two axes, got 1; igata does not run this model yet",
         x_of({1, 1, 3}, 2) + number("s", 1.0) + whole("z", {}, {0}, 2) +
             node("QLinearGlobalAveragePool", {"x", "s", "z", "s", "z"}, "y", pb::bytes(7, "com.microsoft")),
         17, simulated);
}
TEST_F(Refused, recurrent) {
  expect("LSTM", "input_forget 0, got 1; igata does not run this model yet",
         x_of({2, 1, 1}) + tensor("w", {1, 4, 1}, {1, 1, 1, 1}) +
             node("LSTM", {"x", "w", "w"}, "y", attribute("hidden_size", 1) + attribute("input_forget", 1)));
  expect("LSTM", "weights of 4 gates, got other shapes; the file is no valid ONNX model",
         x_of({2, 1, 1}) + tensor("w", {1, 4, 1}, {1, 1, 1, 1}) + tensor("r", {1, 4, 2}, {1, 1, 1, 1, 1, 1, 1, 1}) +
             node("LSTM", {"x", "w", "r"}, "y", attribute("hidden_size", 1)));
  expect("LSTM", "weights of real numbers, got whole ones; the file is no valid ONNX model",
         x_of({2, 1, 1}) + tensor("w", {1, 4, 1}, {1, 1, 1, 1}) + whole("r", {1, 4, 1}, {1, 1, 1, 1}) +
             node("LSTM", {"x", "w", "r"}, "y", attribute("hidden_size", 1)));
  expect("LSTM", "a length of each sequence, got others; the file is no valid ONNX model",
         x_of({2, 1, 1}) + tensor("w", {1, 4, 1}, {1, 1, 1, 1}) + whole("n", {2}, {1, 1}, 6) +
             node("LSTM", {"x", "w", "w", "", "n"}, "y", attribute("hidden_size", 1)));
  expect("LSTM", "biases of each direction, got other axes; the file is no valid ONNX model",
         x_of({2, 1, 1}) + tensor("w", {1, 4, 1}, {1, 1, 1, 1}) + tensor("b", {8}, {1, 1, 1, 1, 1, 1, 1, 1}) +
             node("LSTM", {"x", "w", "w", "b"}, "y", attribute("hidden_size", 1)));
  expect("LSTM", "peepholes of each direction, got other axes; the file is no valid ONNX model",
         x_of({2, 1, 1}) + tensor("w", {1, 4, 1}, {1, 1, 1, 1}) + tensor("p", {3}, {1, 1, 1}) +
             node("LSTM", {"x", "w", "w", "", "", "", "", "p"}, "y", attribute("hidden_size", 1)));
}
TEST_F(Refused, resizing) {
  expect("Resize", "mode nearest, linear or cubic, got cubical; the file is no valid ONNX model",
         x_of({1, 1, 2, 2}) + tensor("s", {4}, {1, 1, 2, 2}) + node("Resize", {"x", "", "s"}, "y", word("mode", "cubical")));
  expect("Resize",
         "half_pixel, half_pixel_symmetric, pytorch_half_pixel, align_corners, asymmetric or tf_crop_and_resize, got half; the file is no valid ONNX "
         "model",
         x_of({1, 1, 2, 2}) + tensor("s", {4}, {1, 1, 2, 2}) + node("Resize", {"x", "", "s"}, "y", word("coordinate_transformation_mode", "half")));
  expect("Resize", "policy stretch, not_larger or not_smaller, got bend; the file is no valid ONNX model",
         x_of({1, 1, 2, 2}) + tensor("s", {4}, {1, 1, 2, 2}) + node("Resize", {"x", "", "s"}, "y", word("keep_aspect_ratio_policy", "bend")));
  expect("Resize", "scales or sizes, got none; the file is no valid ONNX model",
         x_of({1, 1, 2, 2}) + tensor("s", {4}, {1, 1, 2, 2}) + node("Resize", {"x"}, "y"));
  expect("Resize", "one number for each axis, got another count; the file is no valid ONNX model",
         x_of({1, 1, 2, 2}) + tensor("s", {2}, {2, 2}) + node("Resize", {"x", "", "s"}, "y"));
  expect("Resize", "positive numbers, got -2; the file is no valid ONNX model",
         x_of({1, 1, 2, 2}) + tensor("s", {4}, {1, 1, -2, 2}) + node("Resize", {"x", "", "s"}, "y"));
}
TEST_F(Refused, sound) {
  expect("STFT", "windows of 1 to 4096, got 5000; igata does not run this model yet",
         x_of({1, 8, 1}) + number("f", std::int64_t{2}) + number("n", std::int64_t{5000}) + node("STFT", {"x", "f", "", "n"}, "y"));
  expect("STFT", "a window of 4, got another; the file is no valid ONNX model",
         x_of({1, 8, 1}) + number("f", std::int64_t{2}) + tensor("v", {2}, {1, 1}) + number("n", std::int64_t{4}) +
             node("STFT", {"x", "f", "v", "n"}, "y"));
  expect("MelWeightMatrix", "a matrix of fractions, got INT64; igata does not run this model yet",
         y_out + number("b", std::int64_t{4}) + number("n", std::int64_t{16}) + number("r", std::int64_t{8000}) + number("l", 0.0) +
             number("h", 4000.0) + node("MelWeightMatrix", {"b", "n", "r", "l", "h"}, "y", attribute("output_datatype", 7)));
  expect("MelWeightMatrix", "bins, a length and a rate from 1, got others; igata does not run this model yet",
         y_out + number("b", std::int64_t{0}) + number("n", std::int64_t{16}) + number("r", std::int64_t{8000}) + number("l", 0.0) +
             number("h", 4000.0) + node("MelWeightMatrix", {"b", "n", "r", "l", "h"}, "y"));
  expect("MelWeightMatrix", "frequencies of sound, got others; igata does not run this model yet",
         y_out + number("b", std::int64_t{4}) + number("n", std::int64_t{16}) + number("r", std::int64_t{8000}) + number("l", -800.0) +
             number("h", 4000.0) + node("MelWeightMatrix", {"b", "n", "r", "l", "h"}, "y"));
  expect("MelWeightMatrix", "frequencies up to 8, got 9; igata does not run this model yet",
         y_out + number("b", std::int64_t{4}) + number("n", std::int64_t{16}) + number("r", std::int64_t{8000}) + number("l", 0.0) +
             number("h", 9000.0) + node("MelWeightMatrix", {"b", "n", "r", "l", "h"}, "y"));
}
TEST_F(Refused, training) {
  expect("Momentum", "a rate, a number of steps and 3 tensors for each weight, got others; the file is no valid ONNX model",
         x_of({2}) + number("r", 0.1) + number("t", std::int64_t{0}) +
             node("Momentum", {"r", "t", "x", "x"}, "y", pb::bytes(7, "ai.onnx.preview.training")));
}

TEST_F(Refused, branches) {
  const std::string nothing = graph_attribute("then_branch", "") + graph_attribute("else_branch", "");
  expect("If", "two branches, got one; the file is no valid ONNX model", y_out + whole("c", {}, {1}, 9) + node("If", {"c"}, "y"));
  expect("If", "one condition, got 2; the file is no valid ONNX model", y_out + input("c", {2}, 9) + node("If", {"c"}, "y", nothing));
}
TEST_F(Refused, files) {
  const std::string copy = node("Identity", {"x"}, "y");
  EXPECT_EQ(mistake(x_of({2}) + value_of(11, "a\n", {2}) + copy),
            "value 'a\\x0a': expected a name without control characters, got another; rename it");
  onnx::load_options fixed;
  fixed.fixed["x"].type = onnx::element_type::i64;
  EXPECT_EQ(mistake(x_of({}) + copy, fixed), "input 'x': expected FLOAT[], got INT64 in .fixed");
  fixed.fixed["x"].type = onnx::element_type::string;
  EXPECT_EQ(mistake(value_of(11, "x", {}, 8) + y_out + copy, fixed), "input 'x': expected a constant of numbers, got STRING");
  EXPECT_EQ(mistake(x_of({2}) + copy, {.reading = {.budget = 100}}),
            "graph: expected a model that takes at most 100 bytes of memory, got 192 more than 0; allow more with .budget");
}

}  // namespace
