// Ids and labels of every whole type do what those of i32 do, to the bit; what lies outside of a table is refused by input, row and number.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include <igata/igata.hpp>
#include <igata/f64.hpp>
#include <igata/session.hpp>
#include <igata/train.hpp>

namespace {
using namespace igata;

// [n,3] of ids.
struct chooser {
  constexpr outputs operator()(value ids) const {
    const value rows = nn::embedding(ids, {.size = 7, .units = 4});
    outputs all{{"rows", rows}, {"hot", one_hot(ids, 5)}};
    all.add("taken", take_along_axis(reduce_sum(rows, 1), reshape(slice(ids, 1, 1, 2), {1}) % 4, 1));
    all.add("moved", gather(iota(ids.owner(), 9, f32), cast(ids, i32) - 3));  // computed: outside are zeros
    return all;
  }
};
template <auto Type>
using chooser_t = inference<chooser{}, in<"ids", Type, 3>, max_batch{4}>;

struct chosen {
  std::vector<float> rows = std::vector<float>(48), hot = std::vector<float>(60), taken = std::vector<float>(4), moved = std::vector<float>(12);
  bool operator==(const chosen&) const = default;
};
template <class T>
void expect_ids() {
  constexpr dtype type = detail::type_of<T>();
  using mine = chooser_t<type>;
  using usual = chooser_t<i32>;
  variable_store weights = usual::variables(seed{3});
  mine a{mine::pack(weights)};
  usual b{usual::pack(weights)};
  std::vector<std::int32_t> ids = {0, 1, 6, 3, 3, 2, 5, 4, 0, 1, 6, 2};
  std::vector<T> same(ids.begin(), ids.end());
  chosen x, y;
  ASSERT_TRUE(a.run({same}, 4, {x.rows, x.hot, x.taken, x.moved}));
  ASSERT_TRUE(b.run({ids}, 4, {y.rows, y.hot, y.taken, y.moved}));
  EXPECT_EQ(x, y);

  std::vector<T> wrong = {7, std::numeric_limits<T>::max(), std::numeric_limits<T>::min()};
  for (const T id : wrong) {
    if (id == 0) continue;
    same[7] = id;
    const status s = a.run({same}, 4, {x.rows, x.hot, x.taken, x.moved});
    EXPECT_EQ(s.value, status::code::index_out_of_range);
    const bool above = std::is_same_v<T, std::uint64_t> && id > 7;  // more than a status holds
    const long long got = above ? std::numeric_limits<long long>::max() : static_cast<long long>(id);
    EXPECT_EQ(describe(s), (text() << "run: input 'ids' row 2: index " << got << " is outside [0, 7)").view());
    EXPECT_TRUE(a.run({same}, 2, {x.rows, x.hot, x.taken, x.moved}));  // the rows before it
  }
  session s([](builder& g) {
    const outputs all = chooser()(g.input("ids", rows({3}), detail::type_of<T>()));
    for (int i = 0; i < all.size(); ++i) g.output(all.name(i), all[i]);
  }, {.max_batch = 4});
  s.use(s.pack(weights));
  EXPECT_EQ(s.run({same}, {x.rows, x.hot, x.taken, x.moved}, 4).value, status::code::index_out_of_range);
  same[7] = 4;
  ASSERT_EQ(describe(s.run({same}, {x.rows, x.hot, x.taken, x.moved}, 4)), "run: ok");
  EXPECT_EQ(x, y);
}
TEST(ids, u8) { expect_ids<std::uint8_t>(); }
TEST(ids, i8) { expect_ids<std::int8_t>(); }
TEST(ids, u16) { expect_ids<std::uint16_t>(); }
TEST(ids, i16) { expect_ids<std::int16_t>(); }
TEST(ids, u32) { expect_ids<std::uint32_t>(); }
TEST(ids, i64) { expect_ids<std::int64_t>(); }
TEST(ids, u64) { expect_ids<std::uint64_t>(); }

// A computed index of 64 bits that an i32 does not have stays outside: its lower bits choose nothing.
struct computed {
  constexpr outputs operator()(value x) const {
    const value far = x + 4294967297, table = iota(x.owner(), 5, f32) + 1;
    return {{"gathered", gather(table, far)}, {"hot", one_hot(far, 3)}, {"near", gather(table, -x)}, {"input", one_hot(x, 3)}};
  }
};
TEST(ids, computed) {
  using program = inference<computed{}, in<"x", i64, 2>, max_batch{1}>;
  program net{variable_store()};
  std::int64_t x[] = {-2, 4294967296};
  float gathered[2], hot[6], near[2], input[6];
  ASSERT_TRUE(net.run({x}, 1, {gathered, hot, near, input}));
  for (const float y : gathered) EXPECT_EQ(y, 0);
  for (const float y : hot) EXPECT_EQ(y, 0);
  for (const float y : input) EXPECT_EQ(y, 0);
  EXPECT_EQ(near[0], 3);
  EXPECT_EQ(near[1], 0);
}

// ids<> with a type, in front of the extents.
struct looked_up {
  constexpr value operator()(value x) const { return nn::embedding(x, {.size = 300, .units = 2}); }
};
TEST(ids, option) {
  using program = inference<looked_up{}, ids<"word", 300, u16, 2>, max_batch{2}>;
  static_assert(program::input_type(0) == u16);
  variable_store weights = program::variables(seed{1});
  program net{program::pack(weights)};
  std::uint16_t words[] = {299, 0};
  float rows[4];
  ASSERT_TRUE(net.run({words}, 1, {rows}));
  EXPECT_EQ(rows[0], weights.at("embedding/embeddings").floats()[598]);
  words[1] = 300;
  EXPECT_EQ(net.run({words}, 1, {rows}).got, 300);
}

// Labels of bytes train as those of i32, and are no copy.
struct classifier {
  constexpr value operator()(value x) const { return nn::dense(relu(nn::dense(x, {.units = 8})), {.units = 3}); }
};
template <auto Type>
using train_t = training<classifier{}, in<"x", 6>, labels<"kind", Type, 3>, loss::softmax_cross_entropy{},
                         metrics<metric::accuracy{}, metric::top_k{.k = 2}>, optim::adam{.learning_rate = 0.05}, max_batch{8}>;
template <class T>
void expect_labels() {
  std::vector<float> x;
  std::vector<T> kinds;
  for (std::uint32_t i = 0; i < 60; ++i) {
    kinds.push_back(static_cast<T>(i % 3));
    for (std::uint32_t k = 0; k < 6; ++k) x.push_back(random_uniform(random_bits({1, 2}, {i, k}).x) + (k / 2 == i % 3 ? 1.f : 0.f));
  }
  const std::vector<std::int32_t> words(kinds.begin(), kinds.end());
  const T* const given = kinds.data();
  train::dataset mine, usual;
  mine.add_features("x", x, {6}).add_labels("kind", std::move(kinds), 3);
  usual.add_features("x", x, {6}).add_labels("kind", words, 3);
  EXPECT_EQ(mine.values<T>("kind", 0).data(), given);
  EXPECT_EQ(mine.labels("kind"), words);
  train_t<detail::type_of<T>()> a{seed{5}};
  train_t<i32> b{seed{5}};
  const train::history of_mine = train::fit(a, mine, {.epochs = 3, .seed = 1}), of_usual = train::fit(b, usual, {.epochs = 3, .seed = 1});
  EXPECT_EQ(of_mine["loss"].back(), of_usual["loss"].back());
  EXPECT_EQ(of_mine["accuracy"].back(), of_usual["accuracy"].back());
  EXPECT_EQ(of_mine["top_k"].back(), of_usual["top_k"].back());
  float row[6]{}, logits[3];
  const T label[] = {3};
  const status s = a.step({row, label}, 1);
  EXPECT_EQ(describe(s, "step"), "step: input 'kind' row 0: label 3 is outside [0, 3)");
  EXPECT_TRUE(a.predict({row}, 1, {logits}));
  EXPECT_THROW(train::fit(a, usual, {.epochs = 1}), error);
  EXPECT_THROW(mine.add_labels("more", std::vector<T>(60, T{3}), 3), error);
}
TEST(labels, u8) { expect_labels<std::uint8_t>(); }
TEST(labels, i16) { expect_labels<std::int16_t>(); }
TEST(labels, i64) { expect_labels<std::int64_t>(); }

}  // namespace
