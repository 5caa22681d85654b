#include <igata/core/half.hpp>
#include <igata/train/dataset.hpp>
#include <igata/train/loader.hpp>

#include <gtest/gtest.h>

#include <set>

namespace {
using namespace igata;

// Row i: features {i, -i}, label i % 3.
train::dataset numbered(int n) {
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < n; ++i) {
    x.push_back(static_cast<float>(i));
    x.push_back(static_cast<float>(-i));
    y.push_back(i % 3);
  }
  train::dataset d;
  d.add_features("x", x, {2}).add_labels("y", y, 3);
  return d;
}
std::vector<int> ids(const train::dataset& d) {
  std::vector<int> all;
  for (int i = 0; i < d.size(); ++i) all.push_back(static_cast<int>(d.features("x", i)[0]));
  return all;
}
std::string error_of(const auto& f) {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return "no error";
}

TEST(Dataset, ViewsOfViews) {
  const train::dataset d = numbered(10);
  const train::dataset some = d.take(std::vector<int>{7, 3, 5});
  EXPECT_EQ(ids(some), (std::vector<int>{7, 3, 5}));
  EXPECT_EQ(ids(some.take(std::vector<int>{2, 0})), (std::vector<int>{5, 7}));
  EXPECT_EQ(some.labels("y"), (std::vector<std::int32_t>{1, 0, 2}));
  EXPECT_EQ(&some.at("x"), &d.at("x"));  // no copy
  EXPECT_EQ(ids(d.first(2)), (std::vector<int>{0, 1}));
  EXPECT_EQ(d.first(99).size(), 10);
  EXPECT_EQ(d.features("x", 4)[1], -4);
}

// A vector becomes the column as it lies; batches have its type.
TEST(Dataset, ColumnsOfEveryType) {
  train::dataset d;
  const auto add = [&]<class T>(std::vector<T> values, dtype type) {
    const std::string name(name_of(type));
    const void* const given = values.data();
    d.add_features(name, std::move(values), {2});
    EXPECT_EQ(d.at(name).type, type);
    EXPECT_EQ(d.at(name).data(), given) << name;
    EXPECT_EQ(d.values<T>(name, 1).data(), static_cast<const T*>(given) + 2);
    EXPECT_EQ(d.values<bool>(name, 1).size(), 0u);
    train::loader batches(d.take(std::vector<int>{2, 0}), {name}, 2);
    EXPECT_TRUE(batches.next());
    EXPECT_EQ(batches.values<T>(0).size(), 4u);
    EXPECT_EQ(batches.values<T>(0)[0], T(5)) << name;
    EXPECT_EQ(batches.values<T>(0)[3], T(2)) << name;
  };
  const auto add_numbers = [&]<class T>(T, dtype type) {
    if constexpr (!std::is_same_v<T, bool>) add(std::vector<T>{T(1), T(2), T(3), T(4), T(5), T(6)}, type);
  };
#define IGATA_DTYPE(name, text, bytes, type, code) \
  add_numbers(type{}, name);
#include <igata/core/dtype.inc>
#undef IGATA_DTYPE
  d.add_features("bits", std::vector<bool>{true, false, true}, {1});
  EXPECT_EQ(d.at("bits").type, boolean);
  EXPECT_EQ(d.values<bool>("bits", 0)[0], true);
  EXPECT_EQ(d.values<bool>("bits", 1)[0], false);
  EXPECT_EQ(error_of([&] { train::loader(d, {"f16"}, 2).floats(0); }), "loader: column 'f16': expected f32, got f16; use values");
}

TEST(Dataset, Split) {
  const train::dataset d = numbered(10);
  const auto [rest, held_out] = d.split(0.3, 7);
  EXPECT_EQ(rest.size(), 7);
  EXPECT_EQ(held_out.size(), 3);
  std::set<int> all;
  for (const auto& part : {rest, held_out})
    for (const int i : ids(part)) all.insert(i);
  EXPECT_EQ(all.size(), 10u);
  EXPECT_EQ(ids(d.split(0.3, 7).held_out), ids(held_out));
  EXPECT_NE(ids(d.split(0.3, 8).held_out), ids(held_out));
}

TEST(Dataset, StratifiedSplitKeepsShares) {
  for (const int n : {10, 31, 100})
    for (const double fraction : {0.1, 0.25, 0.5}) {
      const train::dataset d = numbered(n);
      const auto [rest, held_out] = d.stratified_split(fraction, 3, "y");
      EXPECT_EQ(held_out.size(), static_cast<int>(std::floor(fraction * n + 0.5)));
      EXPECT_EQ(rest.size() + held_out.size(), n);
      int counts[3]{};
      for (const int y : held_out.labels("y")) ++counts[y];
      for (int c = 0; c < 3; ++c) EXPECT_NEAR(counts[c], fraction * ((n + 2 - c) / 3), 1.0);
    }
}

