#include "../graph_test.hpp"

#include <igata/functional/einsum.hpp>

using namespace testing_graphs;

namespace {

// The definition: every index of every letter, in nested loops. Extents of 1 meet any other.
vec<double> reference(std::string_view equation, const std::vector<shape>& dims, const std::vector<vec<double>>& in, shape& result) {
  const std::size_t arrow = equation.find("->");
  std::string_view left = equation.substr(0, arrow), right = equation.substr(arrow + 2);
  std::vector<std::string_view> terms;
  for (; left.find(',') != left.npos; left.remove_prefix(left.find(',') + 1)) terms.push_back(left.substr(0, left.find(',')));
  terms.push_back(left);
  std::string letters(right);
  int extent[128]{}, at[128]{};
  for (std::size_t t = 0; t < terms.size(); ++t)
    for (std::size_t k = 0; k < terms[t].size(); ++k) {
      const char c = terms[t][k];
      if (letters.find(c) == letters.npos) letters += c;
      extent[static_cast<int>(c)] = std::max(extent[static_cast<int>(c)], dims[t][static_cast<int>(k)]);
    }
  result = {};
  for (const char c : right) result.push(extent[static_cast<int>(c)]);
  vec<double> y(static_cast<int>(result.count()));
  for (;;) {
    double product = 1;
    for (std::size_t t = 0; t < terms.size(); ++t) {
      int place = 0;
      for (std::size_t k = 0; k < terms[t].size(); ++k) {
        const int d = dims[t][static_cast<int>(k)];
        place = place * d + (d == 1 ? 0 : at[static_cast<int>(terms[t][k])]);
      }
      product *= in[t][place];
    }
    int place = 0;
    for (const char c : right) place = place * extent[static_cast<int>(c)] + at[static_cast<int>(c)];
    y[place] += product;
    std::size_t i = letters.size();
    while (i > 0 && ++at[static_cast<int>(letters[i - 1])] == extent[static_cast<int>(letters[i - 1])]) at[static_cast<int>(letters[--i])] = 0;
    if (i == 0) return y;
  }
}
void check(std::string_view equation, const std::vector<shape>& dims) {
  SCOPED_TRACE(std::string(equation));
  builder s(false);
  std::vector<value> x;
  std::vector<vec<double>> in;
  environment env;
  env.n = 1;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const char name[2] = {static_cast<char>('a' + i), 0};
    x.push_back(s.input(name, dims[i]));
    in.push_back(random_numbers(dims[i], 1, static_cast<std::uint32_t>(i + 5)));
    env.inputs.push(in.back());
  }
  const value y = einsum(equation, x.data(), static_cast<int>(x.size()));
  ASSERT_EQ(std::string(s.get().failure.view()), "");
  s.output("y", y);
  shape expected;
  const vec<double> numbers = reference(equation, dims, in, expected);
  EXPECT_EQ(y.dims(), expected);
  expect_near(run(s.get(), env, "y"), numbers, 1e-6);
}

