// Eager mode on kernels beside programs of one operation that a compiler makes: the same bits.
#include <igata/eager.hpp>
#include <igata/f64.hpp>
#include <igata/igata.hpp>

#include "../graph_test.hpp"

using namespace testing_graphs;

namespace {

template <class T>
constexpr dtype type_of_numbers() {
  return std::is_same_v<T, float> ? f32 : std::is_same_v<T, double> ? f64 : std::is_same_v<T, std::int64_t> ? i64 : i32;
}
// F of [n,4,6], or of it and [6]; its result is a T too.
template <class T, auto F>
struct one_operation {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({4, 6}), type_of_numbers<T>());
    if constexpr (std::invocable<decltype(F), value>) s.output("y", F(x));
    else s.output("y", F(x, s.input("w", {6}, type_of_numbers<T>())));
  }
};
template <class T, auto F>
void expect_same_bits() {
  constexpr int n = 3;
  std::vector<T> x(n * 24), w(6), y(n * 24);
  vec<double> given, weights;
  const auto number = [](std::uint32_t stream, int i) {
    return static_cast<T>(number_between(std::is_integral_v<T> ? -1e9 : -2, std::is_integral_v<T> ? 1e9 : 2, stream, i));
  };
  const auto held = [](T v) {
    return std::is_same_v<T, std::int64_t> ? std::bit_cast<double>(static_cast<std::int64_t>(v)) : static_cast<double>(v);
  };
  for (int i = 0; i < n * 24; ++i) given.push(held(x[static_cast<std::size_t>(i)] = number(1, i)));
  for (int i = 0; i < 6; ++i) weights.push(held(w[static_cast<std::size_t>(i)] = number(2, i)));
  program<one_operation<T, F>{}, mode::packed, max_batch{n}> p{variable_store()};
  const void* in[] = {x.data(), w.data()};
  void* out[] = {y.data()};
  ASSERT_TRUE(p.run_unchecked(in, out, n));
  eager e({.rows = n});
  const value v = e.input("x", rows({4, 6}), given, type_of_numbers<T>()), made = [&] {
    if constexpr (std::invocable<decltype(F), value>) return F(v);
    else return F(v, e.input("w", {6}, weights, type_of_numbers<T>()));
  }();
  ASSERT_EQ(std::string(e.failure()), "");
  const vec<double>& got = made.numbers();
  for (int i = 0; i < got.size(); ++i)
    EXPECT_EQ(std::bit_cast<std::uint64_t>(got[i]), std::bit_cast<std::uint64_t>(held(y[static_cast<std::size_t>(i)]))) << i;
}
TEST(eager_on_kernels, floats) {
  expect_same_bits<float, [](value x, value w) { return x * w; }>();
  expect_same_bits<float, [](value x) { return exp(x); }>();
  expect_same_bits<float, [](value x) { return reduce_sum(x, 2); }>();
  expect_same_bits<float, [](value x) { return matmul(x, x, {.transpose_b = true}); }>();
}
TEST(eager_on_kernels, doubles) {
  expect_same_bits<double, [](value x, value w) { return x / w; }>();
  expect_same_bits<double, [](value x) { return tanh(x); }>();
  expect_same_bits<double, [](value x) { return reduce_max(x, 1); }>();
}
TEST(eager_on_kernels, whole_numbers) {
  expect_same_bits<std::int32_t, [](value x, value w) { return x * w; }>();
  expect_same_bits<std::int64_t, [](value x, value w) { return x * w; }>();
  expect_same_bits<std::int64_t, [](value x) { return transpose(x, {0, 2, 1}); }>();
}
// Masks stay masks, and what is bound to a kernel of its own goes on to the next.
TEST(eager_on_kernels, masks_and_types) {
  eager e({.rows = 2});
  const value x = e.input("x", rows({3}), numbers({1, -2, 3, -4, 5, -6}));
  const value small = cast(select(!(x > 0), -x, 0.1), u8) + cast(iota(e.get(), 3, i32), u8);
  expect_near(small.numbers(), numbers({0, 3, 2, 4, 1, 8}));
  EXPECT_EQ((x * 0.1).numbers()[0], static_cast<double>(0.1f));  // of floats, as in a program
}
// Plans are kept, and not without end.
TEST(eager_on_kernels, keeps_plans) {
  const auto plans = [] { return igata::detail::plans_of_thread().count(); };
  eager e;
  value x = e.input("x", {}, numbers({64}));
  x = x * x;
  const int before = plans();
  while (x.item() < 1e9) x = x * x;
  EXPECT_EQ(plans(), before);
  const value square = x * x;
  const auto plan = [&] { return igata::detail::plans_of_thread().of({e.get(), e.get().nodes[square.id()], 1}); };
  const session* const first = plan();
  for (int i = 1; i < 2 * igata::detail::node_plans::most; ++i) {
    (void)(e.input((text() << 'v' << i).view(), {i}, vec<double>(i, 1.0)) + x);
    EXPECT_EQ(plan(), first) << i;  // what is used goes last
  }
  EXPECT_EQ(plans(), igata::detail::node_plans::most);
  EXPECT_EQ((x * x).item(), static_cast<double>(static_cast<float>(x.item()) * static_cast<float>(x.item())));
}
// A model with its gradients: the numbers of the oracle but for rounding.
TEST(eager_on_kernels, learns) {
  const auto images = random_numbers(rows({6, 6, 1}), 3, 1), digits = numbers({2, 0, 3});
  const auto trained = [&] {
    eager e({.rows = 3, .seed = 5});
    value x = e.input("x", rows({6, 6, 1}), images);
    x = nn::max_pool2d(tanh(nn::conv2d(x, {.filters = 3, .kernel = 3})), {.size = 2});
    x = nn::dropout(relu(nn::dense(nn::batch_norm(nn::flatten(x)), {.units = 6})), {.rate = 0.25});
    const value l = loss::softmax_cross_entropy{}(nn::dense(x, {.units = 4}), e.input("y", rows({}), digits, i32));
    vec<vec<double>> all(1, numbers({l.item()}));
    for (const auto& d : e.backward(l)) all.push(d.gradient.numbers());
    EXPECT_EQ(std::string(e.failure()), "");
    return all;
  };
  const auto by_kernels = trained();
  const auto hook = std::exchange(ir::compute_on_kernels, nullptr);
  const auto by_the_oracle = trained();
  ir::compute_on_kernels = hook;
  ASSERT_EQ(by_kernels.size(), by_the_oracle.size());
  for (int k = 0; k < by_kernels.size(); ++k) {
    ASSERT_EQ(by_kernels[k].size(), by_the_oracle[k].size());
    for (int i = 0; i < by_kernels[k].size(); ++i) EXPECT_NEAR(by_kernels[k][i], by_the_oracle[k][i], 2e-5);
  }
}
// At compile time the oracle goes on.
constexpr double slope() {
  eager e;
  const value x = e.input("x", {}, vec<double>(1, 3.0)), w = state_variable(x, "w", role::weight, {}, constant_initializer(2));
  return e.backward(x * w * w)[0].gradient.item();
}
static_assert(slope() == 12);

}  // namespace
