// Texts of refused calls and expressions that no program here can be compiled with: what would stand in the compiler's error, made as it makes it;
// and some that a run gives.
#include <gtest/gtest.h>

#include <pthread.h>

#include <cerrno>
#include <string>

#include <igata/expr.hpp>
#include <igata/igata.hpp>
#include <igata/threads.hpp>

#include "../sanitized.hpp"

#if !IGATA_TEST_SANITIZED
// In the place of the system's: there is no memory for the handlers of a fork.
extern "C" int pthread_atfork(void (*)(), void (*)(), void (*)()) noexcept { return ENOMEM; }
#endif

namespace {
using namespace igata;

struct line {
  constexpr value operator()(value x) const { return x * 2; }
};
using net_t = inference<line{}, in<"x", 6>>;

std::string shown(const text& t) { return std::string(t.view()); }
std::string raised(const auto& f) {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return "no error";
}

struct a_runner {  // of one input, x[n,6], with rows of n alone
  static constexpr bool is_sound = true;
  static constexpr int symbol_count = 0;
  struct symbol_facts {
    std::string_view name;
  };
  static constexpr vec<symbol_facts> symbols{};
  static constexpr input_facts inputs[]{{.name = "x", .row = 6}};
};
template <class Argument>
std::string mistake() {
  return shown(detail::argument_mistake<"run", detail::inputs_of<a_runner, 0, 1>, true, Argument>::make());
}

TEST(error_texts, arguments) {
  using nothing = const std::array<float, 0>;
  EXPECT_EQ(mistake<nothing>(), "run: input 'x' has 0 elements; expected rows of 6");
  EXPECT_EQ(mistake<const float*>(), "run: pointers do not say how many rows there are; pass n");
  EXPECT_EQ(shown(detail::argument_mistake<"run", detail::inputs_of<a_runner, 0, 0>, true>::make()),
            "run: no input says how many rows there are; pass n");
  using none = detail::unknown_dim<"run", a_runner, "time">;
  EXPECT_EQ(shown(none::make()), "run: this program has no dim 'time'; it has rows of n alone");
}

#if !IGATA_TEST_SANITIZED
TEST(error_texts, threads_that_a_fork_would_lose) { EXPECT_EQ(raised([] { const threads pool(2); }), "threads: pthread_atfork: error 12"); }
#endif

struct with_variables {
  variable_store& variables();
};
struct with_weights {
  const variable_store& weights();
};
TEST(error_texts, no_store) {
  const auto text_of = []<class T>(T*) { return shown(detail::no_store<"inference", T>::make()); };
  EXPECT_NE(text_of(static_cast<with_variables*>(nullptr)).find("with_variables is no variable_store; pass its variables()"),
            std::string::npos);
  EXPECT_NE(text_of(static_cast<with_weights*>(nullptr)).find("with_weights is no variable_store; pass its weights()"),
            std::string::npos);
  EXPECT_EQ(text_of(static_cast<int*>(nullptr)),
            "inference: int is no variable_store; pass a training's or a program's variables(), or one of your own");
}

TEST(error_texts, a_variable_of_another_shape) {
  variable_store s;
  s.add("w", role::weight, f32, {2});
  EXPECT_EQ(raised([&] { s.add("w", role::weight, f32, {3}); }),
            "variable_store: w: expected f32[2], got f32[3]; give the second layer another name");
  EXPECT_EQ(raised([&] { s.add("w", role::weight, i32, {2}); }),
            "variable_store: w: expected f32[2], got i32[2]; what a program writes is i32: load the file with .convert = true");
}

// The same matrix, which the one reads as it is and the other turned.
struct as_it_is {
  constexpr value operator()(value x) const { return matmul(x, nn::parameter(x, "w", {32, 32}, init::normal(1))); }
};
struct turned {
  constexpr value operator()(value x) const { return matmul(x, nn::parameter(x, "w", {32, 32}, init::normal(1)), {.transpose_b = true}); }
};
TEST(error_texts, weights_in_another_form) {
  using one = inference<as_it_is{}, in<"x", 32>>;
  using other = inference<turned{}, in<"x", 32>>;
  const packed_weights packed = other::pack(other::variables());
  EXPECT_EQ(raised([&] { one net(packed); }),
            "use: packed weights: value 1: expected f32[32,32] in this program's form, got another; pack them with this program's pack");
}

template <class Element, int... Extents>
struct an_expression {
  using element = Element;
  struct extents_type {
    static constexpr shape given{Extents...};
  };
};
TEST(error_texts, expressions) {
  using assigned = detail::assignment_type<float, an_expression<float, 2>::extents_type, an_expression<std::int32_t, 2>>;
  using left = detail::matmul_type<an_expression<float, 2, 2>, an_expression<std::int32_t, 2, 2>>;
  using right = detail::matmul_type<an_expression<std::int32_t, 2, 2>, an_expression<float, 2, 2>>;
  EXPECT_EQ(shown(assigned::make()),
            "assign: i32 to f32; there is no implicit promotion: cast the expression");
  EXPECT_EQ(shown(left::make()), "matmul: needs f32, got i32; cast<float>(x) first");
  EXPECT_EQ(shown(right::make()), "matmul: needs f32, got i32; cast<float>(x) first");
}
struct many_operands {
  static constexpr value draw(ir::graph& g, int& leaves, auto&) {
    leaves = detail::max_leaves + 1;
    return ir::constant(g, 1, f32);
  }
};
TEST(error_texts, an_expression_of_many_operands) {
  text expected;
  expected << "expression: " << detail::max_leaves + 1 << " operands, at most " << detail::max_leaves << "; assign a part of it to a tensor first";
  EXPECT_EQ(shown(detail::compile_loop<many_operands>(-1, nullptr)), shown(expected));
}
}  // namespace
