// At run time a model's mistake has the compiler's text, and throws it when it is asked for.
#include <igata/draw/eager.hpp>
#include <igata/engine/error.hpp>
#include <igata/igata.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <string_view>

namespace {
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    return nn::block(x, "encoder", [](value v) { return nn::dense(v, {.units = 0}); });
  }
};
constexpr int line = __LINE__ - 3;
text expected() { return text() << "errors.cpp:" << line << ": encoder/dense: .units = 0; must be 1 or more"; }

TEST(Errors, ThrownTextIsTheCompilers) {
  using spec = detail::inference_spec<net{}, in<"x", 6>>;
  const auto& failure = detail::failure_of<spec>::text;
  EXPECT_EQ(text(std::string_view(failure.items, static_cast<std::size_t>(detail::failure_of<spec>::size))), expected());

  builder s(false);
  spec::build(s);
  try {
    check(s.get());
    FAIL();
  } catch (const error& e) {
    EXPECT_EQ(text(std::string_view(e.what())), expected());
  }
  builder fine(false);
  fine.output("y", fine.input("x", rows({6})));
  EXPECT_NO_THROW(check(fine.get()));
}

TEST(Errors, EagerValuesAreDefined) {
  eager e({.rows = 1});
  const value y = net{}(e.input("x", rows({6}), vec<double>(6, 1.0)));
  EXPECT_TRUE(std::isnan(y.item()));
  EXPECT_TRUE(y.numbers().empty());
  EXPECT_EQ(text(e.failure()), expected());
  EXPECT_THROW(check(e.get()), error);
}

// A mistake in an option names the option, behind the line of the model's last layer where it was given the model's result.
struct right {
  constexpr value operator()(value x) const {
    return nn::dense(x, {.units = 2});
  }
};
constexpr int last_line = __LINE__ - 3;
template <auto... Options>
text failure_of() {
  builder s(true);
  detail::training_spec<true, right{}, Options...>::build(s);
  return s.get().failure;
}

TEST(Errors, Options) {
  EXPECT_EQ((failure_of<in<"x", 6>, labels<"y", f32>, loss::mae{}, optim::sgd{}>()),
            text() << "errors.cpp:" << last_line << ": training<" << detail::type_name<right>()
                   << ">, option 3: mae: prediction [n,2] vs target [n]; the shapes must be equal, reshape one");
}

