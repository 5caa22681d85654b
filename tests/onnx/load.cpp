#include <cstdio>
#include <iterator>

#include <igata/onnx.hpp>

#include "graphs.hpp"

using namespace testing_onnx;

namespace {

const std::string x22 = value_of(11, "x", {1, 2, 2, 2}), y_out = value_of(12, "y", {});

// Channels stand in front in ONNX: an image of two channels, a filter of 1x1 that swaps them, and what asks for the order behind it.
TEST_F(Load, keeps_the_order_of_axes) {
  const std::string swap = tensor("w", {2, 2, 1, 1}, {0, 1, 1, 0});
  const std::vector<float> x{1, 2, 3, 4, 5, 6, 7, 8}, swapped{5, 6, 7, 8, 1, 2, 3, 4};
  EXPECT_EQ(results(x22 + y_out + swap + node("Conv", {"x", "w"}, "y"), x), swapped);
  EXPECT_EQ(results(x22 + y_out + swap + node("Conv", {"x", "w"}, "a") + node("Relu", {"a"}, "b") + node("Flatten", {"b"}, "y"), x), swapped);
  // A constant of [2,1,1] is one number for each channel, on either side.
  const std::string bias = tensor("c", {2, 1, 1}, {10, 20});
  const std::vector<float> added{15, 16, 17, 18, 21, 22, 23, 24};
  EXPECT_EQ(results(x22 + y_out + swap + bias + node("Conv", {"x", "w"}, "a") + node("Add", {"c", "a"}, "y"), x), added);
  // With what is still in ONNX's order.
  EXPECT_EQ(results(x22 + y_out + swap + node("Conv", {"x", "w"}, "a") + node("Sub", {"a", "x"}, "y"), x),
            (std::vector<float>{4, 4, 4, 4, -4, -4, -4, -4}));
  EXPECT_EQ(results(x22 + y_out + swap + node("Conv", {"x", "w"}, "a") + node("Concat", {"x", "a"}, "y", attribute("axis", 1)), x),
            (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 5, 6, 7, 8, 1, 2, 3, 4}));
  EXPECT_EQ(results(x22 + y_out + swap + node("Conv", {"x", "w"}, "a") + node("ReduceSum", {"a", "axes"}, "y", attribute("keepdims", 0)) +
                        integers("axes", {1}),
                    x),
            (std::vector<float>{6, 8, 10, 12}));
  EXPECT_EQ(results(x22 + y_out + swap + node("Conv", {"x", "w"}, "a") + node("Transpose", {"a"}, "y", attribute("perm", {0, 2, 3, 1})), x),
            (std::vector<float>{5, 1, 6, 2, 7, 3, 8, 4}));
  EXPECT_EQ(results(x22 + y_out + swap + node("Conv", {"x", "w"}, "a") + node("GlobalMaxPool", {"a"}, "y"), x), (std::vector<float>{8, 4}));
}

TEST_F(Load, draws_nodes_in_the_order_of_their_needs) {
  const std::string graph = value_of(11, "x", {2}) + y_out + node("Add", {"b", "x"}, "y") + node("Neg", {"a"}, "b") + node("Exp", {"x"}, "a");
  EXPECT_EQ(results(graph, {0, 0}), (std::vector<float>{-1, -1}));
  EXPECT_EQ(mistake(value_of(11, "x", {2}) + y_out + node("Add", {"b", "x"}, "y") + node("Neg", {"y"}, "b")),
            "value 'y': expected a graph without cycles, got one that it depends on itself; the file is no valid ONNX model");
  EXPECT_EQ(mistake(value_of(11, "x", {2}) + y_out + node("Neg", {"x"}, "y") + node("Exp", {"x"}, "y")),
            "value 'y': expected one node that makes it, got two; the file is no valid ONNX model");
}

// Arithmetic of shapes is done when the model is drawn.
TEST_F(Load, computes_shapes) {
  const std::string graph = value_of(11, "x", {2, 3}) + y_out + node("Shape", {"x"}, "s") + node("Gather", {"s", "one"}, "last") +
                            node("Mul", {"last", "two"}, "six") + integers("one", {1}) + integers("two", {2}) + node("Reshape", {"x", "six"}, "r") +
                            node("Transpose", {"x"}, "t") + node("Reshape", {"t", "six"}, "q") + node("Sub", {"r", "q"}, "y");
  EXPECT_EQ(results(graph, {1, 2, 3, 4, 5, 6}), (std::vector<float>{0, -2, 1, -1, 2, 0}));
}