TEST(einsum, follows_the_definition) {
  check("ij->ji", {{2, 3}});
  check("ij->", {{2, 3}});
  check("ij->j", {{2, 3}});
  check("ii->i", {{4, 4}});
  check("ii->", {{4, 4}});
  check("iij->ji", {{3, 3, 2}});
  check("iiij->ij", {{3, 3, 3, 2}});
  check("ij,jk->ik", {{2, 3}, {3, 4}});
  check("ij,jk->ki", {{2, 3}, {3, 4}});
  check("ji,jk->ik", {{3, 2}, {3, 4}});
  check("i,j->ij", {{2}, {3}});
  check("i,i->", {{5}, {5}});
  check("i,i->i", {{5}, {5}});
  check("bij,bjk->bik", {{2, 3, 4}, {2, 4, 5}});
  check("bhqd,bhkd->bhqk", {{2, 3, 2, 4}, {2, 3, 5, 4}});
  check("bqhd,bkhd->bhqk", {{2, 2, 3, 4}, {2, 5, 3, 4}});
  check("bi,bi->b", {{3, 4}, {3, 4}});
  check("bi,bj->bij", {{3, 4}, {3, 2}});
  check("abc,cd,d->ab", {{2, 3, 4}, {4, 2}, {2}});
  check("ab,cd->", {{2, 3}, {3, 2}});
  check("ij,ij,ij->ij", {{2, 3}, {2, 3}, {2, 3}});
  check("ij,jk->ik", {{2, 1}, {3, 4}});  // broadcast
  check("bij,bjk->bik", {{1, 3, 4}, {2, 4, 5}});
  check("ii,ij->j", {{3, 3}, {3, 2}});
}
// Letters at random: any order, letters that stand twice, that only one term has, that are summed.
TEST(einsum, random_equations) {
  std::uint32_t state = 12345;
  const auto draw = [&](std::uint32_t below) { return (state = state * 1664525u + 1013904223u) >> 16 & 0x7fffu ? (state >> 16) % below : 0u; };
  for (int round = 0; round < 300; ++round) {
    const int extents[] = {2, 3, 2, 4, 1};
    std::string equation, seen;
    std::vector<shape> dims;
    const std::uint32_t terms = 1 + draw(3);
    for (std::uint32_t t = 0; t < terms; ++t) {
      shape d;
      if (t) equation += ',';
      for (std::uint32_t k = draw(4); k > 0; --k) {
        const std::uint32_t letter = draw(5);
        equation += static_cast<char>('a' + letter);
        d.push(extents[letter]);
        if (seen.find(equation.back()) == seen.npos) seen += equation.back();
      }
      dims.push_back(d);
    }
    equation += "->";
    while (!seen.empty() && draw(4) != 0) {
      const std::uint32_t k = draw(static_cast<std::uint32_t>(seen.size()));
      equation += seen[k];
      seen.erase(k, 1);
    }
    check(equation, dims);
  }
}
TEST(einsum, names_that_are_left_out) {
  const auto dims_of_equation = [](std::string_view equation, std::initializer_list<shape> dims) {
    builder s(false);
    vec<value> x;
    char name[2] = "a";
    for (const shape& d : dims) x.push(s.input(name, d)), ++name[0];
    const value y = einsum(equation, x.data(), x.size());
    EXPECT_EQ(std::string(s.get().failure.view()), "");
    return y.dims();
  };
  EXPECT_EQ(dims_of_equation("ij,jk", {shape{2, 3}, shape{3, 4}}), (shape{2, 4}));
  EXPECT_EQ(dims_of_equation("ba", {shape{2, 3}}), (shape{3, 2}));
  EXPECT_EQ(dims_of_equation("...ij,...jk->...ik", {shape{5, 6, 2, 3}, shape{5, 6, 3, 4}}), (shape{5, 6, 2, 4}));
  EXPECT_EQ(dims_of_equation("...ij,jk", {shape{5, 6, 2, 3}, shape{3, 4}}), (shape{5, 6, 2, 4}));
  EXPECT_EQ(dims_of_equation("i...,...j->...", {shape{2, 6}, shape{5, 6, 3}}), (shape{5, 6}));
  EXPECT_EQ(dims_of_equation("...", {shape{2, 6}}), (shape{2, 6}));
}
// Rows stay rows, and may be summed over.
TEST(einsum, of_a_batch) {
  const auto x = numbers({1, 2, 3, 4, 5, 6});  // three rows of two
  const auto w = numbers({1, 0, 2, 0, 1, 3});
  const auto product = run_function([](const vec<value>& v) { return einsum("bi,ij->bj", {v[0], v[1]}); }, {rows({2}), {2, 3}}, {x, w}, 3);
  expect_near(product, numbers({1, 2, 8, 3, 4, 18, 5, 6, 28}), 1e-7);
  const auto other = run_function([](const vec<value>& v) { return einsum("ij,bi->bj", {v[1], v[0]}); }, {rows({2}), {2, 3}}, {x, w}, 3);
  expect_near(other, product);
  const auto gram = run_function([](const vec<value>& v) { return einsum("bi,bj->ij", {v[0], v[0]}); }, {rows({2})}, {x}, 3);
  expect_near(gram, numbers({35, 44, 44, 56}), 1e-7);
  const auto outer = run_function([](const vec<value>& v) { return einsum("bi,bj->bij", {v[0], v[0]}); }, {rows({2})}, {x}, 3);
  expect_near(outer, numbers({1, 2, 2, 4, 9, 12, 12, 16, 25, 30, 30, 36}), 1e-7);
}
TEST(einsum, gradients) {
  expect_gradients([](const vec<value>& x) { return einsum("bij,bjk->bik", {x[0], x[1]}); }, {shape{2, 3, 2}, shape{2, 2, 3}});
  expect_gradients([](const vec<value>& x) { return einsum("iij->ji", {x[0]}); }, {shape{3, 3, 2}});
  expect_gradients([](const vec<value>& x) { return einsum("bi,ij->bj", {x[0], x[1]}); }, {rows({2}), shape{2, 3}});
}
static_assert(refusal([](value x) { return einsum("bi,ij->bj", {x}); }, rows({2})) == "einsum: 'bi,ij->bj' has 2 terms for 1 operands");
static_assert(refusal([](value x) { return einsum("b->b", {x}); }, rows({2})) == "einsum: 'b->b', operand 0: 1 letters for [n,2]");
static_assert(refusal([](value x) { return einsum("bi->c", {x}); }, rows({2})) ==
              "einsum: 'bi->c': the result's letters must stand in a term, and once");
static_assert(refusal([](value x) { return einsum("bi->bb", {x}); }, rows({2})) ==
              "einsum: 'bi->bb': the result's letters must stand in a term, and once");
static_assert(refusal([](value x) { return einsum("b1->b", {x}); }, rows({2})) ==
              "einsum: 'b1->b' at 1; letters, commas, ... and one -> are possible");
static_assert(refusal([](value x) { return einsum("ii->i", {x}); }, {2, 3}) == "einsum: 'ii->i', operand 0, axis 1: extent 3, but 2 before");

}  // namespace