// Several results: which losses, labels and metrics fit them.
struct towers {
  constexpr std::array<value, 2> operator()(value x) const {
    const value h = nn::dense(x, {.units = 2, .name = "first"});
    return {nn::dense(h, {.units = 2, .name = "last"}), h};
  }
};
enum class returns { nothing, no_name, empty, indices, swapped, another, fewer };
template <returns What>
struct odd {
  constexpr outputs operator()(value x) const {
    outputs all{};
    const value a = nn::dense(x, {.units = 2, .name = "a"}), b = nn::dense(x, {.units = 2, .name = "b"});
    if (What == returns::no_name) return {{"", a}};
    if (What == returns::empty) return {{"a", value{}}};
    if (What == returns::indices) return {{"a", argmax(a, 1)}};
    if (What == returns::swapped && !x.training()) return {{"b", b}, {"a", a}};
    if (What == returns::another && !x.training()) return {{"c", b}};
    if (What == returns::fewer && !x.training()) return {{"a", a}};
    if (What != returns::nothing) all = {{"a", a}, {"b", b}};
    return all;
  }
};
struct no_value {
  constexpr value operator()(value, value) const { return {}; }
};
struct of_rows {
  constexpr value operator()(value p, value t) const { return p - t; }
};
// Behind the name of the program.
template <class Spec>
std::string failure_behind_name() {
  builder s(Spec::training);
  Spec::build(s);
  const text name = Spec::name();
  const std::string_view all = s.get().failure.view();
  const std::size_t at = all.find(name.view());
  return std::string(at == all.npos ? all : all.substr(at + name.view().size()));
}
template <bool Trains, auto Model, auto... Options>
std::string failure_of_several() {
  return failure_behind_name<detail::training_spec<Trains, Model, in<"x", 3>, optim::sgd{}, Options...>>();
}
template <auto... Options>
std::string failure_of_inference() {
  return failure_behind_name<detail::inference_spec<towers{}, in<"x", 3>, Options...>>();
}
TEST(Errors, PairsOfLossesAndLabels) {
  constexpr auto y = labels<"y", f32, 0, 2>;
  constexpr auto z = labels<"z", f32, 0, 2>;
  constexpr loss::mse mse;
  constexpr loss::mae mae;
  EXPECT_EQ((failure_of_several<true, towers{}, y, mse, mae>()), "");
  EXPECT_EQ((failure_of_several<true, towers{}, y, z, mse, mae>()), "");
  EXPECT_EQ((failure_of_several<true, towers{}, y, loss_of<"output", mse>, metrics_of<"output_1", metric::mae{}>>()), "");
  EXPECT_EQ((failure_of_several<true, towers{}, y, z, labels<"w", f32, 0, 2>, mse, mae>()),
            ": labels<...> are given 3 times for 2 losses; give one for each in order, or one for all");
  EXPECT_EQ((failure_of_several<true, towers{}, y, mse>()),
            ": the model returns 2 values, and there is one loss; give one for each in order, or loss_of<\"name\", loss::mse{}>");
  EXPECT_EQ((failure_of_several<true, towers{}, y, mse, loss_of<"output", mae>>()),
            ": some losses name their output and some do not; write loss_of<...> for each of them");
  EXPECT_EQ((failure_of_several<true, towers{}, y, loss_of<"output", mse>, loss_of<"output", mae>>()),
            ", option 5: the output 'output' has a loss before; write one loss that adds them");
  EXPECT_EQ((failure_of_several<true, towers{}, y, z, loss_of<"output", mse>>()),
            ", option 5: no labels 'output' for the output 'output'; the labels are 'y', 'z': loss_of<\"output\", loss, \"labels\">");
  EXPECT_EQ((failure_of_several<true, towers{}, y, loss_of<"output", optim::adam{}>>()),
            ", option 4: optim::adam is no loss; one is a function (value prediction, value target) -> value");
  EXPECT_EQ((failure_of_several<true, towers{}, y, mse, mae, loss_weights{1}>()), ": loss_weights has 1 number for 2 losses; give one for each");
  EXPECT_EQ((failure_of_several<true, towers{}, y, mse, mae, loss_weights{1, math::infinity}>()),
            ", option 6: loss_weights: number 2 is inf; must be finite");
  EXPECT_EQ((failure_of_several<true, towers{}, y, mse, mae, loss_weights{1, 2}, loss_weights{1, 3}>()),
            ": loss_weights is given 2 times; give one, such as loss_weights{1, 0.5}");
  EXPECT_EQ((failure_of_several<true, towers{}, y, mse, no_value{}>()), ", option 5: minimize: the loss is no value; return what reduce_mean gives");
  EXPECT_EQ((failure_of_several<true, towers{}, y, mse, of_rows{}>()),
            ", option 5: minimize: the loss must be one number, got f32[n,2]; take its mean");
  EXPECT_EQ((failure_of_several<true, towers{}, y, mse, mae, metrics<metric::mae{}>>()),
            ", option 6: metrics: the model returns 2 values; say which: metrics_of<\"output\", ...>");
  EXPECT_EQ((failure_of_several<true, towers{}, y, mse, mae, metrics_of<"sied", metric::mae{}>>()),
            ", option 6: metrics_of: no output 'sied'; the model returns 'output', 'output_1'");
  EXPECT_EQ((failure_of_several<true, towers{}, y, z, loss_of<"output", mse, "y">, metrics_of<"output_1", metric::mae{}>>()),
            ", option 6: metrics_of: no labels 'output_1' for the metrics of this output, which has no loss");
}
TEST(Errors, OnlySomeResults) {
  EXPECT_EQ((failure_of_inference<only<"output_1">>()), "");
  EXPECT_EQ((failure_of_inference<only<"sied">>()), ", option 2: only: no output 'sied'; the model returns 'output', 'output_1'");
  EXPECT_EQ((failure_of_inference<only<"output", "output">>()), ", option 2: only: output 'output' is named twice");
  EXPECT_EQ((failure_of_inference<only<>>()), ", option 2: only<> names no output; give it one or more");
  EXPECT_EQ((failure_of_inference<only<"output">, only<"output_1">>()), ": only<...> is given 2 times; give one, such as only<\"output\">");
  EXPECT_EQ((failure_of_inference<loss_of<"output", loss::mse{}>>()),
            ", option 2: loss_of<...> is none of in<...>, ids<...>, only<...>, max_batch{}, winograd::off, precision::fp64{}");
  EXPECT_EQ((failure_of_inference<loss_weights{1}>()),
            ", option 2: loss_weights{} is none of in<...>, ids<...>, only<...>, max_batch{}, winograd::off, precision::fp64{}");
}
struct a_step {
  constexpr void operator()(builder& s) const { s.output("y", s.input("x", rows({6})) * 2); }
};
struct classes_of_floats {
  constexpr void operator()(builder& s) const { s.output("y", s.input("x", rows({6}), f32, 2)); }
};
TEST(Errors, OptionsOfAProgram) {
  EXPECT_EQ((failure_behind_name<detail::program_spec<a_step{}, mode::inference, max_batch{4}, winograd::off>>()), "");
  EXPECT_EQ((failure_behind_name<detail::program_spec<a_step{}, winograd::on, winograd::off>>()), ": winograd is given 2 times; give one");
  EXPECT_EQ((failure_behind_name<detail::program_spec<a_step{}, max_batch{4}, max_batch{4}>>()), ": max_batch is given 2 times; give one");
  builder s(true);
  classes_of_floats{}(s);
  EXPECT_TRUE(s.get().failure.view().ends_with(": input: 'x' has 2 classes but is f32; classes are whole numbers")) << s.get().failure;
}
TEST(Errors, WhatAModelReturns) {
  constexpr auto y = labels<"y", f32, 0, 2>;
  constexpr auto a = loss_of<"a", loss::mse{}>;
  constexpr loss::mse mse;
  EXPECT_EQ((failure_of_several<true, odd<returns::nothing>{}, y, a>()), ": the model returned no values; return outputs{{\"name\", value}, ...}");
  EXPECT_EQ((failure_of_several<true, odd<returns::no_name>{}, y, a>()), ": the model returned a value with an empty name; give it one");
  EXPECT_EQ((failure_of_several<true, odd<returns::empty>{}, y, a>()), ": the model returned an empty value as 'a'; return what the layers give");
  EXPECT_EQ((failure_of_several<true, odd<returns::indices>{}, y, a>()),
            ": the model returned i32[n] as 'a'; return cast(x, f32), or write a program<...>");
  EXPECT_EQ((failure_of_several<false, odd<returns::another>{}, y, a>()),
            ": no loss belongs to an output of the model in evaluation, which are 'c'; return one that has a loss, also without x.training()");
  EXPECT_EQ((failure_of_several<false, odd<returns::fewer>{}, y, mse, mse>()),
            ": a loss is given 2 times, and the model returns 1 value; give one for each in order, or loss_of<\"name\", loss::mse{}>; metrics stand "
            "in metrics<...> (in evaluation)");
  using step = detail::training_spec<true, odd<returns::swapped>{}, in<"x", 3>, y, mse, mse, optim::sgd{}>;
  using test = detail::training_spec<false, odd<returns::swapped>{}, in<"x", 3>, y, mse, mse, optim::sgd{}>;
  const text why = detail::names_of_both<step, test>::make();
  EXPECT_NE(
      why.view().find(": loss 1 in order is 'a_loss' in training and 'b_loss' in evaluation; return the same names in both, or write loss_of<...>"),
      std::string_view::npos)
      << why.view();
}

}  // namespace