TEST(Dataset, Errors) {
  train::dataset d = numbered(4);
  EXPECT_EQ(error_of([&] {
              d.add_labels("z", {0, 1, 12, 0}, 10);
            }),
            "dataset: column 'z' value 2: expected a label in [0, 10), got 12; correct the label or the number of classes");
  EXPECT_EQ(error_of([&] { d.add_labels("z", {0, 9, 10, 0}, 10); }),  // one behind the last class
            "dataset: column 'z' value 2: expected a label in [0, 10), got 10; correct the label or the number of classes");
  EXPECT_EQ(error_of([&] {
              d.add_labels("z", {0, 1, 2, 0}, 0);
            }),
            "dataset: column 'z': classes: expected at least 1, got 0; say how many there are");
  EXPECT_EQ(error_of([&] { d.add_features("z", {}, {2}); }),
            "dataset: column 'z': expected at least one row, got none; is the source empty?");
  EXPECT_EQ(error_of([&] {
              d.add_features("z", {1, 2, 3}, {2});
            }),
            "dataset: column 'z': values: not whole rows: expected 4, got 3; check the row's shape");
  EXPECT_EQ(error_of([&] {
              d.add_features("z", {1, 2}, {2});
            }),
            "dataset: column 'z': rows: expected 4, got 1; every column has one entry per row");
  EXPECT_EQ(error_of([&] { d.add_features("z", {1, 2}, {0}); }), "dataset: column 'z': expected the extents of one row, got [0]");
  EXPECT_EQ(error_of([&] {
              d.add_features("x", {1, 2}, {2});
            }),
            "dataset: column 'x': expected a new name, got one that is there; rename it");
  EXPECT_EQ(error_of([&] {
              d.first(2).add_features("z", {1, 2}, {1});
            }),
            "dataset: column 'z': expected a whole dataset, got a view; add columns before splitting");
  EXPECT_EQ(error_of([&] { d.at("image"); }), "dataset: expected a column 'image', got 'x', 'y'; add or rename it");
  EXPECT_EQ(error_of([&] { d.take(std::vector<int>{4}); }), "dataset: take: expected an index in [0, 4), got 4");
  EXPECT_EQ(error_of([&] { d.labels("x"); }), "dataset: column 'x': expected one label per row, whole numbers, got f32[2]");
  for (const double fraction : {0.0, 1.0, -1.0, 0.01, 2.0})
    EXPECT_NE(error_of([&] { d.split(fraction, 1); }).find("leaves rows on both sides"), std::string::npos) << fraction;
  EXPECT_EQ(d.columns(), 2);  // nothing was added
}

std::vector<int> order(train::loader& batches, int epoch) {
  std::vector<int> seen;
  batches.start(epoch);
  while (batches.next())
    for (int i = 0; i < batches.rows(); ++i) {
      const int id = static_cast<int>(batches.floats(1)[static_cast<std::size_t>(2 * i)]);
      EXPECT_EQ(batches.ints(0)[static_cast<std::size_t>(i)], id % 3);
      seen.push_back(id);
    }
  return seen;
}

TEST(Loader, KnownOrder) {  // the same on every machine
  const train::dataset d = numbered(10);
  train::loader batches(d, {"y", "x"}, 4, {.shuffle = true, .seed = 7});
  EXPECT_EQ(order(batches, 0), train::permutation(10, 7));
  EXPECT_EQ(train::permutation(10, 7), (std::vector<int>{5, 4, 7, 8, 3, 9, 2, 0, 6, 1}));
  EXPECT_EQ(order(batches, 1), train::permutation(10, 7, "shuffle", 1));
  EXPECT_NE(order(batches, 1), order(batches, 0));
  train::loader other(d, {"y", "x"}, 3, {.shuffle = true, .seed = 7});
  EXPECT_EQ(order(other, 5), order(batches, 5));  // whatever the batch size
  EXPECT_EQ(batches.batches(), 3);
  EXPECT_EQ(train::loader(d, {"y", "x"}, 5).batches(), 2);
}

TEST(Loader, EveryRowOnceAndAPartialBatch) {
  const train::dataset d = numbered(25).take(std::vector<int>{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20});
  train::loader batches(d, {"y", "x"}, 4);
  EXPECT_EQ(batches.batches(), 3);
  EXPECT_EQ(order(batches, 0), (std::vector<int>{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20}));
  std::vector<int> sizes;
  for (batches.start(1); batches.next();) sizes.push_back(batches.rows());
  EXPECT_EQ(sizes, (std::vector<int>{4, 4, 3}));
  EXPECT_FALSE(batches.next());
}

TEST(Loader, Errors) {
  EXPECT_EQ(error_of([] { train::loader(train::dataset(), {}, 4); }),
            "loader: dataset: expected at least one row, got none; is the source empty?");
  EXPECT_EQ(error_of([] { train::loader(numbered(4), {"x"}, 0); }), "loader: batch_size: expected at least 1, got 0");
  EXPECT_THROW(train::loader(numbered(4), {"z"}, 1), error);
}

TEST(Permutation, IsUniform) {
  int counts[5][5]{};
  for (std::uint32_t epoch = 0; epoch < 5000; ++epoch) {
    const auto p = train::permutation(5, 1, "shuffle", epoch);
    for (int i = 0; i < 5; ++i) ++counts[i][p[static_cast<std::size_t>(i)]];
  }
  for (const auto& row : counts)
    for (const int c : row) EXPECT_NEAR(c, 1000, 120);
}

}  // namespace