TEST_F(Load, open_extents_are_said) {
  const std::string graph = value_of(11, "x", {-1, 2}) + y_out + node("Neg", {"x"}, "y");
  EXPECT_EQ(mistake(graph), "input 'x': expected a tensor whose extents are known, got FLOAT[batch,2]; say them with .shapes");
  EXPECT_EQ(results(graph, {1, 2, 3, 4}, {.shapes = {{"x", {2, 2}}}}), (std::vector<float>{-1, -2, -3, -4}));
}

TEST_F(Load, sessions_take_other_extents) {
  const std::string graph = value_of(11, "x", {1, 2, 2, 2}) + y_out + tensor("w", {1, 2, 1, 1}, {1, 10}) + node("Conv", {"x", "w"}, "a") +
                            node("GlobalAveragePool", {"a"}, "b") + node("Flatten", {"b"}, "y");
  variable_store weights;
  session net = onnx::load(file(graph), {}, weights);
  EXPECT_EQ(weights.size(), 1);
  float y = 0;
  ASSERT_TRUE(net.run({std::vector<float>{1, 2, 3, 4, 1, 1, 1, 1}}, {&y}, 1));
  EXPECT_EQ(y, 12.5f);
  net.resize({{"x", {1, 2, 1, 3}}}, weights);
  ASSERT_TRUE(net.run({std::vector<float>{1, 2, 3, 0, 1, 2}}, {&y}, 1));
  EXPECT_EQ(y, 12);
}

TEST_F(Load, resizes_along_every_axis) {
  const std::string x = value_of(11, "x", {1, 1, 2, 2}) + y_out, twice = tensor("s", {4}, {1, 1, 2, 2});
  const auto mode = [](const char* name, const char* how) { return pb::bytes(5, pb::bytes(1, name) + pb::bytes(4, how) + pb::number(20, 3)); };
  EXPECT_EQ(results(x + twice + node("Resize", {"x", "", "s"}, "y"), {1, 2, 3, 4}),
            (std::vector<float>{1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4}));
  EXPECT_EQ(results(x + tensor("s", {4}, {1, 1, 1, 2}) + node("Resize", {"x", "", "s"}, "y", mode("mode", "linear")), {1, 2, 3, 4}),
            (std::vector<float>{1, 1.25f, 1.75f, 2, 3, 3.25f, 3.75f, 4}));
  EXPECT_EQ(mistake(x + twice + node("Resize", {"x", "", "s"}, "y", mode("mode", "area"))),
            "node 'y' (Resize): expected mode nearest, linear or cubic, got area; the file is no valid ONNX model");
}

TEST_F(Load, branches_whose_condition_is_known) {
  const auto branch = [](const char* name, const std::string& graph) {
    return pb::bytes(5, pb::bytes(1, name) + pb::bytes(6, graph) + pb::number(20, 5));
  };
  const std::string two = branch("then_branch", node("Neg", {"x"}, "t") + value_of(12, "t", {2})) +
                          branch("else_branch", node("Abs", {"x"}, "e") + value_of(12, "e", {2}));
  const std::string graph =
      value_of(11, "x", {2}) + y_out + node("Size", {"x"}, "n") + node("Equal", {"n", "k"}, "same") + node("If", {"same"}, "y", two);
  EXPECT_EQ(results(graph + integers("k", {2}), {1, -2}), (std::vector<float>{-1, 2}));
  EXPECT_EQ(results(graph + integers("k", {3}), {1, -2}), (std::vector<float>{1, 2}));
}

