// Random draws: each use of a layer, each draw, step, row and seed has numbers of its own; the same value twice is the same numbers.
#include <gtest/gtest.h>

#include <set>

#include <igata/igata.hpp>

namespace {
using namespace igata;

// 1 where a dropout kept an element, 0 where not.
constexpr value mask(value x) { return nn::dropout(x, {.rate = 0.5}) * 0.5; }
constexpr value named_mask(value x) { return nn::dropout(x, {.rate = 0.5, .name = "drop"}) * 0.5; }

struct draws {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({64}));
    const value once = random_like(x);
    s.output("unnamed", once);
    s.output("unnamed again", random_like(x));
    s.output("same name", random_like(x, "noise"));
    s.output("same name again", random_like(x, "noise"));
    s.output("one value", once + 0);
    s.output("layer", mask(x));
    s.output("layer again", mask(x));
    const auto tower = nn::block("tower", [](value v) { return mask(v); });
    s.output("tower", tower(x));
    s.output("tower again", tower(x));
    const auto named = nn::block("named", [](value v) { return named_mask(v); });
    s.output("named", named(x));
    s.output("named again", named(x));
  }
};
using draws_t = program<draws{}, mode::training, max_batch{2}>;

class run_draws {
 public:
  explicit run_draws(std::uint32_t key) : program_(store_, seed{key}) {}
  std::vector<std::vector<float>> step() {
    std::vector<std::vector<float>> out(draws_t::output_count, std::vector<float>(128));
    void* pointers[draws_t::output_count];
    for (std::size_t i = 0; i < out.size(); ++i) pointers[i] = out[i].data();
    const std::vector<float> ones(128, 1.0f);
    const void* in[] = {ones.data()};
    EXPECT_TRUE(static_cast<bool>(program_.run_unchecked(in, pointers, 2)));
    return out;
  }

 private:
  variable_store store_;
  draws_t program_;
};
constexpr std::size_t one_value = 4;

TEST(random_streams, every_use_has_its_own) {
  run_draws program(7);
  const auto out = program.step();
  EXPECT_EQ(out[0], out[one_value]);
  for (std::size_t i = 0; i < out.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (i != one_value) {
        int equal = 0;
        for (std::size_t e = 0; e < 128; ++e) equal += out[i][e] == out[k][e];
        EXPECT_LT(equal, 100) << draws_t::output_name(static_cast<int>(i)) << " and " << draws_t::output_name(static_cast<int>(k));
      }
  for (std::size_t i = 5; i < out.size(); ++i)
    for (const float x : out[i]) ASSERT_TRUE(x == 0 || x == 1);
}
TEST(random_streams, differ_between_steps_rows_and_seeds) {
  run_draws program(7), same(7), other(8);
  const auto first = program.step(), second = program.step(), first_of_other = other.step();
  EXPECT_EQ(first, same.step());
  EXPECT_EQ(second, same.step());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_NE(first[i], second[i]) << i;
    EXPECT_NE(first[i], first_of_other[i]) << i;
    EXPECT_NE(std::vector<float>(first[i].begin(), first[i].begin() + 64), std::vector<float>(first[i].begin() + 64, first[i].end())) << i;
  }
}
// C++ may evaluate an operator's operands, and a call's arguments, in any order; both of these draw two numbers.
constexpr text drawn(bool reversed) {
  builder s(true);
  const value x = s.input("x", rows({4}));
  value a, b;
  for (int i = 0; i < 2; ++i)
    if ((i == 0) != reversed) a = random_like(x);
    else b = random_like(x);
  s.output("y", concat({a, b}));
  return print(finalize(s.get()));
}
static_assert(drawn(false) == drawn(true));

TEST(random_streams, first_values_differ_between_parameters_of_one_shape) {
  builder s(true);
  const value x = s.input("x", rows({4}));
  const auto same = [](value v) { return nn::dense(v, {.units = 4, .bias_initializer = init::normal()}); };
  s.output("y", nn::gru(reshape(same(same(x)), {1, 4}), {.units = 4, .bias_initializer = init::normal()}));
  variable_store store;
  declare_variables(finalize(s.get()), store, seed{3});
  std::set<float> firsts;
  for (const variable_store::entry& e : store) firsts.insert(e.floats()[0]);
  EXPECT_EQ(firsts.size(), static_cast<std::size_t>(store.size()));
}
}  // namespace
