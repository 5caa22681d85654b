// At run time a model's mistake has the compiler's text, and throws it when it is asked for.
#include <igata/engine/error.hpp>
#include <igata/igata.hpp>
#include <igata/passes/eager.hpp>

#include <gtest/gtest.h>

#include <cmath>

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
            text() << "errors.cpp:" << last_line << ": training<" << detail::type_name<right>() << ">, option 3: mae: prediction [n,2] vs target [n]; the shapes must be equal, reshape one");
}

}  // namespace