TEST_F(Load, branches_whose_condition_is_computed) {
  const auto branch = [](const char* name, const std::string& graph) {
    return pb::bytes(5, pb::bytes(1, name) + pb::bytes(6, graph) + pb::number(20, 5));
  };
  const std::string x = value_of(11, "x", {2}) + y_out, positive = node("ReduceSum", {"x"}, "s", attribute("keepdims", 0)) +
                                                                   tensor("zero", {}, {0}) + node("Greater", {"s", "zero"}, "c");
  const auto with = [&](const std::string& otherwise) {
    return x + positive +
           node("If", {"c"}, "y", branch("then_branch", node("Neg", {"x"}, "t") + value_of(12, "t", {2})) + branch("else_branch", otherwise));
  };
  const std::string absolute = with(node("Abs", {"x"}, "e") + value_of(12, "e", {2}));
  EXPECT_EQ(results(absolute, {3, -2}), (std::vector<float>{-3, 2}));
  EXPECT_EQ(results(absolute, {1, -2}), (std::vector<float>{1, 2}));
  const std::string constants = with(tensor("t", {2}, {5, 6}) + node("Identity", {"t"}, "e") + value_of(12, "e", {2}));
  EXPECT_EQ(results(constants, {1, -2}), (std::vector<float>{5, 6}));
  EXPECT_EQ(mistake(with(node("Shape", {"x"}, "e") + value_of(12, "e", {1}, 7))),
            "node 'y' (If): expected results of one type and extents from both branches, whose condition is computed, got others; .fixed makes an "
            "input a constant of the session");
}

TEST_F(Load, part_of_a_shape) {
  const std::string graph = value_of(11, "x", {2, 3}) + y_out + node("Shape", {"x"}, "s", attribute("start", -1)) +
                            node("Cast", {"s"}, "f", attribute("to", 1)) + node("Mul", {"x", "f"}, "y");
  EXPECT_EQ(results(graph, {1, 2, 3, 4, 5, 6}), (std::vector<float>{3, 6, 9, 12, 15, 18}));
}

TEST_F(Load, constants_broadcast) {
  const std::string column =
      pb::bytes(5, pb::bytes(1, pb::packed({2, 1})) + pb::number(2, 7) + pb::bytes(7, pb::packed({10, 20})) + pb::bytes(8, "c"));
  const std::string graph = value_of(11, "x", {2, 2}) + y_out + column + integers("r", {1, 2}) + node("Add", {"c", "r"}, "s") +
                            node("Cast", {"s"}, "f", attribute("to", 1)) + node("Add", {"x", "f"}, "y");
  EXPECT_EQ(results(graph, {0, 0, 0, 0}), (std::vector<float>{11, 12, 21, 22}));
}

// Truth is 0 or 1: half is true.
TEST_F(Load, casts_of_constants) {
  const std::string graph = value_of(11, "x", {2}) + y_out + tensor("c", {2}, {0.5f, 0}) + node("Cast", {"c"}, "t", attribute("to", 9)) +
                            node("Cast", {"t"}, "r", attribute("to", 1)) + node("Add", {"x", "r"}, "y");
  EXPECT_EQ(results(graph, {1, 2}), (std::vector<float>{2, 2}));
}

TEST_F(Load, quantised_numbers_are_simulated_when_it_is_asked_to) {
  const std::string zero = pb::bytes(5, pb::bytes(1, "") + pb::number(2, 3) + pb::bytes(8, "z") + pb::bytes(9, "\x02"));
  const std::string graph = value_of(11, "x", {4}) + y_out + tensor("s", {}, {0.5f}) + zero + node("QuantizeLinear", {"x", "s", "z"}, "q") +
                            node("DequantizeLinear", {"q", "s", "z"}, "y");
  EXPECT_EQ(mistake(graph),
            "node 'q' (QuantizeLinear): expected real numbers, got quantised ones; .simulate_quantised = true runs them, what has no kernel of bytes "
            "in f32");
  EXPECT_EQ(results(graph, {0.25f, 0.75f, 100, -100}, {.simulate_quantised = true}), (std::vector<float>{0, 1, 62.5f, -65}));
}

