// Random draws: each use of a layer, each draw, step, row and seed has numbers of its own; the same value twice is the same numbers.
#include <gtest/gtest.h>

#include <set>

#include <igata/igata.hpp>
#include <igata/threads.hpp>

#include "oracle.hpp"

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
// An element's number is that of its place, whatever stands beside it in the loop: operands that are broadcast along rows or columns, transposed,
// reversed or cut out; and draws that are broadcast or transposed themselves.
struct noisy {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({96, 40})), turned = s.input("turned", rows({40, 96})), row = s.input("row", rows({1, 40})),
                column = s.input("column", rows({96, 1}));
    s.output("plain", x * random_like(x, "plain"));
    s.output("along columns", x + column * random_like(x, "along columns"));
    s.output("along rows", x + row * random_like(x, "along rows"));
    s.output("along both", row + column * random_like(x, "along both"));
    s.output("beside transposed", transpose(turned, {0, 2, 1}) * random_like(x, "beside transposed"));
    s.output("beside reversed", reverse(x, 1) * random_like(x, "beside reversed"));
    s.output("beside a part", slice(x, 1, 3, 90, 4) * random_like(slice(x, 1, 3, 90, 4), "beside a part"));
    s.output("transposed", turned * transpose(random_like(x, "transposed"), {0, 2, 1}));
    s.output("a row of them", x * random_like(row, "a row of them"));
    s.output("a column of them", x * random_like(column, "a column of them"));
    s.output("summed", reduce_sum(x * random_like(x, "summed"), 1));
    s.output("summed rows", reduce_sum(transpose(turned, {0, 2, 1}) * random_like(x, "summed rows"), -1));
    s.output("product", matmul(turned, dropped(x)));
  }
  static constexpr value dropped(value x) { return nn::dropout(x, {.rate = 0.25}); }
};
using noisy_t = program<noisy{}, mode::training, max_batch{16}>;
using noisy_spec = detail::program_spec<noisy{}, mode::training, max_batch{16}>;
TEST(random_streams, an_element_has_the_number_of_its_place) {
  for (const int n : {1, 2, 16}) oracle::compare<noisy_spec>(n, 2e-5);
}
TEST(random_streams, shares_have_the_numbers_of_their_places) {
  const auto run = [](const executor* by) {
    variable_store store;
    noisy_t program(store, seed{4});
    if (by) program.use(*by);
    const auto d = oracle::random_data<detail::runner<noisy_spec>>(16);
    std::vector<std::vector<float>> out(noisy_t::output_count, std::vector<float>(16 * 96 * 40));
    void* pointers[noisy_t::output_count];
    for (std::size_t i = 0; i < out.size(); ++i) pointers[i] = out[i].data();
    EXPECT_TRUE(static_cast<bool>(program.run_unchecked(d.pointers.data(), pointers, 16)));
    return out;
  };
  int runs = 0;
  const executor by{&runs, 5, [](void* count, void (*job)(void*, int), void* data) {
                      ++*static_cast<int*>(count);
                      for (int part = 5; part-- > 0;) job(data, part);
                    }};
  const auto shared = run(&by), alone = run(nullptr);
  for (std::size_t i = 0; i < alone.size(); ++i) EXPECT_EQ(shared[i], alone[i]) << noisy_t::output_name(static_cast<int>(i));
  EXPECT_GT(runs, 0);
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