TEST_F(Load, says_what_it_does_not_run) {
  const std::string graph = value_of(11, "x", {2}) + y_out + node("Neg", {"x"}, "a") + node("Unique", {"a"}, "b") +
                            pb::bytes(1, pb::bytes(2, "y") + pb::bytes(4, "Mine") + pb::bytes(7, "com.example"));
  EXPECT_EQ(mistake(graph), "node 'b' (Unique): expected an operator that igata has, got Unique; igata does not run this model yet");
  const std::vector<onnx::unsupported_node> all = onnx::coverage(file(graph));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name + ' ' + all[0].op_type + ' ' + std::to_string(all[0].opset), "b Unique 17");
  EXPECT_EQ(all[1].domain + '.' + all[1].op_type, "com.example.Mine");
  EXPECT_EQ(mistake(value_of(11, "x", {2}) + y_out + node("Neg", {"x"}, "y", attribute("gentle", 1))),
            "node 'y' (Neg): expected attributes that igata has, got 'gentle'; igata does not run this model yet");
  EXPECT_EQ(mistake(value_of(11, "x", {2}) + y_out + node("Softmax", {"x"}, "y", attribute("axis", {0}))),
            "node 'y' (Softmax): expected another type of attribute 'axis', got type 7; the file is no valid ONNX model");
  const std::string ones = tensor("a", {2}, {1, 1});
  EXPECT_EQ(
      mistake(value_of(11, "x", {2}) + y_out + ones + node("BatchNormalization", {"x", "a", "a", "a", "a"}, "y", attribute("training_mode", 1))),
      "node 'y' (BatchNormalization): expected channels behind the batch, got none; the file is no valid ONNX model");
  EXPECT_EQ(mistake(value_of(11, "x", {2}) + y_out + node("Add", {"x", "nobody"}, "y")),
            "node 'y' (Add): expected a value called 'nobody' before its use, got none; the file is no valid ONNX model");
  EXPECT_EQ(mistake(value_of(11, "x", {2}) + y_out + node("Neg", {"x"}, "a")),
            "output 'y': expected a value of the graph, got none; the file is no valid ONNX model");
  EXPECT_EQ(mistake(value_of(11, "x", {2}) + y_out + tensor("w", {3}, {1, 2, 3}) + node("Add", {"x", "w"}, "y")).substr(0, 16), "node 'y' (Add): ");
  EXPECT_EQ(mistake(value_of(11, "x", {2}, 14) + y_out + node("Neg", {"x"}, "y")),
            "input 'x': expected numbers of a type that igata has, got COMPLEX64[2]; igata does not run this model yet");
}

// Without <igata/f64.hpp>: shapes are known, and an index of few bits stays one.
TEST_F(Load, whole_numbers_of_64_bits_need_lanes_only_where_they_are_computed) {
  const std::string x = value_of(11, "x", {2, 3}) + y_out, table = tensor("t", {3}, {10, 20, 30});
  EXPECT_EQ(results(x + integers("minus", {-1}) + node("Shape", {"x"}, "s") + node("Slice", {"s", "one", "two"}, "e") + integers("one", {1}) +
                        integers("two", {2}) + node("Concat", {"minus", "e"}, "w", attribute("axis", 0)) + node("Reshape", {"x", "w"}, "y"),
                    {1, 2, 3, 4, 5, 6}),
            (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(results(x + table + node("ArgMax", {"x"}, "i", attribute("axis", 1)) + node("Gather", {"t", "i"}, "y"), {1, 5, 2, 7, 0, 1}),
            (std::vector<float>{20, 10}));
  const std::string ids = value_of(11, "x", {2}, 7) + y_out + table + node("Gather", {"t", "x"}, "y");
  try {
    onnx::load(file(ids));
    FAIL();
  } catch (const error& e) {
    EXPECT_NE(std::string_view(e.what()).find("computes in f64, i64 or u64; #include <igata/f64.hpp>"), std::string_view::npos) << e.what();
  }
  session net = onnx::load(file(ids), {.int64_as_int32 = true});
  float y[2] = {};
  ASSERT_TRUE(net.run({std::vector<std::int32_t>{2, 0}}, {y}, 1));
  EXPECT_EQ(y[0], 30);
}

TEST(operators, are_listed) {
  std::ifstream in(IGATA_SOURCE_DIR "/docs/onnx.md");
  std::string page{std::istreambuf_iterator<char>(in), {}};
  for (char& c : page)
    if (c == '\n') c = ' ';
  const std::size_t begin = page.find("Operators of ai.onnx: ") + 22;
  std::string listed = page.substr(begin, page.find('.', begin) - begin) + ", ";
  listed.erase(listed.find("If, "), 4);  // which is no rule
  onnx::detail::each_rule([&](const onnx::detail::import_rule& r) {
    if (r.op_type.find('.') != r.op_type.npos) {  // of another domain
      EXPECT_NE(page.find(r.op_type), std::string::npos) << r.op_type;
      return;
    }
    const std::size_t at = (", " + listed).find(", " + std::string(r.op_type) + ", ");
    EXPECT_NE(at, std::string::npos) << r.op_type;
    if (at != std::string::npos) listed.erase(at, r.op_type.size() + 2);
  });
  EXPECT_EQ(listed, "");
}

}  // namespace
